"""What somebody waits for in a browser: the first sentence of the overview, and the very first visit."""

import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, sync_playwright

from diager_dpo.services.settings import CHECKOUT
from diager_dpo.ui.visit import COOKIE

_CHROMIUM = "/usr/bin/chromium"
_QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking")
_VISITS = 11

_EMPTY = "import streamlit as st\n\nst.title('Nothing')\n"
TITLE, SENTENCE = "h1", "h2"  # of the overview, the title is its question and the first heading is the answer

#: Milliseconds from the navigation to the first text of each kind, kept by the page itself.
_WATCH = """
window.seen = {};
new MutationObserver(() => {
    for (const tag of ['h1', 'h2']) {
        const found = document.querySelector(`[data-testid=stMain] ${tag}`);
        if (found && found.textContent && !(tag in window.seen)) window.seen[tag] = performance.now();
    }
}).observe(document, {childList: true, subtree: true, characterData: true});
"""


def first_sentences(folder: Path, token: str, environment: Mapping[str, str]) -> tuple[float, float, float]:
    """Seconds to the text of an empty page, and to title and first sentence of the overview: medians, in turns.

    Each visit has an empty cache; both servers have been visited before and have the same settings.
    """
    script = folder / "empty.py"
    script.write_text(_EMPTY)
    seen: dict[str, list[float]] = {"empty": [], TITLE: [], SENTENCE: []}
    with _serving(script, {}) as empty, _serving("app.py", environment) as app, _chromium() as browser:
        for visit in range(_VISITS + 1):
            nothing, overview = _visit(browser, empty, TITLE), _visit(browser, f"{app}/overview", SENTENCE, token)
            if visit:
                seen["empty"].append(nothing[TITLE])
                seen[TITLE].append(overview[TITLE])
                seen[SENTENCE].append(overview[SENTENCE])
    empty_page, title, sentence = (statistics.median(times) / 1000 for times in seen.values())
    return empty_page, title, sentence


def first_visit(folder: Path) -> float:
    """Seconds from starting the server on an empty home to the overview of the demonstration, sign-in included."""
    start = time.perf_counter()
    with _serving("app.py", {"DIAGER_DPO_HOME": str(folder / "new-home")}) as app, _chromium() as browser:
        page = browser.new_page()
        page.goto(app)
        page.click("button[value=dpo]", timeout=120_000)
        page.locator(f"[data-testid=stMain] {SENTENCE}").first.wait_for(timeout=60_000)
        return time.perf_counter() - start


def _visit(browser: Browser, address: str, until: str, token: str | None = None) -> dict[str, float]:
    context = browser.new_context(locale="fr-FR", viewport={"width": 1440, "height": 900})
    try:
        if token:
            context.add_cookies([{"name": COOKIE, "value": token, "url": address, "httpOnly": True}])
        page = context.new_page()
        page.add_init_script(_WATCH)
        page.goto(address, wait_until="commit")
        page.locator(f"[data-testid=stMain] {until}").first.wait_for(timeout=60_000)
        seen: dict[str, float] = page.evaluate("window.seen")
        page.wait_for_timeout(1500)  # what is still being drawn must not slow the other server down
        return seen
    finally:
        context.close()


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=list(_QUIET))
        yield browser
        browser.close()


@contextmanager
def _serving(script: Path | str, environment: Mapping[str, str]) -> Iterator[str]:
    """A server with the settings of this checkout, whatever it serves."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DIAGER_DPO_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless=true", f"--server.port={port}"],
        cwd=CHECKOUT,
        env=kept | {"DIAGER_DPO_PUBLISHES_BY_ITSELF": "false"} | dict(environment),
        stdout=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/_stcore/health", process)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            with urlopen(address, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("the server ended before it answered")

"""A real server on the demonstration, and Debian's Chromium.

Without Chromium these tests are skipped, except in CI, where they fail. The demonstration is made once a session and
copied for each server.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from diager_dpo.services.settings import CHECKOUT
from tests.browser.visitor import Visitor

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in Path(item.fspath).parents:
            item.add_marker("browser")


@contextmanager
def serving(home, **environment):
    """A server of the app on a home of its own: its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DIAGER_DPO_")}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true", f"--server.port={port}"]
    with (home.parent / f"{home.name}.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=CHECKOUT,
            env=kept | {"DIAGER_DPO_HOME": str(home), "DIAGER_DPO_PUBLISHES_BY_ITSELF": "false"} | environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(f"{address}/_stcore/health", process)
            yield address
        finally:
            process.terminate()
            process.wait(20)


def wait_for(address, process):
    for _attempt in range(300):
        assert process.poll() is None, "the server ended before it answered"
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError("the server did not answer")


@pytest.fixture(scope="session")
def server(made_home, tmp_path_factory):
    """One server for the tests that leave no trace in it."""
    home = tmp_path_factory.mktemp("shared") / "home"
    shutil.copytree(made_home, home)
    with serving(home) as address:
        yield address


@pytest.fixture
def fresh_server(made_home, tmp_path):
    """A server that nobody has ever visited."""
    shutil.copytree(made_home, tmp_path / "home")
    with serving(tmp_path / "home") as address:
        yield address


@pytest.fixture(scope="session")
def chromium():
    """Debian's Chromium, talking to nobody."""
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail(f"CI needs {CHROMIUM}")
        pytest.skip(f"{CHROMIUM} is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium, server):
    """Somebody with a French browser, who has not signed in."""
    with Visitor.of(chromium, server) as each:
        yield each

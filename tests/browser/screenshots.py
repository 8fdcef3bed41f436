"""Pictures of every screen: `python -m tests.browser.screenshots FOLDER`, in both languages, light and dark."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from diager_dpo.services.demonstration import make_demonstration
from diager_dpo.services.installation import PARIS, system_clock
from diager_dpo.ui.registry import SCREENS
from tests.browser.conftest import CHROMIUM, QUIET, serving
from tests.browser.visitor import Visitor

_RECORD = "deadlines?record=contact:104998"  # due, in the demonstration of any day


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp()) / "home"
    make_demonstration(home, system_clock().astimezone(PARIS).date())
    publish = [sys.executable, "-m", "diager_dpo", "statistics", "publish"]
    subprocess.run(publish, check=True, env=os.environ | {"DIAGER_DPO_HOME": str(home)})
    with serving(home) as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(QUIET))
        for language in ("fr", "en"):
            for scheme in ("light", "dark"):
                with Visitor.of(chromium, address, language, scheme) as visitor:
                    _pictures(visitor, folder, f"{language}-{scheme}")
        with Visitor.of(chromium, address, width=390, height=844) as visitor:
            _pictures(visitor, folder, "fr-phone")
        chromium.close()
    shutil.rmtree(home.parent)


def _pictures(visitor: Visitor, folder: Path, suffix: str) -> None:
    visitor.page.goto(f"{visitor.address}/sign-in")
    _picture(visitor, folder / f"sign-in-{suffix}.png")
    for screen in SCREENS:
        visitor.open_screen(screen)
        _whole(visitor.page)
        _picture(visitor, folder / f"{screen.address}-{suffix}.png")
        visitor.page.set_viewport_size({"width": visitor.page.viewport_size["width"], "height": 900})
    visitor.sign_in()
    visitor.open(_RECORD)
    _whole(visitor.page)
    _picture(visitor, folder / f"record-{suffix}.png")


def _picture(visitor: Visitor, path: Path) -> None:
    """A picture of what is shown, in 128 colours: a fifth of the size, and nobody sees it."""
    visitor.page.screenshot(path=path)
    Image.open(path).convert("RGB").quantize(128).save(path, optimize=True)


def _whole(page) -> None:
    """Streamlit scrolls inside the page: the window grows to what there is, up to three screens."""
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": page.viewport_size["width"], "height": min(max(height, 900), 2700)})
    page.wait_for_timeout(800)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

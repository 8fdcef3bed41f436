"""A rerun of each screen without a browser: Streamlit's AppTest, from the main script, signed in as a DPO."""

import statistics
import time
from pathlib import Path

from sqlalchemy import insert
from streamlit.testing.v1 import AppTest

from benchmarks.installing import ACTOR, database, source_file
from diager_dpo.domain.permissions import Identity, Role
from diager_dpo.services.installation import Installation, open_installation
from diager_dpo.services.scanning import scan
from diager_dpo.services.sessions import open_session
from diager_dpo.services.settings import CHECKOUT, Settings
from diager_dpo.services.sign_in_file import LOCAL
from diager_dpo.services.source_state import check
from diager_dpo.store.engine import writing
from diager_dpo.store.tables import account, role_grant
from diager_dpo.ui import visit
from diager_dpo.ui.registry import screen

_DPO = Identity(LOCAL, "dpo")
_MAIN = CHECKOUT / "diager_dpo" / "ui" / "main.py"
_SCREENS = ("overview", "register", "deadlines", "source")
_RERUNS = 15


def environment(folder: Path) -> dict[str, str]:
    """What the app is told to look at the installation of a folder."""
    return {
        "DIAGER_DPO_HOME": str(folder / "home"),
        "DIAGER_DPO_SOURCE": str(folder / "benchmark.toml"),
        "DIAGER_DPO_SOURCE_URL": f"sqlite:///{database(folder)}",
    }


def sign_in(folder: Path) -> str:
    """Scan and check the source today, as the app would; make an account for a DPO and open their session."""
    house = _open(folder)
    try:
        scan(house, ACTOR)
        check(house, ACTOR)
        with writing(house.store) as connection:
            names = {"issuer": _DPO.issuer, "subject": _DPO.subject}
            connection.execute(insert(account).values(**names, display_name="DPO"))
            since = house.now().isoformat()
            connection.execute(insert(role_grant).values(**names, role=Role.DPO.value, granted_at=since))
        return open_session(house, _DPO)
    finally:
        house.close()


def reruns(folder: Path, token: str) -> dict[str, tuple[float, float]]:
    """Of each screen: seconds and processor seconds of one rerun, medians."""
    house = _open(folder)
    visit.installation = lambda: house  # type: ignore[assignment]
    visit.browser_token = lambda: token
    try:
        return {address: _rerun(address) for address in _SCREENS}
    finally:
        house.close()


def _rerun(address: str) -> tuple[float, float]:
    app = AppTest.from_file(str(_MAIN), default_timeout=120)
    app.run()
    app.switch_page(str(screen(address).path))
    app.run()
    wall, processor = [], []
    for _run in range(_RERUNS):
        began, worked = time.perf_counter(), time.process_time()
        app.run()
        wall.append(time.perf_counter() - began)
        processor.append(time.process_time() - worked)
        if app.exception:
            raise RuntimeError(app.exception[0].message)
    return statistics.median(wall), statistics.median(processor)


def _open(folder: Path) -> Installation:
    return open_installation(Settings(home=folder / "home", source=source_file(folder)))

"""Screens without a browser: Streamlit's AppTest, from the main script, as one of the people of the demonstration."""

import shutil

import pytest
from streamlit.testing.v1 import AppTest

from diager_dpo.domain.permissions import Identity
from diager_dpo.services.demonstration import ISSUER
from diager_dpo.services.sessions import open_session
from diager_dpo.services.settings import CHECKOUT
from diager_dpo.ui import visit
from diager_dpo.ui.registry import screen

MAIN = CHECKOUT / "diager_dpo" / "ui" / "main.py"


@pytest.fixture(scope="session")
def demonstration_home(made_home, tmp_path_factory):
    """The demonstration for all tests of screens: they look, and sign in."""
    home = tmp_path_factory.mktemp("screens") / "home"
    shutil.copytree(made_home, home)
    return home


@pytest.fixture
def demonstration(demonstration_home, monkeypatch):
    """The installation that the screens open."""
    monkeypatch.setenv("DIAGER_DPO_HOME", str(demonstration_home))
    monkeypatch.setenv("DIAGER_DPO_PUBLISHES_BY_ITSELF", "false")  # no test waits for a worker
    for name in ("SOURCE", "STORE_URL", "CHARTERS"):
        monkeypatch.delenv(f"DIAGER_DPO_{name}", raising=False)
    visit.installation.cache_clear()
    yield visit.installation()
    visit.installation().close()
    visit.installation.cache_clear()


@pytest.fixture
def look_at(demonstration, monkeypatch):
    """``look_at("deadlines", "auditor", language="en", purpose="contests")``: the screen, drawn."""

    def look(address: str, person: str = "dpo", *, language: str = "fr", **filters: str) -> AppTest:
        token = open_session(demonstration, Identity(ISSUER, person))
        monkeypatch.setattr(visit, "browser_token", lambda: token)
        app = AppTest.from_file(str(MAIN), default_timeout=30)
        app.query_params["language"] = language.upper()
        app.run()
        app.switch_page(str(screen(address).path))
        for name, value in filters.items():
            app.query_params[name] = value
        return app.run()

    return look

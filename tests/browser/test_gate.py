"""The way in, with a real browser and a real server."""

import http.client
import re
import shutil
from urllib.parse import urlsplit

import pytest

from diager_dpo.ui.registry import SCREENS
from tests.browser.conftest import serving
from tests.browser.visitor import Visitor


@pytest.fixture(scope="module")
def unvisited_server(made_home, tmp_path_factory):
    """A server on which nobody has a session: each stranger is asked to be turned away before one begins."""
    home = tmp_path_factory.mktemp("unvisited") / "home"
    shutil.copytree(made_home, home)
    with serving(home) as address:
        yield address


@pytest.mark.parametrize("address", [screen.address for screen in SCREENS])
def test_an_anonymous_deep_link_on_a_fresh_server_shows_the_sign_in_and_nothing_else(
    chromium, unvisited_server, address
):
    """Streamlit runs `pages/x.py` for a deep link as long as no session has called `st.navigation`."""
    with Visitor.of(chromium, unvisited_server) as visitor:
        asked, sockets = [], []
        visitor.page.on("request", lambda request: asked.append(urlsplit(request.url).path))
        visitor.page.on("websocket", lambda socket: sockets.append(socket.url))
        visitor.page.goto(f"{unvisited_server}/{address}?purpose=contests")
        visitor.page.wait_for_load_state("networkidle")
        assert urlsplit(visitor.page.url).path == "/sign-in"
        assert visitor.page.locator("h1").inner_text() == "Connexion"
        assert not sockets
        assert all(path == f"/{address}" or path.startswith(("/sign-in", "/entrance/")) for path in asked), asked
        assert not visitor.complaints


def test_a_stranger_gets_no_websocket_no_asset_and_no_media(fresh_server):
    host = urlsplit(fresh_server).netloc

    def status(path, **headers):
        connection = http.client.HTTPConnection(host, timeout=20)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    assert status("/_stcore/stream", **upgrade) == 403
    assert status("/_stcore/stream", **upgrade, Cookie="diager_dpo_session=forged") == 403
    for path in ("/media/x.pdf", "/static/js/index.js", "/_stcore/host-config", "/_stcore/metrics", "/component/x/y"):
        assert status(path) == 401, path
    assert status("/_stcore/health") == 200
    assert status("/overview", Host="evil.example") == 421


def test_signing_in_leads_to_the_deep_link_with_its_filters(visitor):
    visitor.page.goto(f"{visitor.address}/deadlines?purpose=contests")
    visitor.page.click("button[value=dpo]")
    visitor.settle()
    assert urlsplit(visitor.page.url).path == "/deadlines"
    assert "purpose=contests" in visitor.page.url


def test_the_session_survives_a_reload(visitor):
    visitor.sign_in()
    visitor.settle()
    visitor.page.reload()
    visitor.settle()
    assert urlsplit(visitor.page.url).path == "/overview"


def test_scripts_do_not_see_the_session(visitor):
    visitor.sign_in()
    visitor.settle()
    assert "session" not in visitor.page.evaluate("document.cookie")


def test_signing_out_ends_the_other_windows_too(visitor):
    visitor.sign_in()
    visitor.settle()
    other = visitor.page.context.new_page()
    other.goto(f"{visitor.address}/overview")
    other.wait_for_selector("[data-testid=stMain] h1")
    visitor.page.click("a[href='/sign-out']")
    visitor.page.wait_for_url(re.compile("/sign-in"))
    other.get_by_text("Registre", exact=True).click()
    other.get_by_role("heading", name="Vous êtes déconnecté").wait_for()


@pytest.mark.parametrize(
    ("person", "titles"),
    [
        ("administrator", ["Source", "Habilitations", "Mes sessions"]),
        ("management", ["Vue d\u2019ensemble", "Registre", "Statistiques", "Mes sessions"]),
    ],
)
def test_only_permitted_screens_are_listed(visitor, person, titles):
    visitor.sign_in(person)
    visitor.settle()
    links = visitor.page.locator("[data-testid=stSidebarNavLink]").all_inner_texts()
    assert links == titles
    visitor.page.goto(f"{visitor.address}/deadlines")
    assert visitor.page.locator("h1").inner_text() == "Votre rôle n\u2019ouvre pas cet écran"


def test_the_language_follows_the_reader(visitor):
    visitor.sign_in()
    visitor.settle()
    visitor.page.get_by_text("EN", exact=True).click()
    visitor.page.get_by_role("heading", name="What needs my attention?").wait_for()
    assert visitor.page.evaluate("document.documentElement.lang") == "en"
    visitor.page.get_by_text("Register", exact=True).click()
    visitor.page.get_by_role("heading", name="What do we do with the data?").wait_for()
    visitor.page.goto(f"{visitor.address}/register")  # a new session, without the language in the address
    visitor.page.get_by_role("heading", name="What do we do with the data?").wait_for()


def test_the_first_visit_makes_the_demonstration_and_leads_to_the_sign_in(chromium, tmp_path):
    (tmp_path / "home").mkdir()
    with serving(tmp_path / "home") as address, Visitor.of(chromium, address) as visitor:
        visitor.page.goto(f"{address}/deadlines")
        assert urlsplit(visitor.page.url).path == "/starting"
        visitor.page.wait_for_url(re.compile("/sign-in"), timeout=180_000)
        visitor.page.click("button[value=dpo]")
        visitor.settle()
        assert urlsplit(visitor.page.url).path == "/deadlines"
        assert not visitor.complaints

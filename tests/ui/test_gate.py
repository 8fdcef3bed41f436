"""Nobody gets past the gate without a session, and nobody is led out of the app by it."""

from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route, WebSocketRoute

from diager_dpo.services.sessions import close_session, open_session
from diager_dpo.ui import gate
from diager_dpo.ui.entrance import ROUTES
from diager_dpo.ui.gate import MIDDLEWARE, local_target, shell
from diager_dpo.ui.language import Language
from diager_dpo.ui.registry import SCREENS
from diager_dpo.ui.visit import COOKIE
from tests.ui.browser import Browser

ADDRESSES = ["", *(screen.address for screen in SCREENS)]
BEHIND = ["/static/js/index.js", "/media/a.pdf", "/component/x/index.html", "/_stcore/host-config", "/_stcore/metrics"]


async def streamlit(scope, receive, send):
    await PlainTextResponse("behind the gate")(scope, receive, send)


async def stream(websocket):
    await websocket.accept()
    await websocket.send_text("behind the gate")
    await websocket.close()


@pytest.fixture
def client(house):
    routes = [*ROUTES, WebSocketRoute("/_stcore/stream", stream), Mount("/", streamlit)]
    return Browser(Starlette(routes=routes, middleware=MIDDLEWARE))


@pytest.fixture
def as_dpo(client, house, people):
    client.cookies[COOKIE] = open_session(house, people["dpo"])
    return client


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_leads_a_stranger_to_the_sign_in_and_remembers_the_way(client, people, address):
    answer = client.get(f"/{address}?purpose=contests&as_of=2025-01-01")
    assert answer.status == 303
    wanted = f"/{address}%3Fpurpose%3Dcontests%26as_of%3D2025-01-01"
    assert answer.headers["location"] == f"/sign-in?next={wanted}"


@pytest.mark.parametrize("path", [*BEHIND, "/anything", "/pages/overview.py", "/deadlines/more"])
def test_a_stranger_gets_no_file(client, people, path):
    answer = client.get(path)
    assert (answer.status, answer.text) == (401, "Sign in first")


def test_a_stranger_gets_no_websocket(client, people):
    assert client.websocket("/_stcore/stream") == ["close"]


@pytest.mark.parametrize("token", ["", "x" * 43, "'; drop table session; --"])
def test_a_wrong_token_is_a_stranger(client, people, token):
    client.cookies[COOKIE] = token
    assert client.get("/overview").headers["location"].startswith("/sign-in")
    assert client.websocket("/_stcore/stream") == ["close"]


def test_whoever_is_signed_in_gets_pages_files_and_the_websocket(as_dpo):
    assert 'id="root"' in as_dpo.get("/overview").text
    assert as_dpo.get("/static/js/index.js").text == "behind the gate"
    assert as_dpo.websocket("/_stcore/stream") == ["accept", "send", "close"]


def test_after_a_session_only_what_is_streamlit_s_own_is_given_out_and_for_a_moment_only(as_dpo, house, monkeypatch):
    now = 1000.0
    monkeypatch.setattr(gate, "time", SimpleNamespace(monotonic=lambda: now))
    as_dpo.get("/overview")
    close_session(house, as_dpo.cookies[COOKIE])
    assert as_dpo.get("/static/js/index.js").status == 200
    now += 2.1
    assert [as_dpo.get(path).status for path in BEHIND] == [401] * len(BEHIND)


def test_a_session_that_was_seen_to_end_opens_no_file_at_once(as_dpo, house):
    as_dpo.get("/overview")
    close_session(house, as_dpo.cookies[COOKIE])
    assert [as_dpo.get(path).status for path in reversed(BEHIND)] == [401] * len(BEHIND)


def test_the_root_leads_to_the_first_screen_a_person_may_see(client, house, people):
    for subject, first in (("dpo", "/overview"), ("administrator", "/source")):
        client.cookies[COOKIE] = open_session(house, people[subject])
        assert client.get("/?language=en").headers["location"] == f"{first}?language=en"


def test_a_screen_that_a_role_does_not_open_says_so(client, house, people):
    client.cookies[COOKIE] = open_session(house, people["administrator"])
    answer = client.get("/deadlines")
    assert answer.status == 403
    assert "Votre rôle n\u2019ouvre pas cet écran" in answer.text
    assert 'id="root"' not in answer.text


def test_an_address_that_leads_nowhere_says_so(as_dpo):
    assert as_dpo.get("/nowhere").status == 404


def test_signing_in_leads_back_to_the_deep_link(client, people):
    form = {"person": "dpo", "next": "/deadlines?purpose=contests"}
    answer = client.post("/sign-in", form)
    assert answer.headers["location"] == "/deadlines?purpose=contests"
    assert 'id="root"' in client.get("/deadlines").text


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client, people):
    cookie = client.post("/sign-in", {"person": "dpo"}).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie  # served over http


def test_the_cookie_is_secure_over_https(client, people):
    cookie = client.post("https://localhost:8501/sign-in", {"person": "dpo"}).headers["set-cookie"]
    assert "Secure" in cookie


def test_another_site_cannot_sign_somebody_in(client, people):
    answer = client.post("/sign-in", {"person": "dpo"}, origin="https://evil.example")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("origin", ["http://[", "null", "http://localhost:9999"])
def test_an_origin_that_is_not_this_server_signs_nobody_in_and_opens_no_websocket(as_dpo, origin):
    assert as_dpo.post("/sign-in", {"person": "dpo"}, origin=origin).headers["location"] == "/sign-in"
    assert as_dpo.websocket("/_stcore/stream", origin=origin) == ["close"]
    assert as_dpo.websocket("/_stcore/stream", origin="http://localhost:8501") == ["accept", "send", "close"]


def test_nobody_unknown_signs_in(client, people):
    assert "set-cookie" not in client.post("/sign-in", {"person": "somebody"}).headers


def test_signing_in_again_ends_the_former_session(as_dpo):
    before = as_dpo.cookies[COOKIE]
    as_dpo.post("/sign-in", {"person": "management"})
    as_dpo.cookies[COOKIE] = before
    assert as_dpo.get("/overview").status == 303


def test_signing_out_ends_the_session(as_dpo):
    token = as_dpo.cookies[COOKIE]
    as_dpo.post("/sign-out")
    as_dpo.cookies.clear()
    as_dpo.cookies[COOKIE] = token
    assert as_dpo.get("/overview").status == 303


def test_a_link_on_another_site_signs_nobody_out(as_dpo):
    assert as_dpo.get("/sign-out", sec_fetch_site="cross-site").status == 200
    assert as_dpo.post("/sign-out", origin="https://evil.example").status == 303
    assert as_dpo.get("/overview").status == 200


def test_the_link_of_the_app_signs_out(as_dpo):
    assert as_dpo.get("/sign-out", sec_fetch_site="same-origin").status == 303
    assert as_dpo.get("/overview").status == 303


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/overview",
        "//evil.example/overview",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "overview",
        "/sign-out",
        "/media/x",
        "/overview\r\nSet-Cookie: a=b",
        "http:overview",
        "/%2f%2fevil.example",
        "//[",
        "http://[evil.example",
        "",
        None,
    ],
)
def test_no_link_leads_out_of_the_app(target):
    assert local_target(target) == "/" or local_target(target).startswith("/overview")
    assert "\n" not in local_target(target)
    assert "evil" not in local_target(target)


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "[", "user@evil.example"])
def test_another_name_for_this_server_is_refused(as_dpo, host):
    assert as_dpo.get("/overview", host=host).status == 421
    assert as_dpo.websocket("/_stcore/stream", host=host) == ["close"]


@pytest.mark.parametrize("path", ["/overview", "/sign-in", "/static/x.js", "/entrance/entrance.css", "/nowhere"])
def test_every_answer_keeps_the_browser_in(as_dpo, path):
    headers = as_dpo.get(path).headers
    policy = headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe-eval" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_the_page_of_the_screens_has_no_inline_script_and_says_its_language():
    html = shell(Language.FRENCH, Language.FRENCH)
    assert '<html lang="fr"' in html
    assert "<script>" not in html
    assert "prerenderReady" not in html
    assert '<html lang="en"' in shell(Language.ENGLISH, Language.FRENCH)


def test_the_sign_in_speaks_the_language_of_the_browser_the_choice_before_it_and_the_address_before_both(
    client, people
):
    def language(path, **headers):
        return client.get(path, **headers).text.split('<html lang="')[1][:2]

    assert language("/sign-in") == "fr"
    assert language("/sign-in", accept_language="de-DE,en;q=0.8") == "en"
    assert language("/sign-in?language=en") == "en"
    assert language("/sign-in") == "en"  # remembered
    assert language("/sign-in?language=fr") == "fr"


def test_with_a_source_of_ones_own_nobody_signs_in_yet(client, house, people, monkeypatch):
    monkeypatch.setenv("DIAGER_DPO_SOURCE", "x")
    object.__setattr__(house, "settings", house.settings.model_copy(update={"source": house.settings.home}))
    page = client.get("/sign-in").text
    assert "Personne ne peut encore se connecter" in page
    assert "<button" not in page
    assert "set-cookie" not in client.post("/sign-in", {"person": "dpo"}).headers


def test_without_a_demonstration_the_first_page_is_its_making(client, monkeypatch):
    started = []
    monkeypatch.setattr("diager_dpo.ui.threshold.make", lambda: started.append(True))
    assert client.get("/overview").headers["location"] == "/starting?next=/overview"
    assert "<progress" in client.get("/starting?next=/overview").text
    assert started
    assert client.get("/starting/state").json()["stage"] == "to_make"


def test_what_is_wrong_at_the_start_is_told_as_a_page(client, monkeypatch, tmp_path):
    from diager_dpo.services.errors import NotPossible

    def broken():
        raise NotPossible("store_newer", revision="9")

    monkeypatch.setattr("diager_dpo.ui.threshold.is_ready", broken)
    answer = client.get("/overview")
    assert answer.status == 503
    assert "version plus récente" in answer.text


def test_an_unforeseen_error_shows_a_code_and_nothing_else(client, monkeypatch, caplog):
    def broken():
        raise RuntimeError("Jeanne Martin, jeanne@example.com")

    monkeypatch.setattr("diager_dpo.ui.threshold.is_ready", broken)
    answer = client.get("/sign-in")
    assert answer.status == 500
    assert "Jeanne" not in answer.text + caplog.text
    code = caplog.records[-1].getMessage().split()[0]
    assert code in answer.text


def test_an_unforeseen_error_of_a_page_of_the_gate_shows_a_code_and_nothing_else(people, caplog):
    async def broken(_request):
        raise RuntimeError("Jeanne Martin, jeanne@example.com")

    client = Browser(Starlette(routes=[Route("/sign-in", broken)], middleware=MIDDLEWARE))
    answer = client.get("/sign-in")
    assert answer.status == 500
    assert "Jeanne" not in answer.text + caplog.text
    assert caplog.records[-1].getMessage().split()[0] in answer.text
    assert "script-src 'self'" in answer.headers["content-security-policy"]

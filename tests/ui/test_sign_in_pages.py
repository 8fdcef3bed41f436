"""The gate's own pages where people sign in for real: with a password, or with a provider."""

import re

import pytest
from argon2 import PasswordHasher
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount

from diager_dpo.domain.permissions import Identity, Role
from diager_dpo.services import passwords
from diager_dpo.services.access import COMMAND_LINE
from diager_dpo.services.demonstration import ISSUER as DEMONSTRATION
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.identity_provider import ProviderClient
from diager_dpo.services.local_accounts import add_first_administrator, reset_password
from diager_dpo.services.sessions import open_session, sessions_of, signed_in_recently
from diager_dpo.services.sign_in_file import SignIn
from diager_dpo.ui import front, provider_entrance, threshold
from diager_dpo.ui.entrance import ROUTES
from diager_dpo.ui.gate import MIDDLEWARE
from diager_dpo.ui.rate_limit import SIGN_IN_ATTEMPTS, SIGN_OUTS_OF_PROVIDER
from diager_dpo.ui.visit import COOKIE
from tests.services.filled_store import grant
from tests.services.provider_tokens import KEYS, PROVIDER, logout_token
from tests.ui.browser import Browser

CLI = Identity(COMMAND_LINE, "tests")
GOOD = "trois chevaux sous la pluie"


async def streamlit(scope, receive, send):
    await PlainTextResponse("behind the gate")(scope, receive, send)


@pytest.fixture
def client(house, monkeypatch):
    SIGN_IN_ATTEMPTS.forget()
    monkeypatch.setattr(SIGN_IN_ATTEMPTS, "seconds", 1e9)  # a slow machine must not fill it again meanwhile
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobodys.cache_clear()
    return Browser(Starlette(routes=[*ROUTES, Mount("/", streamlit)], middleware=MIDDLEWARE))


@pytest.fixture
def with_passwords(house):
    """A source of one's own; ``admin`` has a first password, which this is."""
    object.__setattr__(house, "settings", house.settings.model_copy(update={"source": house.settings.home}))
    return add_first_administrator(house, CLI, "admin", "Nadia Boisdrille")


@pytest.fixture
def with_provider(house):
    object.__setattr__(house, "sign_in", SignIn(provider=PROVIDER))


def choose(client, first, new=GOOD, repeated=None, then="/source"):
    """Sign in with a first password and choose another."""
    page = client.post("/sign-in", {"name": "admin", "password": first, "next": then}).text
    ticket = re.search('name="ticket" value="([^"]+)"', page)[1]
    return client.post("/sign-in/password", {"ticket": ticket, "new": new, "repeated": repeated or new}), ticket


def test_the_first_sign_in_chooses_a_password_and_leads_to_the_deep_link(client, with_passwords):
    answer, _ticket = choose(client, with_passwords, then="/source?language=en")
    assert answer.headers["location"] == "/source?language=en"
    assert client.get("/source").status == 200


def test_the_first_password_alone_opens_nothing(client, with_passwords):
    answer = client.post("/sign-in", {"name": "admin", "password": with_passwords})
    assert "set-cookie" not in answer.headers
    assert client.get("/source").status == 303


@pytest.mark.parametrize(
    ("new", "repeated", "said"),
    [("short", None, "trop court"), (GOOD, GOOD + "!", "diffèrent"), ("motdepasse123", None, "en premier")],
)
def test_a_password_that_cannot_be_is_said_and_asked_again(client, with_passwords, new, repeated, said):
    answer, ticket = choose(client, with_passwords, new, repeated)
    assert said in answer.text
    assert "set-cookie" not in answer.headers
    assert ticket not in answer.text  # each ticket serves once


def test_a_ticket_serves_once(client, with_passwords):
    _answer, ticket = choose(client, with_passwords)
    client.cookies.clear()
    again = client.post("/sign-in/password", {"ticket": ticket, "new": GOOD + "x", "repeated": GOOD + "x"})
    assert (again.headers["location"], client.cookies) == ("/sign-in", {})


def test_a_ticket_serves_nobody_once_the_password_was_reset(client, house, with_passwords):
    page = client.post("/sign-in", {"name": "admin", "password": with_passwords}).text
    ticket = re.search('name="ticket" value="([^"]+)"', page)[1]
    second = reset_password(house, CLI, "admin")
    answer = client.post("/sign-in/password", {"ticket": ticket, "new": GOOD, "repeated": GOOD})
    assert (answer.status, "set-cookie" in answer.headers) == (403, False)
    assert choose(client, second)[0].status == 303


@pytest.mark.parametrize("name", ["admin", "nobody"])
def test_a_wrong_password_is_told_alike_for_every_name(client, with_passwords, name):
    answer = client.post("/sign-in", {"name": name, "password": "wrong"})
    assert answer.status == 403
    assert "Le nom ou le mot de passe est erroné." in answer.text
    assert f'"{name}"' not in answer.text


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "/sign-out"])
def test_a_sign_in_leads_to_no_other_site(client, with_passwords, target):
    answer, _ticket = choose(client, with_passwords, then=target)
    assert answer.headers["location"] == "/"


def test_a_session_known_before_the_sign_in_opens_nothing_after_it(client, house, with_passwords):
    """Fixation: the attacker's token is in the victim's browser when the victim signs in."""
    client.cookies[COOKIE] = planted = "a" * 43
    choose(client, with_passwords)
    assert client.cookies[COOKIE] != planted
    client.cookies[COOKIE] = planted
    assert client.get("/source").status == 303


def test_the_demonstrations_sessions_and_people_do_not_count(client, house, with_passwords):
    grant(house.store, Identity(DEMONSTRATION, "dpo"), Role.DPO)
    client.cookies[COOKIE] = open_session(house, Identity(DEMONSTRATION, "dpo"))
    assert client.get("/overview").status == 303
    client.cookies.clear()
    assert "set-cookie" not in client.post("/sign-in", {"person": "dpo"}).headers
    assert 'name="person"' not in client.get("/sign-in").text


def test_a_sign_in_is_recent_for_ten_minutes_and_then_asked_again(client, house, with_passwords, monkeypatch):
    from datetime import timedelta

    choose(client, with_passwords)
    token = client.cookies[COOKIE]
    assert signed_in_recently(house, token)
    now = house.now()
    object.__setattr__(house, "clock", lambda: now + timedelta(minutes=11))
    assert not signed_in_recently(house, token)
    assert "10 minutes" in client.get("/sign-in?again=1&next=/source").text
    client.post("/sign-in?again=1", {"name": "admin", "password": GOOD, "next": "/source"})
    assert client.cookies[COOKIE] != token
    assert signed_in_recently(house, client.cookies[COOKIE])
    assert len(sessions_of(house, client.cookies[COOKIE])) == 1  # the former one ended


def test_too_many_attempts_from_one_address_are_refused_for_a_while(client, with_passwords):
    answers = [client.post("/sign-in", {"name": f"n{number}", "password": ""}) for number in range(31)]
    assert {answer.status for answer in answers[:30]} == {403}
    assert answers[30].status == 429
    assert answers[30].headers["retry-after"] == "60"


def test_an_address_that_is_only_claimed_is_no_other_one(client, with_passwords):
    last = [
        client.post("/sign-in", {"name": f"n{number}", "password": ""}, x_forwarded_for=f"192.0.2.{number}")
        for number in range(31)
    ][-1]
    assert last.status == 429


@pytest.mark.parametrize(
    "body", ["x" * 100_000, "&".join(f"a{n}=b" for n in range(100)), "%ff%00=%zz", "name=a&name=b"]
)
def test_a_form_nobody_would_send_is_no_error(client, with_passwords, body):
    sent = client._request("POST", "/sign-in", body.encode(), {})
    assert sent.status in {303, 403}
    assert client._request("POST", "/sign-in/password", body.encode(), {}).status == 303


def test_a_password_is_never_repeated(client, with_passwords, caplog):
    with caplog.at_level("DEBUG"):
        answer = client.post("/sign-in", {"name": "canary-name", "password": "canary-4711"})
    assert "canary" not in answer.text + caplog.text


def test_without_any_account_the_page_says_how_the_first_one_is_made(client, house):
    object.__setattr__(house, "settings", house.settings.model_copy(update={"source": house.settings.home}))
    assert "accounts first-administrator" in client.get("/sign-in").text


def test_behind_a_front_that_talks_https_cookies_are_secure(client, house, with_passwords):
    address = {"front": {"address": "https://localhost:8501"}}
    object.__setattr__(house, "sign_in", SignIn.model_validate(address))
    answer, _ticket = choose(client, with_passwords)
    assert "; Secure" in answer.headers["set-cookie"]
    assert "max-age=" in client.get("/source").headers["strict-transport-security"]


def test_a_header_that_claims_https_is_not_believed_without_a_front(house):
    from starlette.requests import HTTPConnection

    def asked(**headers):
        raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "http", "scheme": "https", "path": "/", "headers": raw, "client": ("203.0.113.9", 1)}
        return HTTPConnection(scope | {"query_string": b"", "server": ("localhost", 8501)})

    behind = SignIn.model_validate({"front": {"address": "https://dpo.example.com"}})
    claimed = asked(x_forwarded_proto="https", x_forwarded_for="203.0.113.9", host="localhost")
    assert not front.is_secure(claimed, SignIn())
    assert front.is_secure(asked(host="localhost"), SignIn())
    assert front.is_secure(claimed, behind)
    assert front.public_address(claimed, behind) == "https://dpo.example.com"
    assert front.client_of(claimed, SignIn()) == front.UNKNOWN
    assert front.client_of(claimed, behind) == "203.0.113.9"


def test_with_a_provider_there_is_one_way_in(client, with_provider):
    page = client.get("/sign-in?next=/deadlines").text
    assert 'href="/sign-in/provider?next=/deadlines"' in page
    assert "<form" not in page
    for form in ({"person": "dpo"}, {"name": "admin", "password": "x"}):
        assert "set-cookie" not in client.post("/sign-in", form).headers


def test_a_provider_out_of_reach_is_said_as_a_page(client, with_provider, monkeypatch):
    import requests

    from diager_dpo.services import identity_provider

    def get(_url, **_options):
        raise requests.ConnectionError("canary-4711")

    monkeypatch.setattr(identity_provider.requests, "get", get)
    answer = client.get("/sign-in/provider?next=/deadlines")
    assert answer.status == 403
    assert "ne répond pas" in answer.text
    assert "canary" not in answer.text


def test_what_the_provider_says_of_an_error_is_not_repeated(client, with_provider):
    answer = client.get("/sign-in/callback?error=access_denied&error_description=<script>canary</script>&state=x")
    assert "canary" not in answer.text


@pytest.fixture
def provider_keys(with_provider, monkeypatch):
    SIGN_OUTS_OF_PROVIDER.forget()
    provider_entrance._signed_out.cache_clear()
    monkeypatch.setattr(ProviderClient, "keys", lambda _client: KEYS)


def signed_out_elsewhere(client, **changes):
    now = int(client.at.timestamp())
    return client.post("/backchannel-logout", {"logout_token": logout_token(**{"iat": now, "exp": now + 60} | changes)})


def test_a_sign_out_at_the_provider_ends_the_session_here_without_a_cookie(client, house, provider_keys):
    marie = Identity(PROVIDER.issuer, "marie")
    grant(house.store, marie, Role.DPO)
    token = open_session(house, marie, provider_session="s1")
    client.at = house.now()
    answer = signed_out_elsewhere(client)
    assert (answer.status, answer.headers["cache-control"], answer.text) == (200, "no-store", "{}")
    assert sessions_of(house, token) == ()
    again = signed_out_elsewhere(client)
    assert (again.status, again.json()) == (400, {"error": "invalid_request"})
    assert signed_out_elsewhere(client, jti="t2", sid="unknown").status == 200


@pytest.mark.parametrize("form", [{}, {"logout_token": "a.b.c"}, {"logout_token": "x" * 9000}])
def test_what_is_no_logout_token_ends_nothing(client, provider_keys, form):
    assert client.post("/backchannel-logout", form).status == 400
    assert client.get("/backchannel-logout").status == 401


def test_a_logout_token_in_a_form_that_is_too_long_is_not_read(client, house, provider_keys):
    now = int(house.now().timestamp())
    form = {"logout_token": logout_token(iat=now, exp=now + 60), "filler": "x" * 9000}
    assert client.post("/backchannel-logout", form).status == 400


def test_too_many_sign_outs_are_refused_for_a_while(client, provider_keys, monkeypatch):
    monkeypatch.setattr(SIGN_OUTS_OF_PROVIDER, "burst", 1)
    monkeypatch.setattr(SIGN_OUTS_OF_PROVIDER, "seconds", 1e9)
    assert [client.post("/backchannel-logout").status for _attempt in range(2)] == [400, 429]


def test_a_provider_whose_keys_are_out_of_reach_may_send_it_again(client, provider_keys, monkeypatch):
    def keys(_client):
        raise NotPossible("provider_unreachable")

    monkeypatch.setattr(ProviderClient, "keys", keys)
    assert client.post("/backchannel-logout", {"logout_token": "x"}).status == 503


def test_without_a_provider_there_is_nobody_to_sign_people_out(client, with_passwords):
    assert client.post("/backchannel-logout", {"logout_token": "x"}).status == 404


def test_an_unsafe_set_up_lets_nobody_in_and_says_why(client, house, with_passwords):
    house.settings.home.chmod(0o755)
    threshold._ready = False
    for path in ("/sign-in", "/overview", "/sign-in/provider"):
        answer = client.get(path)
        assert answer.status == 503
        assert "chmod 700" in answer.text
    assert client.get("/healthz").status == 503


def test_health_says_whether_the_store_answers_and_no_more(client, house, people, monkeypatch):
    answer = client.get("/healthz")
    assert (answer.status, set(answer.json())) == (200, {"status", "version"})
    monkeypatch.setattr("diager_dpo.ui.health.reading", None)
    broken = client.get("/healthz")
    assert (broken.status, broken.json()["status"]) == (503, "unavailable")


def test_who_has_just_signed_out_is_told_so(client, with_passwords):
    assert "You are signed out" in client.get("/sign-in?out=1&language=en").text
    assert "You are signed out" not in client.get("/sign-in?language=en").text

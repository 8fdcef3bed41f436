"""The flow with a provider: it ends once, in the browser that began it, and grants are those of the latest sign-in."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from sqlalchemy import select, update

from diager_dpo.domain.permissions import Grant, Identity, Role
from diager_dpo.domain.words import Purpose
from diager_dpo.services import identity_provider
from diager_dpo.services.access import actor_grants
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.services.identity_provider import ProviderClient
from diager_dpo.services.issuer import issuer_in_force
from diager_dpo.services.provider_sign_in import ProviderSignIn
from diager_dpo.services.sessions import open_session, who
from diager_dpo.services.sign_in_file import LOCAL, SignIn
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.tables import account, role_grant
from tests.services.filled_store import grant
from tests.services.provider_tokens import CLIENT, ISSUER, KEYS, NOW, PROVIDER, token

REDIRECT = "https://dpo.example.com/sign-in/callback"
MARIE = Identity(ISSUER, "marie")


class Answer:
    def __init__(self, document, status=200):
        self.document, self.status_code = document, status

    def json(self):
        return self.document


@pytest.fixture
def published():
    """What the provider publishes; a test may change it."""
    return {
        "issuer": ISSUER,
        "authorization_endpoint": "https://login.example.com/authorize",
        "token_endpoint": "https://login.example.com/token",
        "jwks_uri": "https://login.example.com/keys",
        "end_session_endpoint": "https://login.example.com/out",
    }


@pytest.fixture
def provider(monkeypatch, published):
    """A client whose provider answers from memory. ``said``: what the next token says."""
    asked = []

    def get(url, **options):
        asked.append(url)
        assert options["allow_redirects"] is False
        return Answer(KEYS.as_dict() if url.endswith("/keys") else published)

    monkeypatch.setattr(identity_provider.requests, "get", get)
    client = ProviderClient(PROVIDER)
    client.said, client.exchanged, client.asked = {}, [], asked

    def exchange(redirect_uri, code, verifier):
        client.exchanged.append((redirect_uri, code, verifier))
        return token(**({"nonce": client.nonce} | client.said))

    client.exchange = exchange
    return client


@pytest.fixture
def house(any_installation):
    return replace(any_installation, sign_in=SignIn(provider=PROVIDER), clock=lambda: NOW)


@pytest.fixture
def flows(provider):
    return ProviderSignIn(provider)


def begin(flows, *, again=False, browser=None):
    """Go to the provider; the cookie and the parameters that went along."""
    begun = flows.begin(browser, REDIRECT, "/deadlines?purpose=contests", again=again)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(begun.url).query).items()}
    flows.client.nonce = asked["nonce"]
    return begun.browser, asked


def sign_in(house, flows, *, again=False, **said):
    flows.client.said = said
    browser, asked = begin(flows, again=again)
    return flows.finish(house, browser, {"state": asked["state"], "code": "c"})


def test_the_browser_goes_with_a_state_a_nonce_and_a_challenge(flows):
    _browser, asked = begin(flows)
    assert (asked["client_id"], asked["redirect_uri"], asked["response_type"]) == (CLIENT, REDIRECT, "code")
    assert asked["code_challenge_method"] == "S256"
    assert set(asked["scope"].split()) == {"openid", "profile"}
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    _browser, other = begin(flows)
    assert all(asked[name] != other[name] for name in ("state", "nonce", "code_challenge"))


def test_a_sign_in_leads_back_to_where_it_began(house, flows):
    entered = sign_in(house, flows)
    assert (entered.identity, entered.target) == (MARIE, "/deadlines?purpose=contests")
    redirect, code, verifier = flows.client.exchanged[0]
    assert (redirect, code) == (REDIRECT, "c")
    assert len(verifier) >= 43


def over(house, flows, browser, answer):
    with pytest.raises(NotPossible) as refused:
        flows.finish(house, browser, answer)
    assert refused.value.code == "sign_in_over"


def test_a_state_ends_one_sign_in(house, flows):
    browser, asked = begin(flows)
    answer = {"state": asked["state"], "code": "c"}
    flows.finish(house, browser, answer)
    over(house, flows, browser, answer)
    assert len(flows.client.exchanged) == 1  # the code was not even shown to the provider again


@pytest.mark.parametrize("browser", [None, "", "another browser"])
def test_a_sign_in_ends_in_the_browser_that_began_it(house, flows, browser):
    _browser, asked = begin(flows)
    over(house, flows, browser, {"state": asked["state"], "code": "c"})
    assert not flows.client.exchanged


@pytest.mark.parametrize("answer", [{}, {"code": "c"}, {"state": "", "code": "c"}, {"state": "x" * 43, "code": "c"}])
def test_an_answer_nobody_asked_for_is_refused(house, flows, answer):
    browser, _asked = begin(flows)
    over(house, flows, browser, answer)


def test_a_sign_in_that_takes_too_long_is_over(house, flows, monkeypatch):
    browser, asked = begin(flows)
    late = __import__("time").monotonic() + 601
    monkeypatch.setattr("diager_dpo.services.once.time.monotonic", lambda: late)
    over(house, flows, browser, {"state": asked["state"], "code": "c"})


def test_two_windows_of_one_browser_do_not_disturb_each_other(house, flows):
    browser, first = begin(flows)
    nonce = flows.client.nonce
    same, _second = begin(flows, browser=browser)
    assert same == browser
    flows.client.nonce = nonce
    assert flows.finish(house, browser, {"state": first["state"], "code": "c"}).identity == MARIE


def test_an_answer_of_another_provider_is_refused(house, flows):
    browser, asked = begin(flows)
    with pytest.raises(Refused) as refused:
        flows.finish(house, browser, {"state": asked["state"], "code": "c", "iss": "https://evil.example"})
    assert refused.value.values == {"reason": "iss"}
    assert not flows.client.exchanged


def test_a_provider_that_names_itself_must_do_so(house, flows, published):
    published["authorization_response_iss_parameter_supported"] = True
    browser, asked = begin(flows)
    with pytest.raises(Refused):
        flows.finish(house, browser, {"state": asked["state"], "code": "c"})


def test_a_refusal_of_the_provider_is_one(house, flows):
    browser, asked = begin(flows)
    with pytest.raises(Refused) as refused:
        flows.finish(house, browser, {"state": asked["state"], "error": "access_denied", "code": "c"})
    assert refused.value.code == "provider_refused"


@pytest.mark.parametrize("said", [{"nonce": "x" * 43}, {"iss": "https://evil.example"}, {"aud": "x"}, {"exp": 1}])
def test_nobody_gets_an_account_by_a_token_that_is_refused(house, flows, said):
    with pytest.raises(Refused):
        sign_in(house, flows, **said)
    with reading(house.store) as connection:
        assert not connection.execute(select(account)).all()


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint"])
@pytest.mark.parametrize("address", ["http://login.example.com/x", "ftp://localhost", "javascript:x", "", 5, None])
def test_a_provider_with_an_unsafe_address_is_refused(flows, published, name, address):
    published[name] = address
    with pytest.raises(NotPossible) as refused:
        begin(flows)
    assert (refused.value.code, refused.value.values) == ("provider_wrong", {"what": name})


def test_a_provider_that_says_it_is_another_is_refused(flows, published):
    published["issuer"] = "https://evil.example"
    with pytest.raises(NotPossible) as refused:
        begin(flows)
    assert refused.value.values == {"what": "issuer"}


@pytest.mark.parametrize("failure", [requests.ConnectionError("marie"), Answer({}, 500), Answer([])])
def test_a_provider_out_of_reach_is_one_sentence(flows, monkeypatch, failure):
    def get(_url, **_options):
        if isinstance(failure, Exception):
            raise failure
        return failure

    monkeypatch.setattr(identity_provider.requests, "get", get)
    with pytest.raises(NotPossible) as refused:
        begin(flows)
    assert refused.value.code == "provider_unreachable"
    assert "marie" not in str(refused.value)


def test_its_description_and_keys_are_kept_for_a_while(house, flows):
    for _time in range(3):
        sign_in(house, flows)
    assert len(flows.client.asked) == 2


def test_grants_are_those_of_the_latest_sign_in(house, flows):
    sign_in(house, flows, groups=["dpo", "unknown"])
    assert actor_grants(house, MARIE) == (Grant(Role.DPO),)
    sign_in(house, flows, groups=["approvers"], job="audit")
    assert set(actor_grants(house, MARIE)) == {
        Grant(Role.APPROVER, Purpose.PROSPECTING), Grant(Role.APPROVER, Purpose.CONTESTS), Grant(Role.AUDITOR),
    }  # fmt: skip


def test_a_right_that_is_still_given_keeps_its_age(house, flows):
    sign_in(house, flows)
    later = replace(house, clock=lambda: NOW + timedelta(seconds=60))
    sign_in(later, flows, groups=["dpo"], job="audit")
    with reading(house.store) as connection:
        since = dict(connection.execute(select(role_grant.c.role, role_grant.c.granted_at)).all())
    assert since == {"dpo": NOW.isoformat(), "auditor": (NOW + timedelta(seconds=60)).isoformat()}


def test_a_right_that_was_taken_begins_anew(house, flows):
    sign_in(house, flows)
    sign_in(house, flows, groups=[], job="audit")
    later = replace(house, clock=lambda: NOW + timedelta(seconds=60))
    sign_in(later, flows)
    with reading(house.store) as connection:
        query = select(role_grant.c.granted_at).where(role_grant.c.role == "dpo", role_grant.c.revoked_at.is_(None))
        assert connection.scalars(query).all() == [(NOW + timedelta(seconds=60)).isoformat()]


@pytest.mark.parametrize("groups", [[], None, "dpos", ["DPO"], {"dpo": 1}, 5])
def test_somebody_without_a_role_is_refused_and_loses_what_they_held(house, flows, groups):
    sign_in(house, flows)
    with pytest.raises(Refused) as refused:
        sign_in(house, flows, groups=groups)
    assert refused.value.code == "no_role_here"
    assert actor_grants(house, MARIE) == ()


def test_roles_that_exclude_each_other_give_nothing(house, flows):
    with pytest.raises(Refused) as refused:
        sign_in(house, flows, groups=["approvers", "admins"])
    assert refused.value.code == "roles_exclude_each_other"
    assert actor_grants(house, MARIE) == ()


def test_a_disabled_account_stays_out(house, flows):
    sign_in(house, flows)
    with writing(house.store) as connection:
        connection.execute(update(account).values(disabled_at=NOW.isoformat()))
    with pytest.raises(Refused) as refused:
        sign_in(house, flows)
    assert refused.value.code == "own_account_disabled"


def test_a_name_that_changes_is_followed(house, flows):
    sign_in(house, flows)
    sign_in(house, flows, name="Marie Dupuis-Lenoir")
    with reading(house.store) as connection:
        assert connection.scalars(select(account.c.display_name)).all() == ["Marie Dupuis-Lenoir"]


def test_a_session_knows_when_its_person_proved_who_they_are(house, flows):
    at = int((NOW - timedelta(hours=3)).timestamp())
    assert sign_in(house, flows, auth_time=at).proven_ago == timedelta(hours=3)
    assert sign_in(house, flows).proven_ago is None  # the provider may have remembered them for days


def test_a_sign_in_that_is_asked_for_again_is_a_new_proof(house, flows):
    _browser, asked = begin(flows, again=True)
    assert (asked["prompt"], asked["max_age"]) == ("login", "0")
    assert sign_in(house, flows, again=True).proven_ago == timedelta(0)
    with pytest.raises(Refused):  # the provider did not ask them
        sign_in(house, flows, again=True, auth_time=int((NOW - timedelta(hours=3)).timestamp()))


def test_the_providers_name_of_the_session_is_kept_where_it_gives_one(house, flows):
    assert sign_in(house, flows, sid="s1").provider_session == "s1"
    assert {sign_in(house, flows, **said).provider_session for said in ({}, {"sid": 5}, {"sid": ""})} == {None}


def test_sessions_of_another_issuer_are_over(house, any_installation):
    """One issuer of identities at a time."""
    local = Identity(LOCAL, "marie")
    grant(house.store, local, Role.DPO)
    grant(house.store, MARIE, Role.DPO)
    by_password, by_provider = open_session(house, local), open_session(house, MARIE)
    assert (issuer_in_force(any_installation), issuer_in_force(house)) == (LOCAL, ISSUER)
    assert (who(any_installation, by_password), who(any_installation, by_provider)) == (local, None)
    assert (who(house, by_password), who(house, by_provider)) == (None, MARIE)

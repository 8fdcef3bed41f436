"""A logout token is believed only where nothing of it is left to doubt, and is no ID token."""

from datetime import timedelta

import pytest

from diager_dpo.services.errors import Refused
from diager_dpo.services.id_token import LEEWAY_S, read_id_token
from diager_dpo.services.logout_token import EVENT, FRESH_S, read_logout_token
from tests.services.provider_tokens import CLIENT, ISSUER, KEYS, NONCE, NOW, OTHER_KEY, PROVIDER, logout_token, token

AT = int(NOW.timestamp())


def read(text, now=NOW):
    return read_logout_token(text, KEYS, PROVIDER, now)


def reason(text, now=NOW):
    with pytest.raises(Refused) as refused:
        read(text, now)
    assert refused.value.code == "logout_token_refused"
    assert "marie" not in str(refused.value).lower()
    return refused.value.values["reason"]


def test_a_good_token_says_who_signed_out():
    told = read(logout_token())
    assert (told.subject, told.session, told.token_id) == ("marie", "s1", "t1")
    assert read(logout_token(sub=None)).subject is None
    assert read(logout_token(sid=None)).session is None
    assert read(logout_token(header={"typ": "logout+jwt"})).subject == "marie"


@pytest.mark.parametrize(
    ("claim", "values"),
    [
        ("iss", ["https://evil.example", ISSUER + "/", None]),
        ("aud", ["other-app", [CLIENT, "other-app"], None]),
        ("azp", ["other-app"]),
        ("events", [None, [], EVENT, {}, {"other": {}}, {EVENT: None}, {EVENT: "now"}, {EVENT: []}]),
        ("jti", [None, "", 5, "t" * 256]),
        ("sid", ["", 5, ["s1"], "s" * 256]),
        ("sub", ["", 5, ["marie"]]),
        ("nonce", [NONCE, ""]),
        ("exp", [None, AT - LEEWAY_S, "tomorrow"]),
        ("iat", [None, AT - FRESH_S - LEEWAY_S - 1]),
    ],
)
def test_a_claim_that_is_wrong_is_named(claim, values):
    assert {reason(logout_token(**{claim: value})) for value in values} == {claim}


def test_a_token_of_the_future_is_refused():
    assert reason(logout_token(iat=AT + 300, exp=AT + 900))


def test_an_old_token_is_refused_however_long_it_says_it_lasts():
    text = logout_token(exp=AT + 86_400)
    read(text, NOW + timedelta(seconds=FRESH_S + LEEWAY_S))
    assert reason(text, NOW + timedelta(seconds=FRESH_S + LEEWAY_S + 1)) == "iat"


def test_a_token_about_nobody_is_refused():
    assert reason(logout_token(sub=None, sid=None)) == "sub"


def test_a_token_of_another_kind_is_refused():
    assert reason(logout_token(header={"typ": "at+jwt"})) == "typ"
    assert reason(token())  # an ID token


def test_a_logout_token_signs_nobody_in():
    with pytest.raises(Refused) as refused:
        read_id_token(logout_token(), KEYS, PROVIDER, NONCE, NOW)
    assert refused.value.values["reason"] == "nonce"


@pytest.mark.parametrize("text", [None, "", 5, "a.b.c", "x" * 100_001])
def test_what_is_no_token_is_refused(text):
    assert reason(text)


def test_a_signature_of_another_key_is_refused():
    assert reason(logout_token(key=OTHER_KEY)) == "BadSignatureError"

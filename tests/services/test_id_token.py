"""An ID token is believed only where nothing of it is left to doubt."""

import base64
import hmac
import json
from datetime import timedelta

import pytest

from diager_dpo.services.errors import Refused
from diager_dpo.services.id_token import LEEWAY_S, read_id_token
from tests.services.provider_tokens import (
    CLIENT,
    ISSUER,
    KEY,
    KEYS,
    NONCE,
    NOW,
    OTHER_KEY,
    PROVIDER,
    SECRET,
    claims,
    token,
)  # fmt: skip


def read(text, provider=PROVIDER):
    return read_id_token(text, KEYS, provider, NONCE, NOW)


def reason(text):
    with pytest.raises(Refused) as refused:
        read(text)
    assert refused.value.code == "id_token_refused"
    assert "marie" not in str(refused.value).lower()
    return refused.value.values["reason"]


def test_a_good_token_says_who_somebody_is():
    vouched = read(token())
    assert (vouched.subject, vouched.claims["groups"], vouched.authenticated_at) == ("marie", ["dpo"], None)


@pytest.mark.parametrize("issuer", ["https://evil.example", ISSUER + "/", ISSUER.upper(), "", 5, [ISSUER], None])
def test_another_issuer_is_refused(issuer):
    assert reason(token(iss=issuer)) == "iss"


@pytest.mark.parametrize("audience", ["other-app", "", [], [CLIENT, "other-app"], ["other-app"], {"a": 1}, None])
def test_a_token_for_another_client_or_for_several_is_refused(audience):
    assert reason(token(aud=audience)) == "aud"


def test_a_token_that_was_made_for_another_party_is_refused():
    assert reason(token(azp="other-app")) == "azp"
    assert read(token(azp=CLIENT, aud=[CLIENT])).subject == "marie"


@pytest.mark.parametrize("nonce", ["m" * 43, "", NONCE + "n", [NONCE], None])
def test_a_token_of_another_sign_in_is_refused(nonce):
    assert reason(token(nonce=nonce)) == "nonce"


def test_an_expired_token_is_refused():
    at = int(NOW.timestamp())
    assert reason(token(exp=at - LEEWAY_S)) == "exp"
    assert read(token(exp=at - LEEWAY_S + 1)).subject == "marie"
    assert reason(token(exp=None)) == "exp"
    assert reason(token(exp="tomorrow")) == "exp"


def test_a_token_of_the_future_is_refused():
    at = int(NOW.timestamp())
    assert reason(token(nbf=at + 300)) == "InvalidTokenError" or reason(token(nbf=at + 300)) == "nbf"
    assert reason(token(iat=at + 300)) in {"iat", "InvalidTokenError"}
    assert reason(token(iat=None)) == "iat"


@pytest.mark.parametrize("subject", ["", 5, None])
def test_a_token_about_nobody_is_refused(subject):
    assert reason(token(sub=subject)) == "sub"


def test_a_signature_of_another_key_is_refused():
    assert reason(token(OTHER_KEY)) == "BadSignatureError"


def test_a_changed_payload_is_refused():
    head, _body, signature = token().split(".")
    body = base64.urlsafe_b64encode(json.dumps(claims(sub="somebody")).encode()).decode().rstrip("=")
    assert reason(f"{head}.{body}.{signature}") == "BadSignatureError"


def test_a_token_without_a_signature_is_refused():
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    for alg in ("none", "None", "NONE"):
        assert reason(f"{part({'alg': alg})}.{part(claims())}.")


def test_an_algorithm_outside_the_list_is_refused():
    assert reason(token(alg="RS512"))
    assert reason(token(SECRET, alg="HS256"))
    assert read(token(alg="RS512"), PROVIDER.model_copy(update={"algorithms": ("RS512",)})).subject == "marie"


def test_the_public_key_is_no_secret_to_sign_with():
    """A token signed by HMAC with the published key as the secret: the oldest way to fool a reader of tokens."""

    def part(value):
        return base64.urlsafe_b64encode(value).rstrip(b"=")

    text = part(json.dumps({"alg": "HS256", "kid": "one"}).encode()) + b"." + part(json.dumps(claims()).encode())
    signature = hmac.digest(KEY.as_pem(private=False), text, "sha256")
    assert reason((text + b"." + part(signature)).decode())


@pytest.mark.parametrize("text", [None, 5, "", "a", "a.b", "a.b.c", "a.b.c.d.e", "é.é.é", "x" * 200_000, ["a"]])
def test_what_is_no_token_is_refused(text):
    assert reason(text)


def test_it_says_when_somebody_proved_who_they_are():
    at = NOW - timedelta(hours=3)
    assert read(token(auth_time=int(at.timestamp()))).authenticated_at == at
    for nonsense in ("yesterday", True, -5, 10**18, [1], int((NOW + timedelta(days=1)).timestamp())):
        assert read(token(auth_time=nonsense)).authenticated_at is None

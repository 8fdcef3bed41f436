"""A provider of identities made of a key: what it would say, and what somebody else would say in its name."""

from datetime import UTC, datetime

from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from diager_dpo.services.sign_in_file import Provider

NOW = datetime(2025, 1, 10, 9, 30, tzinfo=UTC)
ISSUER = "https://login.example.com/company"
CLIENT = "diager-dpo"
NONCE = "n" * 43
KEY = RSAKey.generate_key(2048, parameters={"kid": "one"})
OTHER_KEY = RSAKey.generate_key(2048, parameters={"kid": "one"})
KEYS = KeySet([RSAKey.import_key(KEY.as_dict(private=False))])
SECRET = OctKey.generate_key(256, parameters={"kid": "one"})

PROVIDER = Provider.model_validate(
    {
        "issuer": ISSUER,
        "client_id": CLIENT,
        "grants": [
            {"claim": "groups", "value": "dpo", "role": "dpo"},
            {"claim": "groups", "value": "approvers", "role": "approver", "purposes": ["prospecting", "contests"]},
            {"claim": "groups", "value": "admins", "role": "administrator"},
            {"claim": "job", "value": "audit", "role": "auditor"},
        ],
    }
)


def claims(**changes):
    """What a good token says; ``None`` leaves a claim out."""
    now = int(NOW.timestamp())
    good = {
        "iss": ISSUER, "sub": "marie", "aud": CLIENT, "exp": now + 300, "iat": now, "nonce": NONCE,
        "name": "Marie Dupuis", "groups": ["dpo"],
    }  # fmt: skip
    return {name: value for name, value in (good | changes).items() if value is not None}


def token(key=KEY, alg="RS256", header=None, **changes):
    return jwt.encode({"alg": alg, "kid": "one"} | (header or {}), claims(**changes), key, algorithms=[alg])


def logout_token(key=KEY, alg="RS256", header=None, **changes):
    """What the provider sends when somebody signed out there; ``None`` leaves a claim out."""
    now = int(NOW.timestamp())
    good = {
        "iss": ISSUER, "sub": "marie", "aud": CLIENT, "exp": now + 120, "iat": now, "jti": "t1", "sid": "s1",
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    }  # fmt: skip
    told = {name: value for name, value in (good | changes).items() if value is not None}
    return jwt.encode({"alg": alg, "kid": "one"} | (header or {}), told, key, algorithms=[alg])

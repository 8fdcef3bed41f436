"""The ID token of an OpenID Connect provider: whether it may be believed, and what it says.

Every check of OpenID Connect Core 1.0, 3.1.3.7 for the authorization code flow: signature with a key of the provider
and an algorithm of the list, issuer, audience and authorised party, expiry, nonce.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import ClaimsOption

from diager_dpo.services.errors import Refused
from diager_dpo.services.sign_in_file import Provider

LEEWAY_S = 60  # clocks of two servers differ
_LONGEST = 100_000  # characters


@dataclass(frozen=True, slots=True)
class Vouched:
    """What a provider says of somebody. ``authenticated_at``: when they last proved who they are, where it says so."""

    subject: str
    claims: Mapping[str, Any]
    authenticated_at: datetime | None


def read_id_token(token: object, keys: KeySet, provider: Provider, nonce: str, now: datetime) -> Vouched:
    """What an ID token says, once nothing of it is left to doubt.

    Raises:
        Refused: ``id_token_refused``, with the ``reason``: token, signature, algorithm or the claim that is wrong.
    """
    needed: dict[str, ClaimsOption] = {"sub": {"essential": True}, "nonce": {"essential": True}}
    claims = believed(token, keys, provider, now, code="id_token_refused", needed=needed).claims
    if not isinstance(claims["nonce"], str) or not hmac.compare_digest(claims["nonce"].encode(), nonce.encode()):
        raise Refused("id_token_refused", reason="nonce")
    return Vouched(claims["sub"], claims, _instant(claims.get("auth_time"), now))


def believed(
    token: object, keys: KeySet, provider: Provider, now: datetime, *, code: str, needed: Mapping[str, ClaimsOption]
) -> jwt.Token:
    """A token of the provider, signed, meant for this client and in time. ``needed``: claims it must carry besides.

    Raises:
        Refused: ``code``, with the ``reason`` as ``read_id_token``.
    """
    if not isinstance(token, str) or len(token) > _LONGEST:
        raise Refused(code, reason="token")
    try:
        decoded = jwt.decode(token, keys, algorithms=list(provider.algorithms))
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise Refused(code, reason=type(error).__name__) from None
    rules = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY_S,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        **needed,
    )
    try:
        rules.validate(decoded.claims)
    except JoseError as error:
        raise Refused(code, reason=str(getattr(error, "claim", None) or type(error).__name__)) from None
    _meant_for(decoded.claims, provider.client_id, code)
    return decoded


def _instant(value: object, now: datetime) -> datetime | None:
    """An instant of the past; ``None`` for anything else."""
    latest = now.timestamp() + LEEWAY_S
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= latest:
        return None
    return min(now, datetime.fromtimestamp(value, UTC))


def _meant_for(claims: Mapping[str, Any], client_id: str, code: str) -> None:
    """For this client, and for no other besides it: a token that several may use can be replayed by one of them."""
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if set(audience) != {client_id}:
        raise Refused(code, reason="aud")
    if claims.get("azp", client_id) != client_id:
        raise Refused(code, reason="azp")

"""The logout token of an OpenID Connect provider: whose session, or sessions, are over.

Every check of OpenID Connect Back-Channel Logout 1.0, 2.6: signature, issuer and audience as of an ID token, ``iat``
and ``exp``, ``sub`` or ``sid``, the event, ``jti``, and no nonce, so that neither token passes for the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc.jwk import KeySet
from joserfc.jwt import ClaimsOption

from diager_dpo.services.errors import Refused
from diager_dpo.services.id_token import LEEWAY_S, believed
from diager_dpo.services.sign_in_file import Provider

EVENT = "http://schemas.openid.net/event/backchannel-logout"
FRESH_S = 300  # such a token is sent at once: an older one was kept by somebody
_TYPES = (None, "jwt", "logout+jwt", "application/logout+jwt")
_NEEDED: Mapping[str, ClaimsOption] = {"jti": {"essential": True}, "events": {"essential": True}}
_LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class LoggedOut:
    """Who signed out at the provider: a person, one session of theirs, or both. ``token_id`` is good for once."""

    subject: str | None
    session: str | None
    token_id: str


def read_logout_token(token: object, keys: KeySet, provider: Provider, now: datetime) -> LoggedOut:
    """What a logout token says, once nothing of it is left to doubt but whether it was used before.

    Raises:
        Refused: ``logout_token_refused``, with the ``reason``: token, signature, algorithm or the claim that is wrong.
    """
    decoded = believed(token, keys, provider, now, code="logout_token_refused", needed=_NEEDED)
    claims, kind = decoded.claims, decoded.header.get("typ")
    if (kind.lower() if isinstance(kind, str) else kind) not in _TYPES:
        raise _refused("typ")
    if now.timestamp() - claims["iat"] > FRESH_S + LEEWAY_S:
        raise _refused("iat")
    if "nonce" in claims:
        raise _refused("nonce")
    events = claims["events"]
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise _refused("events")
    told = {name: claims.get(name) for name in ("sub", "sid", "jti")}
    for name, value in told.items():
        if value is not None and (not isinstance(value, str) or not 0 < len(value) <= _LONGEST_NAME):
            raise _refused(name)
    if told["sub"] is None and told["sid"] is None:
        raise _refused("sub")
    return LoggedOut(told["sub"], told["sid"], str(told["jti"]))


def session_name(claims: Mapping[str, Any]) -> str | None:
    """The provider's name of a session, where its ID token gives one a logout token can repeat."""
    name = claims.get("sid")
    return name if isinstance(name, str) and 0 < len(name) <= _LONGEST_NAME else None


def _refused(reason: str) -> Refused:
    return Refused("logout_token_refused", reason=reason)

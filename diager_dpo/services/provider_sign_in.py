"""Signing in with the OpenID Connect provider: the authorization code flow with PKCE, state and nonce.

A flow belongs to the browser that began it and ends once, within ten minutes.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from authlib.common.security import generate_token

from diager_dpo.domain.permissions import Identity
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.services.id_token import read_id_token
from diager_dpo.services.identity_provider import ProviderClient
from diager_dpo.services.installation import Installation
from diager_dpo.services.logout_token import session_name
from diager_dpo.services.once import Once
from diager_dpo.services.provider_account import admit

_FRESH = timedelta(minutes=5)  # how old a proof may be that was asked for a moment ago
_PKCE_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Begun:
    """A flow that has begun. ``browser`` goes into a cookie, ``url`` is where the browser goes."""

    browser: str
    url: str


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody who has proved who they are. ``target`` as it was given at the beginning."""

    identity: Identity
    target: str
    proven_ago: timedelta | None
    provider_session: str | None  # ``sid``


@dataclass(frozen=True, slots=True)
class _Flow:
    browser: str
    redirect_uri: str
    nonce: str
    verifier: str
    target: str
    again: bool


class ProviderSignIn:
    """The flows under way with one provider."""

    def __init__(self, client: ProviderClient) -> None:
        self.client = client
        self._flows: Once[_Flow] = Once()

    def begin(self, browser: str | None, redirect_uri: str, target: str, *, again: bool) -> Begun:
        """Begin a flow. ``browser``: what the cookie of an earlier one holds, so that two windows do not disturb.

        Raises:
            NotPossible: ``provider_unreachable``, ``provider_wrong``.
        """
        flow = _Flow(
            browser=browser or secrets.token_urlsafe(32),
            redirect_uri=redirect_uri,
            nonce=secrets.token_urlsafe(32),
            verifier=generate_token(_PKCE_LENGTH),
            target=target,
            again=again,
        )
        state = self._flows.keep(flow)
        url = self.client.authorization_url(redirect_uri, state, flow.nonce, flow.verifier, again=again)
        return Begun(flow.browser, url)

    def finish(self, installation: Installation, browser: str | None, answer: Mapping[str, str]) -> Entered:
        """End a flow with what the provider sent the browser back with.

        Raises:
            NotPossible: ``sign_in_over`` (unknown, used, too old, or of another browser), ``provider_unreachable``,
                ``code_refused``.
            Refused: ``provider_refused``, ``id_token_refused``, or as ``provider_account.admit``.
        """
        provider = self.client.provider
        flow = self._flows.take(answer.get("state"))
        if flow is None or not hmac.compare_digest(flow.browser.encode(), (browser or "").encode()):
            raise NotPossible("sign_in_over")
        named = answer.get("iss")
        if named != provider.issuer and (named is not None or self.client.description().names_itself):
            raise Refused("id_token_refused", reason="iss")
        if "error" in answer or "code" not in answer:
            raise Refused("provider_refused")
        token = self.client.exchange(flow.redirect_uri, answer["code"], flow.verifier)
        now = installation.now()
        vouched = read_id_token(token, self.client.keys(), provider, flow.nonce, now)
        proven_ago = _proven_ago(vouched.authenticated_at, now, again=flow.again)
        return Entered(admit(installation, provider, vouched), flow.target, proven_ago, session_name(vouched.claims))

    def way_out(self, back_to: str) -> str | None:
        """Where the provider's own session ends; ``None`` where it offers no such address or is out of reach."""
        try:
            return self.client.end_session_url(back_to)
        except NotPossible:
            return None


def _proven_ago(at: datetime | None, now: datetime, *, again: bool) -> timedelta | None:
    """How long ago somebody proved who they are. A provider that does not say was at least asked, where ``again``."""
    if at is None:
        return timedelta(0) if again else None
    if again and now - at > _FRESH:
        raise Refused("provider_refused")
    return now - at

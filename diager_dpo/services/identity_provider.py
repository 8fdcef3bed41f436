"""The OpenID Connect provider that is configured: what it publishes of itself, its keys, and the exchange of a code.

Nothing is fetched from an address that is not https, save on this machine, and no redirect is followed: the addresses
are those the provider's own description names.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any
from urllib.parse import urlencode

import requests
from authlib.integrations.requests_client import OAuth2Session
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic_core import PydanticCustomError

from diager_dpo.services.errors import NotPossible
from diager_dpo.services.sign_in_file import Provider, secure_address

TIMEOUT_S = 10
_DESCRIPTION_LASTS_S = 3600.0
_KEYS_LAST_S = 60.0  # a provider that changes its keys is followed within a minute


@dataclass(frozen=True, slots=True)
class Description:
    """What a provider publishes under ``/.well-known/openid-configuration``."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None
    names_itself: bool  # RFC 9207: its answers carry ``iss``
    takes_secret_in_body: bool


class ProviderClient:
    """The way to one provider. Safe for several threads."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self._lock = Lock()
        self._description: tuple[float, Description] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def description(self) -> Description:
        """What the provider publishes; kept for an hour.

        Raises:
            NotPossible: ``provider_unreachable``, ``provider_wrong`` (it says it is another, or an address is unsafe).
        """
        with self._lock:
            if self._description is None or time.monotonic() - self._description[0] > _DESCRIPTION_LASTS_S:
                found = _described(self.provider)
                self._description = (time.monotonic(), found)
            return self._description[1]

    def keys(self) -> KeySet:
        """The keys the provider signs with; ``NotPossible`` as above."""
        address = self.description().jwks_uri
        with self._lock:
            if self._keys is None or time.monotonic() - self._keys[0] > _KEYS_LAST_S:
                try:
                    keys = KeySet.import_key_set(_fetch(address))  # type: ignore[arg-type]
                except (JoseError, ValueError, KeyError, TypeError):
                    raise NotPossible("provider_wrong", what="jwks_uri") from None
                self._keys = (time.monotonic(), keys)
            return self._keys[1]

    def authorization_url(self, redirect_uri: str, state: str, nonce: str, verifier: str, *, again: bool) -> str:
        """Where the browser goes to prove who its person is; ``again``: even where the provider remembers them."""
        extra = {"nonce": nonce} | ({"prompt": "login", "max_age": "0"} if again else {})
        with self._session(redirect_uri) as session:
            endpoint = self.description().authorization_endpoint
            url, _state = session.create_authorization_url(endpoint, state=state, code_verifier=verifier, **extra)
        return str(url)

    def exchange(self, redirect_uri: str, code: str, verifier: str) -> object:
        """The ID token for a code, unread.

        Raises:
            NotPossible: ``provider_unreachable``; ``code_refused`` where the provider does not take the code.
        """
        endpoint = self.description().token_endpoint
        try:
            with self._session(redirect_uri) as session:
                token: Mapping[str, object] = session.fetch_token(
                    endpoint, code=code, code_verifier=verifier, timeout=TIMEOUT_S, allow_redirects=False
                )
        except requests.RequestException:
            raise NotPossible("provider_unreachable") from None
        except Exception:  # noqa: BLE001 - authlib has an error for each answer; its text is the provider's
            raise NotPossible("code_refused") from None
        return token.get("id_token")

    def end_session_url(self, back_to: str) -> str | None:
        """Where somebody ends the provider's own session too (OpenID Connect RP-Initiated Logout 1.0)."""
        endpoint = self.description().end_session_endpoint
        if endpoint is None:
            return None
        return f"{endpoint}?{urlencode({'client_id': self.provider.client_id, 'post_logout_redirect_uri': back_to})}"

    def _session(self, redirect_uri: str) -> Any:
        secret = self.provider.client_secret()
        method = "none"
        if secret is not None:
            method = "client_secret_post" if self.description().takes_secret_in_body else "client_secret_basic"
        return OAuth2Session(
            self.provider.client_id,
            secret,
            scope=" ".join(dict.fromkeys(("openid", *self.provider.scopes))),
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            token_endpoint_auth_method=method,
        )


def _described(provider: Provider) -> Description:
    document = _fetch(provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if document.get("issuer") != provider.issuer:
        raise NotPossible("provider_wrong", what="issuer")
    offered = document.get("token_endpoint_auth_methods_supported")
    methods = offered if isinstance(offered, list) else ["client_secret_basic"]
    return Description(
        authorization_endpoint=_safe(document, "authorization_endpoint"),
        token_endpoint=_safe(document, "token_endpoint"),
        jwks_uri=_safe(document, "jwks_uri"),
        end_session_endpoint=_safe(document, "end_session_endpoint") if "end_session_endpoint" in document else None,
        names_itself=document.get("authorization_response_iss_parameter_supported") is True,
        takes_secret_in_body="client_secret_post" in methods and "client_secret_basic" not in methods,
    )


def _safe(document: Mapping[str, object], name: str) -> str:
    address = document.get(name)
    try:
        return secure_address(address if isinstance(address, str) else "")
    except PydanticCustomError:
        raise NotPossible("provider_wrong", what=name) from None


def _fetch(address: str) -> Mapping[str, object]:
    try:
        answer = requests.get(address, timeout=TIMEOUT_S, allow_redirects=False)
        document = answer.json() if answer.status_code == requests.codes.ok else None
    except requests.RequestException:
        raise NotPossible("provider_unreachable") from None
    if not isinstance(document, dict):
        raise NotPossible("provider_unreachable")
    return document

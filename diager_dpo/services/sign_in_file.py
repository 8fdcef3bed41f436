"""How people prove who they are here: the file ``sign-in.toml`` of the home, or what ``DIAGER_DPO_SIGN_IN`` holds.

Without a provider, a source of one's own has local accounts, and the demonstration its chooser. Whatever is in force,
there is one issuer of identities at a time.
"""

import ipaddress
import os
import stat
import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from diager_dpo.domain.permissions import Grant, Role, impediment
from diager_dpo.domain.words import Purpose
from diager_dpo.services.errors import FilesWrong, NotPossible
from diager_dpo.services.settings import Settings

LOCAL = "local"  # issuer of local accounts

#: Signatures that are accepted: with a key pair, so that nobody who can check one can make one.
Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]


def is_loopback(host: str | None) -> bool:
    """Whether a host is this machine itself, where nothing crosses a network."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def secure_address(address: str) -> str:
    """An address that may carry secrets: https, or this machine.

    Raises:
        PydanticCustomError: ``not_https``.
    """
    parts = urlsplit(address)
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))
    if not safe or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise PydanticCustomError("not_https", "expected https://HOST…, without a query")
    return address


def _purpose(code: object) -> Purpose:
    try:
        return Purpose.of(str(code))
    except KeyError:
        expected = " | ".join(purpose.code for purpose in Purpose)
        raise PydanticCustomError("not_a_purpose", "expected {expected}", {"expected": expected}) from None


SecureAddress = Annotated[str, AfterValidator(secure_address)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Right(_Section):
    """Who has ``value`` in ``claim`` holds ``role``: for ``purposes`` where the role is bound to one."""

    claim: Annotated[str, Field(min_length=1)]
    value: str
    role: Role
    purposes: tuple[Annotated[Purpose, BeforeValidator(_purpose)], ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> Self:
        found = next(filter(None, (impediment((), grant) for grant in self.grants)), None)
        if found is not None:
            raise PydanticCustomError(found.value, found.value.replace("_", " "))
        return self

    @property
    def grants(self) -> tuple[Grant, ...]:
        """What it gives."""
        return tuple(Grant(self.role, purpose) for purpose in self.purposes) or (Grant(self.role),)


class Provider(_Section):
    """An OpenID Connect provider, and what its claims mean here."""

    issuer: SecureAddress
    client_id: Annotated[str, Field(min_length=1)]
    client_secret_env: str | None = None
    client_secret_file: Path | None = None
    scopes: tuple[str, ...] = ("profile",)
    name_claim: str = "name"
    algorithms: Annotated[tuple[Algorithm, ...], Field(min_length=1)] = ("RS256",)
    grants: Annotated[tuple[Right, ...], Field(min_length=1)]

    def client_secret(self) -> str | None:
        """The secret, read where it is kept; ``None`` for a client that has none and relies on PKCE.

        Raises:
            NotPossible: ``sign_in_secret_wrong``: missing, or a file that others may read.
        """
        if self.client_secret_env:
            secret = os.environ.get(self.client_secret_env, "")
            place = self.client_secret_env
        elif self.client_secret_file:
            place = str(self.client_secret_file)
            secret = _private_text(self.client_secret_file)
        else:
            return None
        if not secret:
            raise NotPossible("sign_in_secret_wrong", place=place)
        return secret


class Front(_Section):
    """The server people talk to, where it is another one: it ends TLS and passes requests on."""

    address: SecureAddress


class SignIn(_Section):
    """The whole file."""

    provider: Provider | None = None
    front: Front | None = None


NOTHING_CONFIGURED = SignIn()


def load_sign_in(settings: Settings) -> SignIn:
    """What is configured; an empty one where nothing is.

    Raises:
        FilesWrong: ``sign_in_file_wrong``, with each key that must be mended; no value is repeated.
    """
    text, name = _text(settings)
    try:
        return SignIn.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise FilesWrong("sign_in_file_wrong", (str(error),), file=name) from None
    except ValidationError as error:
        problems = tuple(
            f"{'.'.join(map(str, each['loc'])) or '/'}: {each['msg']}" for each in error.errors(include_input=False)
        )
        raise FilesWrong("sign_in_file_wrong", problems, file=name) from None


def _text(settings: Settings) -> tuple[str, str]:
    """The file, and what to call it. The variable holds a path, or the text itself where there is no disk for it."""
    given = settings.sign_in
    if given and "\n" in given.strip():
        return given, "DIAGER_DPO_SIGN_IN"
    path = Path(given) if given else settings.sign_in_file
    if not given and not path.exists():
        return "", path.name
    try:
        return path.read_text("utf-8"), path.name
    except (OSError, UnicodeDecodeError) as error:
        raise FilesWrong("sign_in_file_wrong", (type(error).__name__,), file=path.name) from None


def _private_text(path: Path) -> str:
    """The text of a file that nobody but its owner may read; empty where it is not so."""
    try:
        if os.name != "nt" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            return ""
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""

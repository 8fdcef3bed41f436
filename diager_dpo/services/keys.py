"""Secrets of this installation: made at first use, outside every database, readable by their owner only."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from diager_dpo.domain.journal import key_id
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.installation import Installation

PSEUDONYM = "pseudonym"
"""Turns the key of a person into a value that says nothing without it (HMAC)."""

ROWS = "rows"
"""Keys the digests of rows and of segments of the access log that the journal holds."""

SIGNING, NEXT_SIGNING = "journal", "journal-next"
"""Signs the journal (Ed25519); the one that is to take over, while a rotation is under way."""

_SIZE = 32


def secret(installation: Installation, name: str) -> bytes:
    """The 32 random bytes called ``name``. Of two processes that make one at once, both use the one that was first.

    Raises:
        NotPossible: ``key_unreadable``, with its name.
    """
    path = _path(installation, name)
    try:
        if not path.exists():
            draft = _draft(path)
            with suppress(FileExistsError):
                os.link(draft, path)  # fails where another process was first: what is read is always whole
            draft.unlink()
    except OSError:
        raise NotPossible("key_unreadable", name=name) from None
    content = _read(path, name)
    assert content is not None
    return content


class SigningKey:
    """The key that signs the journal. ``id``: what entries call it; ``public``: 32 bytes."""

    def __init__(self, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._private.public_key().public_bytes_raw()
        self.id = key_id(self.public)

    def sign(self, message: bytes) -> str:
        """The signature over a message, hexadecimal."""
        return self._private.sign(message).hex()


def first_signing_key(installation: Installation) -> SigningKey:
    """The key a journal begins with, made where there is none."""
    return SigningKey(secret(installation, SIGNING))


def signing_key(installation: Installation, expected: str) -> SigningKey:
    """The key with which the journal goes on; a rotation that was interrupted after it was written down is finished.

    Args:
        installation: whose keys.
        expected: the id that the journal names.

    Raises:
        NotPossible: ``journal_key_lost`` where there is none, ``journal_key_changed`` where it is another.
    """
    path, following = _path(installation, SIGNING), _path(installation, NEXT_SIGNING)
    seed = _read(path, SIGNING)
    if seed is not None and SigningKey(seed).id == expected:
        return SigningKey(seed)
    coming = _read(following, NEXT_SIGNING)
    if coming is not None and SigningKey(coming).id == expected:
        following.replace(path)  # what signed before is of no more use to anybody but a thief
        return SigningKey(coming)
    raise NotPossible("journal_key_lost" if seed is None else "journal_key_changed", key=expected[:16])


def next_signing_key(installation: Installation) -> SigningKey:
    """A new key beside the one in use: it takes over once the journal names it (``signing_key``)."""
    path = _path(installation, NEXT_SIGNING)
    try:
        _draft(path).replace(path)
    except OSError:
        raise NotPossible("key_unreadable", name=NEXT_SIGNING) from None
    return SigningKey(secret(installation, NEXT_SIGNING))


def has_signing_key(installation: Installation, expected: str) -> bool:
    """Whether this installation holds the key that the journal names."""
    seeds = (_read(_path(installation, name), name) for name in (SIGNING, NEXT_SIGNING))
    return any(seed is not None and SigningKey(seed).id == expected for seed in seeds)


def kept_secret(installation: Installation, name: str) -> bytes:
    """The same where it must be there already, because something was made with it.

    Raises:
        NotPossible: ``journal_key_lost``, ``key_unreadable``.
    """
    content = _read(_path(installation, name), name)
    if content is None:
        raise NotPossible("journal_key_lost", key=name)
    return content


def _path(installation: Installation, name: str) -> Path:
    return installation.settings.keys / f"{name}.key"


def _draft(path: Path) -> Path:
    """Random bytes on the disk, under a name of their own."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.stem}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(_SIZE))
        file.flush()
        os.fsync(file.fileno())
    return draft


def _read(path: Path, name: str) -> bytes | None:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError:
        raise NotPossible("key_unreadable", name=name) from None
    if len(content) != _SIZE:
        raise NotPossible("key_unreadable", name=name)
    return content

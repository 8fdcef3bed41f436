"""Secrets of this installation: made at first use, outside every database, readable by their owner only."""

import os
import secrets
from contextlib import suppress

from diager_dpo.services.errors import NotPossible
from diager_dpo.services.installation import Installation

PSEUDONYM = "pseudonym"
"""Turns the key of a person into a value that says nothing without it (HMAC)."""

_SIZE = 32


def secret(installation: Installation, name: str) -> bytes:
    """The 32 random bytes called ``name``. Of two processes that make one at once, both use the one that was first.

    Raises:
        NotPossible: ``key_unreadable``, with its name.
    """
    path = installation.settings.keys / f"{name}.key"
    try:
        if not path.exists():
            draft = path.with_name(f".{name}.{secrets.token_hex(8)}")
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(_SIZE))
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(draft, path)  # fails where another process was first: what is read is always whole
            draft.unlink()
        content = path.read_bytes()
    except OSError:
        raise NotPossible("key_unreadable", name=name) from None
    if len(content) != _SIZE:
        raise NotPossible("key_unreadable", name=name)
    return content

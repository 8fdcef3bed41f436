"""Heads of the journal, signed, for keeping elsewhere: pins.

A chain of hashes alone does not see that its end was cut, that an old copy was put back, or that it was written anew
with a stolen key. A head that somebody keeps does. ``anchors/heads.jsonl`` takes one at each scan, and each time the
journal was found whole; it is worth what the place it is copied to is worth.
"""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from diager_dpo.domain.journal import HEAD_FORMAT, Head, canonical, head_content, head_message, origin_of
from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.services.access import require
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.installation import Installation
from diager_dpo.services.journal_reading import expected_key
from diager_dpo.services.keys import signing_key
from diager_dpo.store import journal as store
from diager_dpo.store.engine import reading

FILE = "heads.jsonl"
SHORT = 12


def head(installation: Installation, actor: Identity) -> Head | None:
    """The end of the journal now, signed; ``None`` where nothing was written yet.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``journal_key_lost``, ``journal_key_changed``.
    """
    require(installation, actor, Action.SEE_JOURNAL)
    return head_now(installation)


def head_now(installation: Installation) -> Head | None:
    """The same for services, which have asked for a right of their own."""
    with reading(installation.store) as connection:
        return head_in(installation, connection)


def head_in(installation: Installation, connection: Connection) -> Head | None:
    """The end of the journal as a transaction sees it, signed."""
    last = store.last(connection)
    if last is None:
        return None
    key = signing_key(installation, expected_key(last))
    unsigned = Head(
        origin_of(last.log), last.number, last.hash, installation.now().isoformat(), key.id, key.public.hex()
    )
    return replace(unsigned, signature=key.sign(head_message(unsigned)))


def short_form(head: Head) -> str:
    """A head that can be read out or written on paper: how many entries, and how the last one's hash begins."""
    return f"{head.size}-{head.hash[:SHORT]}"


def anchor(installation: Installation) -> None:
    """Add the head to the anchor file where the journal has grown; nothing where it cannot be signed or written.

    That must hold up neither a scan nor a certificate: a lost key is said by whoever decides something.
    """
    with suppress(NotPossible, OSError):
        now, kept = head_now(installation), anchored(installation)
        if now is None or (kept and kept[-1].size >= now.size):
            return
        installation.settings.anchors.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(installation.settings.anchors / FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(f"{canonical(head_content(now))}\n".encode())
            file.flush()
            os.fsync(file.fileno())


def anchored(installation: Installation) -> tuple[Head, ...]:
    """The heads in the anchor file, oldest first.

    Raises:
        NotPossible: ``pin_unreadable``, with the file.
    """
    path = installation.settings.anchors / FILE
    return read_pins([path]) if path.exists() else ()


def read_pins(files: Iterable[Path]) -> tuple[Head, ...]:
    """The heads in files: one head, one a line, or a certificate that holds one.

    Raises:
        NotPossible: ``pin_unreadable``, with the file.
    """
    found: list[Head] = []
    for file in files:
        try:
            found += _heads(file.read_text("utf-8"))
        except (OSError, ValueError, TypeError):
            raise NotPossible("pin_unreadable", file=str(file)) from None
    return tuple(found)


def parse_pins(text: str, name: str) -> tuple[Head, ...]:
    """The same from a text that somebody handed in under ``name``.

    Raises:
        NotPossible: ``pin_unreadable``.
    """
    try:
        return tuple(_heads(text))
    except (ValueError, TypeError):
        raise NotPossible("pin_unreadable", file=name) from None


def _heads(text: str) -> list[Head]:
    try:
        contents = [json.loads(text)]
    except ValueError:
        contents = [json.loads(line) for line in text.splitlines() if line.strip()]
    return [_head(content) for content in contents]


def _head(content: Any) -> Head:
    if not isinstance(content, dict):
        raise TypeError
    if isinstance(content.get("head"), dict):
        content = content["head"]
    names = {field.name for field in fields(Head)}
    if content.get("format") != HEAD_FORMAT or set(content) != names | {"format"}:
        raise ValueError
    size = content["size"]
    texts = [content[name] for name in names - {"size"}]
    if not isinstance(size, int) or not all(isinstance(each, str) for each in texts):
        raise TypeError
    return Head(**{name: content[name] for name in names})

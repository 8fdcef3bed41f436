"""The journal as a file that can be checked without this product (``diager_dpo/verifier.py``)."""

from collections.abc import Iterator
from dataclasses import asdict

from sqlalchemy.exc import DBAPIError

from diager_dpo.domain.journal import NotWritable, canonical, origin_of
from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.domain.words import Purpose
from diager_dpo.services.access import purposes
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.services.installation import Installation
from diager_dpo.services.journal_reading import log_of
from diager_dpo.store import journal as store
from diager_dpo.store.engine import reading

FORMAT = "diager-dpo/journal/1"


def export(installation: Installation, actor: Identity) -> Iterator[bytes]:
    """The whole journal as one JSON object, its entries one a line: what reads it needs to hold one only.

    Raises:
        Refused: ``not_permitted``. At once, not at the first line.
        NotPossible: ``journal_shown_in_part`` for whom is bound to a purpose, ``journal_not_opened``; on the way
            ``journal_unreadable``.
    """
    allowed = purposes(installation, actor, Action.SEE_JOURNAL)
    if not allowed:
        raise Refused("not_permitted", action=Action.SEE_JOURNAL.value)
    if allowed != frozenset(Purpose):
        raise NotPossible("journal_shown_in_part")
    with reading(installation.store) as connection:
        log = log_of(connection)
    if log is None:
        raise NotPossible("journal_not_opened")
    return _lines(installation, log)


def _lines(installation: Installation, log: str) -> Iterator[bytes]:
    try:
        yield from _whole(installation, log)
    except (NotWritable, DBAPIError):
        raise NotPossible("journal_unreadable") from None


def _whole(installation: Installation, log: str) -> Iterator[bytes]:
    yield f'{{"format":"{FORMAT}","origin":"{origin_of(log)}","entries":[\n'.encode()
    with reading(installation.store) as connection:
        separator = ""
        for entry in store.stream(connection):
            yield f"{separator}{canonical(asdict(entry))}".encode()
            separator = ",\n"
    yield b"\n]}\n"

"""Who came back: a scan recognises persons whose erasure a restored backup or an import has undone.

Receipts: the source lacks some of those that erasures left in it, hence it is as it was before. What these purges took
is in scope again. Keys: the key of a person of whom nothing was left is there again; keys can be used anew, so that
its records have a verdict of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa
from sqlalchemy import Connection, Engine, insert, select

from diager_dpo.domain.facts import Keys
from diager_dpo.services.installation import Installation
from diager_dpo.services.keys import PSEUDONYM, secret
from diager_dpo.services.pseudonyms import pseudonyms
from diager_dpo.source.connection import snapshot
from diager_dpo.source.errors import SourceError
from diager_dpo.source.receipts import count_receipts
from diager_dpo.source.source_file import ErasureMode, SourceFile
from diager_dpo.store import purged
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.fingerprints import keyed_marks
from diager_dpo.store.locks import take_turn
from diager_dpo.store.purge_settlements import erased_of_each
from diager_dpo.store.tables import came_back, gone_person

RECEIPTS, KEY = "receipts", "key"


@dataclass(frozen=True, slots=True)
class Return:
    """What came back of one purge: ``count`` items whose receipts are missing, or persons whose key is there again."""

    purge: int
    cause: str
    count: int


def undone(installation: Installation, source: SourceFile, engine: Engine) -> tuple[Return, ...]:
    """The purges whose receipts the source lacks, as long as what they erased was not erased again.

    Their records are in scope again, from this moment on: what they are due for is for the rules to say. A source whose
    receipts cannot be read says nothing; its check says why.
    """
    if source.erasure is not ErasureMode.DIRECT or source.receipts is None:
        return ()
    with reading(installation.store) as connection:
        expected = erased_of_each(connection, source.name)  # before the source is asked: it never has fewer than that
    if not expected:
        return ()
    try:
        with snapshot(engine) as there:
            found = count_receipts(there, source.receipts)
    except (SourceError, sa.exc.SQLAlchemyError):
        return ()
    missing = {uuid: count - found.get(uuid, 0) for uuid, count in expected.items() if found.get(uuid, 0) < count}
    if not missing:
        return ()
    with writing(installation.store) as connection:
        take_turn(connection)
        numbers = purged.numbers(connection, missing)
        purged.put_back(connection, source.name, list(numbers.values()))
        left = {uuid: purged.not_erased_again(connection, number) for uuid, number in numbers.items()}
    counts = {numbers[uuid]: min(count, left[uuid]) for uuid, count in missing.items()}
    return tuple(Return(number, RECEIPTS, count) for number, count in sorted(counts.items()) if count)


def known_again(installation: Installation, source: SourceFile, persons: Keys) -> tuple[Return, ...]:
    """The persons of whom nothing was left and whose key is among those of the source again."""
    g = gone_person.c
    with reading(installation.store) as connection:
        marks = np.fromiter(connection.scalars(select(g.mark).where(g.source == source.name).distinct()), np.int64)
        if not len(marks):
            return ()
        key = secret(installation, PSEUDONYM)
        candidates: Sequence[str] = persons[np.isin(keyed_marks(persons, key), marks)].tolist()
        if not candidates:
            return ()
        again = purged.gone_of(connection, source.name, pseudonyms(installation, source.name, candidates))
    return tuple(Return(purge, KEY, count) for purge, count in again)


def write(connection: Connection, scan: int, returns: Sequence[Return]) -> None:
    """What one scan saw."""
    rows = [{"scan": scan, "purge": each.purge, "cause": each.cause, "n": each.count} for each in returns]
    if rows:
        connection.execute(insert(came_back), rows)


def seen_by(connection: Connection, scan: int) -> tuple[Return, ...]:
    """What a scan saw, by purge; for services, which have asked for the right."""
    c = came_back.c
    query = select(c.purge, c.cause, c.n).where(c.scan == scan).order_by(c.purge, c.cause)
    return tuple(Return(*row) for row in connection.execute(query))

"""Which purposes of a person live on when one of them ends: those with a record in the index, whatever its status.

A held or undetermined purpose counts as live, and so does one that is due and not erased (rules, "Erasing"): its own
purge takes its data. Another entry of the same person is another record of the contests.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, FromClause, Integer, case, exists, literal, select

from diager_dpo.domain.erasure import bit
from diager_dpo.domain.words import RECORD_PURPOSES, Purpose
from diager_dpo.store.membership import within
from diager_dpo.store.tables import record

_AT_ONCE = 20_000


def live_beside(mine: FromClause, purpose: Purpose) -> ColumnElement[int]:
    """The bits of what lives on beside the record of ``purpose`` in each row of ``mine`` (the index or an alias)."""
    total: ColumnElement[int] = literal(0, Integer)
    for each in RECORD_PURPOSES:
        other = record.alias(f"other_{each.code}")
        same = [other.c.source == mine.c.source, other.c.person == mine.c.person, other.c.purpose == each]
        if each is purpose:
            same.append(other.c.operation != mine.c.operation)
        total = total + case((exists(select(literal(1)).select_from(other).where(*same)), bit(each)), else_=0)
    return total


def live_purposes(
    connection: Connection, source: str, persons: Sequence[str], *, without: tuple[Purpose, str] | None = None
) -> dict[str, int]:
    """The bits of each person's records, but for the one that ends (``without``: purpose and operation).

    Persons whom the index does not know are missing; of who is known, 0 says that nothing lives on.
    """
    found: dict[str, int] = {}
    for start in range(0, len(persons), _AT_ONCE):
        some = persons[start : start + _AT_ONCE]
        rows = connection.execute(
            select(record.c.person, record.c.purpose, record.c.operation).where(
                record.c.source == source, within(connection, record.c.person, some)
            )
        )
        for person, purpose, operation in rows:
            ending = without == (purpose, operation)
            found[person] = found.get(person, 0) | (0 if ending else bit(purpose))
    return found

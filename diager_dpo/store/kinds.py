"""Many records suspended at once, or let go: in the database, index and calendar by the same groups.

A record whose kind changed here carries another fingerprint than a scan would give it, so that the next scan looks at
it again; the fingerprint of a record that is suspended and let go is what it was before.
"""

from collections.abc import Callable

import numpy as np
from sqlalchemy import ColumnElement, Connection, case, func, select, update

from diager_dpo.domain.civil import NO_DAY
from diager_dpo.domain.facts import Codes
from diager_dpo.domain.words import Kind
from diager_dpo.store import calendar, tables
from diager_dpo.store.calendar import Groups
from diager_dpo.store.locks import take_turn
from diager_dpo.store.tables import record


def suspend(connection: Connection, source: str, *scope: ColumnElement[bool]) -> int:
    """Make the records of a scope held; how many were not yet."""

    def held(groups: Groups) -> Codes:
        return np.full(len(groups.n), Kind.HELD, np.int8)

    return _change(connection, source, (*scope, record.c.kind != Kind.HELD), held, int(Kind.HELD))


def release(connection: Connection, source: str, today: int, *scope: ColumnElement[bool]) -> int:
    """Give the held records of a scope back what they are without a suspension; how many there were."""
    r = record.c
    unknown = r.last_day.is_(None) & (func.coalesce(r.running_until, NO_DAY) < today)

    def free(groups: Groups) -> Codes:
        lost = (groups.last_day == NO_DAY) & (groups.running_until < today)
        return np.where(lost, Kind.UNDETERMINED, Kind.DATED).astype(np.int8)

    kind = case((unknown, int(Kind.UNDETERMINED)), else_=int(Kind.DATED))
    return _change(connection, source, (*scope, r.kind == Kind.HELD), free, kind)


def _change(
    connection: Connection,
    source: str,
    scope: tuple[ColumnElement[bool], ...],
    kinds: Callable[[Groups], Codes],
    kind: int | ColumnElement[int],
) -> int:
    take_turn(connection)
    which = (record.c.source == source, *scope)
    former = calendar.count(connection, *which)
    columns = (former.purpose, former.category, kinds(former), former.rule, former.running_until, former.last_day)
    connection.execute(update(record).where(*which).values(kind=kind, fingerprint=record.c.fingerprint.bitwise_not()))
    calendar.change(connection, source, Groups.of(columns, former.n).minus(former))
    return int(former.n.sum())


def held_by_purpose(connection: Connection, source: str) -> dict[int, int]:
    """How many records of each purpose are held."""
    c = tables.calendar.c
    query = select(c.purpose, func.sum(c.n)).where(c.source == source, c.kind == Kind.HELD).group_by(c.purpose)
    return {purpose: int(n) for purpose, n in connection.execute(query)}

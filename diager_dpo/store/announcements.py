"""Durations of operations that the DPO announced or corrected."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, insert, select, update

from diager_dpo.store.tables import announcement, reason


@dataclass(frozen=True, slots=True)
class Announcement:
    """What stands for one operation. ``source_said``, ``source_says``: the last day from the source, then and now."""

    id: int
    operation: str
    keep_until: int | None
    keep_for: str | None
    source_said: int | None
    source_says: int | None
    reason: str
    at: str
    issuer: str
    subject: str


def standing(connection: Connection, source: str) -> dict[str, Announcement]:
    """What stands, by operation."""
    a = announcement.c
    query = (
        select(
            a.id, a.operation, a.keep_until, a.keep_for, a.source_said, a.source_says, reason.c.text, a.at, a.issuer,
            a.subject,
        )
        .join(reason, reason.c.id == a.reason)
        .where(a.source == source, a.replaced_at.is_(None))
        .order_by(a.id)
    )  # fmt: skip
    return {row.operation: Announcement(*tuple(row)) for row in connection.execute(query)}


def replace(connection: Connection, values: Mapping[str, str | int | None], now: str) -> int:
    """Announce; what was announced of the operation before gives way. The number of the new one."""
    a = announcement.c
    mine = (a.source == values["source"], a.operation == values["operation"], a.replaced_at.is_(None))
    connection.execute(update(announcement).where(*mine).values(replaced_at=now))
    return int(connection.execute(insert(announcement).values(dict(values)).returning(a.id)).scalar_one())


def former(connection: Connection, source: str, operation: str) -> list[int]:
    """The numbers of those that stand for an operation: one, or none."""
    a = announcement.c
    query = select(a.id).where(a.source == source, a.operation == operation, a.replaced_at.is_(None))
    return list(connection.scalars(query))


def hear_source(connection: Connection, source: str, says: Mapping[str, int | None]) -> None:
    """Note what the source says now of the operations that something was announced of."""
    a = announcement.c
    rows = [{"of": operation, "day": says.get(operation)} for operation in standing(connection, source)]
    if rows:
        mine = (a.source == source, a.operation == bindparam("of"), a.replaced_at.is_(None))
        connection.execute(update(announcement).where(*mine).values(source_says=bindparam("day")), rows)


def stamp(connection: Connection, source: str) -> tuple[int, int]:
    """What changes when something is announced."""
    a = announcement.c
    row = connection.execute(select(func.count(), func.count(a.replaced_at)).where(a.source == source)).one()
    return int(row[0]), int(row[1])

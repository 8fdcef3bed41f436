"""Dates the DPO stated, by record."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, literal_column, select

from diager_dpo.domain.words import Anchor, Kind
from diager_dpo.store import bulk
from diager_dpo.store.membership import within
from diager_dpo.store.tables import qualification, qualified_record, record


def stated(
    connection: Connection, source: str, persons: Sequence[str] | None = None
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Person, purpose, operation and stated day of each record; with ``persons``, of theirs only."""
    q = qualified_record.c
    query = (
        select(q.person, q.purpose, q.operation, qualification.c.stated_on)
        .join(qualification, qualification.c.id == q.qualification)
        .where(q.source == source, qualification.c.withdrawn_at.is_(None))
    )
    if persons is not None:
        query = query.where(within(connection, q.person, persons))
    return connection.execute(query).all()


@dataclass(frozen=True, slots=True)
class UndeterminedGroup:
    """The undetermined records of one purpose, clock and operation that lack their date for the same reasons."""

    purpose: int
    category: int
    anomalies: int
    operation: str
    n: int


def undetermined(connection: Connection, source: str, purposes: Sequence[int]) -> tuple[UndeterminedGroup, ...]:
    """The groups of undetermined records, the largest first."""
    r = record.c
    key = (r.purpose, r.category, r.anomalies, r.operation)
    query = select(*key, func.count()).where(r.source == source, r.purpose.in_(purposes), _is_undetermined())
    groups = [UndeterminedGroup(*row) for row in connection.execute(query.group_by(*key))]
    return tuple(sorted(groups, key=lambda group: (-group.n, group.purpose, group.category, group.operation)))


def persons_of(connection: Connection, source: str, group: UndeterminedGroup, most: int | None = None) -> list[str]:
    """The persons of a group, in the order of their keys."""
    r = record.c
    query = select(r.person).where(
        r.source == source,
        r.purpose == group.purpose,
        r.category == group.category,
        r.anomalies == group.anomalies,
        r.operation == group.operation,
        _is_undetermined(),
    )
    return list(connection.scalars(query.order_by(r.person).limit(most)))


def undetermined_among(
    connection: Connection, source: str, persons: Sequence[str], purpose: int, operation: str
) -> list[str]:
    """Who of these persons has an undetermined record of a purpose."""
    r = record.c
    mine = (r.source == source, r.purpose == purpose, r.operation == operation, _is_undetermined())
    return list(connection.scalars(select(r.person).where(*mine, within(connection, r.person, persons))))


def name_records(
    connection: Connection, source: str, number: int, persons: Sequence[str], *, purpose: int, operation: str
) -> None:
    """Make a stated date that of these records; what was stated of them before gives way."""
    q = qualified_record.c
    theirs = (q.source == source, q.purpose == purpose, q.operation == operation)
    connection.execute(delete(qualified_record).where(*theirs, within(connection, q.person, persons)))
    rows = [(source, person, purpose, operation, number) for person in sorted(persons)]
    bulk.insert(connection, qualified_record, [rows])


def persons_named(connection: Connection, number: int) -> list[str]:
    """Whose records a stated date is about."""
    q = qualified_record.c
    return list(connection.scalars(select(q.person).where(q.qualification == number).distinct().order_by(q.person)))


def conflicting(connection: Connection, source: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """Stated date, person, purpose, operation, anchor and day of each record to which the source now gives a date.

    A refusal ends a record whatever its date: that is no conflict.
    """
    q, r = qualified_record.c, record.c
    same = (q.source == r.source) & (q.person == r.person) & (q.purpose == r.purpose) & (q.operation == r.operation)
    own = (int(Anchor.QUALIFIED), int(Anchor.OBJECTION), int(Anchor.WITHDRAWAL))
    query = (
        select(q.qualification, q.person, q.purpose, q.operation, r.anchor, r.anchor_on, r.running_until)
        .join(record, same)
        .join(qualification, qualification.c.id == q.qualification)
        .where(q.source == source, qualification.c.withdrawn_at.is_(None), r.anchor.not_in(own))
        .where(r.anchor_on.is_not(None) | r.running_until.is_not(None))
        .order_by(q.qualification, q.person)
    )
    return connection.execute(query).all()


def _is_undetermined() -> ColumnElement[bool]:
    # Written out, not bound: the index of undetermined records serves a query that names the same kind.
    return record.c.last_day.is_(None) & (record.c.kind == literal_column(str(int(Kind.UNDETERMINED))))

"""Suspensions of purges: the rows that stand, and which records of the index they concern."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, exists, select

from diager_dpo.domain.permissions import Identity
from diager_dpo.domain.words import RECORD_PURPOSES
from diager_dpo.store import kinds
from diager_dpo.store.entry_consents import follow_index
from diager_dpo.store.membership import within
from diager_dpo.store.tables import hold, reason, record


@dataclass(frozen=True, slots=True)
class Standing:
    """One suspension that has not been lifted. ``person`` is ``None`` for everybody, ``purpose`` for every purpose."""

    id: int
    person: str | None
    purpose: int | None
    kind: str
    reason: str
    owner: Identity
    placer: Identity
    review_on: int
    since: int
    placed_at: str


def standing(connection: Connection, source: str, persons: Sequence[str] | None = None) -> tuple[Standing, ...]:
    """The suspensions that stand, oldest first; with ``persons``, those that concern one of them."""
    query = (
        select(hold, reason.c.text)
        .join(reason, reason.c.id == hold.c.reason)
        .where(hold.c.source == source, hold.c.lifted_at.is_(None))
    )
    if persons is not None:
        query = query.where(hold.c.person.is_(None) | within(connection, hold.c.person, persons))
    return tuple(
        Standing(
            row.id,
            row.person,
            row.purpose,
            row.kind,
            row.text,
            Identity(row.owner_issuer, row.owner_subject),
            Identity(row.placer_issuer, row.placer_subject),
            row.review_on,
            row.since,
            row.placed_at,
        )
        for row in connection.execute(query.order_by(hold.c.id))
    )


def suspend(connection: Connection, source: str, person: str | None, purpose: int | None) -> int:
    """Hold the records of a scope; how many were not held yet."""
    count = kinds.suspend(connection, source, *_scope(person, purpose))
    follow_index(connection, source)
    return count


def release(connection: Connection, source: str, person: str | None, purpose: int | None, today: int) -> int:
    """Let the records of a scope go that no other suspension of the store holds; how many.

    What the source itself suspends is for who reads the source.
    """
    kept = hold.c
    theirs = kept.person.is_(None) | (kept.person == record.c.person)
    its = kept.purpose.is_(None) | (kept.purpose == record.c.purpose)
    other = exists().where(kept.source == source, kept.lifted_at.is_(None), theirs, its)
    count = kinds.release(connection, source, today, *_scope(person, purpose), ~other.correlate(record))
    follow_index(connection, source)
    return count


def records_held(connection: Connection, source: str, holds: Sequence[Standing]) -> list[int]:
    """How many records each of these suspensions holds."""
    of_purpose = kinds.held_by_purpose(connection, source)
    persons = sorted({each.person for each in holds if each.person is not None})
    query = select(record.c.person, record.c.purpose).where(
        record.c.source == source, within(connection, record.c.person, persons)
    )
    theirs = [tuple(row) for row in connection.execute(query)]

    def count(each: Standing) -> int:
        if each.person is None:
            wanted = RECORD_PURPOSES if each.purpose is None else (each.purpose,)
            return sum(of_purpose.get(int(purpose), 0) for purpose in wanted)
        return sum(person == each.person and each.purpose in (None, purpose) for person, purpose in theirs)

    return [count(each) for each in holds]


def in_index(connection: Connection, source: str, person: str | None, purpose: int | None) -> bool:
    """Whether the index knows a record of the scope."""
    some = select(exists().where(record.c.source == source, *_scope(person, purpose)))
    return bool(connection.scalar(some))


def _scope(person: str | None, purpose: int | None) -> list[ColumnElement[bool]]:
    scope = [] if person is None else [record.c.person == person]
    return scope if purpose is None else [*scope, record.c.purpose == purpose]

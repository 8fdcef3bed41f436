"""Suspensions of purges: the rows that stand, and what they do to the index.

A suspension of one person is for ``services.live_decision``; one of a purpose, or of everything, changes the kind of
its records here, in the database, however many they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, select

from diager_dpo.store.membership import within
from diager_dpo.store.tables import hold


@dataclass(frozen=True, slots=True)
class Standing:
    """One suspension that has not been lifted. ``person`` is ``None`` for everybody, ``purpose`` for every purpose."""

    person: str | None
    purpose: int | None
    since: int


def standing(connection: Connection, source: str, persons: Sequence[str] | None = None) -> tuple[Standing, ...]:
    """The suspensions that stand; with ``persons``, those that concern one of them."""
    query = select(hold.c.person, hold.c.purpose, hold.c.since).where(
        hold.c.source == source, hold.c.lifted_at.is_(None)
    )
    if persons is not None:
        query = query.where(hold.c.person.is_(None) | within(connection, hold.c.person, persons))
    rows: Sequence[Row[str, int, int]] = connection.execute(query.order_by(hold.c.id)).all()
    return tuple(Standing(*row) for row in rows)

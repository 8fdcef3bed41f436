"""Withdrawals and objections that people recorded here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, update

from diager_dpo.store.membership import within
from diager_dpo.store.tables import reason, recorded_refusal

WITHDRAWAL, OBJECTION = "withdrawal", "objection"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refusal as it was recorded; ``about``: words.Subject, 0 for an objection."""

    id: int
    person: str
    kind: str
    operation: str
    about: int
    on: int
    channel: str
    reason: str
    at: str
    issuer: str
    subject: str
    exported_at: str | None
    withdrawn_at: str | None


def standing(connection: Connection, source: str, persons: Sequence[str] | None = None) -> list[Refusal]:
    """Refusals that were not taken back; with ``persons``, of these only."""
    condition = None if persons is None else within(connection, recorded_refusal.c.person, persons)
    r = recorded_refusal.c
    query = _query().where(r.source == source, r.withdrawn_at.is_(None)).order_by(r.id)
    return [Refusal(*row) for row in connection.execute(query if condition is None else query.where(condition))]


def every(connection: Connection, source: str) -> list[Refusal]:
    """Every one, those that were taken back too, the latest first."""
    r = recorded_refusal.c
    return [Refusal(*row) for row in connection.execute(_query().where(r.source == source).order_by(r.id.desc()))]


def add(connection: Connection, values: dict[str, str | int]) -> int:
    """Record one; its number."""
    made = insert(recorded_refusal).values(values).returning(recorded_refusal.c.id)
    return int(connection.execute(made).scalar_one())


def change(connection: Connection, numbers: Sequence[int], **values: str | int) -> None:
    """Write what became of some."""
    r = recorded_refusal
    connection.execute(update(r).where(within(connection, r.c.id, numbers)).values(**values))


def stamp(connection: Connection, source: str) -> tuple[int, int]:
    """What changes when one is recorded or taken back."""
    r = recorded_refusal.c
    query = select(func.count(), func.count(r.withdrawn_at)).where(r.source == source)
    row = connection.execute(query).one()
    return int(row[0]), int(row[1])


def _query() -> Select[*tuple[Any, ...]]:
    r = recorded_refusal.c
    return select(
        r.id, r.person, r.kind, r.operation, r.about, r.on, r.channel, reason.c.text, r.at, r.issuer, r.subject,
        r.exported_at, r.withdrawn_at,
    ).join(reason, reason.c.id == r.reason)  # fmt: skip

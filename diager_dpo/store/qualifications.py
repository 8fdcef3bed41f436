"""Dates the DPO stated, by record."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from diager_dpo.store.membership import within
from diager_dpo.store.tables import qualification, qualified_record


def stated(connection: Connection, source: str, persons: Sequence[str] | None = None) -> Sequence[Row[*tuple[Any, ...]]]:
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

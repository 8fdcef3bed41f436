"""Records that were erased of persons who are still known: out of scope until a later fact opens a new one."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from diager_dpo.store.membership import within
from diager_dpo.store.tables import purged_record


def purged(connection: Connection, source: str, persons: Sequence[str] | None = None) -> Sequence[Row[*tuple[Any, ...]]]:
    """Person, purpose, operation and day of each; with ``persons``, of theirs only."""
    p = purged_record.c
    query = select(p.person, p.purpose, p.operation, p.on).where(p.source == source)
    if persons is not None:
        query = query.where(within(connection, p.person, persons))
    return connection.execute(query).all()

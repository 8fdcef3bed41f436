"""The contests and other operations of the last scan: what lists can be narrowed to."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from diager_dpo.domain.civil import day_date
from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.domain.words import Purpose
from diager_dpo.services.index_view import index_view
from diager_dpo.services.installation import Installation
from diager_dpo.source.folding import folded
from diager_dpo.store.tables import operation


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation by its key; its name is the company's. ``last_day`` is ``None`` where none was announced."""

    key: str
    name: str
    last_day: date | None


def operations(installation: Installation, actor: Identity) -> tuple[Operation, ...]:
    """Every operation by name, for who may see the records of contests; none for others who may see records.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``.
    """
    with index_view(installation, actor, Action.SEE_RECORDS) as view:
        if Purpose.CONTESTS not in view.purposes:
            return ()
        kept = operation.c
        rows = view.connection.execute(
            select(kept.operation, kept.name, kept.last_day).where(kept.source == view.source)
        ).all()
        return tuple(
            Operation(row.operation, row.name, None if row.last_day is None else day_date(row.last_day))
            for row in sorted(rows, key=lambda row: (folded(row.name), row.operation))  # É stands among E
        )


def operation_names(installation: Installation, actor: Identity) -> dict[str, str]:
    """What the company calls each operation, by its key, for who looks after the source.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``.
    """
    with index_view(installation, actor, Action.SEE_SOURCE) as view:
        rows = view.connection.execute(
            select(operation.c.operation, operation.c.name).where(operation.c.source == view.source)
        )
        return {row.operation: row.name for row in rows if row.name}

"""The operations of the last scan, and the memory of which were prolonged."""

import numpy as np
from sqlalchemy import Connection, delete, insert, select

from diager_dpo.domain.civil import NO_DAY, Days, is_day
from diager_dpo.domain.facts import Operations
from diager_dpo.store.tables import operation


def prolonged_on(connection: Connection, source: str, operations: Operations, last_day: Days, today: int) -> Days:
    """The day a scan first saw each operation announce a later last day than before: this one, a former one, or none.

    ``last_day``: what each announces now.
    """
    query = select(operation.c.operation, operation.c.last_day, operation.c.prolonged_on)
    known = {row.operation: row for row in connection.execute(query.where(operation.c.source == source))}
    days = np.full(len(operations.key), NO_DAY, np.int32)
    for place, (key, announced) in enumerate(zip(operations.key.tolist(), last_day.tolist(), strict=True)):
        before = known.get(key)
        if before is None:
            continue
        longer = before.last_day is not None and announced > before.last_day
        first_seen = before.prolonged_on if before.prolonged_on is not None else today if longer else NO_DAY
        days[place] = first_seen
    return days


def replace(connection: Connection, source: str, operations: Operations, last_day: Days) -> None:
    """Write the operations as the source gives them; the prolongations that were seen stay known.

    An operation the source no longer gives goes, unless it was prolonged: that was seen once and must not be forgotten.
    """
    connection.execute(
        delete(operation).where(
            operation.c.source == source,
            operation.c.prolonged_on.is_(None) | operation.c.operation.in_(operations.key.tolist()),
        )
    )
    rows = [
        {
            "source": source,
            "operation": key,
            "name": name or "",
            "provider": provider or "",
            "opens_on": opens,
            "closes_on": closes,
            "last_day": last,
            "prolonged_on": prolonged,
        }
        for key, name, provider, opens, closes, last, prolonged in zip(
            operations.key.tolist(),
            operations.name.tolist(),
            operations.provider.tolist(),
            _days(operations.opens),
            _days(operations.closes),
            _days(last_day),
            _days(operations.prolonged_on),
            strict=True,
        )
    ]
    if rows:
        connection.execute(insert(operation), rows)


def _days(days: Days) -> list[int | None]:
    return [int(day) if known else None for day, known in zip(days.tolist(), is_day(days).tolist(), strict=True)]

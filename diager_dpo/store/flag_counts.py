"""How many records carry a flag that somebody has to settle: counted once for each finished scan, kept in memory.

Unlike statuses, flags are not in the calendar: most records carry none. One pass over the index groups those that do.
"""

from dataclasses import dataclass
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, func, or_, select

from diager_dpo.domain.civil import NO_DAY, Days
from diager_dpo.domain.facts import Codes
from diager_dpo.domain.verdicts import flags_on
from diager_dpo.domain.words import Flag, Purpose
from diager_dpo.store import tables
from diager_dpo.store.calendar_counts import FinishedScan


@dataclass(frozen=True, slots=True, eq=False)
class FlagGroups:
    """One row a group of records that share purpose, flags and the days on which flags depend; ``n`` records each."""

    scan: FinishedScan
    purpose: Codes
    flags: NDArray[np.int16]
    running_until: Days
    inactive_from: Days
    n: NDArray[np.int64]

    def count(self, purpose: Purpose, flag: Flag, today: int) -> int:
        """How many records of a purpose carry a flag on a day. Phases of a record's life are not counted here."""
        no_archives, undated = np.zeros(len(self.n), np.bool_), np.full(len(self.n), NO_DAY, np.int32)
        on_the_day = flags_on(self.flags, no_archives, self.running_until, undated, self.inactive_from, today=today)
        return int(self.n[(self.purpose == purpose) & ((on_the_day & flag.value) != 0)].sum())


_loaded: WeakKeyDictionary[Engine, dict[str, FlagGroups]] = WeakKeyDictionary()
_lock = Lock()


def flag_groups(connection: Connection, source: str, version: FinishedScan) -> FlagGroups:
    """The groups of the last finished scan, from memory where that scan is the one loaded before.

    ``version`` is the last finished scan that the same snapshot shows.
    """
    with _lock:
        kept = _loaded.setdefault(connection.engine, {}).get(source)
    if kept is not None and kept.scan == version:
        return kept
    groups = _read(connection, source, version)
    with _lock:
        _loaded[connection.engine][source] = groups
    return groups


def _read(connection: Connection, source: str, version: FinishedScan) -> FlagGroups:
    column = tables.record.c
    keys = (
        column.purpose,
        column.flags,
        func.coalesce(column.running_until, NO_DAY).label("running_until"),
        func.coalesce(column.inactive_from, NO_DAY).label("inactive_from"),
    )
    # Labels, because PostgreSQL does not see that two expressions with parameters are the same.
    rows = connection.execute(
        select(*keys, func.count())
        .where(column.source == source, or_(column.flags != 0, column.inactive_from.is_not(None)))
        .group_by(column.purpose, column.flags, column.running_until, column.inactive_from)
    ).all()
    table = np.array([tuple(row) for row in rows], dtype=np.int64).reshape(-1, 5).T
    return FlagGroups(
        version,
        purpose=table[0].astype(np.int8),
        flags=table[1].astype(np.int16),
        running_until=table[2].astype(np.int32),
        inactive_from=table[3].astype(np.int32),
        n=table[4],
    )

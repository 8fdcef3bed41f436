"""The calendar in memory: loaded once for each change of the index, and summed for any day.

The calendar has a few thousand rows whatever the size of the company, so a count of any day is one pass over arrays of
that length. Whether a loaded calendar is still the right one is asked of the store every time (one row by its index).
"""

from dataclasses import dataclass
from threading import Lock
from typing import cast
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, func, select

from diager_dpo.domain.civil import NO_DAY, OPEN_END, Days, Mask
from diager_dpo.domain.facts import Codes
from diager_dpo.domain.lateness import late_from
from diager_dpo.domain.verdicts import statuses
from diager_dpo.domain.words import Kind, Purpose, Status
from diager_dpo.store import tables
from diager_dpo.store.record_conditions import Conditions

_STATUSES = max(Status) + 1


@dataclass(frozen=True, slots=True)
class FinishedScan:
    """The last scan of a source that came to its end: the version of everything that is read from the index.

    ``entries``: of the journal. A purge, a suspension or a stated date changes the index between two scans, and writes
    one in the same transaction.
    """

    id: int
    day: int
    finished_at: str
    entries: int


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """One row a group of records that share purpose, category, kind, rule and days; ``n`` records each.

    ``effective``: the day the charter version behind the group's rule took effect.
    """

    scan: FinishedScan
    purpose: Codes
    category: Codes
    kind: Codes
    running_until: Days
    last_day: Days
    effective: Days
    n: NDArray[np.int64]

    def totals(self, today: int, horizon: int) -> NDArray[np.int64]:
        """Records per purpose (row) and status (column), by their numbers."""
        cell = self.purpose.astype(np.int64) * _STATUSES + statuses(
            self.kind, self.running_until, self.last_day, today, horizon
        )
        shape = (max(Purpose) + 1, _STATUSES)
        return np.bincount(cell, self.n, shape[0] * shape[1]).astype(np.int64).reshape(shape)

    def late_from(self, today: int) -> dict[Purpose, int]:
        """Since when the oldest due record of each purpose is late; purposes without one are missing."""
        due = statuses(self.kind, self.running_until, self.last_day, today) == Status.DUE
        since = late_from(self.last_day, self.effective)
        return {
            Purpose(int(purpose)): int(since[due & (self.purpose == purpose)].min())
            for purpose in np.unique(self.purpose[due])
        }

    def held_past(self, today: int) -> dict[Purpose, int]:
        """How many held records of each purpose are past their last day; purposes without one are missing."""
        past = (self.kind == Kind.HELD) & (self.last_day != NO_DAY) & (self.last_day < today)
        return {
            Purpose(int(purpose)): int(self.n[past & (self.purpose == purpose)].sum())
            for purpose in np.unique(self.purpose[past])
        }

    def groups(self, wanted: Conditions) -> Mask:
        """The groups whose records meet conditions that are ``known_to_the_calendar``."""
        groups: Mask = self.purpose == wanted.purpose
        if wanted.status is not None:
            status = statuses(self.kind, self.running_until, self.last_day, wanted.today, wanted.horizon)
            groups &= status == wanted.status
        if wanted.category is not None:
            groups &= self.category == wanted.category
        if wanted.last_day_from is not None:
            groups &= self.last_day >= wanted.last_day_from
        if wanted.last_day_to is not None:
            groups &= (self.last_day <= wanted.last_day_to) & (self.last_day != NO_DAY)
        return groups

    def dated(self, groups: Mask) -> int:
        """How many records of these groups have a last day."""
        return int(self.n[groups & (self.last_day != NO_DAY)].sum())

    def day_at(self, groups: Mask, position: int) -> tuple[int, int]:
        """The last day of the dated record at a position in the order of last days, and its position within that day.

        ``position`` counts from 0 and is less than ``dated(groups)``.
        """
        dated = groups & (self.last_day != NO_DAY)
        days, inverse = np.unique(self.last_day[dated], return_inverse=True)
        after = np.cumsum(np.bincount(inverse, self.n[dated]).astype(np.int64))
        at = int(np.searchsorted(after, position, side="right"))
        return int(days[at]), position - (int(after[at - 1]) if at else 0)

    def falling_due(self, purpose: Purpose, bounds: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many records of a purpose are due on each day of ``bounds``, as far as the facts of the scan say.

        A record is due from the day after its last day; while the relation is on it is not, and held it never is.
        """
        can_be_due = (self.purpose == purpose) & (self.kind != Kind.HELD) & (self.running_until < OPEN_END)
        can_be_due &= self.last_day != NO_DAY
        days = np.maximum(self.last_day, self.running_until)[can_be_due].astype(np.int64) + 1
        order = np.argsort(days, kind="stable")
        cumulated = np.concatenate(([0], np.cumsum(self.n[can_be_due][order])))
        return cast("NDArray[np.int64]", cumulated[np.searchsorted(days[order], bounds, side="right")])


_loaded: WeakKeyDictionary[Engine, dict[str, Calendar]] = WeakKeyDictionary()
_lock = Lock()


def last_finished_scan(connection: Connection, source: str) -> FinishedScan | None:
    """The data version of a source; ``None`` where no scan has finished yet."""
    scan = tables.scan
    entries = func.coalesce(select(func.max(tables.journal.c.number)).scalar_subquery(), 0)
    row = connection.execute(
        select(scan.c.id, scan.c.day, scan.c.finished_at, entries.label("entries"))
        .where(scan.c.source == source, scan.c.state == "done")
        .order_by(scan.c.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else FinishedScan(row.id, row.day, row.finished_at or "", row.entries)


def calendar_of(connection: Connection, source: str) -> Calendar | None:
    """The calendar as it stands after the last finished scan, from memory where nothing was decided since it was read.

    ``connection`` must see one snapshot (``store.engine.reading``): version and rows have to belong together.
    """
    version = last_finished_scan(connection, source)
    if version is None:
        return None
    with _lock:
        kept = _loaded.setdefault(connection.engine, {}).get(source)
    if kept is not None and kept.scan == version:
        return kept
    calendar = _read(connection, source, version)
    with _lock:
        _loaded[connection.engine][source] = calendar
    return calendar


def _read(connection: Connection, source: str, version: FinishedScan) -> Calendar:
    calendar, rule = tables.calendar, tables.rule
    rows = connection.execute(
        select(
            calendar.c.purpose,
            calendar.c.category,
            calendar.c.kind,
            calendar.c.running_until,
            calendar.c.last_day,
            func.coalesce(rule.c.effective, NO_DAY),
            calendar.c.n,
        )
        .outerjoin(rule, rule.c.id == calendar.c.rule)
        .where(calendar.c.source == source)
    ).all()
    columns = np.array([tuple(row) for row in rows], dtype=np.int64).reshape(-1, 7).T
    return Calendar(
        version,
        purpose=columns[0].astype(np.int8),
        category=columns[1].astype(np.int8),
        kind=columns[2].astype(np.int8),
        running_until=columns[3].astype(np.int32),
        last_day=columns[4].astype(np.int32),
        effective=columns[5].astype(np.int32),
        n=columns[6],
    )

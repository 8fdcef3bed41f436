"""How many records stand where: on any day, in the months to come, and at each scan so far."""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from sqlalchemy import select

from diager_dpo.domain.civil import day_date, day_number
from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.domain.words import Purpose, Status
from diager_dpo.services.index_view import IndexView, index_view, instant
from diager_dpo.services.installation import Installation
from diager_dpo.store.tables import scan, scan_total


@dataclass(frozen=True, slots=True)
class PurposeCounts:
    """The records of one purpose by status. ``late_from``: since when the oldest due one is late, if there is one."""

    purpose: Purpose
    running: int
    kept: int
    due_soon: int
    due: int
    held: int
    undetermined: int
    late_from: date | None = None

    @property
    def total(self) -> int:
        """Nothing is left out: the statuses are disjoint and complete (invariant 1)."""
        return self.running + self.kept + self.due_soon + self.due + self.held + self.undetermined

    def of(self, status: Status) -> int:
        """The records with one status."""
        return int(getattr(self, status.code))


@dataclass(frozen=True, slots=True)
class Counts:
    """Every purpose the actor may see, on one day. The facts are those of the scan that ended at ``scanned_at``."""

    as_of: date
    horizon_days: int
    scanned_at: datetime
    purposes: tuple[PurposeCounts, ...]


@dataclass(frozen=True, slots=True)
class PurposeForecast:
    """How many records of one purpose fall due in each month, and how many are due at its end if nothing is erased."""

    purpose: Purpose
    already_due: int
    falling_due: tuple[int, ...]
    due_at_end: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Forecast:
    """The months to come; the first one is what is left, after ``as_of``, of the month of ``as_of``.

    ``months`` are first days of months. Facts are those of the scan: an open relation never falls due here.
    """

    as_of: date
    months: tuple[date, ...]
    purposes: tuple[PurposeForecast, ...]


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """What one scan counted on its own day."""

    scan: int
    day: date
    finished_at: datetime
    counts: PurposeCounts

    @property
    def late_days(self) -> int | None:
        """The age of the oldest overdue record on that day, if there was one."""
        return None if self.counts.late_from is None else max((self.day - self.counts.late_from).days, 0)


@dataclass(frozen=True, slots=True)
class Trend:
    """Every finished scan, oldest first; one point a purpose and scan."""

    points: tuple[TrendPoint, ...]


def counts(installation: Installation, actor: Identity, as_of: date, horizon_days: int) -> Counts:
    """The six statuses of each purpose on a day, from the calendar in memory.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``never_scanned``.
    """
    with index_view(installation, actor, Action.SEE_TOTALS) as view:
        return counts_in(view, as_of, horizon_days)


def counts_in(view: IndexView, as_of: date, horizon_days: int) -> Counts:
    """The same inside a view that is open."""
    calendar = view.calendar()
    today = day_number(as_of)
    totals, late_from = calendar.totals(today, horizon_days), calendar.late_from(today)
    return Counts(
        as_of,
        horizon_days,
        instant(calendar.scan.finished_at),
        tuple(
            _purpose_counts(
                purpose, {status: int(totals[purpose, status]) for status in Status}, late_from.get(purpose)
            )
            for purpose in view.purposes
        ),
    )


def forecast(installation: Installation, actor: Identity, as_of: date, months: int = 36) -> Forecast:
    """What falls due in the months after a day; fewer of them where the calendar ends in between.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``never_scanned``.
    """
    first = np.datetime64(as_of, "M")
    months = min(months, 12 * (date.max.year - as_of.year) + 13 - as_of.month)
    starts = (first + np.arange(months + 1, dtype="timedelta64[M]")).astype("datetime64[D]")
    bounds = np.concatenate(([day_number(as_of)], starts[1:].astype(np.int64) - 1))
    with index_view(installation, actor, Action.SEE_TOTALS) as view:
        calendar = view.calendar()
        purposes = []
        for purpose in view.purposes:
            due = calendar.falling_due(purpose, bounds)
            purposes.append(
                PurposeForecast(purpose, int(due[0]), tuple(np.diff(due).tolist()), tuple(due[1:].tolist()))
            )
    return Forecast(as_of, tuple(starts[:-1].tolist()), tuple(purposes))


def trend(installation: Installation, actor: Identity) -> Trend:
    """The totals every finished scan kept.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``.
    """
    with index_view(installation, actor, Action.SEE_TOTALS) as view:
        rows = view.connection.execute(
            select(
                scan.c.id,
                scan.c.day,
                scan.c.finished_at,
                scan_total.c.purpose,
                scan_total.c.status,
                scan_total.c.n,
                scan_total.c.oldest_due_from,
            )
            .join(scan, scan.c.id == scan_total.c.scan)
            .where(scan.c.source == view.source, scan.c.state == "done", scan_total.c.purpose.in_(view.purposes))
            .order_by(scan.c.id, scan_total.c.purpose)
        ).all()
    totals: dict[tuple[int, int, str, int], dict[Status, int]] = {}
    late_from: dict[tuple[int, int, str, int], int] = {}
    for row in rows:
        key = (row.id, row.day, row.finished_at, row.purpose)
        totals.setdefault(key, dict.fromkeys(Status, 0))[Status(row.status)] = row.n
        if row.oldest_due_from is not None:
            late_from[key] = row.oldest_due_from
    return Trend(
        tuple(
            TrendPoint(
                key[0],
                day_date(key[1]),
                instant(key[2]),
                _purpose_counts(Purpose(key[3]), by_status, late_from.get(key)),
            )
            for key, by_status in totals.items()
        )
    )


def _purpose_counts(purpose: Purpose, by_status: dict[Status, int], late_from: int | None) -> PurposeCounts:
    since = None if late_from is None else day_date(late_from)
    return PurposeCounts(purpose, **{status.code: by_status[status] for status in Status}, late_from=since)

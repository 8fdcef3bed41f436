"""What the rules say of one record, told with plain dates. ``None`` is no day."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from diager_dpo.domain.words import Anchor, Anomaly, Category, Flag, Kind, Purpose, Status

FOREVER = date.max  #: a relation without a known end
NOTHING = Anomaly(0)
NO_FLAG = Flag(0)


@dataclass(frozen=True)
class Fate:
    """What the rules say of one record. ``ends``: the end of each relation its clock runs on, ``None`` if unknown."""

    person: int
    purpose: Purpose
    operation: int
    category: Category
    kind: Kind = Kind.DATED
    anchor: Anchor = Anchor.NONE
    anchor_on: date | None = None
    duration: str | None = None
    charter: str | None = None
    running_until: date | None = None
    last_day: date | None = None
    inactive_from: date | None = None
    flags: Flag = NO_FLAG
    anomalies: Anomaly = NOTHING
    ends: tuple = ()

    def runs(self, today):
        return any(end is not None and end >= today for end in self.ends)

    def status(self, today, horizon):
        if self.kind is Kind.HELD:
            return Status.HELD
        if self.runs(today):
            return Status.RUNNING
        if None in self.ends or self.last_day is None:
            return Status.UNDETERMINED
        if self.last_day < today:
            return Status.DUE
        return Status.DUE_SOON if (self.last_day - today).days <= horizon else Status.KEPT

    def flags_on(self, today):
        flags = self.flags
        if self.runs(today):
            flags |= NO_FLAG if FOREVER in self.ends else Flag.PLANNED_END
            if self.inactive_from is not None and self.inactive_from <= today:
                flags |= Flag.INACTIVE
        elif self.purpose is Purpose.CUSTOMER_MANAGEMENT and self.ends and None not in self.ends:
            flags |= Flag.INTERMEDIATE_ARCHIVE
        return flags


def plus(day, length):
    """Months first, then days; the last day of the month where the day does not exist. No calendar goes past 9999."""
    months = day.year * 12 + day.month - 1 + length.months
    year, month = months // 12, months % 12 + 1
    if year > FOREVER.year:
        return FOREVER - timedelta(1)
    return date(year, month, min(day.day, monthrange(year, month)[1])) + timedelta(length.days)

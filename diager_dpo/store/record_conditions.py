"""Which records of the deadline index are wanted, as conditions of SQL."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_

from diager_dpo.domain.civil import NO_DAY, OPEN_END
from diager_dpo.domain.words import Anomaly, Category, Flag, Kind, Purpose, Status
from diager_dpo.store import tables

_column = tables.record.c
_running_until = func.coalesce(_column.running_until, NO_DAY)

_NO_FLAG = Flag(0)
_NO_ANOMALY = Anomaly(0)
_LAST_CHARACTER = chr(0x10FFFF)


@dataclass(frozen=True, slots=True)
class Conditions:
    """Which records are wanted. ``None``, zero and empty mean any; of several flags or anomalies, one is enough.

    ``today`` and ``horizon`` give ``status`` its meaning, ``today`` also the flags that depend on the day.
    ``archives`` holds the ids of the rules that provide for an intermediate archive.
    """

    purpose: Purpose
    today: int
    horizon: int
    archives: frozenset[int]
    status: Status | None = None
    category: Category | None = None
    operation: str | None = None
    flags: Flag = _NO_FLAG
    anomalies: Anomaly = _NO_ANOMALY
    last_day_from: int | None = None
    last_day_to: int | None = None
    person_prefix: str = ""

    @property
    def known_to_the_calendar(self) -> bool:
        """Whether the calendar alone can say how many there are."""
        return self.operation is None and not self.flags and not self.anomalies and not self.person_prefix

    @property
    def may_lack_a_last_day(self) -> bool:
        """Whether records without a last day can be among the wanted ones."""
        dated_only = self.status in {Status.DUE, Status.DUE_SOON, Status.KEPT}
        return not dated_only and self.last_day_from is None and self.last_day_to is None


def meets(source: str, conditions: Conditions) -> list[ColumnElement[bool]]:
    """All conditions, to be joined by AND."""
    where = [_column.source == source, _column.purpose == conditions.purpose]
    if conditions.status is not None:
        where.append(_has_status(conditions.status, conditions.today, conditions.horizon))
    if conditions.category is not None:
        where.append(_column.category == conditions.category)
    if conditions.operation is not None:
        where.append(_column.operation == conditions.operation)
    if conditions.flags:
        where.append(_has_flag(conditions))
    if conditions.anomalies:
        where.append(_column.anomalies.bitwise_and(conditions.anomalies.value) != 0)
    if conditions.last_day_from is not None:
        where.append(_column.last_day >= conditions.last_day_from)
    if conditions.last_day_to is not None:
        where.append(_column.last_day <= conditions.last_day_to)
    if conditions.person_prefix:
        where += _begins_with(conditions.person_prefix)
    return where


def _has_status(status: Status, today: int, horizon: int) -> ColumnElement[bool]:
    """The records that have a status on a day: ``domain.verdicts.statuses`` in SQL (a test compares the two)."""
    last_day = _column.last_day
    if status is Status.HELD:
        return _column.kind == Kind.HELD
    if status is Status.RUNNING:
        return and_(_column.kind != Kind.HELD, _running_until >= today)
    on_last_day: dict[Status, ColumnElement[bool]] = {
        Status.UNDETERMINED: last_day.is_(None),
        Status.DUE: last_day < today,
        Status.DUE_SOON: and_(last_day >= today, last_day <= today + horizon),
        Status.KEPT: last_day >= max(today, today + horizon + 1),
    }
    return and_(_column.kind != Kind.HELD, _running_until < today, on_last_day[status])


def _has_flag(conditions: Conditions) -> ColumnElement[bool]:
    """One of the flags on the day: ``domain.verdicts.flags_on`` in SQL (a test compares the two)."""
    today, flags = conditions.today, conditions.flags
    end_known = and_(_column.running_until.is_not(None), _column.running_until < OPEN_END)
    any_of = [_column.flags.bitwise_and(flags.value) != 0]
    if Flag.PLANNED_END in flags:
        any_of.append(and_(end_known, _running_until >= today))
    if Flag.INTERMEDIATE_ARCHIVE in flags:
        archived = _column.last_day.is_not(None) & _column.rule.in_(conditions.archives)
        any_of.append(and_(end_known, _running_until < today, archived))
    if Flag.INACTIVE in flags:
        any_of.append(and_(_column.inactive_from <= today, _running_until >= today))
    return or_(*any_of)


def _begins_with(prefix: str) -> list[ColumnElement[bool]]:
    """Keys that begin with ``prefix``, in exactly this case. Keys stand in the order of their bytes."""
    exact = func.substr(_column.person, 1, len(prefix)) == prefix
    return [exact, _column.person >= prefix, _column.person < prefix + _LAST_CHARACTER]

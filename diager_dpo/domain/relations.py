"""Relations: when each clock of a customer starts (rules, order of decision, 2)."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from diager_dpo.domain.anomalies import Bits, Checked, checked_ends, checked_events, findings_of
from diager_dpo.domain.civil import NO_DAY, OPEN_END, Days, Duration, Mask, add, is_day
from diager_dpo.domain.facts import Finding, Keys, Relations
from diager_dpo.domain.groups import Groups
from diager_dpo.domain.words import Anomaly

_INACTIVE_AFTER = Duration(36)  # three years, as long as the charter keeps a prospect [K]


@dataclass(frozen=True, slots=True)
class RelationDays:
    """What both clocks share: checked starts and activities, and the relations of each person."""

    groups: Groups
    keys: Keys  # of the person of each relation
    started: Checked
    is_open: Mask
    inactive_from: Days  # a row a person
    latest_start: Days  # a row a person
    anomalies: Bits  # a row a person
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Ends:
    """One clock, a row a person.

    ``running_until``: the latest end, ``OPEN_END`` where a relation is open without one, ``NO_DAY`` where none is
    known. ``end``: the day the clock starts from, ``NO_DAY`` while no clock can start. ``gap``: two relations
    further apart than the data may be kept.
    """

    running_until: Days
    end: Days
    gap: Mask
    anomalies: Bits
    findings: tuple[Finding, ...]


def relation_days(relations: Relations, persons: Keys, today: int) -> RelationDays:
    """Starts and activities without those that cannot be."""
    groups = Groups.of(relations.person, len(persons))
    keys = persons[relations.person]
    started = checked_events(relations.started, today)
    active = checked_events(relations.last_activity, today)
    last_active = groups.latest(active.day, NO_DAY)
    return RelationDays(
        groups=groups,
        keys=keys,
        started=started,
        is_open=relations.is_open,
        inactive_from=np.where(is_day(last_active), add(last_active, _INACTIVE_AFTER) + 1, NO_DAY).astype(np.int32),
        latest_start=groups.latest(started.day, NO_DAY),
        anomalies=groups.bits(started.anomalies | active.anomalies),
        findings=findings_of("relations", "started_on", started.anomalies, keys)
        + findings_of("relations", "last_activity_on", active.anomalies, keys),
    )


def ends(column: str, days: Days, *, shared: RelationDays, today: int, last_day: Callable[[Days], Days]) -> Ends:
    """The state of one clock; ``days`` are its ends, one a relation, ``last_day`` the retention from an end.

    End on or after today: running until that day, inclusive. No end: running where the relation is open, else
    undetermined. Open with a past end: an anomaly, and running. Over several relations: any running wins, then any
    undetermined, then the latest end.
    """
    checked = checked_ends(days)
    started = shared.started.day
    checked = checked.without(is_day(started) & is_day(checked.day) & (checked.day < started), Anomaly.END_BEFORE_START)
    past = is_day(checked.day) & (checked.day < today)
    checked = checked.without(shared.is_open & past, Anomaly.OPEN_WITH_PAST_END)

    known = is_day(checked.day)
    until = np.where(shared.is_open & ~known, np.int32(OPEN_END), checked.day)
    running_until = shared.groups.latest(until, NO_DAY)
    undetermined = shared.groups.some(~known & ~shared.is_open)
    return Ends(
        running_until=running_until,
        end=np.where(undetermined | ~is_day(running_until), np.int32(NO_DAY), running_until),
        gap=_gap(shared, checked.day, last_day),
        anomalies=shared.groups.bits(checked.anomalies),
        findings=findings_of("relations", column, checked.anomalies, shared.keys),
    )


def _gap(shared: RelationDays, end: Days, last_day: Callable[[Days], Days]) -> Mask:
    """Whether a relation began after what came before it should have been erased.

    Relations of a person in the order of their starts, those without a start first; the latest end so far is a running
    maximum within the person, made by one accumulation over (person, end) packed into an integer.
    """
    groups = shared.groups
    person = np.empty(len(end), np.int64)
    person[groups.order] = np.repeat(groups.group, np.diff(np.r_[groups.first, len(end)]))
    order = np.lexsort((shared.started.day, person))
    person, start = person[order], shared.started.day[order]
    reach = np.where(is_day(end), end, OPEN_END)[order].astype(np.int64)
    latest = np.maximum.accumulate((person << 32) + (reach - NO_DAY)) & (2**32 - 1)
    before = np.full(len(end), OPEN_END, np.int32)
    before[1:] = np.where(person[1:] == person[:-1], latest[:-1] + NO_DAY, OPEN_END)
    late = is_day(start) & is_day(before) & (last_day(before) < start)
    answer = np.zeros(groups.size, np.bool_)
    answer[person[late]] = True
    return answer

"""One record's verdict, told as ordered steps: codes and values, of which the catalogs make sentences.

The steps follow the order of decision: who the person is for this purpose, what the clock starts from, which rule
applies, how the last day is computed, what suspends it, where the record stands on the day, what else to know.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from diager_dpo.domain.civil import (
    NO_DAY,
    OPEN_END,
    Duration,
    add,
    day_date,
    day_number,
    optional_date,
)
from diager_dpo.domain.holds import HoldKind, HoldNote
from diager_dpo.domain.lateness import late_from
from diager_dpo.domain.verdicts import AppliedRule, flags_on, statuses
from diager_dpo.domain.words import Anchor, Anomaly, Category, Flag, Kind, Purpose, Status

#: A hold that comes from the source is looked at again after this time (rules, order of decision, 4).
HOLD_REVIEW = Duration(12)

_RIGHTS = (Anchor.OBJECTION, Anchor.WITHDRAWAL)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the index knows of one record; days as in ``verdicts.Records``.

    ``archives``: its rule provides for an intermediate archive. ``holds``: the suspensions that people placed and that
    concern it; ``stated_on``: the date the DPO stated for it.
    """

    purpose: Purpose
    operation: str
    category: Category
    kind: Kind
    anchor: Anchor
    anchor_on: int
    rule: AppliedRule
    running_until: int
    last_day: int
    inactive_from: int
    flags: Flag
    anomalies: Anomaly
    archives: bool
    holds: tuple[HoldNote, ...] = ()
    stated_on: int = NO_DAY


@dataclass(frozen=True, slots=True)
class Step:
    """One sentence of an explanation. ``code`` names it; the values that it does not need are ``None`` or empty."""

    code: str
    on: date | None = None
    until: date | None = None
    duration: Duration | None = None
    charter: str = ""
    clause: str = ""
    days: int | None = None
    role: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where one record stands on a day, and why. ``status`` knows no horizon: it is never due soon."""

    purpose: Purpose
    operation: str
    category: Category
    as_of: date
    status: Status
    last_day: date | None
    due_from: date | None
    anchor: Anchor
    anchor_on: date | None
    rule: AppliedRule
    flags: Flag
    anomalies: Anomaly
    steps: tuple[Step, ...]


def explain(verdict: Verdict, as_of: date) -> Explanation:
    """The verdict on a day, with the steps that lead to it."""
    today = day_number(as_of)
    status = _status(verdict, today)
    flags = _flags(verdict, today)
    last_day = optional_date(verdict.last_day)
    return Explanation(
        purpose=verdict.purpose,
        operation=verdict.operation,
        category=verdict.category,
        as_of=as_of,
        status=status,
        last_day=last_day,
        due_from=due_from(verdict.last_day),
        anchor=verdict.anchor,
        anchor_on=optional_date(verdict.anchor_on),
        rule=verdict.rule,
        flags=flags,
        anomalies=verdict.anomalies,
        steps=(
            Step(f"category_{verdict.category.code}"),
            *_clock(verdict, today),
            *_stated(verdict),
            *_rule(verdict),
            *_computation(verdict),
            *_hold(verdict),
            *_standing(verdict, status, today),
            *(Step(f"flag_{code}") for code in flags.codes),
            *(Step(f"anomaly_{code}") for code in verdict.anomalies.codes),
        ),
    )


def due_from(last_day: int) -> date | None:
    """The day from which a record is due: always the day after its last day, which is whole (C. civ. 2228-2229)."""
    return optional_date(last_day) and day_date(last_day + 1)


def _status(verdict: Verdict, today: int) -> Status:
    """One record is an array of one: the one implementation decides."""
    kind = np.array([verdict.kind], dtype=np.int8)
    running_until, last_day = _column(verdict.running_until), _column(verdict.last_day)
    return Status(int(statuses(kind, running_until, last_day, today)[0]))


def _flags(verdict: Verdict, today: int) -> Flag:
    flags = flags_on(
        np.array([verdict.flags], dtype=np.int16),
        np.array([verdict.archives]),
        _column(verdict.running_until),
        _column(verdict.last_day),
        _column(verdict.inactive_from),
        today=today,
    )
    return Flag(int(flags[0]))


def _column(day: int) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.array([day], dtype=np.int32)


def _clock(verdict: Verdict, today: int) -> Iterator[Step]:
    """What the clock starts from, or why none runs yet."""
    if verdict.running_until == OPEN_END:
        yield Step("relation_open")
    elif verdict.running_until >= today:
        yield Step("relation_until", until=optional_date(verdict.running_until))
    if verdict.anchor is not Anchor.NONE:
        yield Step(f"anchor_{verdict.anchor.code}", on=optional_date(verdict.anchor_on))
    elif verdict.running_until == NO_DAY:
        yield Step("anchor_none")


def _stated(verdict: Verdict) -> Iterator[Step]:
    """The date the DPO stated, where it is not the one the clock starts from: why it is another."""
    if verdict.stated_on in (NO_DAY, verdict.anchor_on):
        return
    stated = optional_date(verdict.stated_on)
    if verdict.anchor is Anchor.QUALIFIED:
        code = "stated_voucher" if verdict.purpose is Purpose.ACCOUNTING else "stated_earlier_end"
        yield Step(code, on=stated, until=optional_date(verdict.anchor_on))
    elif verdict.anchor in _RIGHTS:
        yield Step("stated_ended_earlier", on=stated)
    elif verdict.anchor is not Anchor.NONE or verdict.running_until != NO_DAY:
        yield Step("stated_superseded", on=stated)


def _rule(verdict: Verdict) -> Iterator[Step]:
    """Which duration, from which clause of which charter."""
    rule = verdict.rule
    if verdict.category is Category.ENTRY and verdict.anchor in (Anchor.NONE, Anchor.QUALIFIED):
        return  # nothing was announced
    if verdict.anchor in _RIGHTS:
        code = "rule_right"
    elif not rule.duration or verdict.category is Category.ENTRY:
        code = "rule_announced"
    else:
        code = "rule_duration"
    duration = Duration.parse(rule.duration) if rule.duration else None
    yield Step(code, on=rule.effective, duration=duration, charter=rule.charter, clause=rule.clause)


def _computation(verdict: Verdict) -> Iterator[Step]:
    """From the anchor to the last day, with what a reader might stumble over."""
    start, last_day = optional_date(verdict.anchor_on), optional_date(verdict.last_day)
    if last_day is None:
        return
    if verdict.anchor in _RIGHTS:
        yield Step("last_day_before_right", on=start, until=last_day)
        return
    duration = Duration.parse(verdict.rule.duration) if verdict.rule.duration else None
    if duration is None and verdict.anchor is Anchor.QUALIFIED:
        yield Step("last_day_stated", until=last_day)
    elif duration is None or start is None:
        yield Step("last_day_announced", until=last_day)
    elif int(add(_column(verdict.anchor_on), duration)[0]) == verdict.last_day:
        yield Step("last_day_computed", on=start, until=last_day, duration=duration)
        if duration.months and day_date(_months_only(verdict, duration)).day != start.day:
            yield Step("month_end", on=start, until=day_date(_months_only(verdict, duration)))
    else:
        yield Step("last_day_limited", on=start, until=last_day, duration=duration)
    if last_day.weekday() >= 5:
        yield Step("week_end_not_extended", until=last_day)


def _months_only(verdict: Verdict, duration: Duration) -> int:
    return int(add(_column(verdict.anchor_on), Duration(duration.months))[0])


def _hold(verdict: Verdict) -> Iterator[Step]:
    """A hold suspends the erasure, never the clock. The source knows one reason: litigation."""
    if verdict.kind is not Kind.HELD:
        return
    for note in verdict.holds:
        yield Step(f"hold_placed_{note.kind}", on=note.since, until=note.review_on, role=note.role)
    if not verdict.holds:
        yield Step("hold_litigation", duration=HOLD_REVIEW)


def _standing(verdict: Verdict, status: Status, today: int) -> Iterator[Step]:
    """Where the record stands on the day, and since when or for how long."""
    last_day = optional_date(verdict.last_day)
    on = day_date(today)
    if last_day is None:
        yield Step(f"status_{status.code}", on=on)
        return
    yield Step("due_from", on=due_from(verdict.last_day))
    if status is not Status.DUE:
        left = verdict.last_day - today if status is Status.KEPT else None
        yield Step(f"status_{status.code}", on=on, until=last_day, days=left)
        if status is Status.HELD and verdict.last_day < today:
            yield Step("held_past_last_day", until=last_day)
        return
    effective = day_number(verdict.rule.effective)
    since = int(late_from(_column(verdict.last_day), _column(effective))[0])
    if since > verdict.last_day + 1:
        yield Step("late_since_charter", on=day_date(since), charter=verdict.rule.charter)
    yield Step("status_due", on=on, until=last_day, days=max(today - since, 0))


#: Every code a step can have: the catalogs must know a sentence for each.
STEP_CODES = (
    *(f"category_{category.code}" for category in Category),
    "relation_open",
    "relation_until",
    *(f"anchor_{anchor.code}" for anchor in Anchor),
    "rule_right",
    "rule_announced",
    "rule_duration",
    "last_day_before_right",
    "last_day_announced",
    "last_day_computed",
    "last_day_limited",
    "month_end",
    "week_end_not_extended",
    "hold_litigation",
    *(f"hold_placed_{kind}" for kind in HoldKind),
    "stated_voucher",
    "stated_earlier_end",
    "stated_ended_earlier",
    "stated_superseded",
    "last_day_stated",
    "held_past_last_day",
    "due_from",
    "late_since_charter",
    *(f"status_{status.code}" for status in Status if status is not Status.DUE_SOON),
    *(f"flag_{code}" for code in Flag(255).codes),
    *(f"anomaly_{code}" for code in Anomaly(511).codes),
)

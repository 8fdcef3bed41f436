"""Contests: until when the entries of each operation may be kept, as announced for it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diager_dpo.domain.anomalies import Bits, checked_ends, checked_plans, findings_of
from diager_dpo.domain.civil import NO_DAY, Days, Duration, is_day, later
from diager_dpo.domain.facts import Finding, Operations
from diager_dpo.domain.rulebook import Rulebook
from diager_dpo.domain.words import Anchor, Anomaly, Category, Purpose


@dataclass(frozen=True, slots=True)
class Retention:
    """What was announced, a row an operation: the last day (``NO_DAY``: none), the event it comes from, the rule."""

    last_day: Days
    anchor: NDArray[np.int8]
    anchor_on: Days
    rule: NDArray[np.int16]
    anomalies: Bits
    findings: tuple[Finding, ...]


def announced_retention(operations: Operations, rulebook: Rulebook) -> Retention:
    """``keep_until``, else ``keep_for`` from ``closes_on``; both and different: the former, and a conflict."""
    opens = checked_plans(operations.opens)
    closes = checked_ends(operations.closes)
    until = checked_ends(operations.keep_until)
    for_days = is_day(opens.day)
    closes = closes.without(for_days & is_day(closes.day) & (closes.day < opens.day), Anomaly.END_BEFORE_START)
    until = until.without(for_days & is_day(until.day) & (until.day < opens.day), Anomaly.END_BEFORE_START)

    months, days = operations.keep_for_months, operations.keep_for_days
    unreadable = np.where(months == -2, np.int16(Anomaly.UNREADABLE_DATE), np.int16(0))
    from_close = is_day(closes.day) & (months >= 0)
    computed = np.where(from_close, later(closes.day, np.maximum(months, 0), np.maximum(days, 0)), NO_DAY)
    announced = is_day(until.day)
    conflict = announced & from_close & (computed != until.day)
    until_anomalies = (until.anomalies | np.where(conflict, np.int16(Anomaly.KEEP_CONFLICT), np.int16(0))).astype(
        np.int16
    )

    purpose, category = Purpose.CONTESTS, Category.ENTRY
    by_duration = [
        rulebook.announced(purpose, category, str(Duration(int(m), int(d))) if computes and not stated else "")
        for m, d, computes, stated in zip(months, days, from_close, announced, strict=True)
    ]
    columns = (
        ("opens_on", opens.anomalies),
        ("closes_on", closes.anomalies),
        ("keep_until", until_anomalies),
        ("keep_for", unreadable),
    )
    return Retention(
        last_day=np.where(announced, until.day, computed).astype(np.int32),
        anchor=np.select(
            [announced, from_close], [Anchor.ANNOUNCED_DAY, Anchor.OPERATION_CLOSE], default=Anchor.NONE
        ).astype(np.int8),
        anchor_on=np.select([announced, from_close], [until.day, closes.day], default=NO_DAY).astype(np.int32),
        rule=np.array(by_duration, np.int16),
        anomalies=np.bitwise_or.reduce([anomalies for _, anomalies in columns]).astype(np.int16),
        findings=tuple(
            finding
            for column, anomalies in columns
            for finding in findings_of("operations", column, anomalies, operations.key)
        ),
    )

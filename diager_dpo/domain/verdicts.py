"""What was decided of each record, as columns, and where it stands on any day."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Self

import numpy as np
from numpy.typing import NDArray

from diager_dpo.domain.civil import NO_DAY, Days, Mask, Positions, is_day
from diager_dpo.domain.facts import Codes, Finding
from diager_dpo.domain.words import Category, Flag, Kind, Purpose, Status


@dataclass(frozen=True, slots=True)
class AppliedRule:
    """The rule behind a verdict: which duration, which clause, which version of which charter."""

    purpose: Purpose
    category: Category
    duration: str  # ISO 8601; empty where the day itself was announced, or a right was exercised
    charter: str
    clause: str
    effective: date


@dataclass(frozen=True, slots=True)
class Records:
    """One row a record: a person for a purpose; for contests, an entry (person and operation).

    ``person`` and ``operation`` (-1 outside contests) are positions; ``rule`` a position in ``Decision.rules``.
    ``running_until``: the relation is on until that day, inclusive; ``OPEN_END`` where no end is known, ``NO_DAY``
    where nothing runs. ``last_day``: the last day of retention, inclusive; ``NO_DAY`` where none can be computed.
    ``inactive_from``: the first day on which a relation counts as inactive, or ``NO_DAY``.
    """

    person: Positions
    purpose: Codes
    operation: Positions
    category: Codes
    kind: Codes
    anchor: Codes
    anchor_on: Days
    rule: NDArray[np.int16]
    running_until: Days
    last_day: Days
    inactive_from: Days
    flags: NDArray[np.int16]
    anomalies: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.person)

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """The records of several purposes, one after the other."""
        return cls(*(np.concatenate([getattr(part, column.name) for part in parts]) for column in fields(cls)))


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that blocks a purge and that only a person can settle."""

    code: str  # "facts_missing", "no_announced_duration"
    purpose: Purpose
    operation: str  # key of the operation, or empty
    count: int  # records concerned


@dataclass(frozen=True, slots=True)
class Decision:
    """The whole answer to one set of facts."""

    records: Records
    rules: tuple[AppliedRule, ...]
    findings: tuple[Finding, ...]
    alerts: tuple[Alert, ...]


def statuses(kind: Codes, running_until: Days, last_day: Days, today: int, horizon: int = -1) -> Codes:
    """The status of each record on ``today`` (words.Status).

    The clock moves, the facts do not: they are those of the scan. Due soon is ``today <= last_day <= today + horizon``;
    a negative horizon leaves that status out. The first that applies: held, undetermined, running, due, due soon, kept.
    """
    conditions = [
        kind == Kind.HELD,
        running_until >= today,
        last_day == NO_DAY,
        last_day < today,
        last_day <= today + horizon,
    ]
    answers = [Status.HELD, Status.RUNNING, Status.UNDETERMINED, Status.DUE, Status.DUE_SOON]
    return np.select(conditions, answers, default=Status.KEPT).astype(np.int8)


def flags_on(
    flags: NDArray[np.int16], archives: Mask, running_until: Days, last_day: Days, inactive_from: Days, *, today: int
) -> NDArray[np.int16]:
    """The flags of each record on ``today``: those of the scan, and the three that depend on the day.

    Planned end: the relation is on and its end is known. Intermediate archive: the relation is over, a last day follows
    from its end, and the rule provides for one (``archives``). Inactive: the relation is on and its last activity is
    older than three years.
    """
    known = is_day(running_until)
    extra = np.where(known & (running_until >= today), Flag.PLANNED_END, 0)
    extra |= np.where(known & (running_until < today) & (last_day != NO_DAY) & archives, Flag.INTERMEDIATE_ARCHIVE, 0)
    inactive = (inactive_from != NO_DAY) & (inactive_from <= today) & (running_until >= today)
    extra |= np.where(inactive, Flag.INACTIVE, 0)
    return (flags | extra).astype(np.int16)

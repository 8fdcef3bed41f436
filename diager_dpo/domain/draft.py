"""The records of one purpose while they are being decided: columns that each rule may change."""

from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from diager_dpo.domain.anomalies import Bits
from diager_dpo.domain.civil import NO_DAY, Days, Mask, Positions, is_day
from diager_dpo.domain.facts import Codes, Purged
from diager_dpo.domain.rulebook import LastDays
from diager_dpo.domain.verdicts import Records
from diager_dpo.domain.words import Anchor, Category, Kind, Purpose


@dataclass(slots=True)
class Draft:
    """A row a record; columns as in ``Records``. ``opened``: the latest fact that opens a record of this purpose."""

    person: Positions
    operation: Positions
    category: Codes
    held: Mask
    anchor: Codes
    anchor_on: Days
    rule: NDArray[np.int16]
    running_until: Days
    last_day: Days
    inactive_from: Days
    opened: Days
    flags: NDArray[np.int16]
    anomalies: Bits

    @classmethod
    def of(
        cls, size: int, category: Category, *, person: Positions | None = None, operation: Positions | None = None
    ) -> Self:
        """``size`` records of which nothing is known yet; without ``person``, one a person."""

        def no_days() -> Days:
            return np.full(size, NO_DAY, np.int32)

        return cls(
            person=np.arange(size, dtype=np.int32) if person is None else person,
            operation=np.full(size, -1, np.int32) if operation is None else operation,
            category=np.full(size, category, np.int8),
            held=np.zeros(size, np.bool_),
            anchor=np.full(size, Anchor.NONE, np.int8),
            anchor_on=no_days(),
            rule=np.zeros(size, np.int16),
            running_until=no_days(),
            last_day=no_days(),
            inactive_from=no_days(),
            opened=no_days(),
            flags=np.zeros(size, np.int16),
            anomalies=np.zeros(size, np.int16),
        )

    def date_from(self, anchor: NDArray[np.integer], on: Days, last_days: LastDays) -> None:
        """Set the clock: the event, its day, and the last day that follows; no event where none follows."""
        follows = last_days.day != NO_DAY
        self.anchor = np.where(follows, anchor, Anchor.NONE).astype(np.int8)
        self.anchor_on = np.where(follows, on, NO_DAY).astype(np.int32)
        self.last_day, self.rule = last_days.day, last_days.rule

    def override(self, where: Mask, other: "Draft") -> None:
        """Take another clock for some records; what was wrong with the facts of both stays listed."""
        for name in ("category", "anchor", "anchor_on", "rule", "running_until", "last_day", "inactive_from"):
            setattr(self, name, np.where(where, getattr(other, name), getattr(self, name)))
        self.opened = np.maximum(self.opened, np.where(where, other.opened, np.int32(NO_DAY)))
        self.flags = np.where(where, self.flags | other.flags, self.flags)
        self.anomalies = np.where(where, self.anomalies | other.anomalies, self.anomalies)

    def undetermined(self, today: int) -> Mask:
        """For which records no deadline can be computed: no last day, and no relation that is known to be on."""
        answer: Mask = (self.last_day == NO_DAY) & (self.running_until < today)
        return answer

    def refuse(self, since: Days, right: Anchor, rule: NDArray[np.integer]) -> None:
        """A refusal on day D sets the last day to D - 1 where that is earlier, also for running and undetermined."""
        earlier = is_day(since) & ((self.last_day == NO_DAY) | (since - 1 < self.last_day))
        self.last_day = np.where(earlier, since - 1, self.last_day).astype(np.int32)
        self.running_until = np.where(earlier, np.int32(NO_DAY), self.running_until)
        self.anchor = np.where(earlier, np.int8(right), self.anchor)
        self.anchor_on = np.where(earlier, since, self.anchor_on)
        self.rule = np.where(earlier, rule, self.rule).astype(np.int16)

    def hold(self, persons: Mask, anomalies: Bits) -> "Draft":
        """Suspend the purge of the records of some persons; their last day does not move."""
        return replace(self, held=persons[self.person], anomalies=self.anomalies | anomalies[self.person])

    def restricted(self, scope: Mask) -> "Draft":
        """Only the records in scope."""
        return type(self)(*(getattr(self, column.name)[scope] for column in fields(self)))

    def without_purged(self, purged: Purged | None, purpose: Purpose) -> "Draft":
        """A purged record has left the scope; only a fact dated later opens a new one."""
        if purged is None:
            return self
        ours = purged.purpose == purpose
        span = int(max(self.operation.max(initial=0), purged.operation.max(initial=0))) + 2
        keys = self.person.astype(np.int64) * span + self.operation + 1
        gone = purged.person[ours].astype(np.int64) * span + purged.operation[ours] + 1
        order = np.lexsort((purged.on[ours], gone))
        gone, on = gone[order], purged.on[ours][order]
        place = np.searchsorted(gone, keys, side="right") - 1  # the latest purge of each record
        if len(gone) == 0:
            return self
        erased = (place >= 0) & (gone[place] == keys) & (self.opened <= on[place])
        return self.restricted(~erased)

    def finished(self, purpose: Purpose, today: int) -> Records:
        """The verdicts: held, else undetermined where neither a last day nor a running relation is known, or dated."""
        unknown = self.undetermined(today)
        return Records(
            person=self.person,
            purpose=np.full(len(self.person), purpose, np.int8),
            operation=self.operation,
            category=self.category,
            kind=np.select([self.held, unknown], [Kind.HELD, Kind.UNDETERMINED], Kind.DATED).astype(np.int8),
            anchor=self.anchor,
            anchor_on=self.anchor_on,
            rule=self.rule,
            running_until=self.running_until,
            last_day=self.last_day,
            inactive_from=self.inactive_from,
            flags=self.flags,
            anomalies=self.anomalies,
        )

"""Which rule of which charter version sets a last day."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from diager_dpo.domain.charter import Charter, RetentionRule
from diager_dpo.domain.civil import NO_DAY, Days, Duration, add, day_number, is_day
from diager_dpo.domain.verdicts import AppliedRule
from diager_dpo.domain.words import Category, Purpose

_GDPR_APPLIES_FROM = date(2018, 5, 25)


@dataclass(frozen=True, slots=True)
class LastDays:
    """The last day of each row and the position of the rule that set it."""

    day: Days
    rule: NDArray[np.int16]


@dataclass(slots=True)
class Rulebook:
    """The charters in force, oldest first, and the rules applied so far: ``applied[i]`` is rule ``i`` of a verdict."""

    charters: Sequence[Charter]
    applied: list[AppliedRule] = field(default_factory=list)

    def last_days(self, category: Category, purpose: Purpose, anchors: Days) -> LastDays:
        """Anchor plus duration, through every version of the rule.

        A shorter duration applies to all data; a longer one only to data whose anchor is on or after its effective
        date, unless the version says otherwise [K]. Without an anchor: no day, and the rule in force today.
        """
        versions = [(charter, rule) for charter, rule in self._versions(purpose, category) if rule.duration is not None]
        day = np.full(len(anchors), NO_DAY, np.int32)
        rule = np.full(len(anchors), self.current(purpose, category), np.int16)
        known = is_day(anchors)
        for charter, version in versions:
            candidate = add(anchors, version.duration or Duration(0))
            reached = charter.applies_to_older_data | (anchors >= day_number(charter.effective))
            takes_over = known & ((day == NO_DAY) | (candidate < day) | ((candidate > day) & reached))
            day = np.where(takes_over, candidate, day)
            rule = np.where(takes_over, np.int16(self._position(charter, version, str(version.duration))), rule)
        return LastDays(day.astype(np.int32), rule.astype(np.int16))

    def current(self, purpose: Purpose, category: Category) -> int:
        """The newest version of a rule, whatever it gives."""
        versions = self._versions(purpose, category)
        if not versions:
            return self._add(AppliedRule(purpose, category, "", "", "", _GDPR_APPLIES_FROM))
        charter, rule = versions[-1]
        return self._position(charter, rule, str(rule.duration or ""))

    def announced(self, purpose: Purpose, category: Category, duration: str) -> int:
        """A duration (or, empty, a day) announced for an operation, under the newest version of the rule."""
        versions = self._versions(purpose, category)
        if not versions:
            return self.current(purpose, category)
        return self._position(*versions[-1], duration)

    def exercised(self, purpose: Purpose, category: Category, right: str) -> int:
        """A right of the person that ended the retention: "GDPR 21" (objection), "GDPR 7" (withdrawal)."""
        versions = self._versions(purpose, category)
        charter = versions[-1][0].version if versions else ""
        return self._add(AppliedRule(purpose, category, "", charter, right, _GDPR_APPLIES_FROM))

    def _versions(self, purpose: Purpose, category: Category) -> list[tuple[Charter, RetentionRule]]:
        return [
            (charter, rule)
            for charter in sorted(self.charters, key=lambda charter: charter.effective)
            for rule in charter.rules
            if rule.purpose is purpose and rule.category is category
        ]

    def _position(self, charter: Charter, rule: RetentionRule, duration: str) -> int:
        return self._add(
            AppliedRule(rule.purpose, rule.category, duration, charter.version, rule.clause, charter.effective)
        )

    def _add(self, rule: AppliedRule) -> int:
        if rule not in self.applied:
            self.applied.append(rule)
        return self.applied.index(rule)

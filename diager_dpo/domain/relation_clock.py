"""The clock that starts at the end of a relation: one for each kind of end."""

from dataclasses import dataclass

import numpy as np

from diager_dpo.domain.case import Case
from diager_dpo.domain.civil import NO_DAY, Days
from diager_dpo.domain.draft import Draft
from diager_dpo.domain.relations import RelationDays, ends
from diager_dpo.domain.words import Anchor, Category, Flag, Purpose


@dataclass(frozen=True, slots=True)
class ClockKind:
    """Which end starts the clock: the column that gives it, and what it is called."""

    column: str
    purpose: Purpose
    category: Category
    anchor: Anchor


COMMERCIAL = ClockKind("commercial_end_on", Purpose.PROSPECTING, Category.CUSTOMER, Anchor.COMMERCIAL_END)
CONTRACTUAL = ClockKind("contract_end_on", Purpose.CUSTOMER_MANAGEMENT, Category.CONTRACTUAL, Anchor.CONTRACT_END)


def relation_clock(case: Case, shared: RelationDays, days: Days, kind: ClockKind) -> Draft:
    """The records of one clock, a row a person, related or not; ``days`` are its ends, a row a relation."""

    def last_day(anchors: Days) -> Days:
        return case.rulebook.last_days(kind.category, kind.purpose, anchors).day

    clock = ends(kind.column, days, shared=shared, today=case.today, last_day=last_day)
    case.findings += clock.findings
    draft = Draft.of(case.size, kind.category)
    draft.date_from(
        np.where(clock.end == NO_DAY, Anchor.NONE, kind.anchor),
        clock.end,
        case.rulebook.last_days(kind.category, kind.purpose, clock.end),
    )
    draft.running_until = clock.running_until
    draft.inactive_from = shared.inactive_from
    draft.opened = shared.latest_start
    draft.flags |= np.where(clock.gap, Flag.GAP_LONGER_THAN_RETENTION, 0).astype(np.int16)
    draft.anomalies |= clock.anomalies | shared.anomalies
    return draft

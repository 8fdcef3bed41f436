"""Contests: consent, for the duration announced for each operation."""

import numpy as np
from numpy.typing import NDArray

from diager_dpo.domain.anomalies import checked_events, findings_of
from diager_dpo.domain.case import Case
from diager_dpo.domain.civil import NO_DAY, Mask
from diager_dpo.domain.consents import entry_consents
from diager_dpo.domain.draft import Draft
from diager_dpo.domain.facts import Moments
from diager_dpo.domain.groups import Groups
from diager_dpo.domain.qualification import qualify
from diager_dpo.domain.words import Anchor, Category, Purpose


def contests(case: Case) -> Draft | None:
    """One record an entry: what was announced for its operation, unless consent was withdrawn."""
    entries, operations, announced = case.facts.entries, case.facts.operations, case.announced
    if entries is None or operations is None or announced is None:
        return None
    count = max(len(operations.key), 1)
    checked = checked_events(entries.entered.day, case.today)
    case.findings += findings_of("entries", "entered_at", checked.anomalies, case.facts.persons.key[entries.person])

    key, record = np.unique(entries.person.astype(np.int64) * count + entries.operation, return_inverse=True)
    person, operation = (key // count).astype(np.int32), (key % count).astype(np.int32)
    entered = _first_moment(entries.entered, checked.day != NO_DAY, record, len(key))
    consent = entry_consents(case.consents, key, count, entered, operations.prolonged_on[operation])

    draft = Draft.of(len(key), Category.ENTRY, person=person, operation=operation)
    draft.anchor, draft.anchor_on = announced.anchor[operation], announced.anchor_on[operation]
    draft.last_day, draft.rule = announced.last_day[operation], announced.rule[operation]
    draft.flags |= consent.flags
    groups = Groups.of(record, len(key))
    draft.anomalies |= announced.anomalies[operation] | consent.anomalies | groups.bits(checked.anomalies)
    draft.opened = groups.latest(checked.day, NO_DAY)
    qualify(case, draft, Purpose.CONTESTS)
    withdrawn = case.rulebook.exercised(Purpose.CONTESTS, Category.ENTRY, "GDPR 7")
    draft.refuse(consent.withdrawn_since, Anchor.WITHDRAWAL, np.full(len(key), withdrawn))
    return draft


def _first_moment(entered: Moments, valid: Mask, record: NDArray[np.intp], size: int) -> Moments:
    """The earliest valid moment of each record, without a day where there is none."""
    order = np.flatnonzero(valid)[np.argsort(entered.micros[valid], kind="stable")][::-1]
    first = np.full(size, -1, np.int64)
    first[record[order]] = order
    found = first >= 0
    return Moments(np.where(found, entered.day[first], np.int32(NO_DAY)), entered.micros[first], entered.pure[first])

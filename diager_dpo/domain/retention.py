"""The one implementation of every retention rule, on arrays; one person is an array of one.

``decide`` follows the order of decision of the rules: facts that cannot be are set aside and listed; relations,
contacts and announcements give each record its clock; refusals end it earlier; holds suspend it.
"""

from collections.abc import Sequence

import numpy as np

from diager_dpo.domain.accounting import accounting
from diager_dpo.domain.anomalies import Bits, checked_events, findings_of
from diager_dpo.domain.case import Case, Policy
from diager_dpo.domain.charter import Charter
from diager_dpo.domain.civil import NO_DAY, Mask
from diager_dpo.domain.consents import checked_consents
from diager_dpo.domain.contests import contests
from diager_dpo.domain.customer_management import customer_management
from diager_dpo.domain.draft import Draft
from diager_dpo.domain.facts import Facts
from diager_dpo.domain.groups import Groups
from diager_dpo.domain.operations import Retention, announced_retention
from diager_dpo.domain.prospecting import prospecting
from diager_dpo.domain.relations import relation_days
from diager_dpo.domain.rulebook import Rulebook
from diager_dpo.domain.verdicts import Alert, Decision, Records
from diager_dpo.domain.words import RECORD_PURPOSES, Anchor, Anomaly, Category, Purpose

__all__ = ["Policy", "decide"]

_MISSING_CATEGORY = {
    Purpose.PROSPECTING: Category.PROSPECT,
    Purpose.CUSTOMER_MANAGEMENT: Category.CONTRACTUAL,
    Purpose.CONTESTS: Category.ENTRY,
    Purpose.ACCOUNTING: Category.VOUCHER,
}


def decide(facts: Facts, charters: Sequence[Charter], today: int, policy: Policy) -> Decision:
    """Every record in scope with its verdict.

    ``charters``: the versions and supplements in force on ``today``; ``today``: the day of the scan.
    """
    case = Case(facts, today, policy, Rulebook(charters))
    if facts.consents is not None:
        case.consents = checked_consents(facts.consents, facts.persons.key, today)
        case.findings += case.consents.findings
    if facts.relations is not None:
        case.relations = relation_days(facts.relations, facts.persons.key, today)
        case.findings += case.relations.findings
    if facts.operations is not None:
        case.announced = announced_retention(facts.operations, case.rulebook)
        case.findings += case.announced.findings
    drafts = {
        Purpose.PROSPECTING: prospecting(case),
        Purpose.CUSTOMER_MANAGEMENT: customer_management(case),
        Purpose.CONTESTS: contests(case),
        Purpose.ACCOUNTING: accounting(case),
    }
    held = _held(case)
    records = {
        purpose: (draft if draft is not None else _undetermined(case, purpose))
        .hold(*held[purpose])
        .without_purged(facts.purged, purpose)
        .finished(purpose, today)
        for purpose, draft in drafts.items()
        if purpose not in policy.not_processed
    }
    missing = [purpose for purpose in records if drafts[purpose] is None]
    alerts = [Alert("facts_missing", purpose, "", len(records[purpose])) for purpose in missing]
    if case.announced is not None and Purpose.CONTESTS in records and Purpose.CONTESTS not in missing:
        alerts += _without_announcement(case.announced, records[Purpose.CONTESTS], facts)
    joined = Records.joined(list(records.values()) or [Draft.of(0, Category.PROSPECT).finished(Purpose.PROSPECTING, 0)])
    return Decision(joined, tuple(case.rulebook.applied), tuple(case.findings), tuple(alerts))


def _without_announcement(announced: Retention, entries: Records, facts: Facts) -> list[Alert]:
    """The operations whose entries nobody knows how long to keep, until the DPO has said it of every one left open."""
    assert facts.operations is not None
    keys = facts.operations.key
    qualified = entries.anchor == Anchor.QUALIFIED
    entered, settled, left_open = (
        np.bincount(entries.operation[which], minlength=len(keys))
        for which in (~qualified, qualified, entries.last_day == NO_DAY)
    )
    return [
        Alert("no_announced_duration", Purpose.CONTESTS, str(keys[position]), int(entered[position]))
        for position in np.flatnonzero((announced.last_day == NO_DAY) & ((settled == 0) | (left_open > 0)))
    ]


def _undetermined(case: Case, purpose: Purpose) -> Draft:
    """One undetermined record a person, where the source file says nothing of a purpose."""
    draft = Draft.of(case.size, _MISSING_CATEGORY[purpose])
    draft.rule[:] = case.rulebook.current(purpose, _MISSING_CATEGORY[purpose])
    return draft


def _held(case: Case) -> dict[Purpose, tuple[Mask, Bits]]:
    """For each purpose, which persons something holds, and what was wrong with the persons and their disputes.

    A dispute whose date cannot be still holds: only its date is set aside.
    """
    disputes = case.facts.litigations
    wrong = np.where(case.facts.persons.several, np.int16(Anomaly.DUPLICATE_PERSON), np.int16(0))
    answer = {purpose: (_placed(case, purpose), wrong) for purpose in RECORD_PURPOSES}
    if disputes is None:
        return answer
    since = checked_events(disputes.since, case.today)
    case.findings += findings_of("litigations", "since", since.anomalies, case.facts.persons.key[disputes.person])
    for purpose in answer:
        concerned = (disputes.purpose == 0) | (disputes.purpose == purpose)
        groups = Groups.of(disputes.person[concerned], case.size)
        answer[purpose] = answer[purpose][0] | groups.present(), wrong | groups.bits(since.anomalies[concerned])
    return answer


def _placed(case: Case, purpose: Purpose) -> Mask:
    """Which persons a hold that somebody placed suspends for a purpose: from the day it was placed on."""
    held = np.zeros(case.size, np.bool_)
    holds = case.facts.holds
    if holds is None:
        return held
    concerned = ((holds.purpose == 0) | (holds.purpose == purpose)) & (holds.since <= case.today)
    if (holds.person[concerned] < 0).any():
        return ~held
    held[holds.person[concerned]] = True
    return held

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
from diager_dpo.domain.civil import Mask
from diager_dpo.domain.consents import checked_consents
from diager_dpo.domain.contests import contests
from diager_dpo.domain.customer_management import customer_management
from diager_dpo.domain.draft import Draft
from diager_dpo.domain.facts import Facts
from diager_dpo.domain.groups import Groups
from diager_dpo.domain.prospecting import prospecting
from diager_dpo.domain.relations import relation_days
from diager_dpo.domain.rulebook import Rulebook
from diager_dpo.domain.verdicts import Alert, Decision, Records
from diager_dpo.domain.words import RECORD_PURPOSES, Category, Purpose

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
    drafts = {
        Purpose.PROSPECTING: prospecting(case),
        Purpose.CUSTOMER_MANAGEMENT: customer_management(case),
        Purpose.CONTESTS: contests(case),
        Purpose.ACCOUNTING: accounting(case),
    }
    held = _held(case)
    parts: list[Records] = []
    for purpose, draft in drafts.items():
        if purpose in policy.not_processed:
            continue
        kept = draft if draft is not None else _facts_missing(case, purpose)
        parts.append(kept.hold(*held[purpose]).without_purged(facts.purged, purpose).finished(purpose, today))
    return Decision(Records.joined(parts), tuple(case.rulebook.applied), tuple(case.findings), tuple(case.alerts))


def _facts_missing(case: Case, purpose: Purpose) -> Draft:
    """One undetermined record a person where the source file says nothing of a purpose, and one alert."""
    case.alerts.append(Alert("facts_missing", purpose, "", case.size))
    draft = Draft.of(case.size, _MISSING_CATEGORY[purpose])
    draft.rule[:] = case.rulebook.current(purpose, _MISSING_CATEGORY[purpose])
    return draft


def _held(case: Case) -> dict[Purpose, tuple[Mask, Bits]]:
    """For each purpose, which persons a dispute holds, and what was wrong with the dates of their disputes.

    A dispute whose date cannot be still holds: only its date is set aside.
    """
    disputes = case.facts.litigations
    answer = {p: (np.zeros(case.size, np.bool_), np.zeros(case.size, np.int16)) for p in RECORD_PURPOSES}
    if disputes is None:
        return answer
    since = checked_events(disputes.since, case.today)
    case.findings += findings_of("litigations", "since", since.anomalies, case.facts.persons.key[disputes.person])
    for purpose in answer:
        concerned = (disputes.purpose == 0) | (disputes.purpose == purpose)
        groups = Groups.of(disputes.person[concerned], case.size)
        answer[purpose] = groups.present(), groups.bits(since.anomalies[concerned])
    return answer

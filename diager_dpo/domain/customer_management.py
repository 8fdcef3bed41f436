"""Customer management: the contractual relation, then five years to defend a right."""

from diager_dpo.domain.case import Case
from diager_dpo.domain.draft import Draft
from diager_dpo.domain.qualification import qualify
from diager_dpo.domain.relation_clock import CONTRACTUAL, relation_clock
from diager_dpo.domain.words import Purpose


def customer_management(case: Case) -> Draft | None:
    """The contractual relation, then its end and the years of the charter; ``None`` without facts."""
    if case.relations is None or case.facts.relations is None:
        return None
    draft = relation_clock(case, case.relations, case.facts.relations.contract_end, CONTRACTUAL)
    qualify(case, draft, Purpose.CUSTOMER_MANAGEMENT)
    return draft.restricted(case.relations.groups.present())

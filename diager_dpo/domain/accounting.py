"""Accounting: a legal obligation the charter does not mention."""

import numpy as np

from diager_dpo.domain.anomalies import checked_events, findings_of
from diager_dpo.domain.case import Case
from diager_dpo.domain.civil import NO_DAY, yearly_close
from diager_dpo.domain.draft import Draft
from diager_dpo.domain.groups import Groups
from diager_dpo.domain.qualification import qualify
from diager_dpo.domain.words import Anchor, Category, Purpose


def accounting(case: Case) -> Draft | None:
    """The close of the fiscal year of the latest voucher, then ten years (code de commerce, L123-22)."""
    vouchers = case.facts.vouchers
    if vouchers is None:
        return None
    issued = checked_events(vouchers.issued, case.today, required=True)
    case.findings += findings_of("vouchers", "issued_on", issued.anomalies, case.facts.persons.key[vouchers.person])
    groups = Groups.of(vouchers.person, case.size)
    latest = groups.latest(issued.day, NO_DAY)
    close = yearly_close(latest, *case.policy.fiscal_year_closes)
    draft = Draft.of(case.size, Category.VOUCHER)
    draft.date_from(
        np.where(close == NO_DAY, Anchor.NONE, Anchor.FISCAL_YEAR_CLOSE),
        close,
        case.rulebook.last_days(Category.VOUCHER, Purpose.ACCOUNTING, close),
    )
    draft.anomalies |= groups.bits(issued.anomalies)
    draft.opened = latest
    qualify(case, draft, Purpose.ACCOUNTING)
    return draft.restricted(groups.present())

"""Dates the DPO stated where the source has none (rules, "Ways out"): they survive until the source gives a date."""

import numpy as np

from diager_dpo.domain.case import Case
from diager_dpo.domain.civil import NO_DAY, Days, Mask, is_day, yearly_close
from diager_dpo.domain.draft import Draft
from diager_dpo.domain.rulebook import LastDays
from diager_dpo.domain.words import Anchor, Category, Purpose


def qualify(case: Case, draft: Draft, purpose: Purpose) -> None:
    """Give the records that are undetermined the clock that starts from the date stated for them.

    Of a relation whose end was stated beside others whose ends are known, the latest end decides, as always. The
    stated date of a voucher leads to the close of its fiscal year. For an entry of a contest without an announced
    duration, the stated day is its last day. A refusal may still end any of them earlier.
    """
    stated = _stated(case, draft, purpose)
    missing = is_day(stated) & draft.undetermined(case.today)
    if not missing.any():
        return
    anchor_on = stated
    if purpose is Purpose.ACCOUNTING:
        anchor_on = yearly_close(stated, *case.policy.fiscal_year_closes)
    elif purpose is not Purpose.CONTESTS:
        anchor_on = np.maximum(stated, np.where(is_day(draft.running_until), draft.running_until, stated))
    for category in np.unique(draft.category[missing]):
        where = missing & (draft.category == category)
        last_days = _last_days(case, purpose, Category(int(category)), anchor_on)
        draft.anchor = np.where(where, np.int8(Anchor.QUALIFIED), draft.anchor)
        draft.anchor_on = np.where(where, anchor_on, draft.anchor_on).astype(np.int32)
        draft.last_day = np.where(where, last_days.day, draft.last_day)
        draft.rule = np.where(where, last_days.rule, draft.rule)


def _last_days(case: Case, purpose: Purpose, category: Category, anchor_on: Days) -> LastDays:
    if purpose is not Purpose.CONTESTS:
        return case.rulebook.last_days(category, purpose, anchor_on)
    rule = case.rulebook.announced(purpose, category, "")
    return LastDays(anchor_on, np.full(len(anchor_on), rule, np.int16))


def _stated(case: Case, draft: Draft, purpose: Purpose) -> Days:
    """The date stated for each record, ``NO_DAY`` where there is none; of an event, it cannot lie ahead."""
    answer = np.full(len(draft.person), NO_DAY, np.int32)
    given = case.facts.qualifications
    if given is None:
        return answer
    ours: Mask = (given.purpose == purpose) & is_day(given.stated)
    if purpose is not Purpose.CONTESTS:
        ours &= given.stated <= case.today
    if not ours.any():
        return answer
    span = int(max(draft.operation.max(initial=0), given.operation.max(initial=0))) + 2
    keys = draft.person.astype(np.int64) * span + draft.operation + 1
    wanted = given.person[ours].astype(np.int64) * span + given.operation[ours] + 1
    order = np.argsort(wanted, kind="stable")
    wanted, stated = wanted[order], given.stated[ours][order]
    place = np.minimum(np.searchsorted(wanted, keys), len(wanted) - 1)
    return np.where(wanted[place] == keys, stated[place], answer)

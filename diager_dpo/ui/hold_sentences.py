"""Suspensions of purges, as a person would say them."""

from collections.abc import Mapping, Sequence

from diager_dpo.domain.holds import HoldKind
from diager_dpo.domain.words import Purpose
from diager_dpo.services.holds import Hold
from diager_dpo.ui import formats
from diager_dpo.ui.language import N_, _, ngettext
from diager_dpo.ui.record_counts import records
from diager_dpo.ui.words import purpose_name

KINDS: Mapping[HoldKind, str] = {
    HoldKind.LITIGATION: N_("Dispute"),
    HoldKind.RESTRICTION: N_("Restriction of processing (GDPR, article 18)"),
    HoldKind.AUTHORITY: N_("Order of an authority"),
}


def answer(found: Sequence[Hold]) -> str:
    """The answer of the screen in one sentence."""
    if not found:
        return _("No purge is suspended by hand.")
    late = sum(each.overdue for each in found)
    said = ngettext("{n} suspension stands.", "{n} suspensions stand.", len(found))
    if not late:
        return said
    return said + " " + ngettext("{n} is past its review date.", "{n} are past their review date.", late)


def scope(person: str | None, purpose: Purpose | None) -> str:
    """Whom and what it concerns."""
    whom = _("everybody") if person is None else _("record {key}", key=formats.plain(person))
    return f"{whom}, {_('every purpose') if purpose is None else purpose_name(purpose).lower()}"


def head(hold: Hold) -> str:
    """The line that names one suspension."""
    return f"**{_(KINDS[hold.kind])}** · {scope(hold.person, hold.purpose)} · {records(hold.records, hold.purpose)}"


def review(hold: Hold) -> str:
    """When it is looked at again; that it is late, where it is."""
    on = formats.day(hold.review_on)
    if hold.overdue:
        return _("▲ To be reviewed since {on}. It still holds: only people lift it.", on=on)
    return _("To be reviewed on {on}.", on=on)


def consequence(person: str | None, purpose: Purpose | None) -> str:
    """What placing it does, before it is done."""
    return _(
        "At once, no purge erases anything of this scope: {scope}. Last days do not move; once lifted, what is due is "
        "due at once. You cannot lift it yourself: an approver of every purpose in its scope does.",
        scope=scope(person, purpose),
    )

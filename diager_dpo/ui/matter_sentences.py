"""What needs somebody, as a person would say it: one sentence a matter, one rule behind it, one way on.

The command line says the same sentences as the screens.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias

from diager_dpo.services.matters import Matter, Urgency
from diager_dpo.ui import formats
from diager_dpo.ui.language import N_, _, ngettext
from diager_dpo.ui.record_counts import records
from diager_dpo.ui.words import purpose_name

_Said: TypeAlias = Callable[[Matter], str]

_HEADING: Mapping[Urgency, str] = {
    Urgency.UNKNOWN: N_("First of all"),
    Urgency.LATE: N_("Late"),
    Urgency.BLOCKING: N_("What stands in the way of a purge"),
    Urgency.TO_QUALIFY: N_("To be decided"),
    Urgency.TO_WEIGH: N_("To be weighed"),
    Urgency.SOON: N_("Soon"),
    Urgency.TO_CONFIRM: N_("To be confirmed"),
}

#: The rule behind each sentence, for the "why".
_RULE: Mapping[str, str] = {
    "never_scanned": N_("Deadlines are computed from the facts a scan reads. There has been no scan yet."),
    "due": N_(
        "Data may be kept until their last day of retention, inclusive; they are late from the day after. Lateness "
        "counts from then, or from the day the charter that set the period took effect if that is later."
    ),
    "facts_missing": N_("Where the source gives no facts for a purpose, no deadline is guessed."),
    "no_announced_duration": N_(
        "The charter keeps the data of a contest for the period announced for it. Without one there is no deadline. "
        "Every entry of the contest is counted here, also those whose consent was withdrawn: these have their "
        "deadline from the withdrawal, and are not among the records to be qualified."
    ),
    "source_not_clean": N_("A purge needs a source file that names every column and table of the persons it erases."),
    "source_unchecked": N_("A purge needs a source file that has been compared with the database."),
    "scan_failed": N_("A scan that fails changes nothing: the figures remain those of the scan before it."),
    "scan_old": N_("Facts older than 24 hours may no longer be what the company holds."),
    "undetermined": N_(
        "Without a date to start from, no deadline can be computed. Such a record is never purged, and never counted "
        "as compliant."
    ),
    "held_past_last_day": N_("A hold forbids erasure. Past its last day, a record may serve the dispute only."),
    "holds_overdue": N_(
        "A suspension has a day on which its owner looks at it again. Past that day it still holds: only people lift "
        "it."
    ),
    "came_back_receipts": N_(
        "Each erasure leaves a receipt in the source. Where receipts are missing, the source was put back to a state "
        "before the purge: its records are in scope again, with their own verdict."
    ),
    "came_back_key": N_(
        "The key of a person of whom nothing was left is in the source again: after a backup or an import, or because "
        "the key was used anew. The record has its own verdict."
    ),
    "anomalies": N_("A fact that cannot be is set aside and listed; the next valid one is used."),
    "flag_contact_after_end": N_(
        "For a customer the charter counts from the end of the relation. A later contact extends nothing by itself."
    ),
    "flag_no_consent": N_("The legal basis of contests is consent. The deadline does not depend on it."),
    "flag_proof_incomplete": N_(
        "Whoever relies on consent must be able to prove it: given before the entry, under a known version of the "
        "notice (GDPR, article 7)."
    ),
    "flag_gap_longer_than_retention": N_(
        "Between two relations more time went by than the retention allows: the older data should have gone then."
    ),
    "flag_inactive": N_(
        "While a relation is on there is no deadline, however long nothing has happened. Whether it is still on is "
        "for people to say."
    ),
    "flag_operation_prolonged": N_(
        "A scan found a later last day than the one announced before. Persons had been promised the earlier one."
    ),
    "months_unpublished": N_(
        "The statistics of a month are published some days after it closes, once it is certain that no figure gives a "
        "customer away."
    ),
    "late_sales": N_("A published month stays as it is: what is booked into it later is counted nowhere."),
    "due_soon": N_("These records reach their last day of retention within the horizon."),
    "purge_needs_attention": N_("A purge stops by itself where the source is no longer what was approved."),
    "purge_to_approve": N_("What one person proposes, another decides. Nothing is erased before."),
    "purge_to_execute": N_("An approval holds for seven days. After that, its records are proposed again."),
    "purge_untold": N_(
        "Whoever received the data must be told that they were erased (GDPR, article 19); a processor erases too "
        "(article 28)."
    ),
    "conventions_unconfirmed": N_("Where no text decides, the product applies a convention the DPO should confirm."),
}


def heading(urgency: Urgency) -> str:
    """What the matters of one urgency have in common."""
    return _(_HEADING[urgency])


def rules(matters: Iterable[Matter]) -> str:
    """The rules behind these matters, one paragraph each, none twice."""
    return "\n\n".join(dict.fromkeys(_(_RULE[matter.code]) for matter in matters))


def way_on(matter: Matter) -> str:
    """What the link to where the matter is dealt with says; it makes sense out of its place too."""
    page = "" if matter.target is None else matter.target.page
    if page == "deadlines":
        return ngettext("See the record", "See the {n} records", matter.count)
    others = {
        "purge": N_("Open this purge"),
        "holds": N_("Open the suspensions"),
        "purges": N_("Open the purges"),
        "to_qualify": N_("Qualify them"),
        "statistics": N_("Open the statistics"),
    }
    if page in others:
        return _(others[page])
    return _("Open the source") if page == "source" else _("Open the register")


def matter_sentence(matter: Matter) -> str:
    """One matter as plain text. ``services.matters.MATTER_CODES`` lists every code there is."""
    return MATTERS[matter.code](matter).replace("**", "")


def matter_markdown(matter: Matter) -> str:
    """The same as Markdown, with what counts in bold; what stems from data is made harmless."""
    return MATTERS[matter.code](replace(matter, subject=formats.plain(matter.subject)))


def since(days: int) -> str:
    """For how long something has been late: depuis 214 jours."""
    return _("since today") if days == 0 else _("for {days}", days=formats.days(days))


def _records(matter: Matter) -> str:
    return records(matter.count, matter.purpose)


def _due(matter: Matter) -> str:
    return ngettext(
        "**{records}** has been past its last day {since}.",
        "**{records}** have passed their last day, the oldest of them {since}.",
        matter.count,
        records=_records(matter),
        since=since(matter.days or 0),
    )


def _facts_missing(matter: Matter) -> str:
    return ngettext(
        "The source file gives no facts for the purpose {purpose}: **{records}** is without a deadline.",
        "The source file gives no facts for the purpose {purpose}: **{records}** are without a deadline.",
        matter.count,
        purpose=purpose_name(matter.purpose) if matter.purpose else "",
        records=_records(matter),
    )


def _no_announced_duration(matter: Matter) -> str:
    return ngettext(
        "The contest “{name}” announces no retention period: **{n} entry** depends on it.",
        "The contest “{name}” announces no retention period: **{n} entries** depend on it.",
        matter.count,
        name=matter.subject,
    )


def _source_not_clean(matter: Matter) -> str:
    return ngettext(
        "The source file does not fit the database: **{n} problem** makes any purge impossible.",
        "The source file does not fit the database: **{n} problems** make any purge impossible.",
        matter.count,
    )


def _scan_old(matter: Matter) -> str:
    on = formats.day(matter.on) if matter.on else ""
    return _("The figures are **{days}** old: the last scan ended on {on}.", days=formats.days(matter.days or 0), on=on)


def _undetermined(matter: Matter) -> str:
    return ngettext(
        "**{records}** is without a computable deadline: somebody must qualify it.",
        "**{records}** are without a computable deadline: somebody must qualify them.",
        matter.count,
        records=_records(matter),
    )


def _held_past_last_day(matter: Matter) -> str:
    return ngettext(
        "**{records}** on hold has passed its last day: it may serve the dispute only.",
        "**{records}** on hold have passed their last day: they may serve the dispute only.",
        matter.count,
        records=_records(matter),
    )


def _holds_overdue(matter: Matter) -> str:
    return ngettext(
        "**{n} suspension** is past its review date, {since}.",
        "**{n} suspensions** are past their review date, the oldest {since}.",
        matter.count,
        since=since(matter.days or 0),
    )


def _came_back_receipts(matter: Matter) -> str:
    return ngettext(
        "The source was restored: **{n} erased record** is back in it.",
        "The source was restored: **{n} erased records** are back in it.",
        matter.count,
    )


def _came_back_key(matter: Matter) -> str:
    return ngettext(
        "**{n} person** who had been erased is known to the source again.",
        "**{n} people** who had been erased are known to the source again.",
        matter.count,
    )


def _anomalies(matter: Matter) -> str:
    return ngettext(
        "**{n} fact** of the source cannot be right: it is set aside and listed.",
        "**{n} facts** of the source cannot be right: they are set aside and listed.",
        matter.count,
    )


def _contact_after_end(matter: Matter) -> str:
    return _(
        "For **{records}**, a contact came after the end of the relation: the deadline was not extended.",
        records=_records(matter),
    )


def _no_consent(matter: Matter) -> str:
    return _("For **{records}**, the source knows of no consent.", records=_records(matter))


def _proof_incomplete(matter: Matter) -> str:
    return _("For **{records}**, the proof of consent is incomplete.", records=_records(matter))


def _gap(matter: Matter) -> str:
    return _(
        "For **{records}**, the relation began again after a gap longer than the retention.", records=_records(matter)
    )


def _inactive(matter: Matter) -> str:
    return ngettext(
        "**{records}** has had no activity for more than 3 years, in a relation that is still on.",
        "**{records}** have had no activity for more than 3 years, in relations that are still on.",
        matter.count,
        records=_records(matter),
    )


def _prolonged(matter: Matter) -> str:
    return ngettext(
        "**{records}** belongs to an operation whose announced last day was put off.",
        "**{records}** belong to operations whose announced last day was put off.",
        matter.count,
        records=_records(matter),
    )


def _due_soon(matter: Matter) -> str:
    return ngettext(
        "**{records}** falls due within {days}.",
        "**{records}** fall due within {days}.",
        matter.count,
        records=_records(matter),
        days=formats.days(matter.days or 0),
    )


def _conventions(matter: Matter) -> str:
    return ngettext(
        "**{n} convention** of the product awaits the confirmation of the DPO.",
        "**{n} conventions** of the product await the confirmation of the DPO.",
        matter.count,
    )


def _purge_needs_attention(matter: Matter) -> str:
    return ngettext(
        "A purge stopped by itself: **{records}** is not erased, and nothing is half done.",
        "A purge stopped by itself: **{records}** are not erased, and nothing is half done.",
        matter.count,
        records=_records(matter),
    )


def _purge_to_approve(matter: Matter) -> str:
    return _("A purge of **{records}** awaits the consent of a second person.", records=_records(matter))


def _purge_to_execute(matter: Matter) -> str:
    on = formats.day(matter.on) if matter.on else ""
    return _("A purge of **{records}** is approved: it can be started until {on}.", records=_records(matter), on=on)


def _purge_untold(matter: Matter) -> str:
    return ngettext(
        "After a purge, **{n} recipient** of the data has yet to be told.",
        "After a purge, **{n} recipients** of the data have yet to be told.",
        matter.count,
    )


def _months_unpublished(matter: Matter) -> str:
    return ngettext(
        "The statistics of **{n} closed month** are not published.",
        "The statistics of **{n} closed months** are not published.",
        matter.count,
    )


def _late_sales(matter: Matter) -> str:
    return ngettext(
        "The sales of **{n} published month** have changed since: the change is counted nowhere.",
        "The sales of **{n} published months** have changed since: the changes are counted nowhere.",
        matter.count,
    )


MATTERS: Mapping[str, _Said] = {
    "never_scanned": lambda _matter: _("Nothing can be said yet: the source has never been read."),
    "due": _due,
    "facts_missing": _facts_missing,
    "no_announced_duration": _no_announced_duration,
    "source_not_clean": _source_not_clean,
    "source_unchecked": lambda _matter: _(
        "The source file has not been compared with the database: no purge is possible until it is."
    ),
    "scan_failed": lambda _matter: _("The last scan failed: the figures are those of the scan before it."),
    "scan_old": _scan_old,
    "undetermined": _undetermined,
    "held_past_last_day": _held_past_last_day,
    "holds_overdue": _holds_overdue,
    "came_back_receipts": _came_back_receipts,
    "came_back_key": _came_back_key,
    "anomalies": _anomalies,
    "flag_contact_after_end": _contact_after_end,
    "flag_no_consent": _no_consent,
    "flag_proof_incomplete": _proof_incomplete,
    "flag_gap_longer_than_retention": _gap,
    "flag_inactive": _inactive,
    "flag_operation_prolonged": _prolonged,
    "due_soon": _due_soon,
    "conventions_unconfirmed": _conventions,
    "months_unpublished": _months_unpublished,
    "late_sales": _late_sales,
    "purge_needs_attention": _purge_needs_attention,
    "purge_to_approve": _purge_to_approve,
    "purge_to_execute": _purge_to_execute,
    "purge_untold": _purge_untold,
}

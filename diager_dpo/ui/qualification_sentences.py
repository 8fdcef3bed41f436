"""Records without a date, and dates that were stated, as a person would say them."""

from collections.abc import Mapping, Sequence

from diager_dpo.domain.words import Anchor, Category
from diager_dpo.services.qualifications import Cause, Conflict, Qualification
from diager_dpo.ui import formats
from diager_dpo.ui.language import N_, _, ngettext
from diager_dpo.ui.record_counts import records
from diager_dpo.ui.words import anchor_name, anomaly_names

_MISSING: Mapping[Category, str] = {
    Category.PROSPECT: N_("no contact, and no day of collection"),
    Category.CUSTOMER: N_("a commercial relation that is over, without a day of its end"),
    Category.CONTRACTUAL: N_("a contractual relation that is over, without a day of its end"),
    Category.ENTRY: N_("a contest that announces no retention period"),
    Category.VOUCHER: N_("a voucher without a date"),
}

_ASKED: Mapping[Category, str] = {
    Category.PROSPECT: N_("Day of the last contact, or of the collection"),
    Category.CUSTOMER: N_("Day on which the commercial relation ended"),
    Category.CONTRACTUAL: N_("Day on which the contractual relation ended"),
    Category.ENTRY: N_("Last day of retention, inclusive"),
    Category.VOUCHER: N_("Date of the latest voucher"),
}


def answer(causes: Sequence[Cause]) -> str:
    """The answer of the screen in one sentence."""
    count = sum(each.count for each in causes)
    if not count:
        return _("Every record has what its deadline needs: there is nothing to qualify.")
    return ngettext("{n} record is without a date.", "{n} records are without a date.", count)


def head(cause: Cause, operation: str) -> str:
    """What is missing, and for how many."""
    missing = _("the source file gives no facts") if cause.facts_missing else _(_MISSING[cause.category])
    of = " " + _("of “{name}”", name=formats.plain(operation)) if operation else ""
    return f"**{records(cause.count, cause.purpose)}**{of} · {missing}"


def wrong(cause: Cause) -> str:
    """What was wrong with the dates there are; empty where nothing was."""
    names = anomaly_names(cause.anomalies)
    return _("What was found and set aside: {anomalies}.", anomalies=formats.listing(names).lower()) if names else ""


def asked(cause: Cause) -> str:
    """Which date is asked for."""
    return _(_ASKED[cause.category])


def consequence(cause: Cause) -> str:
    """What stating it does, before it is done."""
    if cause.category is Category.ENTRY:
        return _("At once, this is the last day of {records}.", records=records(cause.count, cause.purpose))
    return _(
        "At once, the clock of {records} starts from this day, and what is past its last day is due. It stands until "
        "the source gives a date of its own; a refusal of the person still ends a record earlier.",
        records=records(cause.count, cause.purpose),
    )


def stated(each: Qualification) -> str:
    """One date that was stated."""
    return _(
        "**{on}** for {records}, stated by {by} on {at}: {reason}",
        on=formats.day(each.stated_on),
        records=records(each.records, each.purpose),
        by=formats.plain(each.by),
        at=formats.day(each.at.date()),
        reason=formats.plain(each.reason),
    )


def conflict(each: Conflict) -> str:
    """One record to which the source now gives a date."""
    on = formats.day(each.stated_on)
    key = formats.plain(each.person)
    if each.anchor is Anchor.NONE or each.anchor_on is None:
        return _("Record {key}: stated {on}; the source now says that the relation is on.", key=key, on=on)
    return _(
        "Record {key}: stated {on}; the source now gives {day} ({anchor}).",
        key=key,
        on=on,
        day=formats.day(each.anchor_on),
        anchor=anchor_name(each.anchor).lower(),
    )

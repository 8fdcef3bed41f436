"""Withdrawals and objections that people sent, as a person would say them."""

from collections.abc import Mapping, Sequence

from diager_dpo.domain.words import Subject
from diager_dpo.services.recorded_refusals import RecordedRefusal, RefusalChannel, RefusalKind
from diager_dpo.ui import formats
from diager_dpo.ui.language import N_, _, ngettext

KINDS: Mapping[RefusalKind, str] = {
    RefusalKind.OBJECTION: N_("An objection to prospecting"),
    RefusalKind.WITHDRAWAL: N_("The withdrawal of a consent"),
}
CHANNELS: Mapping[RefusalChannel, str] = {
    RefusalChannel.MAIL: N_("by mail"),
    RefusalChannel.EMAIL: N_("by e-mail"),
    RefusalChannel.PHONE: N_("by telephone"),
    RefusalChannel.IN_PERSON: N_("in person"),
    RefusalChannel.OTHER: N_("in another way"),
}
SUBJECTS: Mapping[Subject, str] = {
    Subject.ENTRY: N_("The entry in the contest"),
    Subject.NEWSLETTER: N_("The newsletter"),
}


def answer(found: Sequence[RecordedRefusal]) -> str:
    """The answer of the screen in one sentence."""
    standing = [each for each in found if each.taken_back_at is None]
    if not standing:
        return _("No refusal was recorded here.")
    said = ngettext(
        "{n} refusal recorded here is in effect.", "{n} refusals recorded here are in effect.", len(standing)
    )
    waiting = sum(each.exported_at is None for each in standing)
    if not waiting:
        return said
    return (
        said
        + " "
        + ngettext(
            "{n} has not been handed to the operator of the source yet.",
            "{n} have not been handed to the operator of the source yet.",
            waiting,
        )
    )


def head(each: RecordedRefusal, names: Mapping[str, str]) -> str:
    """The line that names one refusal; Markdown. ``names``: what operations are called, by their keys."""
    return f"**{_(KINDS[each.kind])}** · {what(each, names)}"


def what(each: RecordedRefusal, names: Mapping[str, str]) -> str:
    """Whose it is and what it concerns."""
    key = _("record {key}", key=formats.plain(each.person))
    if each.subject is None:
        return key
    return f"{key} · {_(SUBJECTS[each.subject])}, {formats.plain(names.get(each.operation) or each.operation)}"


def received(each: RecordedRefusal) -> str:
    """When and how it was received, and by whom it was recorded."""
    return _(
        "Received on {on} {channel}. Recorded by {by} on {at}.",
        on=formats.day(each.on),
        channel=_(CHANNELS[each.channel]),
        by=formats.plain(each.by),
        at=formats.instant(each.at),
    )


def standing(each: RecordedRefusal) -> str:
    """Whether it counts, and whether it was handed over."""
    if each.taken_back_at is not None:
        return _("Taken back on {at}: it no longer counts.", at=formats.instant(each.taken_back_at))
    if each.exported_at is not None:
        return _("In effect. Handed over on {at}.", at=formats.instant(each.exported_at))
    return _("In effect. Not handed over yet.")


def consequence(kind: RefusalKind, subject: Subject | None) -> list[str]:
    """Exactly what recording it does, before it is done."""
    if kind is RefusalKind.OBJECTION:
        first = _("At once, prospecting ends for this person: the last day of their record is the day before.")
    elif subject is Subject.NEWSLETTER:
        first = _("At once, prospecting ends for this person; the entry in the contest stands, its consent is another.")
    else:
        first = _(
            "At once, this entry is due: its last day is the day before. Other contests and purposes do not change."
        )
    lines = [first]
    if kind is RefusalKind.OBJECTION or subject is Subject.NEWSLETTER:
        lines.append(_("Their contact points join the opt-out list, as keyed hashes, for three years at least."))
    return [
        *lines,
        _("It holds whatever later scans read, until the person chooses otherwise. It is written in the journal."),
        _("It erases nothing by itself and does not change the source: export it for whoever looks after that."),
    ]

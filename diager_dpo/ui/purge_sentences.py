"""What is said of a purge: the answer, who must act next and until when, what can still be stopped, what stays safe.

Every text holds for a reader who is afraid of pressing the wrong button: it says first that nothing is erased, where
nothing is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from diager_dpo.domain.purges import PurgeState
from diager_dpo.domain.words import Purpose
from diager_dpo.ui import formats
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.record_counts import records
from diager_dpo.ui.words import of_purpose


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a purge stands, in figures.

    ``listed``: records that would be erased, or were to be; ``erased``: those that were; ``left``: skipped or failed;
    ``until``: when the approval expires; ``untold``: recipients still to be told; ``by_hand``: the product does not
    write to the source.
    """

    state: PurgeState
    purpose: Purpose
    listed: int
    erased: int = 0
    left: int = 0
    by_hand: bool = False
    until: datetime | None = None
    untold: int = 0


def purge_answer(at: Standing) -> str:
    """What this purge does or did, in one sentence."""
    listed, erased = records(at.listed, at.purpose), records(at.erased, at.purpose)
    match at.state:
        case PurgeState.PROPOSED:
            said = ngettext(
                "{records} would be erased. Nothing is erased as long as nobody approves.",
                "{records} would be erased. Nothing is erased as long as nobody approves.",
                at.listed,
                records=listed,
            )
        case PurgeState.APPROVED:
            said = ngettext(
                "{records} may be erased: two people have decided it. Nothing is erased yet.",
                "{records} may be erased: two people have decided it. Nothing is erased yet.",
                at.listed,
                records=listed,
            )
        case PurgeState.EXECUTING if at.by_hand:
            said = ngettext(
                "{records} is to be erased by the operator of the source; the next scan verifies it.",
                "{records} are to be erased by the operator of the source; the next scan verifies it.",
                at.listed,
                records=listed,
            )
        case PurgeState.EXECUTING:
            said = ngettext("{records} is being erased.", "{records} are being erased.", at.listed, records=listed)
        case PurgeState.NEEDS_ATTENTION:
            said = _erased_before(at, erased) + " " + _("The execution has stopped by itself.")
        case PurgeState.EXECUTED:
            said = _erased_before(at, erased) + (" " + _left(at) if at.left else "")
        case PurgeState.CANCELLED if at.erased:
            said = _erased_before(at, erased) + " " + _("The rest of this purge was cancelled.")
        case PurgeState.REJECTED:
            said = _("Nothing was erased: this purge was rejected.")
        case PurgeState.EXPIRED:
            said = _("Nothing was erased: the approval expired before anybody started the purge.")
        case _:
            said = _("Nothing was erased: this purge was cancelled.")
    return said


def _erased_before(at: Standing, erased: str) -> str:
    if not at.erased:
        return _("Nothing was erased.")
    return ngettext("{records} was erased.", "{records} were erased.", at.erased, records=erased)


def _left(at: Standing) -> str:
    return ngettext("{n} was left as it is.", "{n} were left as they are.", at.left)


def next_sentence(at: Standing, people: Sequence[str]) -> str:
    """Who must act next, and until when; plain text. ``people``: the names of whoever may act."""
    names = formats.listing(list(people))
    until = formats.instant(at.until) if at.until else ""
    match at.state:
        case PurgeState.PROPOSED if people:
            said = ngettext(
                "Now {names} reviews the list, then approves or rejects it. There is no time limit.",
                "Now one of {names} reviews the list, then approves or rejects it. There is no time limit.",
                len(people),
                names=names,
            )
        case PurgeState.PROPOSED:
            said = _(
                "Nobody may approve here yet: an administrator names an approver for this purpose, other than whoever "
                "proposed the purge. There is no time limit."
            )
        case PurgeState.APPROVED if at.by_hand:
            said = ngettext(
                "Now {names} makes the order for the operator of the source, until {until}. After that the approval "
                "has expired, and nothing is erased.",
                "Now one of {names} makes the order for the operator of the source, until {until}. After that the "
                "approval has expired, and nothing is erased.",
                len(people),
                names=names,
                until=until,
            )
        case PurgeState.APPROVED:
            said = ngettext(
                "Now {names} starts the erasure, until {until}. After that the approval has expired, and nothing is "
                "erased.",
                "Now one of {names} starts the erasure, until {until}. After that the approval has expired, and "
                "nothing is erased.",
                len(people),
                names=names,
                until=until,
            )
        case PurgeState.EXECUTING if at.by_hand:
            said = _(
                "Now the operator of the source erases what the order lists. Then a scan verifies each record; only "
                "what is gone counts as erased."
            )
        case PurgeState.EXECUTING:
            said = _("Nobody needs to act: a worker of its own erases, and checks each record anew before it does.")
        case PurgeState.NEEDS_ATTENTION:
            said = _("Now the DPO or the approver looks at the reason below, then goes on or ends the purge here.")
        case PurgeState.EXECUTED if at.untold:
            said = ngettext(
                "One thing remains: {n} recipient must be told.",
                "One thing remains: {n} recipients must be told.",
                at.untold,
            )
        case PurgeState.EXECUTED:
            said = _("Nothing remains to be done.")
        case _:
            said = _("Nothing remains to be done here. What is due is on the list of what can be proposed again.")
    return said


def stoppable_sentence(at: Standing) -> str:
    """What can still be stopped, and what cannot; empty where the purge is over."""
    match at.state:
        case PurgeState.PROPOSED:
            said = _("Everything can still be stopped: set records aside, reject the purge, or cancel it.")
        case PurgeState.APPROVED:
            said = _("Everything can still be stopped: cancel the purge, or place a hold on a record.")
        case PurgeState.EXECUTING if at.by_hand:
            said = _("The order is out of the hands of this program: only the operator of the source can stop it now.")
        case PurgeState.EXECUTING:
            said = _(
                "It can be stopped: what is erased stays erased, the rest stays as it is, nothing is left half done."
            )
        case PurgeState.NEEDS_ATTENTION:
            said = _(
                "Nothing is half done: each record is either erased or as it was. What is erased cannot come back."
            )
        case _:
            said = ""
    return said


def approve_label(count: int, purpose: Purpose) -> str:
    """The button of the second person."""
    return ngettext(
        "Approve the final erasure of {records}",
        "Approve the final erasure of {records}",
        count,
        records=records(count, purpose),
    )


def erase_label(count: int, purpose: Purpose) -> str:
    """The button that starts what cannot be undone."""
    return _("Erase {records} for good", records=records(count, purpose))


def propose_label(count: int, purpose: Purpose) -> str:
    """The button of the first person."""
    return _("Propose the erasure of {records}", records=records(count, purpose))


def aware_sentence(count: int, purpose: Purpose) -> str:
    """What somebody ticks before they approve or start."""
    return ngettext(
        "I understand that {records} will be erased for good.",
        "I understand that {records} will be erased for good.",
        count,
        records=records(count, purpose),
    )


def share_sentence(count: int, people: int, purpose: Purpose) -> str:
    """What somebody ticks where a purge takes a large share of its purpose."""
    return _(
        "That is {share} of all records {of_purpose} ({count} of {people}). I have checked that this is meant.",
        share=formats.percent(count / max(people, 1)),
        of_purpose=of_purpose(purpose),
        count=formats.number(count),
        people=formats.number(people),
    )

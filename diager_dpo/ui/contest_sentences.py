"""Contests and the consents behind their entries, as a person would say them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from diager_dpo.domain.evidence import ConsentState, Missing
from diager_dpo.domain.permissions import Action, Grant, may
from diager_dpo.domain.words import Purpose
from diager_dpo.services.contests import ContestCard
from diager_dpo.ui import formats
from diager_dpo.ui.language import N_, _, ngettext

#: What an address may ask of the entries of one operation, by the code it is written with.
WHICH: Mapping[str, str] = {
    "all": N_("All entries"),
    "standing": N_("Consent stands"),
    "withdrawn": N_("Consent withdrawn"),
    "none": N_("No consent"),
    "incomplete": N_("Incomplete proof"),
    "due": N_("Entry due"),
}
STATES: Mapping[ConsentState, str] = {
    ConsentState.NONE: N_("None"),
    ConsentState.STANDING: N_("Stands"),
    ConsentState.WITHDRAWN: N_("Withdrawn"),
}
PIECES: Mapping[Missing, str] = {
    Missing.CONSENT: N_("the consent itself"),
    Missing.WHEN: N_("the day of the consent"),
    Missing.NOTICE: N_("the version of the notice"),
    Missing.CHANNEL: N_("the channel"),
    Missing.BEFORE_ENTRY: N_("a day before the entry"),
    Missing.SEPARATE: N_("an act apart from the entry"),
}
RULE = N_(
    "A consent stands from the day it is given until it is withdrawn. It ends its own operation and "
    "nothing else. Its proof "
    "says when it was given, which version of the notice was shown, through which channel, and that it came before the "
    "entry, as an act of its own (GDPR, article 7)."
)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why consents do not stand or cannot be proven: a sentence, the operations concerned, which entries to show."""

    sentence: str
    operations: tuple[ContestCard, ...]
    which: str


def nothing(grants: Iterable[Grant]) -> str:
    """Why there is no contest to show."""
    if may(grants, Action.SEE_RECORDS, Purpose.CONTESTS):
        return _("The source gives no contest.")
    return _("Your role does not cover the contests.")


def nothing_next(grants: Iterable[Grant]) -> str:
    """What to do first where there is none."""
    if may(grants, Action.SEE_RECORDS, Purpose.CONTESTS):
        return _(
            "Describe operations, entries and consents in the source file, or state there that contests are not run."
        )
    return _("Ask an administrator for a role that does.")


def title(card: ContestCard) -> str:
    """What an operation is called."""
    return card.name or card.operation


def answer(cards: Sequence[ContestCard]) -> str:
    """The answer of the screen in one sentence."""
    entries = sum(card.entries for card in cards)
    without = sum(card.withdrawn + card.none for card in cards)
    if not entries:
        return _("No contest holds an entry now.")
    if without:
        return ngettext(
            "No: {n} entry out of {total} has no consent that stands.",
            "No: {n} entries out of {total} have no consent that stands.",
            without,
            total=formats.number(entries),
        )
    return ngettext(
        "Yes: the consent behind the only entry stands.", "Yes: the consent behind each of {n} entries stands.", entries
    )


def reasons(cards: Sequence[ContestCard], today: date) -> list[Reason]:
    """Which consents do not stand and why, the most urgent first. The operations concerned come by their share."""

    def reason(of: Callable[[ContestCard], int], which: str, say: Callable[[int], str]) -> None:
        concerned = tuple(sorted((card for card in cards if of(card)), key=lambda card: -of(card)))
        if concerned:
            found.append(Reason(say(sum(map(of, concerned))), concerned, which))

    found: list[Reason] = []
    reason(lambda card: card.withdrawn, "withdrawn", lambda n: _withdrawn(n, cards, today))
    reason(
        lambda card: card.none,
        "none",
        lambda n: ngettext(
            "{n} entry has no consent, or one of which nobody knows the day.",
            "{n} entries have no consent, or one of which nobody knows the day.",
            n,
        ),
    )
    reason(
        lambda card: card.incomplete,
        "incomplete",
        lambda n: ngettext(
            "{n} consent cannot be proven in full: the version of the notice is missing, or it came after the entry.",
            "{n} consents cannot be proven in full: the version of the notice is missing, or they came after "
            "the entry.",
            n,
        ),
    )
    reason(
        lambda card: card.prolonged,
        "all",
        lambda n: ngettext(
            "{n} entry was consented to for a shorter time than is announced now.",
            "{n} entries were consented to for a shorter time than is announced now.",
            n,
        ),
    )
    reason(
        lambda card: int(card.blocked),
        "all",
        lambda n: ngettext(
            "{n} operation has no announced duration: its entries have no last day until one is announced.",
            "{n} operations have no announced duration: their entries have no last day until one is announced.",
            n,
        ),
    )
    return found


def _withdrawn(n: int, cards: Sequence[ContestCard], today: date) -> str:
    oldest = min(card.oldest_withdrawal for card in cards if card.oldest_withdrawal is not None)
    return ngettext(
        "{n} consent was withdrawn {age} ago, and its entry is not erased yet.",
        "{n} consents were withdrawn, the oldest {age} ago, and their entries are not erased yet.",
        n,
        age=formats.days((today - oldest).days),
    )


def period(card: ContestCard) -> str:
    """When it collects, and until when its entries are kept."""
    if card.opens_on is not None and card.closes_on is not None:
        said = _(
            "Collection from {opens} to {closes}.", opens=formats.day(card.opens_on), closes=formats.day(card.closes_on)
        )
    elif card.closes_on is not None:
        said = _("Collection until {closes}.", closes=formats.day(card.closes_on))
    elif card.opens_on is not None:
        said = _("Collection from {opens}; no closing day is known.", opens=formats.day(card.opens_on))
    else:
        said = _("The days of its collection are not known.")
    if card.last_day is None:
        return said + " " + _("No duration was announced: nothing of it falls due by itself.")
    return said + " " + _("Last day of retention: {day}.", day=formats.day(card.last_day))


def counts(card: ContestCard) -> str:
    """The entries in figures; a figure of zero is left out."""
    said = [ngettext("{n} contest entry", "{n} contest entries", card.entries)]
    if card.standing:
        said.append(ngettext("{n} consent stands", "{n} consents stand", card.standing))
    if card.withdrawn:
        said.append(ngettext("{n} withdrawn", "{n} withdrawn", card.withdrawn))
    if card.none:
        said.append(_("{n} without consent", n=formats.number(card.none)))
    if card.incomplete:
        said.append(ngettext("{n} incomplete proof", "{n} incomplete proofs", card.incomplete))
    if card.due:
        said.append(ngettext("{n} entry due", "{n} entries due", card.due))
    if card.held:
        said.append(ngettext("{n} purge on hold", "{n} purges on hold", card.held))
    return " · ".join(said)


def proof(card: ContestCard) -> str:
    """The evidence score and exactly what is missing."""
    if card.score is None:
        return _("There is no entry to prove.")
    if not card.missing:
        return _("Complete proof for every entry.")
    pieces = [_("{piece} ({n})", piece=_(PIECES[piece]), n=formats.number(n)) for piece, n in card.missing]
    return _(
        "Complete proof for {share} of entries. Missing: {pieces}.",
        share=formats.percent(card.score / 100),
        pieces=formats.listing(pieces),
    )


def missing_pieces(missing: Missing) -> str:
    """What the proof of one consent lacks; empty where it lacks nothing."""
    return formats.listing([_(PIECES[piece]) for piece in missing])


def announced(card: ContestCard) -> str | None:
    """Who announced its duration here, and whether the source now says something else; Markdown."""
    told = card.announced
    if told is None:
        return None
    said = _(
        "Duration announced here by {by} on {on}. Reason: {reason}",
        by=formats.plain(told.by),
        on=formats.day(told.at.astimezone(formats.PARIS).date()),
        reason=formats.plain(told.reason),
    )
    if told.conflict and told.source_last_day is not None:
        said += " " + _(
            "The source has come to say {day}; what was announced here counts.", day=formats.day(told.source_last_day)
        )
    return said

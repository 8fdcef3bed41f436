"""The answer of the screen of contests: why consents do not stand, then a card an operation."""

from collections.abc import Sequence
from datetime import date
from html import escape
from urllib.parse import urlencode

import streamlit as st

from diager_dpo.domain.words import Purpose
from diager_dpo.services.contests import ContestCard, Contests
from diager_dpo.ui import address, contest_sentences, formats, tables
from diager_dpo.ui.contest_sentences import Reason, title
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.links import link
from diager_dpo.ui.own_words import in_language
from diager_dpo.ui.plain_links import kept
from diager_dpo.ui.purge_way import prepare
from diager_dpo.ui.visit import Visit

OPERATION, WHICH = "operation", "entries"
ON_A_PAGE = 12
_NAMED = 4  # operations named in a sentence; the cards show the others
_LIST = "margin:0 0 1rem;padding-left:1.25rem;line-height:1.7;font-variant-numeric:tabular-nums"


def draw_reasons(found: Sequence[Reason]) -> None:
    """One line a reason, with links to the entries behind it."""
    if found:
        st.html(f'<ul style="{_LIST}">{"".join(map(_reason, found))}</ul>')


def draw_recipients(found: Contests) -> None:
    """Who receives the data of contests, as the charter says."""
    named = [in_language(text) for text in found.recipients]
    if named:
        st.caption(_("Recipients the charter names: {names}.", names=formats.plain(formats.listing(named))))


def shown(cards: Sequence[ContestCard]) -> tuple[ContestCard, ...]:
    """The operations of the page in the address; those with something to settle first."""
    ordered = sorted(cards, key=lambda card: not _wants_somebody(card))
    pages = max(-(-len(ordered) // ON_A_PAGE), 1)
    page = min(address.number_of_page(), pages)
    return tuple(ordered[(page - 1) * ON_A_PAGE : page * ON_A_PAGE])


def draw(here: Visit, cards: Sequence[ContestCard], total: int, today: date) -> None:
    """The cards of a page, and steps to the others."""
    for card in cards:
        with st.container(border=True, key=f"contest_{card.operation}"):
            st.subheader(title(card), anchor=False)
            draw_card(here, card, today)
            link(
                here,
                "contests",
                _("Open “{name}”", name=formats.plain(title(card))),
                **{OPERATION: card.operation},
            )
    pages = max(-(-total // ON_A_PAGE), 1)
    page = min(address.number_of_page(), pages)
    turned = tables.pager(page, pages, key="contest_cards")
    if turned != page:
        address.keep_page(turned)
        st.rerun()


def draw_card(here: Visit, card: ContestCard, today: date) -> None:
    """The sentences of one operation, then its figures, then the way to act."""
    if card.withdrawn and card.oldest_withdrawal is not None:
        st.markdown(
            ngettext(
                "**{n} withdrawal is not erased yet**, {age} after it.",
                "**{n} withdrawals are not erased yet**, the oldest after {age}.",
                card.withdrawn,
                age=formats.days((today - card.oldest_withdrawal).days),
            )
        )
    st.markdown(contest_sentences.period(card))
    if card.prolonged_on is not None:
        st.markdown(
            ngettext(
                "Prolonged: a scan saw a later last day on {day}; {n} entry was consented to for less.",
                "Prolonged: a scan saw a later last day on {day}; {n} entries were consented to for less.",
                card.prolonged,
                day=formats.day(card.prolonged_on),
            )
        )
    told = contest_sentences.announced(card)
    if told:
        st.markdown(told)
    st.markdown(contest_sentences.counts(card))
    st.markdown(contest_sentences.proof(card))
    st.caption(
        _("Key {key}. Provider: {provider}.", key=formats.plain(card.operation), provider=formats.plain(card.provider))
        if card.provider
        else _("Key {key}. No provider is named.", key=formats.plain(card.operation))
    )
    if card.due:
        prepare(here, Purpose.CONTESTS, card.operation)


def _wants_somebody(card: ContestCard) -> bool:
    return bool(card.withdrawn or card.none or card.incomplete or card.due or card.blocked or card.prolonged)


def _reason(reason: Reason) -> str:
    named = [_inline(card, reason.which) for card in reason.operations[:_NAMED]]
    more = len(reason.operations) - _NAMED
    if more > 0:
        named.append(escape(ngettext("{n} other", "{n} others", more)))
    return f"<li>{escape(reason.sentence)} <span>{formats.listing(named)}.</span></li>"


def _inline(card: ContestCard, which: str) -> str:
    query = kept() | {OPERATION: card.operation} | ({} if which == "all" else {WHICH: which})
    return (
        f'<a href="/contests?{escape(urlencode(query))}" target="_self" style="color:inherit">{escape(title(card))}</a>'
    )

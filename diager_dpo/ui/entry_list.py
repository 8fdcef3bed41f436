"""The entries of the journal, a page at a time, with filters that stand in the address."""

from collections.abc import Mapping
from datetime import date

import pandas as pd
import streamlit as st

from diager_dpo.domain.permissions import Identity
from diager_dpo.services.installation import PARIS
from diager_dpo.services.journal_pages import EntryFilter, EntryPage, EntryView
from diager_dpo.source.folding import folded
from diager_dpo.ui import address, formats, tables
from diager_dpo.ui.entry_sentences import action_name, entry_sentence, who_name
from diager_dpo.ui.language import _, ngettext

_ANY = "any"
_LISTED = "entries_listed"


def journal_answer(newest: EntryPage) -> str:
    """How much happened, and what last."""
    if not newest.entries:
        return _("Nothing has been written to the journal yet.")
    last = newest.entries[0]
    said = ngettext("{n} entry in the journal; ", "{n} entries in the journal; ", newest.total)
    return said + _("the last one on {moment}.", moment=formats.instant(last.at))


def choices(every: EntryPage, today: date) -> EntryFilter:
    """Who, what, about what and when; all in the address."""
    known = {f"{identity.issuer} {identity.subject}": identity for identity in every.names}
    shown = {code: who_name(every.names[identity], identity) for code, identity in known.items()}
    began = every.since.astimezone(PARIS).date() if every.since else today
    with st.container(horizontal=True):
        with st.container(width=230):
            who = address.option(
                _("Who"),
                [_ANY, *sorted(known, key=lambda code: folded(shown[code]))],
                key="who",
                code=str,
                name=lambda code: _("Everybody") if code == _ANY else shown[code],
                default=_ANY,
            )
        with st.container(width=230):
            action = address.option(
                _("What"),
                [_ANY, *sorted(every.actions, key=lambda code: folded(action_name(code)))],
                key="action",
                code=str,
                name=lambda code: _("Anything") if code == _ANY else action_name(code),
                default=_ANY,
            )
        with st.container(width=190):
            about = address.text(_("About (such as purge:12)"), key="about")
        with st.container(width=150):
            first = address.day(_("From"), key="from", default=began)
        with st.container(width=150):
            last = address.day(_("To"), key="to", default=max(today, began))
    chosen = (who, action, about, first, last)
    if st.session_state.setdefault(_LISTED, chosen) != chosen:
        st.session_state[_LISTED] = chosen
        address.keep_page(1)
    return EntryFilter(
        known.get(who),
        "" if action == _ANY else action,
        about,
        None if first == began else first,
        None if last == max(today, began) else last,
    )


def draw(page: EntryPage) -> None:
    """The page, and steps to the others. Choosing a line shows what it holds."""
    if not page.entries and page.total:  # an address from when there were more
        address.keep_page(page.pages)
        st.rerun()
    if not page.entries:
        tables.empty(_("No entry meets these choices."), _("Take one of them back."))
        return
    chosen = tables.grid(
        pd.DataFrame([_row(entry, page.names) for entry in page.entries]),
        key="entries",
        alt=_("What happened, newest first: number, moment, person, what was done."),
        choose=True,
        widths={_("What"): "large"},
    )
    if chosen is not None and chosen < len(page.entries):
        _draw_entry(page.entries[chosen], page.names)
    else:
        st.caption(_("Choose a line to see why it was done and what it changed."))
    turned = tables.pager(page.page, page.pages, key="entries")
    if turned != page.page:
        address.keep_page(turned)
        st.rerun()


def _row(entry: EntryView, names: Mapping[Identity, str]) -> dict[str, object]:
    return {
        _("No."): entry.number,
        _("When"): formats.instant(entry.at),
        _("What"): entry_sentence(entry, names),
        _("Who"): who_name(entry.name, entry.actor),
    }


def _draw_entry(entry: EntryView, names: Mapping[Identity, str]) -> None:
    """Everything an entry holds: the reason, what was told, the rows it changed."""
    with st.container(border=True):
        st.subheader(_("Entry {number}", number=formats.number(entry.number)), anchor=False)
        st.text(entry_sentence(entry, names))
        if entry.reason is not None:
            st.text(_("Reason: {text}", text=entry.reason) if entry.reason else _("The reason was erased."))
        if entry.details:
            st.caption(_("As it was written"))
            told = [(name, str(value)) for name, value in entry.details.items() if value is not None]
            tables.plain(pd.DataFrame(told, columns=[_("Detail"), _("Value")]))
        if entry.rows:
            changed = ngettext("It changed {n} row: ", "It changed {n} rows: ", len(entry.rows))
            most = [row.name for row in entry.rows[:10]]
            st.text(changed + ", ".join(most) + (" …" if len(entry.rows) > len(most) else ""))
        st.text(_("Hash: {hash}", hash=entry.hash))

"""The entries of one operation by key, a page at a time: each with its consent and what its proof lacks."""

from html import escape

import streamlit as st

from diager_dpo.domain.evidence import INCOMPLETE, ConsentState, Missing
from diager_dpo.domain.words import Purpose, Status
from diager_dpo.services.contests import ContestCard, Entry, EntryFilter, EntryPage, entries
from diager_dpo.ui import address, contest_sentences, formats, tables
from diager_dpo.ui.contest_cards import WHICH
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.look import STATUS_SIGN, sign_style
from diager_dpo.ui.plain_links import HIDDEN, kept, plain_link
from diager_dpo.ui.record_list import OF_OPERATION, RECORD
from diager_dpo.ui.visit import Visit
from diager_dpo.ui.words import status_name

_FILTER = {
    "all": EntryFilter(),
    "standing": EntryFilter(frozenset({ConsentState.STANDING})),
    "withdrawn": EntryFilter(frozenset({ConsentState.WITHDRAWN})),
    "none": EntryFilter(frozenset({ConsentState.NONE})),
    "incomplete": EntryFilter(frozenset({ConsentState.STANDING, ConsentState.WITHDRAWN}), INCOMPLETE),
    "due": EntryFilter(due=True),
}
_LISTED = "contest_entries_listed"
_STYLE = """<style>
.dpo-entries { border-collapse: collapse; width: 100%; font-size: .9375rem; font-variant-numeric: tabular-nums; }
.dpo-entries th, .dpo-entries td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0;
  font-weight: 400; border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
.dpo-entries thead th { font-size: .875rem; opacity: .85; }
@media (max-width: 640px) {
  .dpo-entries thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .dpo-entries tbody, .dpo-entries tr, .dpo-entries tbody th, .dpo-entries td { display: block; border: 0; }
  .dpo-entries tr { padding: .6rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
  .dpo-entries tbody th, .dpo-entries td { padding: .1rem 0; }
  .dpo-entries td[data-name]::before { content: attr(data-name) " "; opacity: .8; }
}
</style>"""


def draw(here: Visit, card: ContestCard) -> None:
    """The choice, the page it gives, and steps to the others."""
    which = address.option(
        _("Which entries?"),
        list(_FILTER),
        key=WHICH,
        code=str,
        name=lambda code: _(contest_sentences.WHICH[code]),
        default="all",
    )
    chosen = (card.operation, which)
    if st.session_state.setdefault(_LISTED, chosen) != chosen:
        st.session_state[_LISTED] = chosen
        address.keep_page(1)
    day = here.installation.today()
    page = entries(here.installation, here.actor, card.operation, _FILTER[which], day, page=address.number_of_page())
    if not page.entries and page.page > 1:  # an address from when there were more
        address.keep_page(page.pages)
        st.rerun()
    if not page.entries:
        tables.empty(_("No entry of this contest meets this choice."), _("Choose all entries to see the others."))
        return
    st.markdown(
        ngettext("**{n} entry**. Its key opens its record.", "**{n} entries**. A key opens its record.", page.total)
    )
    st.html(entries_html(page, card))
    turned = tables.pager(page.page, page.pages, key="contest_entries")
    if turned != page.page:
        address.keep_page(turned)
        st.rerun()


def entries_html(page: EntryPage, card: ContestCard) -> str:
    """One row an entry, as a true table."""
    head = [_("Key"), _("Consent"), _("Given"), _("Withdrawn on"), _("Entered"), _("Missing in the proof"), _("Status")]
    heads = "".join(f'<th scope="col" role="columnheader">{escape(name)}</th>' for name in head)
    caption = escape(_("Entries of {name}: consent, days and proof of each.", name=contest_sentences.title(card)))
    rows = "".join(_row(entry, card.operation) for entry in page.entries)
    return (
        f'{_STYLE}<table class="dpo-entries" role="table"><caption style="{HIDDEN}">{caption}</caption>'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead><tbody role="rowgroup">{rows}</tbody></table>'
    )


def _row(entry: Entry, operation: str) -> str:
    opens = kept() | {"purpose": Purpose.CONTESTS.code, RECORD: entry.person, OF_OPERATION: operation}
    key = plain_link("deadlines", opens, shown=entry.person, name=_("Record {key}", key=entry.person), bare=False)
    sign = f'<span aria-hidden="true" style="{sign_style(entry.status)}">{STATUS_SIGN[entry.status]}</span> '
    last = (
        f", {escape(formats.day(entry.last_day, full=False))}" if entry.status is Status.DUE and entry.last_day else ""
    )
    days = [(_("Given"), entry.given_on), (_("Withdrawn on"), entry.withdrawn_on), (_("Entered"), entry.entered_on)]
    cells = [
        _cell(_(contest_sentences.STATES[entry.state]), _("Consent")),
        *(_cell(formats.day(day, full=False) if day else tables.NOTHING, name) for name, day in days),
        _cell(contest_sentences.missing_pieces(Missing(entry.missing)) or _("nothing"), _("Missing in the proof")),
        f'<td role="cell">{sign}{escape(status_name(entry.status))}{last}</td>',
    ]
    return f'<tr role="row"><th scope="row" role="rowheader">{key}</th>{"".join(cells)}</tr>'


def _cell(text: str, name: str) -> str:
    named = escape(_("{name}:", name=name), quote=True)
    return f'<td role="cell" data-name="{named}">{escape(text)}</td>'

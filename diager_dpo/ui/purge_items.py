"""The records of a purge, a page at a time, each with why it is due and what keeps something of it; then one alone."""

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from diager_dpo.domain.purges import ItemState
from diager_dpo.domain.words import Anchor, Purpose
from diager_dpo.services.errors import DpoError
from diager_dpo.services.purge_reviews import items, names_under_review
from diager_dpo.services.purge_views import ItemLine, ItemPage, PurgeView
from diager_dpo.ui import address, failures, formats, tables
from diager_dpo.ui.language import _
from diager_dpo.ui.plain_links import HIDDEN, plain_link
from diager_dpo.ui.purge_words import item_state_name, skip_sentence
from diager_dpo.ui.visit import Visit
from diager_dpo.ui.words import anchor_name, purpose_name

ITEM, STATE = "item", "state"
_SIZE = 10  # on a phone the decision stands below them
_ALL = "all"

_STYLE = """<style>
.dpo-items { border-collapse: collapse; width: 100%; font-size: .9375rem; font-variant-numeric: tabular-nums; }
.dpo-items th, .dpo-items td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; font-weight: 400;
  border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent); overflow-wrap: anywhere; }
.dpo-items thead th { font-size: .875rem; opacity: .85; }
.dpo-items .set { white-space: nowrap; }
@media (max-width: 640px) {
  .dpo-items thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .dpo-items tbody, .dpo-items tr, .dpo-items tbody th, .dpo-items td { display: block; border: 0; }
  .dpo-items tr { padding: .6rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
  .dpo-items tbody th, .dpo-items td { padding: .1rem 0; }
  .dpo-items td:empty { display: none; }
  .dpo-items td[data-name]::before { content: attr(data-name) " "; opacity: .8; }
}
</style>"""


def opened() -> int | None:
    """The record in the address."""
    given = st.query_params.get(ITEM, "")
    return int(given) if given.isdecimal() and len(given) < 10 else None


def close_item() -> None:
    """Take the record out of the address again; for a callback."""
    st.query_params.pop(ITEM, None)


def one_item(here: Visit, view: PurgeView, number: int) -> ItemLine | None:
    """One record by its number within the purge; ``None`` where there is none."""
    page = items(here.installation, here.actor, view.line.number, page=max(number, 1), size=1)
    return next((each for each in page.items if each.item == number), None)


def draw(here: Visit, view: PurgeView) -> ItemPage:
    """The list, and steps to its other pages; the page that is shown."""
    purge, state = view.line.number, _state(view)
    page = items(here.installation, here.actor, purge, page=address.number_of_page(), size=_SIZE, state=state)
    if not page.items and page.page > 1:  # an address from when there were more
        address.keep_page(page.pages)
        st.rerun()
    if not page.items:
        tables.empty(_("No record of this purge is in that state."), _("Choose another one."))
        return page
    names = _names(here, view, page)
    st.html(items_html(page.items, st.query_params.to_dict(), names))
    turned = tables.pager(page.page, page.pages, key="purge_items")
    if turned != page.page:
        address.keep_page(turned)
        st.rerun()
    return page


def _state(view: PurgeView) -> ItemState | None:
    """Where records of more than one state are there, which to look at."""
    present = [state for state in ItemState if view.states.get(state)]
    if len(present) < 2:
        return None
    with st.container(width=260):
        chosen = address.option(
            _("Which records"),
            [_ALL, *(state.value for state in present)],
            key=STATE,
            code=str,
            name=lambda code: _("All of them") if code == _ALL else item_state_name(ItemState(code)),
            default=_ALL,
        )
    return None if chosen == _ALL else ItemState(chosen)


def _names(here: Visit, view: PurgeView, page: ItemPage) -> Mapping[str, str]:
    """The names of this page, asked of the source now, for one drawing only; nothing where nobody asked."""
    persons = [each.person for each in page.items if each.person]
    if not view.may_see_names or not persons:
        return {}
    with st.container(horizontal=True, vertical_alignment="center"):
        asked = st.button(_("Show the names on this page"), key="purge_names", type="tertiary")
        st.caption(_("From the source, for this one look; that you looked is written in the access log."))
    if not asked:
        return {}
    try:
        return names_under_review(here.installation, here.actor, view.line.number, persons)
    except DpoError as error:
        failures.show(error)
        return {}


def items_html(found: Sequence[ItemLine], along: Mapping[str, str], names: Mapping[str, str]) -> str:
    """One row a record. ``along``: what of the address goes along with the links; ``names``: by key."""
    heads = [_("Key"), *([_("Name")] if names else []), _("Last day"), _("Starting point"), _("Stays for"), _("State")]
    head = "".join(f'<th scope="col" role="columnheader">{escape(name)}</th>' for name in heads)
    rows = "".join(_row(each, along, names) for each in found)
    caption = escape(_("The records of this purge: key, last day, starting point, what keeps something of each."))
    return (
        f'{_STYLE}<table class="dpo-items" role="table"><caption style="{HIDDEN}">{caption}</caption>'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead><tbody role="rowgroup">{rows}</tbody></table>'
    )


def _row(each: ItemLine, along: Mapping[str, str], names: Mapping[str, str]) -> str:
    shown = each.person or _("erased ({item})", item=each.item)
    link = plain_link(
        "purge", {**along, ITEM: str(each.item)}, shown=shown, name=_("Record {key}", key=shown), bare=False
    )
    cells = [_cell(names.get(each.person or "", tables.NOTHING))] if names else []
    cells += [
        _cell(formats.day(each.last_day, full=False) if each.last_day else tables.NOTHING, _("Last day")),
        _cell(_event(each), _("Starting point")),
        _cell(_purposes(each.live) or tables.NOTHING, _("Stays for")),
        _cell(item_state_name(each.state)),
    ]
    return f'<tr role="row"><th scope="row" role="rowheader" class="set">{link}</th>{"".join(cells)}</tr>'


def _cell(text: str, name: str = "") -> str:
    named = f' data-name="{escape(_("{name}:", name=name), quote=True)}"' if name else ""
    return f'<td role="cell"{named}>{escape(text)}</td>'


def _event(each: ItemLine) -> str:
    if each.anchor is Anchor.NONE or each.anchor_on is None:
        return tables.NOTHING
    return f"{anchor_name(each.anchor)}, {formats.day(each.anchor_on, full=False)}"


#: Why the dry run set a record aside.
_REFUSED = frozenset({"erasure_refused", "rows_still_refer", "cascade_takes_more"})


def item_answer(line: ItemLine) -> str:
    """What becomes or became of one record, in one or two sentences; plain text."""
    match line.state:
        case ItemState.ERASED:
            said = _("It is erased.")
        case ItemState.SET_ASIDE:
            said = _("It is set aside: this purge does not touch it.")
            if line.why in _REFUSED:
                said += " " + _(
                    "In the dry run the database did not let it go, as rows or a rule of a table stand against it."
                )
            if line.until:
                said += " " + _("It is kept until {day} inclusive.", day=formats.day(line.until))
        case ItemState.SKIPPED | ItemState.FAILED:
            said = _("It was left as it is.") + " " + skip_sentence(line.why)
        case _ if line.live:
            said = _(
                "What only this purpose needs would go; what is still needed for {purposes} stays.",
                purposes=_purposes(line.live),
            )
        case _:
            said = _("No other purpose keeps anything of this person: every row that leads to them would go.")
    return said


def _purposes(live: Sequence[Purpose]) -> str:
    return formats.listing([purpose_name(each).lower() for each in live]) if live else ""

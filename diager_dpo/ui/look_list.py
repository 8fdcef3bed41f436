"""Who looked at what, a page at a time; each line leads to what was looked at."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from diager_dpo.domain.permissions import Identity
from diager_dpo.domain.purges import ItemState
from diager_dpo.domain.words import Anomaly, Category, Flag, Status
from diager_dpo.services.access_log import Kind, Look, LookPage
from diager_dpo.source.folding import folded
from diager_dpo.ui import address, formats, tables
from diager_dpo.ui.language import N_, _, ngettext
from diager_dpo.ui.links import link
from diager_dpo.ui.own_words import inside
from diager_dpo.ui.purge_words import item_state_name
from diager_dpo.ui.record_list import RECORD
from diager_dpo.ui.visit import Visit
from diager_dpo.ui.words import anomaly_names, category_name, flag_names, purpose_name, status_name

_ANY = "any"
_LISTED = "looks_listed"
_KIND: Mapping[Kind, str] = {
    Kind.LIST: N_("List of records"),
    Kind.RECORD: N_("Record opened"),
    Kind.SEARCH: N_("Search for a person"),
}


def looks_answer(every: LookPage) -> str:
    """How much was looked at, by how many people, and when last."""
    if not every.total:
        return _("Nobody has looked at any record so far.")
    people = ngettext("{n} person", "{n} people", len(every.names))
    said = ngettext(
        "{n} look in twelve months, by {people}; ",
        "{n} looks in twelve months, by {people}; ",
        every.total,
        people=people,
    )
    return said + _("the last one on {moment}.", moment=formats.instant(every.looks[0].at))


def choices(names: Mapping[Identity, str]) -> tuple[Identity | None, Kind | None]:
    """Whose looks, and of which kind; both in the address."""
    known = {f"{identity.issuer} {identity.subject}": identity for identity in names}
    with st.container(horizontal=True):
        with st.container(width=260):
            who = address.option(
                _("Who"),
                [_ANY, *sorted(known, key=lambda code: folded(names[known[code]]))],
                key="who",
                code=str,
                name=lambda code: _("Everybody") if code == _ANY else names[known[code]],
                default=_ANY,
            )
        with st.container(width=260):
            kind = address.option(
                _("What"),
                [_ANY, *(each.value for each in Kind)],
                key="kind",
                code=str,
                name=lambda code: _("Anything") if code == _ANY else _(_KIND[Kind(code)]),
                default=_ANY,
            )
    chosen = (who, kind)
    if st.session_state.setdefault(_LISTED, chosen) != chosen:
        st.session_state[_LISTED] = chosen
        address.keep_page(1)
    return known.get(who), None if kind == _ANY else Kind(kind)


def draw(here: Visit, page: LookPage, names: Mapping[str, str]) -> None:
    """The page, and steps to the others. Choosing a line offers to look at the same."""
    if not page.looks and page.total:  # an address from when there were more
        address.keep_page(page.pages)
        st.rerun()
    if not page.looks:
        tables.empty(_("No line meets these choices."), _("Take one of them back."))
        return
    chosen = tables.grid(
        pd.DataFrame([_row(look, names) for look in page.looks]),
        key="looks",
        alt=_("Who looked at what, newest first: moment, person, what was looked at, number of answers."),
        choose=True,
        widths={_("What"): "large"},
    )
    if chosen is not None and chosen < len(page.looks):
        _lead(here, page.looks[chosen])
    turned = tables.pager(page.page, page.pages, key="looks")
    if turned != page.page:
        address.keep_page(turned)
        st.rerun()


def draw_limits() -> None:
    """What stands in the log, and what does not."""
    st.caption(
        _(
            "The same list within ten minutes is one line, however often its pages are turned. What was searched for "
            "is never written, nor any name: only the key of a record that was opened. Lines are kept twelve months."
        )
    )


def look_sentence(look: Look, names: Mapping[str, str]) -> str:
    """What was looked at, with the filter in words. ``names``: what operations are called, by their keys."""
    if look.kind is Kind.SEARCH:
        return _(_KIND[look.kind])
    if look.kind is Kind.RECORD:
        return _("Record {key}", key=look.person) if look.person else _("Record that does not exist")
    parts = [purpose_name(look.purpose)] if look.purpose else []
    return _("List: {filter}", filter=inside(", ".join([*parts, *_filter(look.criteria, names)])))


def _filter(criteria: Mapping[str, str], names: Mapping[str, str]) -> list[str]:
    said = []
    if "status" in criteria:
        said.append(status_name(Status.of(criteria["status"])).lower())
    if "category" in criteria:
        said.append(category_name(Category.of(criteria["category"])).lower())
    if "operation" in criteria:
        said.append(_("operation {key}", key=names.get(criteria["operation"], criteria["operation"])))
    said += [flag_names(Flag[code.upper()])[0].lower() for code in criteria.get("flag", "").split(",") if code]
    said += [anomaly_names(Anomaly[code.upper()])[0].lower() for code in criteria.get("anomaly", "").split(",") if code]
    if "last_day_from" in criteria or "last_day_to" in criteria:
        said.append(_("last day within a month or a period"))
    if "purge" in criteria:
        said.append(_("purge {number}", number=criteria["purge"]))
    if criteria.get("item_state") in set(ItemState):
        said.append(item_state_name(ItemState(criteria["item_state"])).lower())
    if "names" in criteria:
        said.append(_("names shown"))
    if "key" in criteria:
        said.append(_("key that begins with a text"))
    return said


def _row(look: Look, names: Mapping[str, str]) -> dict[str, object]:
    return {
        _("When"): formats.instant(look.at),
        _("Who"): look.name,
        _("What"): look_sentence(look, names),
        _("Answers"): look.found,
    }


def _lead(here: Visit, look: Look) -> None:
    if look.person:
        link(here, "deadlines", _("Open record {key}", key=formats.plain(look.person)), **{RECORD: look.person})
    elif look.purpose:
        same = ("status", "category", "operation", "flag", "anomaly")
        codes = {name: look.criteria[name] for name in same if name in look.criteria}
        link(here, "deadlines", _("Look at this list as it stands today"), purpose=look.purpose.code, **codes)
    else:
        st.caption(_("What was searched for is not written: there is nothing to look at again."))

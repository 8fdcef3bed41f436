"""What of the statistics is looked at: table, period, labels and layout, all in the address, all within the plan."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import streamlit as st

from diager_dpo.services import statistics
from diager_dpo.services.publication_plan import earlier
from diager_dpo.services.statistics_views import YEAR, Layout, Seen, View, first_day, layouts, view
from diager_dpo.ui import address, formats
from diager_dpo.ui.language import _
from diager_dpo.ui.statistics_words import all_of, layout_name, table_name, word
from diager_dpo.ui.visit import Visit

T = TypeVar("T")


def choose(here: Visit, published: Sequence[str]) -> Seen:
    """The view that the address and the widgets ask for, month by month; ``published`` in order and not empty."""
    tables = statistics.plan(here.installation, here.actor).tables
    chosen = _one_of(
        _("Table"), tables, key="table", code=lambda it: it.name, name=table_name, default=tables[0], buttons=True
    )
    with st.container(horizontal=True):
        last = _month(_("Until"), published[::-1], key="to", default=published[-1])
        possible = [it for it in published if it <= last]
        year = next(it for it in possible if it > earlier(last, YEAR))
        first = _month(_("From"), possible, key="from", default=year)
        whole = view(here.installation, here.actor, View(chosen.name, first, last))
        labels: dict[str, str | None] = {}
        for dimension, lines in whole.figures.by:
            options = [None, *(it.label for it in lines)]
            labels[dimension] = _one_of(
                word(dimension), options, key=dimension, code=_code, name=_label(dimension), default=None
            )
    if not any(labels.values()):
        return whole
    asked = View(chosen.name, first, last, Layout.MONTHS, **labels)
    return view(here.installation, here.actor, asked)


def choose_layout(here: Visit, seen: Seen) -> Seen | None:
    """The same cells in another layout; ``None`` where both dimensions are chosen, and nothing is left to compare."""
    possible = [it for it in layouts(seen.figures) if it != Layout.MONTHS]
    if not possible:
        return None
    layout = _one_of(
        _("Compare"), possible, key="by", code=str, name=lambda it: layout_name(it, seen.figures.dimensions),
        default=possible[0], buttons=True,
    )  # fmt: skip
    return view(here.installation, here.actor, replace(seen.view, layout=layout))


def _month(label: str, months: Sequence[str], *, key: str, default: str) -> str:
    return _one_of(label, months, key=key, code=str, name=lambda it: formats.month(first_day(it)), default=default)


def _one_of(
    label: str,
    options: Sequence[T],
    *,
    key: str,
    code: Callable[[T], str],
    name: Callable[[T], str],
    default: T,
    buttons: bool = False,
) -> T:
    """One of several; what was chosen among other options, and is none of these, is forgotten."""
    if st.session_state.get(key) not in {code(each) for each in options}:
        st.session_state.pop(key, None)
    return address.option(label, options, key=key, code=code, name=name, default=default, buttons=buttons)


def _code(label: str | None) -> str:
    return label or ""


def _label(dimension: str) -> Callable[[str | None], str]:
    return lambda label: all_of(dimension) if label is None else label

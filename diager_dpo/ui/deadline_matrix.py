"""How many records of each purpose have each status: a matrix whose cells lead to the records below it."""

import streamlit as st

from diager_dpo.domain.words import Purpose, Status
from diager_dpo.services.counting import Counts
from diager_dpo.services.records import RecordFilter
from diager_dpo.ui import formats
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.look import chip, legend
from diager_dpo.ui.matter_sentences import since
from diager_dpo.ui.record_counts import records
from diager_dpo.ui.record_filters import choose
from diager_dpo.ui.status_totals import ORDER
from diager_dpo.ui.words import purpose_name, status_name


def deadline_answer(counts: Counts) -> str:
    """What is falling due, in one sentence."""
    due, soon = (sum(each.of(status) for each in counts.purposes) for status in (Status.DUE, Status.DUE_SOON))
    days = formats.days(counts.horizon_days)
    if not due and not soon:
        return _("Nothing is due, and nothing falls due within {days}.", days=days)
    if not due:
        return ngettext(
            "Nothing is due. {records} falls due within {days}.",
            "Nothing is due. {records} fall due within {days}.",
            soon,
            records=records(soon),
            days=days,
        )
    oldest = min(each.late_from for each in counts.purposes if each.late_from is not None)
    said = ngettext(
        "{records} is due, {since}.",
        "{records} are due, the oldest {since}.",
        due,
        records=records(due),
        since=since(max((counts.as_of - oldest).days, 0)),
    )
    coming = ngettext("{n} more falls due within {days}.", "{n} more fall due within {days}.", soon, days=days)
    return f"{said} {coming}" if soon else said


def draw(counts: Counts, shown: RecordFilter) -> None:
    """One row a status, one column a purpose; the cell whose records are ``shown`` below stands out."""
    widths = [2, *(2 for _purpose in counts.purposes)]
    head = st.columns(widths, wrap=False, vertical_alignment="bottom")
    for column, purpose in zip(head[1:], counts.purposes, strict=True):
        column.markdown(f"**{purpose_name(purpose.purpose)}**", text_alignment="center")
    for status in (*ORDER, None):  # None: all of them
        row = st.columns(widths, wrap=False, vertical_alignment="center")
        with row[0]:
            if status is None:
                st.markdown(_("Total"))
            else:
                chip(status)
        for column, purpose in zip(row[1:], counts.purposes, strict=True):
            column.button(
                formats.number(purpose.total if status is None else purpose.of(status)),
                key=f"cell_{purpose.purpose.code}_{status.code if status else 'any'}",
                type="primary" if (shown.purpose, shown.status) == (purpose.purpose, status) else "tertiary",
                width="stretch",
                help=_cell_name(purpose.purpose, status),
                on_click=choose,
                args=(purpose.purpose, status),
            )
    with st.container(horizontal=True, vertical_alignment="center"):
        legend()
        st.caption(_("Facts read on {moment}", moment=formats.instant(counts.scanned_at)), width="content")


def _cell_name(purpose: Purpose, status: Status | None) -> str:
    name = purpose_name(purpose)
    return _("{purpose}, all statuses", purpose=name) if status is None else f"{name}, {status_name(status).lower()}"

"""How many records of each purpose have each status: a matrix whose cells lead to their records.

A true table: it prints, a screen reader reads it, and a phone shows all of it.
"""

from collections.abc import Mapping
from datetime import date
from html import escape

import streamlit as st

from diager_dpo.domain.words import Purpose, Status
from diager_dpo.services.counting import Counts, PurposeCounts
from diager_dpo.services.records import RecordFilter
from diager_dpo.ui import formats
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.look import STATUS_SIGN, legend, sign_style
from diager_dpo.ui.matter_sentences import since
from diager_dpo.ui.own_words import inside
from diager_dpo.ui.plain_links import HIDDEN, kept, plain_link
from diager_dpo.ui.record_counts import records
from diager_dpo.ui.status_totals import ORDER
from diager_dpo.ui.words import purpose_name, status_name

_CELL = "padding:0.3rem 0.3rem;text-align:right;font-variant-numeric:tabular-nums"


def deadline_answer(counts: Counts, today: date) -> str:
    """What is falling due, in one sentence; with its day where that is not today."""
    said = _answer(counts)
    return said if counts.as_of == today else _("On {day}: {said}", day=formats.day(counts.as_of), said=inside(said))


def _answer(counts: Counts) -> str:
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


def draw(counts: Counts, shown: RecordFilter | None) -> None:
    """The matrix, with what the statuses mean and when the facts were read."""
    st.html(matrix_html(counts, shown, kept()))
    with st.container(horizontal=True, vertical_alignment="center"):
        legend()
        st.caption(_("Facts read on {moment}", moment=formats.instant(counts.scanned_at)), width="content")


def matrix_html(counts: Counts, shown: RecordFilter | None, along: Mapping[str, str]) -> str:
    """One row a status, one column a purpose; the cell whose records are ``shown`` below stands out.

    ``along``: what of the address goes along with the links.
    """
    head = "".join(f'<th scope="col" style="{_CELL}">{escape(purpose_name(p.purpose))}</th>' for p in counts.purposes)
    rows = "".join(_row(counts, status, shown, along) for status in (*ORDER, None))
    caption = escape(_("Records by status and purpose"))
    return (
        f'<div style="overflow-x:auto" tabindex="0" role="region" aria-label="{caption}">'
        '<table style="border-collapse:separate;border-spacing:0 2px;width:100%;font-size:clamp(0.7rem,2.8vw,1rem)">'
        f'<caption style="{HIDDEN}">{caption}</caption>'
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(counts: Counts, status: Status | None, shown: RecordFilter | None, along: Mapping[str, str]) -> str:
    """``None``: all statuses together."""
    listed = None if shown is None else (shown.purpose, shown.status)
    cells = "".join(_cell(each, status, listed, along) for each in counts.purposes)
    if status is None:
        name = escape(_("Total"))
    else:
        name = f'<span aria-hidden="true" style="display:inline-block;width:1.4em;{sign_style(status)}">'
        name += f"{STATUS_SIGN[status]}</span>{escape(status_name(status))}"
    left = "text-align:left;font-weight:400;padding:0.3rem 0.3rem 0.3rem 0;white-space:nowrap"
    line = ";border-top:1px solid rgba(128,128,128,0.35)" if status is None else ""
    return f'<tr><th scope="row" style="{left}{line}">{name}</th>{cells}</tr>'


def _cell(
    counted: PurposeCounts,
    status: Status | None,
    shown: tuple[Purpose, Status | None] | None,
    along: Mapping[str, str],
) -> str:
    purpose = counted.purpose
    count = counted.total if status is None else counted.of(status)
    here = shown == (purpose, status)
    filters = {"purpose": purpose.code} | ({} if status is None else {"status": status.code}) | dict(along)
    of_status = _("all statuses") if status is None else status_name(status).lower()
    name = _("{records}, {status}", records=records(count, purpose), status=of_status)
    link = plain_link("deadlines", filters, shown=formats.number(count), name=name, here=here)
    look = _CELL + (";outline:2px solid currentColor;outline-offset:-2px;border-radius:0.25rem" if here else "")
    line = ";border-top:1px solid rgba(128,128,128,0.35)" if status is None and not here else ""
    return f'<td style="{look}{line}">{link}</td>'

"""A calendar of what falls due: purposes and years down, months across, a deeper tint where there is more.

A true table: it prints, a screen reader reads it, and it needs no chart library.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from html import escape

import streamlit as st
from babel.dates import get_month_names

from diager_dpo.services.counting import Forecast, PurposeForecast
from diager_dpo.ui import formats
from diager_dpo.ui.language import _
from diager_dpo.ui.look import PURPOSE_COLOUR
from diager_dpo.ui.plain_links import HIDDEN, plain_link
from diager_dpo.ui.record_counts import records
from diager_dpo.ui.words import purpose_name

_FAINTEST, _DEEPEST = 0.10, 0.45  # of the purpose's colour: text stays readable on it, in light and in dark

#: On a phone a year is two rows of six months, each with its name: twelve side by side would be cut.
_STYLE = """<style>
.dpo-months { border-collapse: separate; border-spacing: 2px; width: 100%; font-size: .875rem; }
.dpo-months th, .dpo-months td { padding: .3rem .15rem; text-align: center; font-variant-numeric: tabular-nums;
  font-weight: 400; }
.dpo-months td { border-radius: .2rem; }
.dpo-months .of { text-align: left; padding: .9rem 0 .2rem; }
.dpo-months .none { opacity: .75; }
@media (max-width: 640px) {
  .dpo-months thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .dpo-months, .dpo-months tbody { display: block; }
  .dpo-months tbody tr { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 2px; }
  .dpo-months tbody th { grid-column: 1 / -1; text-align: left; padding-top: .5rem; }
  .dpo-months td:empty { visibility: hidden; }
  .dpo-months td::before { content: attr(data-month); display: block; font-size: .75rem; opacity: .85; }
}
</style>"""


def draw(forecast: Forecast) -> None:
    """The calendar; each month leads to the records that fall due in it."""
    st.html(
        calendar_html(
            forecast, {name: st.query_params[name] for name in ("as_of", "language") if name in st.query_params}
        )
    )
    st.caption(
        _(
            "Each cell counts the records that newly fall due in that month. Relations still open have no deadline "
            "yet, and records on hold are left out."
        )
    )


def calendar_html(forecast: Forecast, along: Mapping[str, str]) -> str:
    """The table. ``along``: what of the address goes along with its links."""
    names = get_month_names("abbreviated", locale=formats.locale())
    head = "".join(f'<th scope="col" role="columnheader">{escape(names[number])}</th>' for number in range(1, 13))
    bodies = "".join(_purpose(forecast, each, along) for each in forecast.purposes)
    caption = _("Records that fall due, by purpose, year and month")
    return (
        f'{_STYLE}<table class="dpo-months" role="table"><caption style="{HIDDEN}">{escape(caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row"><td role="cell"></td>{head}</tr></thead>{bodies}</table>'
    )


def _purpose(forecast: Forecast, each: PurposeForecast, along: Mapping[str, str]) -> str:
    total = sum(each.falling_due)
    title = f"<strong>{escape(purpose_name(each.purpose))}</strong> · " + escape(
        _("{records} to come", records=records(total)) if total else _("nothing to come")
    )
    years = "".join(_years(forecast, each, along)) if total else ""
    head = f'<tr role="row"><th colspan="13" scope="rowgroup" role="rowheader" class="of">{title}</th></tr>'
    return f'<tbody role="rowgroup">{head}{years}</tbody>'


def _years(forecast: Forecast, each: PurposeForecast, along: Mapping[str, str]) -> Iterator[str]:
    due = dict(zip(forecast.months, each.falling_due, strict=True))
    most = max(each.falling_due)
    for year in sorted({month.year for month, count in due.items() if count}):  # a year without any is not drawn
        cells = "".join(_cell(each, date(year, number, 1), due, most, along) for number in range(1, 13))
        yield f'<tr role="row"><th scope="row" role="rowheader">{year}</th>{cells}</tr>'


def _cell(each: PurposeForecast, month: date, due: dict[date, int], most: int, along: Mapping[str, str]) -> str:
    if month not in due:
        return '<td role="cell"></td>'
    count, name = due[month], get_month_names("abbreviated", locale=formats.locale())[month.month]
    named = f'role="cell" data-month="{escape(name)}"'
    if not count:
        return f'<td class="none" {named}>0</td>'
    red, green, blue = (int(PURPOSE_COLOUR[each.purpose][at : at + 2], 16) for at in (1, 3, 5))
    depth = _FAINTEST + (_DEEPEST - _FAINTEST) * count / most
    tint = f"background:rgba({red},{green},{blue},{depth:.2f})"
    filters = {"purpose": each.purpose.code, "month": f"{month:%Y-%m}", **along}
    said = f"{records(count, each.purpose)}, {formats.month(month)}"
    link = plain_link("deadlines", filters, shown=formats.number(count), name=said)
    return f'<td {named} style="{tint}">{link}</td>'

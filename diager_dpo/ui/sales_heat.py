"""Published sales as a heat map: a true table, in thousands of euros, a deeper tint where there is more.

A hidden cell has no tint and no value; the scale is that of the cells that are shown.
"""

from collections.abc import Sequence
from html import escape

import streamlit as st

from diager_dpo.services.statistics import Amount
from diager_dpo.services.statistics_views import Layout, Seen, Sign, first_day, sign
from diager_dpo.ui import formats
from diager_dpo.ui.language import _
from diager_dpo.ui.look import ACCENT
from diager_dpo.ui.plain_links import HIDDEN
from diager_dpo.ui.statistics_words import word

_FAINTEST, _DEEPEST = 0.06, 0.45  # of the accent: text stays readable on it, in light and in dark
_STYLE = """<style>
.dpo-sales { overflow-x: auto; }
.dpo-sales table { border-collapse: separate; border-spacing: 2px; width: 100%; font-size: .8125rem; }
.dpo-sales th { font-weight: 400; text-align: left; padding: .25rem .4rem .25rem 0; vertical-align: bottom; }
.dpo-sales thead th { padding: .25rem; text-align: right; overflow-wrap: normal; }
.dpo-sales td { text-align: right; padding: .3rem .35rem; font-variant-numeric: tabular-nums; border-radius: .2rem;
  white-space: nowrap; }
.dpo-sales .none { opacity: .75; }
</style>"""


def draw(seen: Seen) -> None:
    """The heat map of a view that is a cross of two dimensions, or of one and the months."""
    st.html(heat_html(seen))
    partial = any(0 < it.shown < it.months for _label, row in _rows(seen) for it in row)
    text = _("In thousands of euros, net.")
    st.caption(f"{text} {_('An asterisk: not every month of the period is shown in it.')}" if partial else text)


def heat_html(seen: Seen) -> str:
    """The table; the first dimension down."""
    figures, crossed = seen.figures, seen.view.layout == Layout.CROSS
    heads = (
        [it.label for it in figures.by[1][1]]
        if crossed
        else [formats.month(first_day(it), short=True) for it in figures.months]
    )
    down = figures.by[0][0]
    across = figures.by[1][0] if crossed else "month"
    caption = escape(_("Net revenue: {down} by {across}", down=word(down), across=word(across)))
    rows = _rows(seen)
    most = max((it.revenue for _label, row in rows for it in row if it.revenue is not None), default=0)
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(label)}</th>'
        + "".join(_cell(it, _hole(seen, it, place, crossed), most) for place, it in enumerate(row))
        + "</tr>"
        for label, row in rows
    )
    return (
        f'{_STYLE}<div class="dpo-sales" tabindex="0" role="region" aria-label="{caption}"><table>'
        f'<caption style="{HIDDEN}">{caption}</caption><thead><tr><td></td>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _rows(seen: Seen) -> Sequence[tuple[str, tuple[Amount, ...]]]:
    return seen.figures.cross if seen.view.layout == Layout.CROSS else seen.figures.grid


def _hole(seen: Seen, it: Amount, place: int, crossed: bool) -> str:
    months = seen.figures.months if crossed else (seen.figures.months[place],)
    return word((Sign.HIDDEN if it.shown else sign(months, seen.published)).value)


def _cell(it: Amount, hole: str, most: int) -> str:
    if it.revenue is None or (not it.revenue and not it.is_whole):  # no sale in what is shown is no answer
        return f'<td class="none">{escape(hole)}</td>'
    red, green, blue = (int(ACCENT[at : at + 2], 16) for at in (1, 3, 5))
    share = max(it.revenue, 0) / most if most > 0 else 0
    depth = _FAINTEST + (_DEEPEST - _FAINTEST) * share
    tint = f' style="background:rgba({red},{green},{blue},{depth:.2f})"' if it.revenue else ""
    return f"<td{tint}>{_thousands(it.revenue)}{'' if it.is_whole else '*'}</td>"


def _thousands(cents: int) -> str:
    text = formats.number(abs(cents) / 100_000, 1 if cents else 0)
    return f"\u2212{text}" if cents < 0 else text

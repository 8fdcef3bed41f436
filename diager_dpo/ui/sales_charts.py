"""Two pictures of published sales: months against the year before, and labels side by side. A hole has no mark."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from diager_dpo.services.statistics import Amount, Line
from diager_dpo.services.statistics_views import Seen, Sheet, Sign, first_day
from diager_dpo.ui import charts, formats, tables
from diager_dpo.ui.language import Language, _, current, ngettext
from diager_dpo.ui.look import ACCENT
from diager_dpo.ui.money import euro_ticks, euros
from diager_dpo.ui.statistics_words import word

_BEFORE = "#7b8794"
_ROW, _AROUND = 30, 70  # pixels


def draw_months(seen: Seen) -> None:
    """Revenue over time, the year before beside it where it is shown, and all the figures."""
    lines = seen.figures.by_month
    if len(lines) == 1:  # a point is no picture
        tables.plain(as_table(seen.sheet))
        return
    charts.show(months(lines), key="sales_months", alt=months_in_words(lines), table=as_table(seen.sheet), height=300)


def has_year_before(seen: Seen) -> bool:
    """Whether any month of the period is shown a year before."""
    return any(it.before.revenue is not None for it in seen.figures.by_month)


def draw_labels(seen: Seen) -> None:
    """One bar a label that is shown, the largest on top, and all the figures."""
    lines = dict(seen.figures.by)[seen.view.layout]
    shown = sorted((it for it in lines if it.now.revenue is not None), key=lambda it: it.now.revenue or 0)
    charts.show(
        labels(shown),
        key="sales_labels",
        alt=labels_in_words(shown, len(lines) - len(shown)),
        table=as_table(seen.sheet),
        height=_ROW * len(shown) + _AROUND,
    )


def months(lines: tuple[Line, ...]) -> go.Figure:
    """A line over the months of the period, and a dotted one for the same months a year before."""
    x = [first_day(it.label) for it in lines]
    data = [_line(word_now(), x, [it.now for it in lines], {"color": ACCENT, "width": 2.5})]
    if any(it.before.revenue is not None for it in lines):
        data.append(_line(_("A year before"), x, [it.before for it in lines], {"color": _BEFORE, "dash": "dot"}))
    layout = _layout() | {"hovermode": "x unified"}
    layout["xaxis"] |= {"hoverformat": "%B %Y", "tickformat": "%b %y", "nticks": 8}
    layout["yaxis"] |= {"rangemode": "tozero", "tickformat": ",d"} | euro_ticks()
    return go.Figure({"data": data, "layout": layout})


def labels(shown: list[Line]) -> go.Figure:
    """Horizontal bars, each with its amount beside it."""
    bar = {
        "type": "bar",
        "orientation": "h",
        "x": [(it.now.revenue or 0) / 100 for it in shown],
        "y": [_plain(it.label) for it in shown],
        "text": [_amount(it.now) for it in shown],
        "textposition": "auto",
        "cliponaxis": False,
        "hovertemplate": "%{y}<br>%{text}<extra></extra>",
        "marker": {"color": ACCENT},
    }
    layout = _layout()
    layout["xaxis"] |= {"tickformat": ",d", "nticks": 5} | euro_ticks()
    return go.Figure({"data": [bar], "layout": layout})


def _amount(it: Amount) -> str:
    """The amount, and of how many months where it is not of all."""
    text = euros(it.revenue or 0)
    if it.is_whole:
        return text
    return _("{amount} ({shown} of {n} months)", amount=text, shown=it.shown, n=it.months)


def months_in_words(lines: tuple[Line, ...]) -> str:
    """What the picture over time shows, from its data."""
    shown = [it for it in lines if it.now.revenue is not None]
    said = [_("Net revenue by month.")]
    if shown:
        top = max(shown, key=lambda it: it.now.revenue or 0)
        said += [
            _("{month}: {amount}.", month=formats.month(first_day(it.label)), amount=euros(it.now.revenue or 0))
            for it in (shown[0], shown[-1])
        ]
        said.append(_("Highest in {month}.", month=formats.month(first_day(top.label))))
    if len(shown) < len(lines):
        said.append(ngettext("{n} month is not shown.", "{n} months are not shown.", len(lines) - len(shown)))
    return " ".join(said)


def labels_in_words(shown: list[Line], hidden: int) -> str:
    """What the bars show, the largest first."""
    said = [_("Net revenue side by side.")]
    said += [_("{name}: {amount}.", name=it.label, amount=_amount(it.now)) for it in shown[:-9:-1]]
    if hidden:
        said.append(ngettext("{n} is not shown.", "{n} are not shown.", hidden))
    return " ".join(said)


def as_table(sheet: Sheet) -> pd.DataFrame:
    """The rows of a view as people read them."""
    rows = [[_cell(code, value) for code, value in zip(sheet.head, row, strict=True)] for row in sheet.rows]
    return pd.DataFrame(rows, columns=[word(code) for code in sheet.head], dtype=object)


def _cell(code: str, value: Any) -> object:
    if isinstance(value, Sign):
        return word(value.value)
    if code == "month":
        return formats.month(value)
    if value is None:
        return tables.NOTHING
    if code in ("revenue", "before", "basket"):
        return _number(float(value), 2 if code == "basket" else 0)
    if code in ("share", "growth"):
        return formats.signed(float(value), 1) if code == "growth" else formats.number(float(value), 1)
    return formats.number(value) if isinstance(value, int) else value


def _number(value: float, decimals: int) -> str:
    text = formats.number(abs(value), decimals)
    return f"\u2212{text}" if value < 0 else text


def word_now() -> str:
    """The name of the line of this period."""
    return _("Net revenue")


def _line(name: str, x: list[Any], amounts: list[Amount], line: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": x,
        "y": [None if it.revenue is None else it.revenue / 100 for it in amounts],
        "text": [None if it.revenue is None else euros(it.revenue) for it in amounts],
        "hovertemplate": "%{text}",
        "connectgaps": False,
        "line": line,
    }


def _layout() -> dict[str, Any]:
    return {
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "separators": ",\u202f" if current() is Language.FRENCH else ".,",
        "legend": {"orientation": "h", "y": -0.18, "x": 0, "traceorder": "normal"},
        "xaxis": {"fixedrange": True, "showgrid": False, "automargin": True},
        "yaxis": {"fixedrange": True, "automargin": True},
    }


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")  # Plotly reads some HTML

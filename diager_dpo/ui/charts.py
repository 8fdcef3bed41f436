"""Charts: one way of drawing them, with a text and a table beside each.

A chart is made of ``Series`` over days. ``show`` draws any Plotly figure in the manner of the app:
in the language of the run, without a mode bar, with a text for who cannot see it and the figures in a table below.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from babel.dates import get_day_names, get_month_names

from diager_dpo.ui import formats, tables
from diager_dpo.ui.language import Language, _, current
from diager_dpo.ui.look import ACCENT

HEIGHT = 340
_GROUND = "rgba(0,0,0,0)"


@dataclass(frozen=True, slots=True)
class Series:
    """One layer: ``counts`` stand over the chart's common ``x``."""

    name: str
    counts: Sequence[float]
    colour: str = ACCENT


def areas(x: Sequence[date], series: Sequence[Series], *, today: date | None = None) -> go.Figure:
    """Stacked areas over time, with a line for today."""
    # One description of the whole: a figure to which parts are added checks everything again with each.
    return go.Figure({"data": [_area(x, each) for each in series], "layout": _layout(x) | _mark(today)})


def show(figure: go.Figure, *, key: str, alt: str, table: pd.DataFrame | None = None, height: int = HEIGHT) -> None:
    """Draw a figure. ``alt`` says in words what it shows; ``table`` holds its figures under their names."""
    figure.update_layout(height=height, showlegend=len(figure.data) > 1)
    st.plotly_chart(figure, key=key, config=config(), alt=alt)
    if table is not None:
        with st.expander(_("Figures of this chart"), key=f"{key}_table"):
            tables.plain(table)


def in_words(title: str, x: Sequence[date], series: Sequence[Series]) -> str:
    """A text for a chart over time, from its data: what each series is at both ends, and where it is highest."""
    parts = [title + "."]
    for each in series:
        if not each.counts:
            continue
        top = max(range(len(each.counts)), key=each.counts.__getitem__)
        parts.append(
            _(
                "{name}: {first} in {start}, {last} in {end}, highest {top} in {month}.",
                name=each.name,
                first=formats.number(each.counts[0]),
                start=formats.month(x[0]),
                last=formats.number(each.counts[-1]),
                end=formats.month(x[-1]),
                top=formats.number(each.counts[top]),
                month=formats.month(x[top]),
            )
        )
    return " ".join(parts) if len(parts) > 1 else title + ". " + _("There is nothing to show.")


def as_table(x: Sequence[date], series: Sequence[Series], x_name: str) -> pd.DataFrame:
    """The figures of a chart over months, one row a month."""
    return pd.DataFrame(
        {x_name: [formats.month(day) for day in x], **{each.name: list(each.counts) for each in series}}
    )


def config() -> dict[str, Any]:
    """Plotly's settings: no mode bar, no logo, and the words and numbers of the language of the run."""
    settings: dict[str, Any] = {"displayModeBar": False, "displaylogo": False, "scrollZoom": False, "responsive": True}
    if current() is Language.FRENCH:
        settings |= {"locale": "fr", "locales": {"fr": _french()}}
    return settings


def _french() -> Mapping[str, Any]:
    """Plotly's bundle knows English only."""
    months, short = get_month_names("wide", locale="fr"), get_month_names("abbreviated", locale="fr")
    days, short_days = get_day_names("wide", locale="fr"), get_day_names("abbreviated", locale="fr")
    week = (6, 0, 1, 2, 3, 4, 5)  # Plotly's begins on Sunday, Babel's on Monday
    return {
        "moduleType": "locale",
        "name": "fr",
        "dictionary": {},
        "format": {
            "days": [days[number] for number in week],
            "shortDays": [short_days[number] for number in week],
            "months": [months[number] for number in range(1, 13)],
            "shortMonths": [short[number] for number in range(1, 13)],
            "date": "%d/%m/%Y",
            "dateTime": "%d/%m/%Y %H:%M",
            "year": "%Y",
            "month": "%B %Y",
            "dayMonth": "%-d %b",
            "dayMonthYear": "%-d %b %Y",
            "decimal": ",",
            "thousands": "\u202f",
            "grouping": [3],
            "currency": ["", "\u202f€"],
        },
    }


def _area(x: Sequence[date], each: Series) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": list(x),
        "y": list(each.counts),
        "name": each.name,
        "stackgroup": "all",
        "mode": "lines",
        "line": {"width": 0.5, "color": each.colour, "shape": "hv"},
    }


def _layout(x: Sequence[Any]) -> dict[str, Any]:
    over_time = bool(x) and isinstance(x[0], date)
    hover = "%B %Y" if over_time else None
    return {
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "paper_bgcolor": _GROUND,
        "plot_bgcolor": _GROUND,
        "hovermode": "x unified",
        "legend": {"orientation": "h", "y": -0.18, "x": 0, "traceorder": "normal"},
        "separators": ",\u202f" if current() is Language.FRENCH else ".,",
        "xaxis": {"hoverformat": hover, "fixedrange": True, "showgrid": False, "automargin": True},
        "yaxis": {"tickformat": ",d", "rangemode": "tozero", "fixedrange": True, "automargin": True},
    }


def _mark(today: date | None) -> dict[str, Any]:
    """A dotted line for today, with its word."""
    if today is None:
        return {}
    day = today.isoformat()
    line = {"dash": "dot", "width": 1.5, "color": "#7b8794"}
    word = {"text": _("Today"), "x": day, "y": 1, "yref": "paper", "xanchor": "left", "xshift": 4, "yanchor": "top"}
    return {
        "shapes": [{"type": "line", "x0": day, "x1": day, "y0": 0, "y1": 1, "yref": "y domain", "line": line}],
        "annotations": [word | {"showarrow": False}],
    }

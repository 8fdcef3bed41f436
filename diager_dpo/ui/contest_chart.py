"""When each operation collects and until when it is kept, as bars over time with a line for today."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from diager_dpo.domain.words import Purpose
from diager_dpo.services.contests import ContestCard
from diager_dpo.ui import charts, formats
from diager_dpo.ui.contest_sentences import title
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.look import ACCENT, PURPOSE_COLOUR

_ROW, _AROUND, _LONGEST = 46, 110, 34  # pixels, pixels, letters
_MS = 86_400_000
_GREY = "#7b8794"


def draw(cards: Sequence[ContestCard], today: date) -> None:
    """The picture and its table; nothing where no operation has a day to draw."""
    drawn = [card for card in cards if card.closes_on is not None]
    if drawn:
        charts.show(
            figure(drawn, today),
            key="contest_periods",
            alt=in_words(drawn, today),
            table=as_table(cards),
            height=_ROW * len(drawn) + _AROUND,
        )


def figure(cards: Sequence[ContestCard], today: date) -> go.Figure:
    """One row an operation, the first on top; its name and its consents stand above its bars."""
    rows = list(range(len(cards)))
    spans = [(card.opens_on or card.closes_on, card.closes_on, card.last_day) for card in cards]
    collection = [(first, closes) for first, closes, _last in spans]
    retention = [(closes, last if closes and last and last > closes else closes) for _first, closes, last in spans]
    bars = [
        _bars(_("Collection"), rows, collection, {"color": ACCENT}),
        _bars(
            _("Retention"),
            rows,
            retention,
            {"color": PURPOSE_COLOUR[Purpose.CONTESTS], "pattern": {"shape": "/", "size": 6, "solidity": 0.55}},
        ),
    ]
    day = today.isoformat()
    names = [
        {"x": 0, "xref": "paper", "xanchor": "left", "y": row, "yshift": 16, "text": _label(card), "showarrow": False}
        for row, card in zip(rows, cards, strict=True)
    ]
    now = {"text": _("Today"), "x": day, "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False}
    line = {"dash": "dot", "width": 1.5, "color": _GREY}
    layout: dict[str, Any] = {
        "barmode": "overlay",
        "bargap": 0.72,
        "margin": {"l": 8, "r": 8, "t": 28, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "legend": {"orientation": "h", "y": -0.12, "x": 0, "traceorder": "normal"},
        "xaxis": {"type": "date", "fixedrange": True, "showgrid": True, "automargin": True, "nticks": 6},
        "yaxis": {"visible": False, "fixedrange": True, "range": [len(cards) - 0.5, -0.8]},
        "shapes": [{"type": "line", "x0": day, "x1": day, "y0": 0, "y1": 1, "yref": "paper", "line": line}],
        "annotations": [now, *names],
    }
    return go.Figure({"data": bars, "layout": layout})


def in_words(cards: Sequence[ContestCard], today: date) -> str:
    """What the picture shows, from its data."""
    collecting = sum(
        1 for card in cards if card.closes_on and (card.opens_on or card.closes_on) <= today <= card.closes_on
    )
    over = sum(1 for card in cards if card.last_day and card.last_day < today)
    return " ".join(
        [
            ngettext(
                "Collection and retention of {n} operation.", "Collection and retention of {n} operations.", len(cards)
            ),
            ngettext(
                "On {day}, {n} is collecting.", "On {day}, {n} are collecting.", collecting, day=formats.day(today)
            ),
            ngettext("{n} has passed its last day.", "{n} have passed their last day.", over),
            *(
                _("{name}: last day {day}.", name=title(card), day=formats.day(card.last_day))
                for card in cards[:12]
                if card.last_day
            ),
        ]
    )


def as_table(cards: Sequence[ContestCard]) -> pd.DataFrame:
    """The days and the consents of each operation."""
    return pd.DataFrame(
        [
            {
                _("Operation"): title(card),
                _("Opens"): card.opens_on,
                _("Closes"): card.closes_on,
                _("Last day"): card.last_day,
                _("Entries"): card.entries,
                _("Consent stands"): card.standing,
                _("Consent withdrawn"): card.withdrawn,
                _("No consent"): card.none,
            }
            for card in cards
        ]
    ).astype(object)


def _label(card: ContestCard) -> str:
    name = title(card)
    name = name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "\u2026"
    plain = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")  # Plotly reads some HTML
    return _(
        "{name} · {standing}/{entries}",
        name=plain,
        standing=formats.number(card.standing),
        entries=formats.number(card.entries),
    )


def _bars(
    name: str, rows: list[int], spans: Sequence[tuple[date | None, date | None]], marker: dict[str, Any]
) -> dict[str, Any]:
    known = [(row, first, last) for row, (first, last) in zip(rows, spans, strict=True) if first and last]
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": [row for row, _first, _last in known],
        "base": [first.isoformat() for _row, first, _last in known],
        "x": [max((last + timedelta(1) - first).days, 0) * _MS for _row, first, last in known],
        "customdata": [[formats.day(first), formats.day(last)] for _row, first, last in known],
        "hovertemplate": f"{name}<br>%{{customdata[0]}} \u2192 %{{customdata[1]}}<extra></extra>",
        "marker": marker,
    }

"""The life of one record as a horizontal line: what the clock starts from, the last day, the day one looks.

An ordered list laid out as a picture: whoever does not see it hears the same days in the same order.
"""

from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import pairwise

import streamlit as st

from diager_dpo.domain.explanation import Explanation
from diager_dpo.domain.words import Anchor, Status
from diager_dpo.ui import formats
from diager_dpo.ui.language import _
from diager_dpo.ui.look import ACCENT, STATUS_COLOUR
from diager_dpo.ui.words import anchor_name, status_name

_CLOSE = 0.42  # labels nearer than this share of the line would touch where it is narrowest
_ROW = 2.9  # rem: how high a label is

#: On a phone there is no room for a line: the days stand below one another, each with its dot.
_STYLE = """<style>
.dpo-life { position: relative; margin: 0 .5rem; }
.dpo-life ol { list-style: none; margin: 0; padding: 0; }
.dpo-life li { margin: 0; padding: 0; }
.dpo-life .bar { position: absolute; height: .5rem; box-sizing: border-box; border-radius: .25rem; }
.dpo-life .dot { position: absolute; top: var(--dot); left: calc(var(--at) - .45rem); width: .9rem; height: .9rem;
  box-sizing: border-box; border-radius: 50%; border: 2px solid currentColor; }
.dpo-life .said { position: absolute; top: var(--top); left: var(--at); line-height: 1.25; font-size: .875rem;
  white-space: nowrap; transform: translateX(var(--shift)); text-align: var(--align); }
.dpo-life .said strong { display: block; }
@media (max-width: 640px) {
  .dpo-life { height: auto !important; margin: 0; }
  .dpo-life .bar { display: none; }
  .dpo-life li { display: grid; grid-template-columns: .9rem 1fr; gap: .75rem; align-items: start; padding: .3rem 0; }
  .dpo-life .dot, .dpo-life .said { position: static; transform: none; text-align: left; white-space: normal; }
  .dpo-life .dot { margin-top: .15rem; }
}
</style>"""


@dataclass(frozen=True, slots=True)
class _Event:
    on: date
    name: str
    colour: str
    below: bool = False


def draw(explained: Explanation, today: date) -> None:
    """The line; nothing where the facts give no day to draw."""
    picture = life_line_html(explained, today)
    if picture:
        st.html(picture)


def life_line_html(explained: Explanation, today: date) -> str:
    """The picture as HTML; empty where there is none."""
    if explained.last_day is None:
        return ""
    events = _events(explained, explained.last_day, today)
    first, last = min(event.on for event in events), max(event.on for event in events)
    span = max((last - first).days, 1)

    def place(on: date) -> float:
        return (on - first).days / span

    above = sorted((event for event in events if not event.below), key=lambda each: each.on)
    raised = {after for before, after in pairwise(above) if place(after.on) - place(before.on) < _CLOSE}
    path = _ROW * (2 if raised else 1) + 0.4
    track = "".join(
        _bar(place(start), place(end), path, colour, solid=solid)
        for start, end, colour, solid in _stretches(explained, explained.last_day)
        if start < end
    )
    points = "".join(
        _point(event, place(event.on), path, path + 0.9 if event.below else path - _ROW * (2 if event in raised else 1))
        for event in sorted(events, key=lambda each: each.on)
    )
    label = escape(_("The life of this record"))
    return (
        f'{_STYLE}<div class="dpo-life" style="height:{path + 0.9 + _ROW:.1f}rem" role="group" '
        f'aria-label="{label}">{track}<ol>{points}</ol></div>'
    )


def _events(explained: Explanation, last_day: date, today: date) -> list[_Event]:
    """The anchor, the last day and the day one looks; an anchor that is the last day itself stands once."""
    looked = _("Today") if explained.as_of == today else _("The chosen day")
    colour = STATUS_COLOUR[explained.status]
    standing = _("{day}: {status}", day=looked, status=status_name(explained.status).lower())
    events = [_Event(explained.as_of, standing, colour, below=True)]
    if explained.anchor_on is not None and explained.anchor is not Anchor.NONE and explained.anchor_on != last_day:
        events.append(_Event(explained.anchor_on, anchor_name(explained.anchor), ACCENT))
    events.append(_Event(last_day, _("Last day of retention"), STATUS_COLOUR[Status.DUE_SOON]))
    return events


def _stretches(explained: Explanation, last_day: date) -> list[tuple[date, date, str, bool]]:
    """From when to when, in which colour, and whether it has been lived yet."""
    day, start = explained.as_of, explained.anchor_on or last_day
    after = explained.status if explained.status in {Status.DUE, Status.HELD} else Status.RUNNING
    return [
        (day, min(start, last_day), STATUS_COLOUR[Status.RUNNING], True),  # the relation is still on
        (start, min(max(day, start), last_day), ACCENT, True),
        (max(day, start), last_day, ACCENT, False),
        (last_day, day, STATUS_COLOUR[after], True),
    ]


def _bar(start: float, end: float, path: float, colour: str, *, solid: bool) -> str:
    look = f"background:{colour}" if solid else f"border:1px dashed {colour}"
    place = f"top:{path:.2f}rem;left:{start:.2%};width:{end - start:.2%}"
    return f'<div class="bar" style="{place};{look}"></div>'


def _point(event: _Event, at: float, path: float, top: float) -> str:
    """A dot on the line and its label, which leans inwards at both ends."""
    align, shift = ("left", 0) if at < 0.34 else ("right", 100) if at > 0.66 else ("center", 50)
    place = f"--at:{at:.2%};--dot:{path - 0.2:.2f}rem;--top:{top:.2f}rem;--align:{align};--shift:-{shift}%"
    return (
        f'<li style="{place}"><span class="dot" aria-hidden="true" style="background:{event.colour}"></span>'
        f'<span class="said"><strong>{escape(formats.day(event.on))}</strong> {escape(event.name)}</span></li>'
    )

"""The way of the data, from collection to erasure: one lane a purpose, with the records that stand on it today.

HTML rather than a chart: it wraps on a phone, prints, follows the theme, and a screen reader reads it as a list.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from html import escape

import streamlit as st

from diager_dpo.domain.charter import Field
from diager_dpo.domain.register import FieldState, RegisterEntry
from diager_dpo.domain.words import Status
from diager_dpo.services.register import LivePurpose, RegisterPurpose
from diager_dpo.ui import formats
from diager_dpo.ui.language import N_, _, ngettext
from diager_dpo.ui.look import PURPOSE_COLOUR, STATUS_COLOUR
from diager_dpo.ui.own_words import in_language
from diager_dpo.ui.why import why
from diager_dpo.ui.words import purpose_name

_RULE = N_(
    "Each record stands in one place. It is in the active base while the relation is on or its last day of retention "
    "is ahead; where the rule provides for an intermediate archive, it goes there when the relation ends; it is to be "
    "erased from the day after its last day. A record on hold, or without a computable deadline, is set apart."
)

_STYLE = f"""<style>
.dpo-way {{ display: grid; gap: 1.1rem; }}
.dpo-lane p {{ margin: 0 0 .3rem; }}
.dpo-lane .aside {{ margin: .35rem 0 0; }}
.dpo-lane ol {{ display: grid; grid-template-columns: repeat(4, 1fr); gap: 1.4rem; margin: 0; padding: 0;
  list-style: none; }}
.dpo-lane li {{ position: relative; margin: 0; padding: .55rem .8rem .7rem; border-radius: .4rem;
  border: 1px solid color-mix(in srgb, currentColor 28%, transparent);
  background: color-mix(in srgb, var(--lane) 9%, transparent); break-inside: avoid; }}
.dpo-lane li:not(:first-child)::before {{ content: "→"; position: absolute; left: -1.25rem; top: 50%;
  transform: translateY(-50%); opacity: .7; }}
.dpo-lane li.empty {{ background: none; border-style: dashed; }}
.dpo-lane li.late {{ border-color: {STATUS_COLOUR[Status.DUE]}; border-width: 2px; }}
.dpo-lane .stage {{ display: block; font-size: .875rem; }}
.dpo-lane .figure {{ display: block; font-size: 1.35rem; font-weight: 600; font-variant-numeric: tabular-nums; }}
.dpo-lane .note {{ display: block; font-size: .875rem; }}
.dpo-lane .share {{ position: absolute; left: 0; bottom: 0; height: 4px; background: var(--lane);
  border-radius: 0 0 0 .4rem; }}
@media (max-width: 760px) {{ .dpo-lane ol {{ grid-template-columns: 1fr; gap: 1.5rem; }}
  .dpo-lane li:not(:first-child)::before {{ content: "↓"; left: 50%; top: -.8rem; }} }}
@media print {{ .dpo-lane {{ break-inside: avoid; }} }}
</style>"""


def draw(purposes: Iterable[RegisterPurpose], scanned_at: datetime | None) -> None:
    """The lanes, one below the other, under their heading."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.header(_("The way of the data"), anchor=False, width="content")
        why(key="way", rule=_(_RULE), scanned_at=scanned_at)
    st.html(f"{_STYLE}<div class='dpo-way'>{''.join(map(_lane, purposes))}</div>")


def aside(live: LivePurpose) -> str:
    """What stands beside the way: neither kept for a known time nor to be erased. Empty where nothing does."""
    parts = []
    if live.counts.held:
        parts.append(ngettext("{n} purge on hold", "{n} purges on hold", live.counts.held))
    if live.counts.undetermined:
        parts.append(ngettext("{n} record to be qualified", "{n} records to be qualified", live.counts.undetermined))
    return _("Set apart: {parts}.", parts=formats.listing(parts)) if parts else ""


def _lane(purpose: RegisterPurpose) -> str:
    entry, live = purpose.entry, purpose.live
    name = escape(purpose_name(entry.purpose))
    if entry.is_supplement:
        name += f" ({escape(_('supplement to the charter'))})"
    steps = "".join(_steps(entry, live))
    beside = aside(live) if live else ""
    note = f"<p class='aside'>{escape(beside)}</p>" if beside else ""
    colour = PURPOSE_COLOUR[entry.purpose]
    return f"<div class='dpo-lane' style='--lane: {colour}'><p><strong>{name}</strong></p><ol>{steps}</ol>{note}</div>"


def _steps(entry: RegisterEntry, live: LivePurpose | None) -> Iterator[str]:
    yield _step(_("Collection"), None, _collection(entry))
    if not entry.clocks:
        yield _step(_("Use"), None, _("no record of a person: protected aggregates only"))
        yield _step(_("Intermediate archive"), None, _("retention not stated"), empty=True)
        yield _step(_("Erasure"), None, _("retention not stated"), empty=True)
        return
    archives = any(clock.rule.archive for clock in entry.clocks)
    if live is None:
        yield _step(_("Active base"), None, _("not counted"))
        yield _step(
            _("Intermediate archive"), None, _("not counted") if archives else _no_archive(), empty=not archives
        )
        yield _step(_("Erasure"), None, _("not counted"))
        return
    counts, total = live.counts, live.counts.total
    running = ngettext("of which {n} in a relation under way", "of which {n} in a relation under way", counts.running)
    yield _step(_("Active base"), live.active, running if counts.running else _("deadline to come"), total)
    if archives:
        yield _step(_("Intermediate archive"), live.archived, _("since the end of the contract"), total)
    else:
        yield _step(_("Intermediate archive"), None, _no_archive(), empty=True)
    yield _step(_("Erasure"), counts.due, _due(live), total, late=counts.due > 0)


def _collection(entry: RegisterEntry) -> str:
    cell = entry.cell(Field.DATA_SOURCE)
    if cell.state is FieldState.COMPLETED and cell.completion:
        return in_language(cell.completion.text)
    said = "; ".join(in_language(statement.text) for statement in cell.statements)
    return said or _("source of the data: not stated")


def _no_archive() -> str:
    return _("not provided for")


def _due(live: LivePurpose) -> str:
    if live.counts.due:
        return ngettext("due, to be erased", "due, to be erased", live.counts.due)
    if live.next_deadlines:
        return _("nothing due; next on {day}", day=formats.day(live.next_deadlines[0].due_from))
    return _("nothing due")


def _step(stage: str, count: int | None, note: str, total: int = 0, *, empty: bool = False, late: bool = False) -> str:
    figure = "" if count is None else f"<span class='figure'>{escape(formats.number(count))}</span>"
    width = round(100 * count / total, 1) if count and total else 0
    share = f"<span class='share' style='width: {width}%'></span>" if width else ""
    kind = "empty" if empty else "late" if late else ""
    return (
        f"<li class='{kind}'><span class='stage'>{escape(stage)}</span>{figure}"
        f"<span class='note'>{escape(note)}</span>{share}</li>"
    )

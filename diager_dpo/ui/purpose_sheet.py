"""One purpose of the register on a sheet: what was promised to the left, what is held to the right."""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

import streamlit as st

from diager_dpo.domain.charter import Field
from diager_dpo.domain.register import Clock, FieldState, RegisterEntry
from diager_dpo.domain.words import Purpose, Status
from diager_dpo.services.register import Deadline, LivePurpose, RegisterPurpose
from diager_dpo.ui import formats
from diager_dpo.ui.field_matrix import state_word
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.links import leads, link
from diager_dpo.ui.look import STATUS_SIGN
from diager_dpo.ui.own_words import in_language, inside
from diager_dpo.ui.record_counts import records
from diager_dpo.ui.status_totals import ORDER
from diager_dpo.ui.visit import Visit
from diager_dpo.ui.words import anchor_name, field_name, origin_name, purpose_name, status_name

_STYLE = """<style>
.dpo-sheet { display: grid; grid-template-columns: 9rem 1fr; gap: .55rem 1rem; margin: 0 !important;
  padding: 0 !important; }
.dpo-sheet dt, .dpo-sheet dd { margin: 0; padding: 0; font-weight: 400; }
.dpo-sheet dt { opacity: .85; }
.dpo-sheet p { margin: 0 0 .35rem; }
.dpo-sheet cite { display: block; font-style: normal; font-size: .8rem; }
@media (max-width: 640px) { .dpo-sheet { grid-template-columns: 1fr; gap: 0; } .dpo-sheet dd { margin-bottom: .6rem; } }
.dpo-on-paper { display: none; }
@media print { .dpo-on-paper { display: block; } .dpo-on-paper ul { margin: 0; padding: 0; list-style: none; } }
</style>"""

_SHOWN = {Field.LEGAL_BASIS, Field.DURATION, Field.START_EVENT, Field.RECIPIENTS}


def draw(here: Visit, purpose: RegisterPurpose) -> None:
    """The sheet. Only points that are stated or completed stand on it; the matrix shows what is not."""
    entry = purpose.entry
    with st.container(border=True, key=f"sheet_{entry.purpose.code}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.header(purpose_name(entry.purpose), anchor=entry.purpose.code, width="content")
            if entry.is_supplement:
                st.badge(_("Supplement to the charter"), color="gray")
        promised, held = st.columns([3, 2], gap="large")
        with promised:
            st.html(_STYLE + "<dl class='dpo-sheet'>" + "".join(_points(entry)) + "</dl>")
        with held:
            _live(here, entry, purpose.live)


def clock_sentence(clock: Clock) -> str:
    """A rule as it is computed: how long, from which event."""
    start = anchor_name(clock.rule.start).lower()
    if clock.rule.duration is None:
        return _("announced for each operation; start: {start}", start=start)
    return _("{duration}; start: {start}", duration=formats.duration(clock.rule.duration), start=start)


def clock_origin(clock: Clock) -> str:
    """Where a rule stands: document and clause; what a convention supplies is said."""
    place = _("{origin}, {clause}", origin=origin_name(clock.rule.origin), clause=clock.rule.clause)
    if clock.is_supplement:
        place = _("Supplement to the charter: {place}", place=place)
    if not clock.rule.start_stated:
        place += " " + _("The start is not stated: convention, to be confirmed by the DPO.")
    return place


def _points(entry: RegisterEntry) -> Iterator[str]:
    title = entry.title
    yield _point(_("Purpose"), [_said(in_language(title.text), _clause(title.clause, entry))])
    if entry.sub_purposes:
        names = formats.listing([inside(in_language(each.text)) for each in entry.sub_purposes])
        yield _point(_("Sub-purposes"), [f"<p>{escape(names)}</p>"])
    yield _point(_("Legal basis"), _statements(entry, Field.LEGAL_BASIS))
    if entry.clocks:
        yield _point(_("Retention period"), [_rule(clock) for clock in entry.clocks])
    else:
        yield _point(_("Retention period"), _statements(entry, Field.DURATION))
    yield _point(_("Recipients"), _statements(entry, Field.RECIPIENTS))
    for cell in entry.cells:
        if cell.field not in _SHOWN and cell.state is not FieldState.NOT_STATED:
            yield _point(field_name(cell.field), _statements(entry, cell.field))


def _rule(clock: Clock) -> str:
    return _said(in_language(clock.rule.text), f"{clock_sentence(clock)}. {clock_origin(clock)}")


def _statements(entry: RegisterEntry, field: Field) -> list[str]:
    cell = entry.cell(field)
    said = []
    for clause, group in groupby(cell.statements, lambda each: each.clause):
        said.append(_said("\n".join(in_language(each.text) for each in group), _clause(clause, entry)))
    if cell.completion:
        by = _("Completed by the DPO on {day}", day=formats.day(cell.completion.on))
        said.append(_said(in_language(cell.completion.text), by))
    additions = (
        _said(in_language(each.text), _("Supplement to the charter: {place}", place=each.clause))
        for each in cell.additions
    )
    return [*said, *additions] or [f"<p>○ {escape(state_word(FieldState.NOT_STATED))}</p>"]


def _clause(clause: str, entry: RegisterEntry) -> str:
    if entry.is_supplement:
        return _("Supplement to the charter: {place}", place=clause)
    return _("Charter, “{clause}”", clause=clause)


def _said(text: str, source: str) -> str:
    lines = escape(text).replace("\n", "<br>")
    return f"<p>{lines}<cite>{escape(source)}</cite></p>"


def _point(name: str, said: list[str]) -> str:
    return f"<dt>{escape(name)}</dt><dd>{''.join(said)}</dd>"


def _live(here: Visit, entry: RegisterEntry, live: LivePurpose | None) -> None:
    if live is None:
        if entry.purpose is Purpose.STATISTICS:
            st.markdown(_("No record of a person: only protected aggregates are published."))
        return
    if not live.counts.total:
        st.markdown(_("No record is held for this purpose."))
        return
    held = records(live.counts.total, entry.purpose)
    st.markdown(ngettext("**{held}** is held today.", "**{held}** are held today.", live.counts.total, held=held))
    counts = [(status, _count(status, live)) for status in ORDER if live.counts.of(status)]
    _lines(here, [(said, {"status": status.code}) for status, said in counts], entry.purpose)
    if live.next_deadlines:
        st.markdown(_("Next deadlines, if nothing changes"))
        ahead = [(_deadline(deadline), {"month": f"{deadline.due_from:%Y-%m}"}) for deadline in live.next_deadlines]
        _lines(here, ahead, entry.purpose)


def _count(status: Status, live: LivePurpose) -> str:
    sign, number = STATUS_SIGN[status], formats.number(live.counts.of(status))
    return _("{sign} {status}: {count}", sign=sign, status=status_name(status), count=number)


def _deadline(deadline: Deadline) -> str:
    return _("{day}: {records}", day=formats.day(deadline.due_from), records=records(deadline.records))


def _lines(here: Visit, lines: Sequence[tuple[str, dict[str, str]]], purpose: Purpose) -> None:
    """Each line as a link to the records behind it, for whoever may see them. Links are not printed: a list is."""
    if not leads(here, "deadlines"):
        st.markdown("\n".join(f"- {formats.plain(said)}" for said, _filters in lines))
        return
    with st.container(gap="xxsmall"):
        for said, filters in lines:
            link(here, "deadlines", said, purpose=purpose.code, **filters)
    printed = "".join(f"<li>{escape(said)}</li>" for said, _filters in lines)
    st.html(f"<div class='dpo-on-paper'><ul>{printed}</ul></div>")

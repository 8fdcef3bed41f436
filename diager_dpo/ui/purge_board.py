"""All purges at a glance: who is waited for, what is due and in no purge yet, what was done so far."""

from collections.abc import Sequence
from datetime import date
from html import escape

import streamlit as st

from diager_dpo.domain.permissions import Action, may
from diager_dpo.domain.purges import PurgeState
from diager_dpo.services.purge_views import DueLine, PurgeBoard, PurgeLine
from diager_dpo.ui import formats, tables
from diager_dpo.ui.language import N_, _, ngettext
from diager_dpo.ui.links import leads, link
from diager_dpo.ui.matter_sentences import since
from diager_dpo.ui.plain_links import HIDDEN, plain_link
from diager_dpo.ui.purge_head import line_name
from diager_dpo.ui.purge_sentences import Standing, next_sentence
from diager_dpo.ui.purge_words import state_name
from diager_dpo.ui.record_counts import records
from diager_dpo.ui.visit import Visit
from diager_dpo.ui.why import why
from diager_dpo.ui.words import purpose_name

_RULE = N_(
    "What has passed its last day of retention and stands in no purge that is under way. Records on hold or to be "
    "qualified are not among them."
)
_STYLE = """<style>
.dpo-purges { border-collapse: collapse; width: 100%; font-size: .9375rem; font-variant-numeric: tabular-nums; }
.dpo-purges th, .dpo-purges td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; font-weight: 400;
  border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
.dpo-purges thead th { font-size: .875rem; opacity: .85; }
.dpo-purges .figure { text-align: right; }
@media (max-width: 640px) { .dpo-purges .wide { display: none; } }
</style>"""


def board_answer(board: PurgeBoard) -> str:
    """What waits for somebody and what is due and in no purge yet, in one or two sentences."""
    waiting = [each for each in board.open if each.state is not PurgeState.EXECUTING]
    due = sum(missing(each) for each in board.due)
    said = ngettext("{n} purge waits for somebody.", "{n} purges wait for somebody.", len(waiting)) if waiting else ""
    if due:
        late = ngettext(
            "{records} is due and in no purge yet.",
            "{records} are due and in no purge yet.",
            due,
            records=records(due),
        )
        return f"{said} {late}".strip()
    return said or _("Nothing is to be erased today: no record is due that stands in no purge.")


def missing(line: DueLine) -> int:
    """How many due records stand in no open purge."""
    return max(line.due - line.proposed, 0)


def draw_open(here: Visit, found: Sequence[PurgeLine]) -> None:
    """Each purge under way, with who must act next; what waits for the reader comes first."""
    st.header(_("Under way"), anchor=False)
    if not found:
        st.markdown(_("No purge is under way."))
    for each in sorted(found, key=lambda line: not (line.next and line.next.mine)):
        with st.container(border=True, key=f"purge_{each.number}", gap="xxsmall"):
            st.markdown(f"**{records(each.items, each.purpose)}** · {line_name(each)} {badge(each)}")
            st.markdown(line_next(each))
            link(here, "purge", f":blue[{line_way(each)}]", number=each.number)


def badge(line: PurgeLine) -> str:
    """Where it stands, as a label; Markdown."""
    mine = line.next is not None and line.next.mine
    name = state_name(line.state)
    return f":{'primary' if mine else 'gray'}-badge[{name}]"


def line_next(line: PurgeLine) -> str:
    """Who proposed it, and who must act next until when; Markdown."""
    proposed = _(
        "Proposed by {name} on {moment}.", name=formats.plain(line.proposer), moment=formats.instant(line.proposed_at)
    )
    return proposed + "  \n" + formats.plain(next_sentence(_standing(line), line.next.people if line.next else ()))


def line_way(line: PurgeLine) -> str:
    """What the way into a purge says."""
    number = formats.number(line.number)
    if line.next is None or not line.next.mine:
        return _("Open purge {number}", number=number)
    if line.state is PurgeState.PROPOSED:
        return _("Review purge {number}", number=number)
    return _("Go on with purge {number}", number=number)


def _standing(line: PurgeLine) -> Standing:
    until = line.next.until if line.next else None
    return Standing(line.state, line.purpose, line.items, line.erased, by_hand=line.by_hand, until=until)


def draw_due(here: Visit, board: PurgeBoard) -> None:
    """What is due and not proposed yet, with the way to propose it for whoever may."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.header(_("Due, and in no purge yet"), anchor=False, width="content")
        why(key="purge_due", rule=_(_RULE), scanned_at=board.scanned_at)
    shown = [each for each in board.due if missing(each)]
    if not shown:
        st.markdown(_("Nothing. The next scan says what has fallen due since."))
    for each in sorted(shown, key=lambda line: line.late_from or date.max):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(due_sentence(each, board.as_of), width="stretch")
            if leads(here, "purge_proposal") and may(here.grants, Action.PROPOSE_PURGE, each.purpose):
                chosen = {"purpose": each.purpose.code} | ({"operation": each.operation} if each.operation else {})
                link(here, "purge_proposal", f":blue[{_('Prepare a purge')}]", **chosen)
    if shown and not may(here.grants, Action.PROPOSE_PURGE):
        st.caption(_("The DPO, or the operator of the purpose, prepares a purge."))


def due_sentence(line: DueLine, as_of: date) -> str:
    """How many, for how long the oldest, and what else stands in the way of them; Markdown."""
    count = missing(line)
    name = f" ({formats.plain(line.operation_name or line.operation)})" if line.operation else ""
    said = ngettext(
        "**{records}**{name} has been past its last day {since}.",
        "**{records}**{name} have passed their last day, the oldest {since}.",
        count,
        records=records(count, line.purpose),
        name=name,
        since=since(max((as_of - line.late_from).days, 0) if line.late_from else 0),
    )
    beside = [
        ngettext("{n} already in a purge", "{n} already in a purge", line.proposed) if line.proposed else "",
        ngettext("{n} on hold", "{n} on hold", line.held) if line.held else "",
        ngettext("{n} to be qualified", "{n} to be qualified", line.undetermined) if line.undetermined else "",
    ]
    rest = [each for each in beside if each]
    return f"{said} :small[{_('Beside them: {rest}.', rest=formats.listing(rest))}]" if rest else said


def draw_history(found: Sequence[PurgeLine]) -> None:
    """The purges that are over, newest first."""
    st.header(_("Purges so far"), anchor=False)
    if not found:
        tables.empty(_("No purge has come to its end so far."), _("The first one that does will stand here."))
        return
    st.html(history_html(found))


def history_html(found: Sequence[PurgeLine]) -> str:
    """One row a purge; its number leads to it."""
    heads = [("", _("Purge")), ("", _("Purpose")), ("", _("End")), ("figure", _("Erased")), ("wide", _("Proposed by"))]
    heads += [("wide", _("On"))]
    head = "".join(f'<th scope="col" class="{kind}">{escape(name)}</th>' for kind, name in heads)
    caption = escape(_("Purges that are over, newest first"))
    rows = "".join(_row(each) for each in found)
    return (
        f'{_STYLE}<table class="dpo-purges"><caption style="{HIDDEN}">{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _row(line: PurgeLine) -> str:
    number = formats.number(line.number)
    name = _("Open purge {number}", number=number)
    opens = plain_link("purge", {"number": str(line.number)}, shown=number, name=name, bare=False)
    operation = f", {line.operation_name or line.operation}" if line.operation else ""
    cells = [
        ("", purpose_name(line.purpose) + operation),
        ("", state_name(line.state)),
        ("figure", formats.number(line.erased)),
        ("wide", line.proposer),
        ("wide", formats.instant(line.finished_at) if line.finished_at else tables.NOTHING),
    ]
    body = "".join(f'<td class="{kind}">{escape(text)}</td>' for kind, text in cells)
    return f'<tr><th scope="row">{opens}</th>{body}</tr>'

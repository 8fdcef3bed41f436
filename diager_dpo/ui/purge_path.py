"""The way of a purge, from proposal to proof: five steps, each with who and when. An ordered list that reads as one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from html import escape

import streamlit as st

from diager_dpo.domain.purges import PurgeState
from diager_dpo.ui import formats
from diager_dpo.ui.language import N_, _, ngettext
from diager_dpo.ui.look import ACCENT
from diager_dpo.ui.plain_links import HIDDEN


class StepStanding(StrEnum):
    """Where one step stands."""

    DONE = "done"
    NOW = "now"  # somebody must act
    AHEAD = "ahead"
    STOPPED = "stopped"  # here the purge ended


_SIGN = {StepStanding.DONE: "✓", StepStanding.NOW: "●", StepStanding.AHEAD: "○", StepStanding.STOPPED: "■"}
_SAID = {
    StepStanding.DONE: N_("done"),
    StepStanding.NOW: N_("now"),
    StepStanding.AHEAD: N_("still ahead"),
    StepStanding.STOPPED: N_("ended here"),
}


@dataclass(frozen=True, slots=True)
class PathStep:
    """One step. ``who`` and ``when`` are sentences or parts of one, already translated; plain text."""

    name: str
    standing: StepStanding
    who: str = ""
    when: str = ""


_STYLE = f"""<style>
.dpo-path.dpo-path {{ display: grid; grid-template-columns: repeat(5, 1fr); gap: .5rem; margin: 0 0 .5rem; padding: 0;
  list-style: none; }}
.dpo-path.dpo-path li {{ margin: 0; padding: .7rem .5rem 0 0; border-top: 3px solid
  color-mix(in srgb, currentColor 25%, transparent); break-inside: avoid; }}
.dpo-path li.done {{ border-color: color-mix(in srgb, {ACCENT} 75%, currentColor); }}
.dpo-path li.now {{ border-color: {ACCENT}; border-top-width: 5px; padding-top: calc(.7rem - 2px); }}
.dpo-path li.stopped {{ border-top-style: dashed; }}
.dpo-path .sign {{ display: inline-block; width: 1.2em; }}
.dpo-path .name {{ display: block; font-weight: 600; }}
.dpo-path li.ahead .name {{ font-weight: 400; }}
.dpo-path .who, .dpo-path .when {{ display: block; font-size: .875rem; }}
@media (max-width: 760px) {{ .dpo-path.dpo-path {{ grid-template-columns: 1fr; gap: 0; }}
  .dpo-path.dpo-path li, .dpo-path.dpo-path li.now {{ border-top: 0; border-left: 3px solid
    color-mix(in srgb, currentColor 25%, transparent); padding: 0 0 .8rem .8rem; }}
  .dpo-path li.done, .dpo-path li.now {{ border-color: {ACCENT}; }}
  .dpo-path li.now {{ border-left-width: 5px; }} }}
</style>"""


def draw(steps: Sequence[PathStep]) -> None:
    """The steps side by side; on a phone one below the other."""
    st.html(_STYLE + path_html(steps))


def path_html(steps: Sequence[PathStep]) -> str:
    """The list alone."""
    items = "".join(_item(step) for step in steps)
    return f'<ol class="dpo-path" aria-label="{escape(_("The steps of this purge"))}">{items}</ol>'


def _item(step: PathStep) -> str:
    now = ' aria-current="step"' if step.standing is StepStanding.NOW else ""
    said = f'<span style="{HIDDEN}"> ({escape(_(_SAID[step.standing]))})</span>'
    sign = f'<span class="sign" aria-hidden="true">{_SIGN[step.standing]}</span>'
    more = "".join(
        f'<span class="{kind}">{escape(text)}</span>' for kind, text in (("who", step.who), ("when", step.when)) if text
    )
    return f'<li class="{step.standing}"{now}><span class="name">{sign}{escape(step.name)}{said}</span>{more}</li>'


@dataclass(frozen=True, slots=True)
class Milestones:
    """Who did what and when, as far as it has come. ``approvers``: names of whoever may approve; instants are aware."""

    proposer: str
    proposed_at: datetime
    approvers: Sequence[str] = ()
    approver: str = ""
    decided_at: datetime | None = None
    expires_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    remaining: int | None = None  # values and rows a second look found; ``None``: nobody has looked again


def path(state: PurgeState, past: Milestones) -> list[PathStep]:
    """The five steps of a purge in this state."""
    decided = past.decided_at is not None
    review, approval = _decision(state, decided=decided)
    approved = decided and state is not PurgeState.REJECTED
    who = past.approver or (formats.listing(list(past.approvers)) if state is PurgeState.PROPOSED else "")
    return [
        PathStep(_("Proposed"), StepStanding.DONE, past.proposer, formats.instant(past.proposed_at)),
        PathStep(_("Reviewed"), review, who, _at(past.decided_at)),
        PathStep(
            _("Rejected") if state is PurgeState.REJECTED else _("Approved"),
            approval,
            past.approver if decided else "",
            _at(past.decided_at),
        ),
        PathStep(_("Executed"), _execution(state, approved=approved), "", _executed_when(state, past)),
        _proof(state, past),
    ]


def _decision(state: PurgeState, *, decided: bool) -> tuple[StepStanding, StepStanding]:
    """Review and approval: both are over at one moment."""
    if state is PurgeState.PROPOSED:
        return StepStanding.NOW, StepStanding.AHEAD
    if not decided:
        return StepStanding.STOPPED, StepStanding.AHEAD
    return StepStanding.DONE, StepStanding.STOPPED if state is PurgeState.REJECTED else StepStanding.DONE


def _execution(state: PurgeState, *, approved: bool) -> StepStanding:
    if state in {PurgeState.APPROVED, PurgeState.EXECUTING, PurgeState.NEEDS_ATTENTION}:
        return StepStanding.NOW
    if state is PurgeState.EXECUTED:
        return StepStanding.DONE
    return StepStanding.STOPPED if approved else StepStanding.AHEAD


def _executed_when(state: PurgeState, past: Milestones) -> str:
    if state is PurgeState.APPROVED and past.expires_at:
        return _("until {moment}", moment=formats.instant(past.expires_at))
    if state is PurgeState.EXPIRED and past.expires_at:
        return _("expired on {moment}", moment=formats.instant(past.expires_at))
    if state is PurgeState.CANCELLED:
        return _("cancelled")
    if past.finished_at:
        return formats.instant(past.finished_at)
    return _("since {moment}", moment=formats.instant(past.started_at)) if past.started_at else ""


def _proof(state: PurgeState, past: Milestones) -> PathStep:
    name = _("Verified")
    if state is not PurgeState.EXECUTED:
        return PathStep(name, StepStanding.AHEAD)
    if past.remaining is None:
        return PathStep(name, StepStanding.NOW, when=_("to be looked at again"))
    if past.remaining:
        return PathStep(name, StepStanding.NOW, when=ngettext("{n} place left", "{n} places left", past.remaining))
    return PathStep(name, StepStanding.DONE, when=_("nothing is left in the source"))


def _at(moment: datetime | None) -> str:
    return formats.instant(moment) if moment else ""

"""The scan that is under way: where it is, and that one may leave. Opening the app starts it (see ``frame``)."""

from datetime import timedelta

import streamlit as st

from diager_dpo.domain.permissions import Action, may
from diager_dpo.services.scanning import Scan, ScanState, needs_scan, scan_state, start_scan
from diager_dpo.ui import formats
from diager_dpo.ui.language import _
from diager_dpo.ui.phases import phase_name
from diager_dpo.ui.visit import Visit, visit

_SINCE = "scan_watched_since"
_ASKED = "scan_asked_at"
_APPEARS_WITHIN = timedelta(seconds=30)  # a worker needs a moment before its scan is in the store


def watch_scan(here: Visit) -> bool:
    """Show the scan that runs or is about to, until it has ended; then the page is drawn anew. Whether there is one.

    Nothing is drawn for who may not see scans: their figures carry the moment at which the facts were read.
    """
    if not may(here.grants, Action.SEE_SOURCE) or here.installation.source is None:
        return False
    st.session_state.setdefault(_SINCE, here.installation.now())
    under_way = _under_way(here, scan_state(here.installation, here.actor))
    if under_way:
        _progress()
    return under_way


def start_here(here: Visit) -> None:
    """Start a scan because somebody asked for it, to be watched from here on.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``scan_running``.
    """
    asked_at = here.installation.now()
    start_scan(here.installation, here.actor)
    st.session_state[_ASKED] = asked_at


def _under_way(here: Visit, state: ScanState) -> bool:
    """A scan runs, or one that was asked for, or started when this session began, has not appeared yet."""
    since = st.session_state[_SINCE]
    if state.running is not None or _is_awaited(here, state):
        return True
    if not may(here.grants, Action.SCAN) or not needs_scan(here.installation, here.actor):
        return False
    failed = state.failed_since is not None and state.failed_since.started_at >= since
    return not failed and bool(here.installation.now() - since < _APPEARS_WITHIN)


def _is_awaited(here: Visit, state: ScanState) -> bool:
    asked = st.session_state.get(_ASKED)
    if asked is None or here.installation.now() - asked > _APPEARS_WITHIN:
        return False
    return not any(scan and scan.started_at >= asked for scan in (state.last_done, state.failed_since))


@st.fragment(run_every=1.0)
def _progress() -> None:
    here = visit()
    state = scan_state(here.installation, here.actor)
    if not _under_way(here, state):
        st.rerun()
    st.progress(_share(state.running), text=_what(state.running))
    st.caption(
        _("The figures below are those of the scan before. You can leave this page: the scan goes on.")
        if state.last_done
        else _("You can leave this page: the scan goes on.")
    )


def _share(scan: Scan | None) -> float:
    progress = scan and scan.progress
    return min(progress.done / progress.expected, 1.0) if progress and progress.expected else 0.0


def _what(scan: Scan | None) -> str:
    progress = scan and scan.progress
    if not progress:
        return _("A scan of the source begins.")
    return _(
        "A scan of the source is under way: {phase}, {rows} rows read.",
        phase=phase_name(progress.phase).lower(),
        rows=formats.number(progress.done),
    )

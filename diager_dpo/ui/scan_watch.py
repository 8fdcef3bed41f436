"""The scan behind the figures: started when they have grown old, shown while it runs, and free to be left."""

from datetime import timedelta

import streamlit as st

from diager_dpo.domain.permissions import Action, may
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.scanning import FRESH_FOR, Scan, ScanState, needs_scan, scan_state, start_scan
from diager_dpo.ui import formats
from diager_dpo.ui.language import _
from diager_dpo.ui.phases import phase_name
from diager_dpo.ui.visit import Visit, visit

_STARTED = "scan_started_here"
_APPEARS_WITHIN = timedelta(seconds=30)  # a worker needs a moment before its scan is in the store


def watch_scan(here: Visit) -> None:
    """Start a scan where the last one is older than 24 hours, and show the one that runs.

    Nothing is drawn for who may not see scans: their figures carry the moment at which the facts were read.
    """
    if not may(here.grants, Action.SEE_SOURCE) or here.installation.source is None:
        return
    if may(here.grants, Action.SCAN) and _STARTED not in st.session_state and _is_time(here):
        try:
            start_scan(here.installation, here.actor)
        except NotPossible:  # somebody else was faster, or the source page says what is missing
            return
        st.session_state[_STARTED] = here.installation.now()
    if _under_way(here, scan_state(here.installation, here.actor)):
        _progress()


def _is_time(here: Visit) -> bool:
    """A scan that failed within the last day is not repeated by every visitor: the list of matters says so instead."""
    if not needs_scan(here.installation, here.actor):
        return False
    failed = scan_state(here.installation, here.actor).failed_since
    return failed is None or here.installation.now() - failed.started_at > FRESH_FOR


def _under_way(here: Visit, state: ScanState) -> bool:
    started = st.session_state.get(_STARTED)
    if state.running is not None:
        return True
    if started is None or any(scan and scan.started_at >= started for scan in (state.last_done, state.failed_since)):
        return False
    return bool(here.installation.now() - started < _APPEARS_WITHIN)


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

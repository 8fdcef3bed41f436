"""The scan that is under way: where it is, and that one may leave. Opening the app starts it (see ``frame``)."""

from datetime import timedelta

import streamlit as st

from diager_dpo.domain.permissions import Action, may
from diager_dpo.services.scanning import Scan, ScanState, needs_scan, scan_state
from diager_dpo.ui import formats
from diager_dpo.ui.language import _
from diager_dpo.ui.phases import phase_name
from diager_dpo.ui.visit import Visit, visit

_SINCE = "scan_watched_since"
_APPEARS_WITHIN = timedelta(seconds=30)  # a worker needs a moment before its scan is in the store


def watch_scan(here: Visit) -> None:
    """Show the scan that runs or is about to, until it has ended; then the page is drawn anew.

    Nothing is drawn for who may not see scans: their figures carry the moment at which the facts were read.
    """
    if not may(here.grants, Action.SEE_SOURCE) or here.installation.source is None:
        return
    st.session_state.setdefault(_SINCE, here.installation.now())
    if _under_way(here, scan_state(here.installation, here.actor)):
        _progress()


def _under_way(here: Visit, state: ScanState) -> bool:
    """A scan runs, or the one that was started when this session began has not appeared yet."""
    since = st.session_state[_SINCE]
    if state.running is not None:
        return True
    if not may(here.grants, Action.SCAN) or not needs_scan(here.installation, here.actor):
        return False
    failed = state.failed_since is not None and state.failed_since.started_at >= since
    return not failed and bool(here.installation.now() - since < _APPEARS_WITHIN)


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

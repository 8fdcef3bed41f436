"""Scans: the last one in a sentence, a button for the next, and all of them in a table."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from diager_dpo.domain.permissions import Action, may
from diager_dpo.services.errors import DpoError
from diager_dpo.services.scanning import Scan, ScanState
from diager_dpo.ui import failures, formats, tables
from diager_dpo.ui.language import N_, _
from diager_dpo.ui.scan_watch import start_here, watch_scan
from diager_dpo.ui.sentences import failure_sentence
from diager_dpo.ui.visit import Visit

_LISTED = 24  # beyond, the trend of the overview says more
_STATE = {"running": N_("under way"), "done": N_("done"), "failed": N_("failed")}


def draw(here: Visit, state: ScanState) -> None:
    """The last scan and, for whoever may start one, the next. While one runs, its progress."""
    if watch_scan(here):
        return
    if state.failed_since is not None:
        st.error(failed_sentence(state.failed_since))
    st.markdown(done_sentence(state.last_done))
    if not may(here.grants, Action.SCAN):
        st.markdown(_("The DPO or an administrator starts scans; the command line does too."))
    elif st.button(_("Scan now"), key="scan_now", type="secondary" if state.last_done else "primary"):
        try:
            start_here(here)
        except DpoError as error:
            failures.show(error)
        else:
            st.rerun()


def done_sentence(scan: Scan | None) -> str:
    """What the last scan read and changed; Markdown."""
    if scan is None or scan.finished_at is None:
        return _(
            "The source has never been read. A scan reads its facts and computes every deadline; it erases nothing."
        )
    return _(
        "Last scan on {moment}: **{persons} persons** and **{records} records**; {added} new, {changed} changed, "
        "{removed} gone since the scan before.",
        moment=formats.instant(scan.finished_at),
        persons=formats.number(scan.persons or 0),
        records=formats.number(scan.records or 0),
        added=formats.number(scan.added or 0),
        changed=formats.number(scan.changed or 0),
        removed=formats.number(scan.removed or 0),
    )


def failed_sentence(scan: Scan) -> str:
    """When a scan failed, why, and what remains true."""
    return _(
        "The scan of {moment} failed. {why} The figures are those of the scan before it.",
        moment=formats.instant(scan.started_at),
        why=_why(scan),
    )


def _why(scan: Scan) -> str:
    """Why it failed and, where that is known, at which fact and column of the source file."""
    said = failure_sentence(scan.error or "unexpected")
    return _("{why} Where: `{place}`.", why=said, place=scan.place.replace("`", "")) if scan.place else said


def draw_history(scans: Sequence[Scan]) -> None:
    """The latest scans, newest first."""
    if not scans:
        st.markdown(_("No scan yet."))
        return
    frame = pd.DataFrame([_row(scan) for scan in scans[:_LISTED]]).astype(object)
    if not any(map(_failure, scans[:_LISTED])):  # an empty column says nothing
        frame = frame.drop(columns=_("Why it failed"))
    tables.plain(frame)
    if len(scans) > _LISTED:
        st.markdown(_("The {n} latest scans of {total}.", n=formats.number(_LISTED), total=formats.number(len(scans))))


def _row(scan: Scan) -> dict[str, object]:
    state = _(_STATE.get(scan.state, scan.state))
    return {
        _("Started"): formats.instant(scan.started_at),
        _("Day of the facts"): scan.day,
        _("State"): _("{state}, replayed", state=state) if scan.replayed else state,
        _("Persons"): scan.persons,
        _("Records"): scan.records,
        _("New"): scan.added,
        _("Changed"): scan.changed,
        _("Gone"): scan.removed,
        _("Why it failed"): _failure(scan) or None,
    }


def _failure(scan: Scan) -> str:
    """For a cell: the sentence, and the place as the source file spells it."""
    if scan.state != "failed":
        return ""
    said = failure_sentence(scan.error or "unexpected")
    return f"{said} ({scan.place})" if scan.place else said

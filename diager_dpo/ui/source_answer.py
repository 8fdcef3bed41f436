"""The answer to the question of the source: complete, and clean?"""

from collections.abc import Sequence

from diager_dpo.domain.facts import Finding
from diager_dpo.services.scanning import ScanState
from diager_dpo.services.source_state import SourceAlert, SourceCheck
from diager_dpo.ui.language import _, ngettext


def source_answer(
    checked: SourceCheck | None, state: ScanState, findings: Sequence[Finding], alerts: Sequence[SourceAlert]
) -> str:
    """Two sentences: one on the file beside the database, one on the facts that were read."""
    return f"{_completeness(checked, alerts)} {_cleanness(state, findings)}"


def _completeness(checked: SourceCheck | None, alerts: Sequence[SourceAlert]) -> str:
    if checked is None:
        return _("Complete? Nobody knows: the source file has not been compared with the database.")
    if not checked.report.clean:
        return ngettext(
            "Not complete: {n} problem makes any purge impossible.",
            "Not complete: {n} problems make any purge impossible.",
            len(checked.blocking),
        )
    if alerts:
        return ngettext(
            "The source file fits the database, but {n} point is missing in it.",
            "The source file fits the database, but {n} points are missing in it.",
            len(alerts),
        )
    return _("Complete: the source file fits the database.")


def _cleanness(state: ScanState, findings: Sequence[Finding]) -> str:
    if state.last_done is None:
        return _("Clean? Nobody knows: the source has never been read.")
    if not findings:
        return _("Clean: no fact had to be set aside.")
    return ngettext(
        "Not quite clean: {n} fact cannot be right.",
        "Not quite clean: {n} facts cannot be right.",
        sum(finding.count for finding in findings),
    )

"""What a worker is doing, as people read it."""

from collections.abc import Mapping

from diager_dpo.ui.language import N_, _

_PHASE: Mapping[str, str] = {}


def phase_name(code: str) -> str:
    """What a phase is called; a phase this version has no words for says that something is going on."""
    return _(_PHASE.get(code, N_("Working")))

"""What a worker is doing, as people read it."""

from collections.abc import Mapping

from diager_dpo.ui.language import N_, _

_PHASE: Mapping[str, str] = {
    "company": N_("Making the company and its customers"),
    "replaying": N_("Scanning it as it was in the last six months"),
    "scanning": N_("Scanning it as it is today"),
    "reading": N_("Reading the source"),
    "deciding": N_("Deciding every record"),
    "writing": N_("Writing the index"),
    "done": N_("Done"),
}


def phase_name(code: str) -> str:
    """What a phase is called; a phase this version has no words for says that something is going on."""
    return _(_PHASE.get(code, N_("Working")))

"""The words of a purge as people read them: its states, its items, and why something was not erased."""

from collections.abc import Mapping

from diager_dpo.domain.purges import Ground, ItemState, PurgeState, Skip
from diager_dpo.ui import formats
from diager_dpo.ui.language import N_, _
from diager_dpo.ui.sentences import sentence_of

_STATE: Mapping[PurgeState, str] = {
    PurgeState.PROPOSED: N_("Waiting for approval"),
    PurgeState.APPROVED: N_("Approved, not executed yet"),
    PurgeState.EXECUTING: N_("Being executed"),
    PurgeState.EXECUTED: N_("Executed"),
    PurgeState.REJECTED: N_("Rejected"),
    PurgeState.EXPIRED: N_("Approval expired"),
    PurgeState.CANCELLED: N_("Cancelled"),
    PurgeState.NEEDS_ATTENTION: N_("Needs attention"),
}
_ITEM: Mapping[ItemState, str] = {
    ItemState.PLANNED: N_("To be erased"),
    ItemState.SET_ASIDE: N_("Set aside"),
    ItemState.INTENT: N_("Begun"),
    ItemState.ERASED: N_("Record erased"),
    ItemState.SKIPPED: N_("Left as it is"),
    ItemState.FAILED: N_("Failed"),
}
_GROUND: Mapping[Ground, str] = {
    Ground.DUE: N_("Their last day of retention has passed"),
    Ground.REQUEST: N_("Requests of the persons themselves (GDPR, article 17)"),
}
_WHY: Mapping[str, str] = {
    Skip.GONE: N_("The record is no longer in the source."),
    Skip.HELD: N_("A hold was placed since the approval."),
    Skip.NOT_DUE: N_("It is no longer due: its facts have changed."),
    Skip.LAST_DAY_CHANGED: N_("Its last day of retention is another than the one approved."),
    Skip.ANCHOR_CHANGED: N_("The event its clock starts from is another than the one approved."),
    Skip.RULE_CHANGED: N_("Another rule of the charter applies than the one approved."),
    Skip.OTHER_PURPOSES_CHANGED: N_("What else keeps these data is not what was approved."),
}


def state_name(state: PurgeState) -> str:
    """Where a purge stands."""
    return _(_STATE[state])


def item_state_name(state: ItemState) -> str:
    """Where one record of it stands."""
    return _(_ITEM[state])


def ground_name(ground: Ground) -> str:
    """Why records are to be erased."""
    return _(_GROUND[ground])


def skip_sentence(code: str) -> str:
    """Why an approved record was not erased; a code this version has no words for is shown as it is."""
    return _(_WHY[code]) if code in _WHY else _("For the reason {code}.", code=formats.plain(code))


_STOPPED: Mapping[str, str] = {
    "too_many_skipped": N_("More than 1 % of the records were no longer as approved: the list itself may be wrong."),
    "count_exceeded": N_("More would have gone than the dry run had counted."),
    "stop_asked": N_("Somebody asked it to stop."),
    "worker_died": N_("The worker ended before its work did."),
}


def stop_sentence(code: str) -> str:
    """Why an execution stopped: by its own rule, or what went wrong."""
    return _(_STOPPED[code]) if code in _STOPPED else sentence_of(code)

"""What can go wrong with suspensions, as sentences; loads nothing of the services."""

from collections.abc import Mapping

from diager_dpo.ui.language import N_

HOLD_SENTENCES: Mapping[str, str] = {
    "hold_without_reason": N_("Say why: without a reason, nothing is suspended, prolonged or lifted."),
    "hold_without_owner": N_("Name an owner whose account is open: somebody must answer for a suspension."),
    "hold_without_review": N_("Name a review date in the future: a suspension is looked at again."),
    "hold_holds_nothing": N_("The last scan knows no record with this key: there is nothing to suspend."),
    "no_such_hold": N_("This suspension was lifted already."),
    "own_hold": N_("Who placed a suspension does not lift it: an approver of its purposes does."),
    "erased_meanwhile": N_("A purge erased data while the source was read. Scan again once it has ended."),
}

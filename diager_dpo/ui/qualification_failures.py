"""What can go wrong with stated dates, as sentences; loads nothing of the services."""

from collections.abc import Mapping

from diager_dpo.ui.language import N_

QUALIFICATION_SENTENCES: Mapping[str, str] = {
    "date_not_stated": N_("State the date: without one, there is nothing to compute from."),
    "date_cannot_be": N_("This date cannot be: what happened lies behind us, and after 1 January 1970."),
    "date_without_reason": N_("Say why: a stated date stands on its reason."),
    "nothing_to_qualify": N_("No record is without a date there any more: look at the screen anew."),
    "facts_missing_here": N_("The source file gives no facts for this purpose: complete the file, then scan."),
    "no_such_qualification": N_("This date was withdrawn already."),
}

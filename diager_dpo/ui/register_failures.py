"""What can go wrong when the register is changed, as sentences; loads nothing of the services."""

from collections.abc import Mapping

from diager_dpo.ui.language import N_

REGISTER_SENTENCES: Mapping[str, str] = {
    "register_changed": N_(
        "Somebody changed this since you opened it. Nothing was overwritten, and your text is still in the form: "
        "compare it with what is written now, then save again."
    ),
    "register_without_reason": N_("Say where this comes from: without a reason, the register is not changed."),
    "register_without_text": N_("Write something, or choose from the list."),
    "register_text_too_long": N_("A text is longer than {most} characters. Shorten it."),
    "register_stated": N_("The charter states this point. It changes with a new version of the charter only."),
    "register_no_such_entry": N_("The register has no such point any more."),
    "register_no_such_choice": N_("This choice is not on the list of this point."),
    "register_never_none": N_("This point cannot be “none”: every activity has it."),
    "register_no_proposal": N_("There is no proposal to accept any more."),
    "register_no_gap": N_("This point is no longer missing."),
    "register_activity_exists": N_("An activity of this name is in the register already."),
}

"""What can go wrong with recorded refusals, as sentences; loads nothing of the services."""

from collections.abc import Mapping

from diager_dpo.ui.language import N_

REFUSAL_SENTENCES: Mapping[str, str] = {
    "refusal_without_reason": N_("Say what was received, or why it is taken back: without it, nothing is recorded."),
    "refusal_without_operation": N_("Name the contest and what is withdrawn; an objection names neither."),
    "refusal_person_unknown": N_("The last scan knows no record with this key. Check the key, or scan again."),
    "refusal_without_entry": N_("This person has no entry in that contest. Check the key and the contest."),
    "no_such_refusal": N_("This refusal was taken back already."),
    "nothing_to_export": N_("Everything was exported already. Tick “Also those exported before” to take it again."),
    "cell_too_long": N_("A text is longer than a cell of a spreadsheet can hold ({most} characters). Export as CSV."),
    "file_too_large": N_("The file is too large: {most} bytes at most. Nothing of it was kept. Split it in two."),
    "csv_unreadable": N_(
        "This file is not a CSV that can be read. Nothing of it was kept. Save it as CSV and try again."
    ),
    "not_on_the_list": N_("Nobody with this key is on the opt-out list."),
    "operation_unknown": N_("The last scan knows no contest with this key."),
    "duration_not_stated": N_("State a last day, or a duration from the closing: one of the two."),
    "operation_without_close": N_("The closing day of this contest is not known: state a last day instead."),
    "duration_before_opening": N_("That day comes before the contest opens. Choose a later one."),
    "announcement_without_reason": N_("Say why: without a reason, no duration is announced."),
}

"""The steps of an explanation, as a person would say them. Plain text: values that stem from data are not escaped."""

from collections.abc import Mapping
from types import MappingProxyType

from diager_dpo.domain.charter import CharterSet
from diager_dpo.domain.explanation import Step
from diager_dpo.domain.permissions import Grant, Role
from diager_dpo.ui import formats
from diager_dpo.ui.language import N_, _
from diager_dpo.ui.own_words import in_language
from diager_dpo.ui.words import role_name

STEPS: Mapping[str, str] = {
    "category_prospect": N_("The person is a prospect: the clock is that of prospects."),
    "category_customer": N_("The person is or was a customer: nothing runs out while the commercial relation lasts."),
    "category_contractual": N_("The person's company has or had a contract: nothing runs out while it lasts."),
    "category_entry": N_("The person took part in this operation; what counts is how long it announced to keep data."),
    "category_voucher": N_("The person's own data stand on accounting vouchers, which the law has kept."),
    "relation_open": N_("The relation is on, and no end is known: no clock runs yet."),
    "relation_until": N_("The relation is on until {until}, that day included."),
    "anchor_none": N_("The facts give no day for the clock to start from."),
    "anchor_last_contact": N_("The clock starts from the last contact that came from the person, on {on}."),
    "anchor_collection": N_("The person was never in contact: the clock starts from the collection, on {on}."),
    "anchor_commercial_end": N_("The clock starts from the end of the commercial relation, on {on}."),
    "anchor_contract_end": N_("The clock starts from the end of the contract, on {on}."),
    "anchor_operation_close": N_("The clock starts from the close of the operation, on {on}."),
    "anchor_announced_day": N_("The operation announced a last day: {on}."),
    "anchor_fiscal_year_close": N_(
        "The clock starts from the close of the fiscal year of the latest voucher, on {on}."
    ),
    "anchor_objection": N_("The person objected to prospecting on {on}."),
    "anchor_withdrawal": N_("The person withdrew the consent on {on}."),
    "anchor_qualified": N_("The DPO stated the day the clock starts from: {on}."),
    "rule_right": N_("A right was exercised: it ends the retention whatever the charter's duration."),
    "rule_announced": N_("{charter}, {clause}: kept for what was announced for the operation."),
    "rule_announced_duration": N_("{charter}, {clause}: kept for what was announced, {duration}."),
    "rule_duration": N_("{charter}, {clause}: kept for {duration}."),
    "last_day_before_right": N_("The last day is the day before: {until}."),
    "last_day_announced": N_("The last day of retention is the one announced: {until}."),
    "last_day_computed": N_("From {on}, {duration} later: the last day of retention is {until}."),
    "last_day_limited": N_("The last day of retention is {until}."),
    "month_end": N_("That month has no such day: the last day of the month stands for it, {until}."),
    "week_end_not_extended": N_("It falls on a week-end and is not moved."),
    "hold_litigation": N_(
        "A litigation in the source suspends any purge. It is in the DPO's care and reviewed after {duration}."
    ),
    "hold_placed_litigation": N_(
        "Since {on} a dispute suspends the purge. In charge: {role}; to be reviewed on {until}."
    ),
    "hold_placed_restriction": N_(
        "Since {on} a restriction of processing (GDPR, article 18) suspends the purge. In charge: {role}; to be "
        "reviewed on {until}."
    ),
    "hold_placed_authority": N_(
        "Since {on} an order of an authority suspends the purge. In charge: {role}; to be reviewed on {until}."
    ),
    "stated_voucher": N_("The DPO stated {on} as the date of the voucher: its fiscal year closes on {until}."),
    "stated_earlier_end": N_(
        "The DPO stated {on} as the missing end. Another relation ended later, on {until}: the latest end counts."
    ),
    "stated_ended_earlier": N_("The DPO had stated {on}; the person's refusal decides."),
    "stated_superseded": N_("The DPO had stated {on}. The source now gives a date of its own: it decides."),
    "last_day_stated": N_("Nothing was announced: the DPO stated {until} as the last day."),
    "held_past_last_day": N_("The last day has passed: the data may serve the dispute only."),
    "due_from": N_("The data are due from {on}."),
    "late_since_charter": N_("Lateness counts from {on} only, the day this took effect: {charter}."),
    "status_running": N_("On {on} the relation is on: nothing is due."),
    "status_kept": N_("On {on} the data may be kept for {left} more, that of the last day included."),
    "status_due": N_("On {on} the data are due, for {late}."),
    "status_due_today": N_("On {on} the data are due, from this day on."),
    "status_held": N_("On {on} the purge is on hold."),
    "status_undetermined": N_("No deadline can be computed: somebody must qualify the record."),
    "flag_inactive": N_("To be weighed: the relation is on, and nothing happened for more than three years."),
    "flag_gap_longer_than_retention": N_(
        "To be weighed: the relation began anew after a gap longer than the retention."
    ),
    "flag_contact_after_end": N_(
        "To be weighed: the person was in contact after the end; the charter does not extend for it."
    ),
    "flag_planned_end": N_("The end of the relation is planned: this deadline is a forecast."),
    "flag_intermediate_archive": N_("The relation is over: the data belong in intermediate archive."),
    "flag_operation_prolonged": N_("To be weighed: the operation was prolonged after it had announced a day."),
    "flag_proof_incomplete": N_("The proof of consent is incomplete."),
    "flag_no_consent": N_("No consent was recorded for this entry."),
    "anomaly_future_date": N_("Set aside: a date in the future."),
    "anomaly_placeholder_date": N_("Set aside: a date that stands for none."),
    "anomaly_end_before_start": N_("Set aside: an end before its start."),
    "anomaly_open_with_past_end": N_("A relation is marked open although its end has passed; it counts as running."),
    "anomaly_unknown_person": N_("A fact names a person that the source does not return."),
    "anomaly_duplicate_person": N_("The source returns this person more than once."),
    "anomaly_null_key": N_("A fact has no key."),
    "anomaly_unreadable_date": N_("Set aside: a date that cannot be read."),
    "anomaly_keep_conflict": N_("The operation announces a day and a duration that differ: the day stands."),
}


def supplements(charters: CharterSet) -> dict[str, str]:
    """What each supplement is called, in the language of the run, by its version, which is a name for machines."""
    return {each.version: in_language(each.title) for each in charters.charters if each.is_supplement}


def step_sentence(step: Step, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """One step, in the language of the run. ``domain.explanation.STEP_CODES`` lists every code there is.

    ``names``: what charters are called that a version says nothing of; see ``supplements``.
    """
    code = step.code
    if code == "status_due" and not step.days:
        code = "status_due_today"
    if code == "rule_announced" and step.duration:
        code = "rule_announced_duration"
    return _(
        STEPS[code],
        on=formats.day(step.on) if step.on else "",
        until=formats.day(step.until) if step.until else "",
        duration=formats.duration(step.duration) if step.duration else "",
        charter=names.get(step.charter) or _("Charter {version}", version=step.charter),
        clause=step.clause,
        role=role_name([Grant(Role(step.role))]) if step.role else _("nobody any more"),
        # The last day is whole: on it, one day is left.
        left=formats.days((step.days or 0) + 1),
        late=formats.days(step.days or 0),
    )

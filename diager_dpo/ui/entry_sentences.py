"""One entry of the journal as a sentence: what was done, to what. Who did it stands beside it."""

from collections.abc import Mapping

from diager_dpo.domain.journal import Details
from diager_dpo.domain.permissions import Grant, Identity, Role
from diager_dpo.domain.words import Purpose
from diager_dpo.services.journal_pages import EntryView
from diager_dpo.ui import formats
from diager_dpo.ui.address import as_date
from diager_dpo.ui.language import N_, _
from diager_dpo.ui.own_words import inside
from diager_dpo.ui.words import purpose_name, role_name

ACTIONS: Mapping[str, str] = {
    "journal_opened": N_("The journal was opened."),
    "key_rotated": N_("Another key signs the journal from here on."),
    "access_log_closed": N_("The access log of {month} was closed ({lines} lines)."),
    "access_log_pruned": N_("The access log of {month} was removed after its time ({lines} lines)."),
    "demonstration_made": N_("The demonstration was made, with its people and their rights."),
    "month_published": N_("The statistics of {month} were published."),
    "month_not_publishable": N_("The statistics of {month} could not be published."),
    "late_sales_found": N_("Sales of {month} changed after publication ({lines} lines); they are counted nowhere."),
    "statistics_exported": N_("Published statistics were exported."),
    "scan_done": N_("The source {source} was read: {records} records as of {day}."),
    "account_added": N_("An account was made for {whom}."),
    "account_renamed": N_("The identity provider gave {whom} another name."),
    "account_disabled": N_("The account of {whom} was closed."),
    "account_enabled": N_("The account of {whom} was opened again."),
    "right_granted": N_("{whom} was given the right “{role}”."),
    "right_revoked": N_("The right “{role}” was taken from {whom}."),
    "password_reset": N_("The password of {whom} was reset."),
    "password_changed": N_("{whom} chose another password."),
    "session_ended": N_("A session of {whom} was ended."),
    "hold_placed": N_("A suspension of purge was placed."),
    "hold_prolonged": N_("A suspension of purge was prolonged."),
    "hold_lifted": N_("A suspension of purge was lifted."),
    "records_qualified": N_("A missing date was stated for {records} records ({purpose})."),
    "qualification_withdrawn": N_("A stated date was withdrawn ({purpose})."),
    "refusal_recorded": N_("A refusal received from a person was recorded ({purpose})."),
    "refusal_taken_back": N_("A recorded refusal was taken back ({purpose})."),
    "refusals_exported": N_("{refusals} recorded refusals were exported."),
    "duration_announced": N_("The duration of contest {operation} was announced."),
    "opt_out_struck": N_("A person was taken off the opt-out list."),
    "register_completed": N_("A point of the register was completed: version {number}."),
    "register_confirmed_none": N_("It was confirmed that a point of the register is empty: version {number}."),
    "register_proposed": N_("A text was proposed for the register: version {number}."),
    "register_gap_set": N_("A gap of the register was given a severity, an owner or a day: version {number}."),
    "register_activity_added": N_("An activity was added to the register: version {number}."),
    "register_convention_confirmed": N_("A convention was confirmed: version {number}."),
    "purge_proposed": N_("Purge {number} was proposed ({purpose})."),
    "purge_cancelled": N_("Purge {number} was cancelled."),
    "purge_items_set_aside": N_("Records were set aside from purge {number}."),
    "purge_approved": N_("Purge {number} was approved."),
    "purge_rejected": N_("Purge {number} was rejected."),
    "purge_expired": N_("The approval of purge {number} expired."),
    "purge_started": N_("The execution of purge {number} began."),
    "purge_stop_asked": N_("A stop of purge {number} was asked for."),
    "purge_recovered": N_("Purge {number} was taken up again."),
    "purge_chunk_begun": N_("A part of purge {number} began."),
    "purge_chunk_erased": N_("A part of purge {number} was erased."),
    "purge_settled": N_("What purge {number} had left open was settled."),
    "purge_stopped": N_("Purge {number} stopped and needs attention."),
    "purge_executed": N_("Purge {number} was executed."),
    "purge_order_exported": N_("The order of purge {number} was exported."),
    "purge_order_verified": N_("A scan verified the order of purge {number}."),
    "purge_certified": N_("The certificate of purge {number} was issued."),
    "purge_recipient_told": N_("A recipient was told of purge {number}."),
}

_SHORT: Mapping[str, str] = {
    "journal_opened": N_("Journal opened"),
    "key_rotated": N_("Key of the journal changed"),
    "access_log_closed": N_("Access log closed"),
    "access_log_pruned": N_("Access log removed"),
    "demonstration_made": N_("Demonstration made"),
    "month_published": N_("Statistics published"),
    "month_not_publishable": N_("Statistics not published"),
    "late_sales_found": N_("Late sales found"),
    "statistics_exported": N_("Statistics exported"),
    "scan_done": N_("Source read"),
    "account_added": N_("Account made"),
    "account_renamed": N_("Account renamed"),
    "account_disabled": N_("Account closed"),
    "account_enabled": N_("Account opened again"),
    "right_granted": N_("Right given"),
    "right_revoked": N_("Right taken back"),
    "password_reset": N_("Password reset"),
    "password_changed": N_("Password changed"),
    "session_ended": N_("Session ended"),
    "hold_placed": N_("Suspension placed"),
    "hold_prolonged": N_("Suspension prolonged"),
    "hold_lifted": N_("Suspension lifted"),
    "records_qualified": N_("Missing date stated"),
    "qualification_withdrawn": N_("Stated date withdrawn"),
    "refusal_recorded": N_("Refusal recorded"),
    "refusal_taken_back": N_("Refusal taken back"),
    "refusals_exported": N_("Refusals exported"),
    "duration_announced": N_("Duration announced"),
    "opt_out_struck": N_("Opt-out list corrected"),
    "register_completed": N_("Register completed"),
    "register_confirmed_none": N_("“None” confirmed"),
    "register_proposed": N_("Text proposed"),
    "register_gap_set": N_("Gap of the register set"),
    "register_activity_added": N_("Activity added"),
    "register_convention_confirmed": N_("Convention confirmed"),
    "purge_proposed": N_("Purge proposed"),
    "purge_cancelled": N_("Purge cancelled"),
    "purge_items_set_aside": N_("Records set aside"),
    "purge_approved": N_("Purge approved"),
    "purge_rejected": N_("Purge rejected"),
    "purge_expired": N_("Approval expired"),
    "purge_started": N_("Purge begun"),
    "purge_stop_asked": N_("Stop asked for"),
    "purge_recovered": N_("Purge taken up again"),
    "purge_chunk_begun": N_("Part of a purge begun"),
    "purge_chunk_erased": N_("Part of a purge erased"),
    "purge_settled": N_("Purge settled"),
    "purge_stopped": N_("Purge stopped"),
    "purge_executed": N_("Purge executed"),
    "purge_order_exported": N_("Order exported"),
    "purge_order_verified": N_("Order verified"),
    "purge_certified": N_("Certificate issued"),
    "purge_recipient_told": N_("Recipient told"),
}


def action_name(action: str) -> str:
    """What was done, in two words; the code of what a later program wrote."""
    return _(_SHORT[action]) if action in _SHORT else action


def who_name(name: str, identity: Identity) -> str:
    """Who did it: a person, the command line, or the program itself."""
    if identity.issuer == "system":
        return _("The program")
    return _("Command line ({name})", name=name) if identity.issuer == "cli" else name


def entry_sentence(entry: EntryView, names: Mapping[Identity, str]) -> str:
    """What was done, to what; for plain text."""
    if entry.action not in ACTIONS:
        return f"{entry.action} ({entry.object})"
    return _(ACTIONS[entry.action], **_values(entry, names))


def _values(entry: EntryView, names: Mapping[Identity, str]) -> dict[str, object]:
    details = entry.details
    return {
        "whom": _whom(entry, names),
        "role": _role(details),
        "purpose": inside(_purpose(details)),
        "number": entry.object.rpartition(":")[2],
        "month": details.get("month"),
        "source": details.get("source"),
        "day": _day(details.get("day")),
        "lines": _count(details.get("lines")),
        "records": _count(details.get("records")),
        "refusals": _count(details.get("refusals")),
        "operation": inside(str(details.get("operation"))),
    }


def _whom(entry: EntryView, names: Mapping[Identity, str]) -> str:
    issuer, subject = entry.details.get("issuer"), entry.details.get("subject")
    if issuer is None or subject is None:
        _kind, _colon, rest = entry.object.partition(":")
        subject = rest.rpartition(":")[2]
        issuer = rest.rpartition(":")[0]
    return names.get(Identity(str(issuer), str(subject)), str(subject))


def _role(details: Details) -> str:
    try:
        purpose = details.get("purpose")
        return role_name([Grant(Role(str(details.get("role"))), Purpose.of(str(purpose)) if purpose else None)])
    except (ValueError, KeyError):
        return str(details.get("role"))


def _purpose(details: Details) -> str:
    try:
        return purpose_name(Purpose.of(str(details.get("purpose"))))
    except (ValueError, KeyError):
        return str(details.get("purpose") or "")


def _day(value: str | int | None) -> str:
    day = as_date(str(value))
    return str(value) if day is None else formats.day(day)


def _count(value: str | int | None) -> str:
    return formats.number(value) if isinstance(value, int) else str(value)

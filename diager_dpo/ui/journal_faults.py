"""What a verification of the journal found, in words."""

from collections.abc import Mapping

from diager_dpo.domain.journal_chain import Fault
from diager_dpo.services.journal_verification import Verification
from diager_dpo.ui import formats
from diager_dpo.ui.language import N_, _, ngettext

_FAULTS: Mapping[str, str] = {
    "number_wrong": N_("Before entry {number}, an entry is missing, or one was moved or put in."),
    "log_wrong": N_("Entry {number} belongs to another journal."),
    "opening_wrong": N_("Entry {number}: the opening of the journal is not where it belongs."),
    "payload_wrong": N_("Entry {number}: its content cannot be read."),
    "entry_unreadable": N_("Entry {number} cannot be read."),
    "hash_wrong": N_("Entry {number} was changed after it was written."),
    "previous_wrong": N_("Entry {number} does not follow the one before it."),
    "key_wrong": N_("Entry {number} was signed with a key that the journal does not name."),
    "signature_wrong": N_("Entry {number}: its signature is wrong."),
    "pin_damaged": N_("A pin at entry {number} was itself changed."),
    "pin_contradicts": N_("Entry {number} is not what it was when its pin was taken: the past was rewritten."),
    "pin_of_another": N_("A pin at entry {number} is of another journal."),
    "shorter_than_pin": N_(
        "The journal once had {number} entries and has fewer now: its end was cut, or an old copy put back."
    ),
    "journal_empty": N_("The journal was opened once and is empty now."),
    "key_not_ours": N_(
        "The journal ends with a key that this installation does not hold: the key was lost or changed, or the journal "
        "was written anew with another."
    ),
    "rows_key_changed": N_(
        "The key of the digests was lost or changed: whether rows were changed behind the journal cannot be said."
    ),
    "row_changed": N_("{what} was changed behind the journal, which last told of it in entry {number}."),
    "row_untold": N_("{what} was put there behind the journal: no entry tells of it."),
    "reason_changed": N_("The reason given in entry {number} reads otherwise now."),
    "month_changed": N_("The access log of {what} was changed after it was closed in entry {number}."),
}


def fault_sentence(fault: Fault) -> str:
    """One fault, for plain text: what it is about stems from the store."""
    number = "" if fault.number is None else formats.number(fault.number)
    return _(_FAULTS[fault.code], number=number, what=fault.what)


def verification_sentence(found: Verification) -> str:
    """The result: how much was looked at, and whether it is whole."""
    if not found.size and found.whole:
        return _("Nothing has been written to the journal yet.")
    looked = ngettext("{n} entry", "{n} entries", found.size)
    if not found.whole:
        faults = ngettext("{n} fault", "{n} faults", len(found.faults) + found.more)
        return _("The journal is not whole: {faults} in {entries}.", faults=faults, entries=looked)
    kept = ngettext("{n} pin", "{n} pins", found.pins + found.anchors)
    rows = ngettext("{n} row", "{n} rows", found.rows)
    return _("The journal is whole: {entries}, {rows} they tell of, {pins}.", entries=looked, rows=rows, pins=kept)

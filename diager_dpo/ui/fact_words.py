"""The facts of a source file and their columns in plain words; how the file spells them stands beside, small."""

from collections.abc import Mapping

from diager_dpo.ui.language import N_, _

_FACT: Mapping[str, str] = {
    "persons": N_("Persons"),
    "relations": N_("Relations"),
    "vouchers": N_("Vouchers"),
    "objections": N_("Objections"),
    "litigations": N_("Litigations"),
    "operations": N_("Operations"),
    "entries": N_("Contest entries"),
    "consents": N_("Consents"),
    "sales": N_("Sales"),
}
_COLUMN: Mapping[str, str] = {
    "person": N_("key of the person"),
    "operation": N_("key of the operation"),
    "collected_at": N_("day of collection"),
    "last_inbound_contact_at": N_("last contact from the person"),
    "commercial_end_on": N_("end of the commercial relation"),
    "contract_end_on": N_("end of the contract"),
    "started_on": N_("start of the relation"),
    "last_activity_on": N_("last activity"),
    "is_open": N_("relation marked open"),
    "issued_on": N_("day of issue"),
    "objected_at": N_("moment of the objection"),
    "since": N_("start of the litigation"),
    "opens_on": N_("opening"),
    "closes_on": N_("closing"),
    "keep_until": N_("announced last day"),
    "keep_for": N_("announced period"),
    "entered_at": N_("moment of the entry"),
    "at": N_("moment"),
    "booked_on": N_("day of booking"),
}


def place_words(fact: str, column: str) -> str:
    """Relations, end of the contract. What is not known here reads as the source file spells it."""
    name = _(_FACT[fact]) if fact in _FACT else fact
    if not column:
        return name
    return f"{name}, {_(_COLUMN[column]) if column in _COLUMN else column}"

"""The words of the domain as people read them, in the language of the run. One function a kind of word."""

from collections.abc import Iterable, Mapping

from diager_dpo.domain.charter import Field
from diager_dpo.domain.charter import Origin as RuleOrigin
from diager_dpo.domain.permissions import Grant, Role
from diager_dpo.domain.words import Anchor, Anomaly, Category, Flag, Purpose, Status
from diager_dpo.ui.language import N_, _, pgettext

_PURPOSE: Mapping[Purpose, str] = {
    Purpose.PROSPECTING: N_("Prospecting"),
    Purpose.CUSTOMER_MANAGEMENT: N_("Customer management"),
    Purpose.CONTESTS: N_("Contests"),
    Purpose.ACCOUNTING: N_("Accounting"),
    Purpose.STATISTICS: N_("Statistics"),
}
_OF_PURPOSE: Mapping[Purpose, str] = {
    Purpose.PROSPECTING: N_("of prospecting"),
    Purpose.CUSTOMER_MANAGEMENT: N_("of customer management"),
    Purpose.CONTESTS: N_("of contests"),
    Purpose.ACCOUNTING: N_("of accounting"),
    Purpose.STATISTICS: N_("of statistics"),
}
_STATUS: Mapping[Status, str] = {
    Status.RUNNING: N_("Relation under way"),
    Status.KEPT: N_("Kept"),
    Status.DUE_SOON: N_("Due soon"),
    Status.DUE: N_("Due"),
    Status.HELD: N_("Purge on hold"),
    Status.UNDETERMINED: N_("To be qualified"),
}
_STATUS_SENTENCE: Mapping[Status, str] = {
    Status.RUNNING: N_("The relation is on: no deadline exists yet."),
    Status.KEPT: N_("A last day of retention exists and is not near."),
    Status.DUE_SOON: N_("The last day of retention falls within the chosen horizon."),
    Status.DUE: N_("The last day of retention has passed."),
    Status.HELD: N_("A hold forbids erasure, whether the record is due or not."),
    Status.UNDETERMINED: N_("No deadline can be computed from the facts: somebody must qualify the record."),
}
_CATEGORY: Mapping[Category, str] = {
    Category.PROSPECT: N_("Prospect"),
    Category.CUSTOMER: N_("Customer"),
    Category.CONTRACTUAL: N_("Contract"),
    Category.ENTRY: N_("Contest entry"),
    Category.VOUCHER: N_("Accounting voucher"),
}
_ANCHOR: Mapping[Anchor, str] = {
    Anchor.NONE: N_("No starting point"),
    Anchor.LAST_CONTACT: N_("Last contact from the person"),
    Anchor.COLLECTION: N_("Collection of the data"),
    Anchor.COMMERCIAL_END: N_("End of the commercial relation"),
    Anchor.CONTRACT_END: N_("End of the contract"),
    Anchor.OPERATION_CLOSE: N_("Close of the operation"),
    Anchor.ANNOUNCED_DAY: N_("Day announced for the operation"),
    Anchor.FISCAL_YEAR_CLOSE: N_("Close of the fiscal year"),
    Anchor.OBJECTION: N_("Objection of the person"),
    Anchor.WITHDRAWAL: N_("Withdrawal of consent"),
    Anchor.QUALIFIED: N_("Date stated by the DPO"),
}
_FLAG: Mapping[Flag, str] = {
    Flag.INACTIVE: N_("Inactive for more than 3 years"),
    Flag.GAP_LONGER_THAN_RETENTION: N_("Gap longer than the retention"),
    Flag.CONTACT_AFTER_END: N_("Contact after the end of the relation"),
    Flag.PLANNED_END: N_("Planned end"),
    Flag.INTERMEDIATE_ARCHIVE: N_("Intermediate archive"),
    Flag.OPERATION_PROLONGED: N_("Operation prolonged"),
    Flag.PROOF_INCOMPLETE: N_("Proof incomplete"),
    Flag.NO_CONSENT: N_("No consent"),
}
_ANOMALY: Mapping[Anomaly, str] = {
    Anomaly.FUTURE_DATE: N_("Date in the future"),
    Anomaly.PLACEHOLDER_DATE: N_("Date that stands for none"),
    Anomaly.END_BEFORE_START: N_("End before the start"),
    Anomaly.OPEN_WITH_PAST_END: N_("Open, with an end in the past"),
    Anomaly.UNKNOWN_PERSON: N_("Unknown person"),
    Anomaly.DUPLICATE_PERSON: N_("Person twice"),
    Anomaly.NULL_KEY: N_("Row without a key"),
    Anomaly.UNREADABLE_DATE: N_("Unreadable date"),
    Anomaly.KEEP_CONFLICT: N_("Two different announced durations"),
}
_FIELD: Mapping[Field, str] = {
    Field.LEGAL_BASIS: N_("Legal basis"),
    Field.DURATION: N_("Retention period"),
    Field.START_EVENT: N_("Starting point"),
    Field.RECIPIENTS: N_("Recipients"),
    Field.DATA_CATEGORIES: N_("Categories of data"),
    Field.PERSON_CATEGORIES: N_("Categories of persons"),
    Field.TRANSFERS: N_("Transfers outside the EU"),
    Field.SECURITY_MEASURES: N_("Security measures"),
    Field.DATA_SOURCE: N_("Source of the data"),
    Field.LEGITIMATE_INTEREST: N_("Legitimate interest pursued"),
    Field.CONSENT_WITHDRAWAL: N_("Withdrawal of consent"),
    Field.OPT_OUT_LIST: N_("Opt-out list"),
}
_RULE_ORIGIN: Mapping[RuleOrigin, str] = {
    RuleOrigin.CHARTER: N_("Charter"),
    RuleOrigin.LAW: N_("Law"),
    RuleOrigin.GDPR: N_("GDPR"),
    RuleOrigin.CNIL: N_("CNIL"),
    RuleOrigin.CONVENTION: N_("Convention, to be confirmed by the DPO"),
}
_ROLE: Mapping[Role, str] = {
    Role.DPO: N_("Data protection officer"),
    Role.OPERATOR: N_("Operator"),
    Role.APPROVER: N_("Approver"),
    Role.MANAGEMENT: N_("Management"),
    Role.AUDITOR: N_("Auditor"),
    Role.ADMINISTRATOR: N_("Administrator"),
    Role.COMMAND_LINE: N_("Command line"),
}
_ROLE_SENTENCE: Mapping[Role, str] = {
    Role.DPO: N_("Sees counts, register, deadlines and source."),
    Role.OPERATOR: N_("Works within one purpose: its counts, its records, its rules."),
    Role.APPROVER: N_("Looks at the counts and records of one purpose, whose purges need their consent."),
    Role.MANAGEMENT: N_("Sees totals and the register, and no record."),
    Role.AUDITOR: N_("Sees everything that is counted and written down, and changes nothing."),
    Role.ADMINISTRATOR: N_("Looks after the source and the accounts, and sees no count."),
    Role.COMMAND_LINE: N_("Scans and reports from the command line."),
}


def purpose_name(purpose: Purpose) -> str:
    """Prospecting."""
    return _(_PURPOSE[purpose])


def of_purpose(purpose: Purpose) -> str:
    """Of prospecting: for use inside a sentence, with the particle French elides or not."""
    return _(_OF_PURPOSE[purpose])


def status_name(status: Status) -> str:
    """Due."""
    return _(_STATUS[status])


def status_sentence(status: Status) -> str:
    """What a status means, in one sentence."""
    return _(_STATUS_SENTENCE[status])


def category_name(category: Category) -> str:
    """Which clock a record runs on."""
    return _(_CATEGORY[category])


def anchor_name(anchor: Anchor) -> str:
    """Last contact from the person."""
    return _(_ANCHOR[anchor])


def flag_names(flags: int) -> list[str]:
    """Every flag of a record, in the order of their numbers."""
    return [_(name) for flag, name in _FLAG.items() if flags & flag]


def anomaly_names(anomalies: int) -> list[str]:
    """Every anomaly of a record, in the order of their numbers."""
    return [_(name) for anomaly, name in _ANOMALY.items() if anomalies & anomaly]


def field_name(field: Field) -> str:
    """What the register must say of a purpose."""
    return _(_FIELD[field])


def origin_name(origin: RuleOrigin) -> str:
    """Where a rule comes from."""
    return _(_RULE_ORIGIN[origin])


def role_name(grants: Iterable[Grant]) -> str:
    """The roles somebody holds: Approver (prospecting), Approver (contests)."""
    return pgettext("between roles", ", ").join(dict.fromkeys(_role(grant) for grant in grants))


def role_sentence(grants: Iterable[Grant]) -> str:
    """What the roles somebody holds let them do."""
    return " ".join(dict.fromkeys(_(_ROLE_SENTENCE[grant.role]) for grant in grants))


def _role(grant: Grant) -> str:
    name = _(_ROLE[grant.role])
    return name if grant.purpose is None else f"{name} ({purpose_name(grant.purpose).lower()})"

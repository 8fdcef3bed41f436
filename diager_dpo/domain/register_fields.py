"""What a register must say of an activity (GDPR 30; CNIL's simplified register), and the lists its model offers.

Codes only; their names are in the catalogs. Privacy Shield (void since 2020) and Safe Harbor are not offered.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class RegisterField(StrEnum):
    """The fields of ``domain.charter.Field`` by the same codes, and what CNIL's model asks besides."""

    LEGAL_BASIS = "legal_basis"
    DURATION = "duration"
    START_EVENT = "start_event"
    PERSON_CATEGORIES = "person_categories"
    DATA_CATEGORIES = "data_categories"
    SENSITIVE_DATA = "sensitive_data"
    RECIPIENTS = "recipients"
    PROCESSORS = "processors"
    JOINT_CONTROLLERS = "joint_controllers"
    TRANSFERS = "transfers"
    TRANSFER_GUARANTEES = "transfer_guarantees"
    SECURITY_MEASURES = "security_measures"
    DATA_SOURCE = "data_source"
    LEGITIMATE_INTEREST = "legitimate_interest"
    CONSENT_WITHDRAWAL = "consent_withdrawal"
    OPT_OUT_LIST = "opt_out_list"


class Severity(StrEnum):
    """How grave a gap is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


F = RegisterField

#: Fields GDPR 30(1) or 5(1)(e) names outright: a register without them does not hold.
_HIGH = frozenset({F.LEGAL_BASIS, F.DURATION, F.START_EVENT, F.PERSON_CATEGORIES, F.DATA_CATEGORIES, F.RECIPIENTS})
_LOW = frozenset({F.JOINT_CONTROLLERS, F.OPT_OUT_LIST})

#: Fields of which the DPO may confirm that there is nothing to state.
MAY_BE_NONE = frozenset(
    {
        F.SENSITIVE_DATA,
        F.RECIPIENTS,
        F.PROCESSORS,
        F.JOINT_CONTROLLERS,
        F.TRANSFERS,
        F.TRANSFER_GUARANTEES,
        F.LEGITIMATE_INTEREST,
        F.CONSENT_WITHDRAWAL,
        F.OPT_OUT_LIST,
    }
)

#: The lists of CNIL's model, by field.
CHOICES: Mapping[RegisterField, tuple[str, ...]] = MappingProxyType(
    {
        F.PERSON_CATEGORIES: (
            "employees", "internal_services", "customers", "suppliers", "providers", "prospects", "candidates",
        ),
        F.DATA_CATEGORIES: (
            "identity", "personal_life", "professional_life", "economic", "connection", "location", "internet",
        ),
        F.SENSITIVE_DATA: (
            "origin", "opinions", "beliefs", "union", "genetic", "biometric", "health", "sexual_life", "offences",
            "national_number",
        ),
        F.TRANSFER_GUARANTEES: (
            "adequate_country", "contractual_clauses", "binding_rules", "code_of_conduct", "certification",
            "derogation",
        ),
        F.SECURITY_MEASURES: (
            "access_control", "traceability", "software_protection", "backup", "encryption", "processor_control",
        ),
    }
)  # fmt: skip


def default_severity(field: RegisterField) -> Severity:
    """How grave it is that a field is missing, until the DPO says otherwise."""
    if field in _HIGH:
        return Severity.HIGH
    return Severity.LOW if field in _LOW else Severity.MEDIUM

"""What each point of the register asks for, and an example: enough to complete it without knowing the law."""

from collections.abc import Mapping

from diager_dpo.domain.charter import Field
from diager_dpo.domain.register_fields import RegisterField as F
from diager_dpo.ui.language import N_, _
from diager_dpo.ui.words import field_name

_NAME: Mapping[F, str] = {
    F.SENSITIVE_DATA: N_("Sensitive data"),
    F.PROCESSORS: N_("Processors"),
    F.JOINT_CONTROLLERS: N_("Joint controllers"),
    F.TRANSFER_GUARANTEES: N_("Guarantees of transfers"),
}

_ASKED: Mapping[F, str] = {
    F.LEGAL_BASIS: N_("What makes the processing lawful (GDPR 6). Example: contract."),
    F.DURATION: N_("How long the data are kept (GDPR 30). Example: three years from the last contact."),
    F.START_EVENT: N_("From which event the time runs. Example: end of the contract."),
    F.PERSON_CATEGORIES: N_("Whose data are held (GDPR 30). Example: customers, prospects."),
    F.DATA_CATEGORIES: N_("Which kinds of data are held (GDPR 30). Example: identity, postal address, orders."),
    F.SENSITIVE_DATA: N_("Health, opinions, offences and the like (GDPR 9, 10). Confirm “none” if there are none."),
    F.RECIPIENTS: N_("Who receives the data (GDPR 30). Example: sales department."),
    F.PROCESSORS: N_("Who processes them on your behalf (GDPR 28). Example: the host of the website."),
    F.JOINT_CONTROLLERS: N_("Who decides with you about the processing (GDPR 26). Example: a subsidiary."),
    F.TRANSFERS: N_("To whom and to which country outside the EU data go (GDPR 30). Example: mailing tool, Canada."),
    F.TRANSFER_GUARANTEES: N_("What protects data that leave the EU (GDPR 46). Example: standard contractual clauses."),
    F.SECURITY_MEASURES: N_("How the data are protected (GDPR 32). Example: access control, backups, encryption."),
    F.DATA_SOURCE: N_("Where the data come from (GDPR 14). Example: entered by the person on the website."),
    F.LEGITIMATE_INTEREST: N_("The interest pursued, where it is the basis (GDPR 13). Example: keeping customers."),
    F.CONSENT_WITHDRAWAL: N_("How a person takes consent back (GDPR 7). Example: a link in every message."),
    F.OPT_OUT_LIST: N_("How objections are kept (GDPR 21). Example: an opt-out list of three years."),
}


def point_name(field: F) -> str:
    """The name of a point of the register."""
    return _(_NAME[field]) if field in _NAME else field_name(Field(field.value))


def asked(field: F) -> str:
    """What a point asks for and why, with an example."""
    return _(_ASKED[field])

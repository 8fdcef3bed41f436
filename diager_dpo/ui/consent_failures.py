"""What can go wrong with exports of consents and with addresses that are checked."""

from collections.abc import Mapping

from diager_dpo.ui.language import N_

CONSENT_SENTENCES: Mapping[str, str] = {
    "no_consent_facts": N_("The source file does not say where consents are."),
    "person_unknown": N_("The source knows nobody with this key."),
}

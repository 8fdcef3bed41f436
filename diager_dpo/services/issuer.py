"""Who vouches for people here: one issuer of identities at a time.

What another issuer said before no longer counts: its sessions are over, its accounts and grants stay in the store and
open nothing.
"""

from diager_dpo.services.installation import Installation
from diager_dpo.services.sign_in_file import LOCAL

DEMONSTRATION = "demonstration"


def issuer_in_force(installation: Installation) -> str:
    """The provider that is configured; else, for a source of one's own, local accounts; else the demonstration."""
    provider = installation.sign_in.provider
    if provider is not None:
        return provider.issuer
    return DEMONSTRATION if installation.settings.source is None else LOCAL


def has_local_accounts(installation: Installation) -> bool:
    """Whether people sign in with a password that this installation keeps."""
    return issuer_in_force(installation) == LOCAL


def provider_decides(installation: Installation) -> bool:
    """Whether grants come from a provider at each sign-in, so that nobody gives or takes one here."""
    return installation.sign_in.provider is not None

"""What stands for a person's key once the key itself must not: a keyed hash that says nothing without the key."""

import hmac
from collections.abc import Iterable

from diager_dpo.services.installation import Installation
from diager_dpo.services.keys import PSEUDONYM, secret


def pseudonym(installation: Installation, source: str, person: str) -> str:
    """The pseudonym of one person: 64 hexadecimal digits (docs/decisions/pseudonyms.md)."""
    return pseudonyms(installation, source, (person,))[0]


def pseudonyms(installation: Installation, source: str, persons: Iterable[str]) -> list[str]:
    """The pseudonyms of many persons of a source, in their order; the key is read once."""
    key, start = secret(installation, PSEUDONYM), f"{source}\0".encode()
    return [hmac.digest(key, start + person.encode(), "sha256").hex() for person in persons]

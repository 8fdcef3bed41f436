"""What a password must be, how it is kept, and how a first one is made.

Length counts, composition does not [CNIL recommendation 2022-100; NIST SP 800-63B-4]: twelve characters, none of the
passwords everybody tries first. Kept as argon2id with the parameters of RFC 9106 for limited memory.
"""

import secrets
import unicodedata
from functools import lru_cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from diager_dpo.services.errors import NotPossible

SHORTEST, LONGEST = 12, 256
_LEAST_VARIED = 5  # different characters
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is taken for something else
_GROUPS, _GROUP = 4, 5  # 31^20: 99 bits

# Beginnings of what lists of stolen passwords hold most: whatever stands after them is guessed with them.
_TRIED_FIRST = (
    "password", "passw0rd", "p@ssword", "p@ssw0rd", "motdepasse", "m0tdepasse", "monmotdepasse", "azerty", "qwerty",
    "qwertz", "1234", "4321", "0123", "9876", "1q2w3e", "1qaz2wsx", "abcd", "aqwzsx", "iloveyou", "jetaime", "bonjour",
    "bienvenue", "welcome", "admin", "administrateur", "administrator", "letmein", "changeme", "changezmoi", "soleil",
    "football", "marseille", "princesse", "princess", "loulou", "doudou", "chouchou", "superman", "pokemon", "starwars",
    "dragon", "master", "sunshine", "trustno1", "secret", "diager",
)  # fmt: skip

_hasher = PasswordHasher()
_at_once = BoundedSemaphore(2)  # each takes 64 MiB: a crowd at the sign-in must not take the memory of the server


def normal(text: str) -> str:
    """One form for what looks the same, whatever keyboard wrote it."""
    return unicodedata.normalize("NFKC", text)


def require_good(password: str, name: str) -> None:
    """Refuse a password that is too easy to guess, or too long to be hashed.

    Raises:
        NotPossible: ``password_too_short``, ``password_too_long``, ``password_too_common``, ``password_names_account``.
    """
    plain = normal(password)
    if len(plain) < SHORTEST:
        raise NotPossible("password_too_short", shortest=SHORTEST)
    if len(plain) > LONGEST:
        raise NotPossible("password_too_long", longest=LONGEST)
    if name.casefold() in plain.casefold():
        raise NotPossible("password_names_account")
    if len(set(plain)) < _LEAST_VARIED or _is_common(plain.casefold()):
        raise NotPossible("password_too_common")


def _is_common(plain: str) -> bool:
    """A word everybody tries, with few other characters around it, or such words one after the other."""
    rest = plain
    for word in sorted(_TRIED_FIRST, key=len, reverse=True):
        rest = rest.replace(word, "")
    return len(rest) < SHORTEST - 4 and rest != plain


def hashed(password: str) -> str:
    """A password as it is kept."""
    with _at_once:
        return _hasher.hash(normal(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether a password is the one that is kept. Takes as long where none is kept."""
    with _at_once:
        try:
            _hasher.verify(kept or _nobodys(), normal(password))
        except (Argon2Error, InvalidHashError):
            return False
    return kept is not None


def one_time() -> str:
    """A first password, to be read from a screen and typed once."""
    groups = ("".join(secrets.choice(_READABLE) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return _hasher.hash(secrets.token_urlsafe())

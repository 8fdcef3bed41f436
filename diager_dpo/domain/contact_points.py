"""Contact points brought to one form, so that the same address written twice is one (docs/opt-out-list.md).

Only what is an e-mail address or a telephone number has a form: a name, a city or a postcode never does, so that
nothing of the kind comes into the opt-out list or is found in it.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum

import phonenumbers

DEFAULT_REGION = "FR"
_MAIL = re.compile(r"[^\s@<>\"(),:;\[\]\\]{1,64}@(?:[\w-]{1,63}\.)+[^\W\d_][\w-]{1,62}")
# As it is dialled: a number without its 0 or + may as well be that of a company (SIREN) or of a customer.
_TELEPHONE = re.compile(r"(?:\+|\(?0)[\d\s().\-/\u2010-\u2015]+")
_LONGEST = 254


class PointKind(StrEnum):
    """What kind of contact point a value is."""

    EMAIL = "email"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """A contact point in its one form. The value stays out of ``repr``."""

    kind: PointKind
    value: str = field(repr=False)


def contact_point(text: str) -> ContactPoint | None:
    """The one form of what somebody wrote; ``None`` where it is neither an e-mail address nor a telephone number.

    E-mail: NFKC, trimmed, lower case, without a plus-tag. Telephone: E.164, as dialled in France where no country is
    given; only numbers as long as theirs are. What a text says of itself decides, never the name of its column.
    """
    text = "".join(each for each in unicodedata.normalize("NFKC", text) if unicodedata.category(each) != "Cf").strip()
    if not text or len(text) > _LONGEST:
        return None
    if "@" in text:
        return _email(text.removeprefix("mailto:"))
    return _phone(text) if _TELEPHONE.fullmatch(text) else None


def _email(text: str) -> ContactPoint | None:
    text = unicodedata.normalize("NFKC", text.casefold()).strip()
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1].strip()
    name, _at, domain = text.rpartition("@")
    name = name.partition("+")[0]
    plain = f"{name}@{domain.removesuffix('.')}"
    return ContactPoint(PointKind.EMAIL, plain) if _MAIL.fullmatch(plain) else None


def _phone(text: str) -> ContactPoint | None:
    try:
        number = phonenumbers.parse(text, DEFAULT_REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):  # "valid" would depend on how young the list of ranges is
        return None
    return ContactPoint(PointKind.PHONE, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))

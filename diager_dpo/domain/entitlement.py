"""Who is entitled to a purpose beside whom the charter names for it, and where the two differ."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from diager_dpo.domain.charter import Text
from diager_dpo.domain.permissions import Role


@dataclass(frozen=True, slots=True)
class Entitled:
    """Somebody who sees the records of a purpose. ``recipient``: the words of the charter for them; empty for none."""

    name: str
    roles: tuple[Role, ...]
    recipient: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What the charter says and what rights do not, or the other way round; all empty where they agree.

    ``not_named``: entitled, and not as somebody whom the charter names. ``nobody``: named, and nobody here is entitled
    as such: no fault, since a recipient need not use this product.
    """

    not_named: tuple[Entitled, ...]
    nobody: tuple[Text, ...]


def difference(named: Sequence[Text], entitled: Collection[Entitled]) -> Difference:
    """Compare the recipients of the charter with the people entitled to work on the purpose."""
    known, held = {text.fr for text in named}, {each.recipient for each in entitled}
    return Difference(
        tuple(each for each in entitled if each.recipient not in known),
        tuple(text for text in named if text.fr not in held),
    )

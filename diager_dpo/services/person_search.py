"""Finding a person by name or contact point, live in the source, for those entitled; every search is written down."""

from dataclasses import dataclass, field, replace

from diager_dpo.domain.permissions import Action, Identity, allowed_purposes
from diager_dpo.domain.words import Purpose
from diager_dpo.services.access import grants_in
from diager_dpo.services.access_log import note_search
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.services.installation import Installation
from diager_dpo.services.rate_limit import RateLimit
from diager_dpo.services.source_engine import configured_source, source_engine
from diager_dpo.source.person_search import Match, Wanted, can_search, labels_of, search_persons
from diager_dpo.store.engine import reading
from diager_dpo.store.record_queries import purposes_of

MOST_ANSWERS = 20
LONGEST = 100
FEWEST_LETTERS = 2
_CANDIDATES = 200  # rows: a person has several contact points
_CANDIDATES_OF_A_PURPOSE = 2_000  # of whom those without a record of the purpose are left out again
_TIMEOUT_S = 20


#: A search tells who is a customer: thirty at once, then one every two seconds, for each account.
SEARCHES = RateLimit(burst=30, seconds=2)


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A person that was found, by name or by the contact ``point`` that matched. Values stay out of ``repr``.

    ``purposes``: those that the last scan found a record for and the actor may see.
    """

    person: str
    label: str = field(repr=False)
    point: str = field(repr=False)
    purposes: tuple[Purpose, ...]


@dataclass(frozen=True, slots=True)
class FoundPersons:
    """Up to ``MOST_ANSWERS`` persons. ``more``: there may be others, which only a longer text can tell."""

    persons: tuple[FoundPerson, ...]
    more: bool


def find_person(installation: Installation, actor: Identity, text: str) -> FoundPersons:
    """Who is called so, or has this e-mail address or telephone number; whatever the case and the accents.

    The DPO finds everybody, an operator those with a record of their purpose. Nothing is kept but that there was a
    search, whose, and how many answers it had.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``no_names_to_search``, ``search_too_short``, ``search_too_long``,
            ``search_too_often``, or what is wrong with the source.
    """
    with reading(installation.store) as connection:
        allowed = allowed_purposes(grants_in(connection, actor), Action.FIND_PERSON)
        if not allowed:
            raise Refused("not_permitted", action=Action.FIND_PERSON.value)
        source, wanted = configured_source(installation), _wanted(text)
        if not can_search(source):
            raise NotPossible("no_names_to_search")
        if not SEARCHES.take(_whose(installation, actor)):
            raise NotPossible("search_too_often")
        everybody = allowed == frozenset(Purpose)
        with source_engine(installation, _TIMEOUT_S) as engine:
            candidates = _CANDIDATES if everybody else _CANDIDATES_OF_A_PURPOSE
            matches, more = search_persons(engine, source, wanted, candidates)
            known = purposes_of(connection, source.name, [match.person for match in matches])
            found = [
                FoundPerson(match.person, match.label, match.point, purposes)
                for match in matches
                if (purposes := _seen(known, match, allowed)) or everybody
            ]
            answers = found[:MOST_ANSWERS]
            names = labels_of(engine, source, [each.person for each in answers if not each.label])
    note_search(installation, actor, len(answers))
    named = tuple(replace(each, label=each.label or names.get(each.person, "")) for each in answers)
    return FoundPersons(named, more or len(found) > MOST_ANSWERS)


def _whose(installation: Installation, actor: Identity) -> str:
    """One account of one installation; a limit reads colons as those of an address."""
    return f"{installation.settings.home} {actor.issuer} {actor.subject}".replace(":", " ")


def _wanted(text: str) -> Wanted:
    if len(text) > LONGEST:
        raise NotPossible("search_too_long", most=LONGEST)
    wanted = Wanted.of(text)
    if wanted.letters < FEWEST_LETTERS:
        raise NotPossible("search_too_short", fewest=FEWEST_LETTERS)
    return wanted


def _seen(known: dict[str, list[Purpose]], match: Match, allowed: frozenset[Purpose]) -> tuple[Purpose, ...]:
    return tuple(purpose for purpose in known.get(match.person, ()) if purpose in allowed)

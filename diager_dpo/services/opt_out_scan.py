"""The opt-out list in a scan: whom it makes object, and who comes onto it.

Contact points are read for two kinds of persons only: those that the index does not know, while the list is not empty;
and those who object and whose points are not on it yet. What is read is hashed at once and kept nowhere else.
"""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Engine

from diager_dpo.domain.added_facts import with_objections
from diager_dpo.domain.civil import NO_DAY, later
from diager_dpo.domain.consent_states import pure_moments
from diager_dpo.domain.consents import Opposition, checked_consents, opposition
from diager_dpo.domain.contact_points import ContactPoint, contact_point
from diager_dpo.domain.facts import Facts
from diager_dpo.services.installation import Installation
from diager_dpo.services.keys import secret
from diager_dpo.services.stored_refusals import with_proofs
from diager_dpo.source.connection import snapshot
from diager_dpo.source.narrowing import statements
from diager_dpo.source.person_search import CONTACT_POINTS
from diager_dpo.source.reader import Reading
from diager_dpo.source.rows import read_rows
from diager_dpo.source.source_file import SourceFile
from diager_dpo.store import opt_out
from diager_dpo.store.engine import reading
from diager_dpo.store.opt_out import Opposed

OPT_OUT = "opt-out"
"""The name of the key that hashes contact points."""

REVIEW_MONTHS = 36
_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Listing:
    """Who comes onto the list, and their points: hash, person, day of the objection, day of the review."""

    persons: tuple[Opposed, ...]
    points: tuple[tuple[str, str, int, int], ...]


def hashed(installation: Installation, points: Iterable[ContactPoint]) -> list[str]:
    """The keyed hash of each contact point: 64 hexadecimal digits that say nothing without the key."""
    key = secret(installation, OPT_OUT)
    return [hmac.digest(key, f"{point.kind.value}\0{point.value}".encode(), "sha256").hex() for point in points]


def applied(
    installation: Installation, source: SourceFile, engine: Engine, found: Reading, today: int
) -> tuple[Reading, Listing]:
    """The facts with what the store kept of refusals and with the matches of the list; and who comes onto it.

    Raises:
        SourceReadError: ``contact_points`` cannot be read.
    """
    with reading(installation.store) as connection:
        facts = with_proofs(installation, connection, source.name, found.facts, today)
        known = {each.person: each for each in opt_out.opposed(connection, source.name)}
        compares = CONTACT_POINTS in source.facts and not opt_out.is_empty(connection, source.name)
        indexed = opt_out.known_persons(connection, source.name) if compares else set()
        fresh = [person for person in facts.persons.key.tolist() if person not in indexed] if compares else []
    read: dict[str, list[str]] = {}
    if fresh:
        read = _hashes(installation, source, engine, fresh)
        with reading(installation.store) as connection:
            listed = opt_out.listed(
                connection, source.name, sorted({point for each in read.values() for point in each})
            )
        since = {
            person: min(days)
            for person, points in read.items()
            if (days := [listed[point] for point in points if point in listed])
        }
        facts = _objecting(facts, {person: day for person, day in since.items() if day <= today})
    unlisted = _not_listed(facts, known, today, has_points=CONTACT_POINTS in source.facts)
    missing = [each.person for each in unlisted if each.points_read and each.person not in read]
    read |= _hashes(installation, source, engine, missing) if missing else {}
    return replace(found, facts=facts), listing_of(unlisted, read, today)


def write(connection: Connection, source_name: str, listing: Listing, facts: Facts, today: int) -> None:
    """Bring the list to what a scan found; ``facts``: with everything the store knows.

    A later explicit choice of the person takes them off it; nothing else does.
    """
    opt_out.add(connection, source_name, listing.persons)
    opt_out.add_points(connection, source_name, listing.points)
    listed = [each.person for each in opt_out.opposed(connection, source_name) if each.on <= today]
    place = pd.Index(facts.persons.key, dtype=object).get_indexer(pd.Index(listed, dtype=object))
    since = _opposition(facts, today).since
    gone = [person for person, at in zip(listed, place.tolist(), strict=True) if at >= 0 and since[at] == NO_DAY]
    if gone:
        opt_out.remove(connection, source_name, gone)


def points_of(
    installation: Installation, source: SourceFile, connection: Connection, persons: Sequence[str]
) -> dict[str, list[str]]:
    """The hashes of some persons' contact points, from a transaction of the source; who has none is not in it."""
    if CONTACT_POINTS not in source.facts or not persons:
        return {}
    wanted, found = set(persons), dict[str, list[str]]()
    planned = statements(connection, CONTACT_POINTS, source.facts[CONTACT_POINTS], persons)
    rows = read_rows(connection, planned, source.timezone)
    points = [
        (person, point)
        for person, text in zip(rows["person"], rows["value"], strict=True)
        if person in wanted and (point := contact_point(text)) is not None
    ]
    for (person, _point), value in zip(points, hashed(installation, (point for _, point in points)), strict=True):
        found.setdefault(person, []).append(value)
    return found


def listing_of(persons: Sequence[Opposed], read: dict[str, list[str]], today: int) -> Listing:
    """What is written of persons whose points were read."""
    review = int(later(np.array([today], np.int32), REVIEW_MONTHS)[0])
    points = tuple((point, each.person, each.on, review) for each in persons for point in read.get(each.person, ()))
    return Listing(tuple(persons), points)


def _hashes(
    installation: Installation, source: SourceFile, engine: Engine, persons: Sequence[str]
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    with snapshot(engine) as connection:
        for start in range(0, len(persons), _AT_ONCE):
            found |= points_of(installation, source, connection, persons[start : start + _AT_ONCE])
    return found


def _objecting(facts: Facts, since: dict[str, int]) -> Facts:
    if not since:
        return facts
    place = pd.Index(facts.persons.key, dtype=object).get_indexer(pd.Index(list(since), dtype=object))
    return with_objections(facts, place.astype(np.int32), pure_moments(np.array(list(since.values()), np.int32)))


def _not_listed(facts: Facts, known: dict[str, Opposed], today: int, *, has_points: bool) -> list[Opposed]:
    """Who objects and is not on the list with their points yet."""
    stands = _opposition(facts, today)
    where = np.flatnonzero(stands.since != NO_DAY)
    columns = (facts.persons.key[where], stands.since[where], stands.at.micros[where], stands.at.pure[where])
    fresh = [
        Opposed(person, on, at, int(pure), opt_out.SCAN, int(has_points))
        for person, on, at, pure in zip(*(column.tolist() for column in columns), strict=True)
        if person not in known or (has_points and not known[person].points_read)
    ]
    unread = {each.person for each in known.values() if has_points and not each.points_read}
    there = unread.intersection(facts.persons.key.tolist()) if unread else set()
    return fresh + [replace(known[person], points_read=1) for person in sorted(there - {each.person for each in fresh})]


def _opposition(facts: Facts, today: int) -> Opposition:
    consents = None if facts.consents is None else checked_consents(facts.consents, facts.persons.key, today)
    return opposition(facts.objections, consents, facts.persons.key, today)

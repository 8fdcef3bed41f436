"""What the store knows beside the source: suspensions, stated dates, records that were purged, what was prolonged.

A scan and a live look at a few persons complete the facts of the source with the same ones, so that both decide alike.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Table, func, select

from diager_dpo.domain.charter import Charter
from diager_dpo.domain.civil import Days, Positions
from diager_dpo.domain.facts import Codes, Facts, Holds, Keys, Purged, Qualifications
from diager_dpo.domain.operations import announced_retention
from diager_dpo.domain.rulebook import Rulebook
from diager_dpo.services.stored_refusals import with_announcements, with_recorded
from diager_dpo.store import announcements, operations, recorded_refusals
from diager_dpo.store.holds import standing
from diager_dpo.store.purged import purged
from diager_dpo.store.qualifications import stated
from diager_dpo.store.tables import gone_person, hold, purge_item, purged_record, qualification, qualified_record

#: For so many persons, only their rows of the store are read.
_FEW = 20_000


@dataclass(frozen=True, slots=True)
class Completed:
    """Facts that a decision can be made of.

    ``announced``: the last day of each operation, as its announcement says; ``source_says``: the same as the
    source alone has it, where the DPO may have announced another.
    """

    facts: Facts
    announced: Days
    source_says: Days


def completed(
    connection: Connection, source_name: str, facts: Facts, charters: Sequence[Charter], today: int
) -> Completed:
    """The facts of the source with everything the store knows beside them."""
    facts = with_store_facts(connection, source_name, facts)
    facts = with_recorded(connection, source_name, facts, today)
    announced = source_says = np.empty(0, np.int32)
    if facts.operations is not None:
        source_says = announced_retention(facts.operations, Rulebook(charters)).last_day
        facts = with_announcements(connection, source_name, facts)
    if facts.operations is not None:
        announced = announced_retention(facts.operations, Rulebook(charters)).last_day
        since = operations.prolonged_on(connection, source_name, facts.operations, announced, today)
        facts = replace(facts, operations=replace(facts.operations, prolonged_on=since))
    return Completed(facts, announced, source_says)


def with_store_facts(connection: Connection, source_name: str, facts: Facts) -> Facts:
    """The facts with suspensions, stated dates and purged records of the persons that the source returns.

    What the store says of others, or of an operation that the source does not know, concerns no record.
    """
    persons = facts.persons.key
    few = persons.tolist() if len(persons) <= _FEW else None
    holds = standing(connection, source_name, few)
    gone = purged(connection, source_name, few)
    dates = stated(connection, source_name, few)
    named = {row.person for rows in (holds, gone, dates) for row in rows if row.person is not None}
    place = _Places.of(persons, named)
    contests = _Places.of(np.empty(0, np.object_) if facts.operations is None else facts.operations.key, None)
    return replace(
        facts,
        holds=_holds([(row.person, row.purpose or 0, row.since) for row in holds], place),
        purged=Purged(*_records([tuple(row) for row in gone], place, contests)),
        qualifications=Qualifications(*_records([tuple(row) for row in dates], place, contests)),
    )


@dataclass(frozen=True, slots=True)
class Stamp:
    """What changes when something is suspended, stated or erased: two equal stamps mean that nothing was."""

    decisions: tuple[int, ...]
    erasures: tuple[int, ...]


def stamp(connection: Connection, source_name: str) -> Stamp:
    """The state of what the store knows beside the source."""

    def count(table: Table, *conditions: ColumnElement[bool]) -> int:
        return int(connection.scalar(select(func.count()).select_from(table).where(*conditions)) or 0)

    return Stamp(
        decisions=(
            count(hold, hold.c.source == source_name),
            count(hold, hold.c.source == source_name, hold.c.lifted_at.is_not(None)),
            count(qualification, qualification.c.source == source_name),
            count(qualification, qualification.c.source == source_name, qualification.c.withdrawn_at.is_not(None)),
            count(qualified_record, qualified_record.c.source == source_name),
            *recorded_refusals.stamp(connection, source_name),
            *announcements.stamp(connection, source_name),
        ),
        erasures=(
            count(purged_record, purged_record.c.source == source_name),
            count(gone_person, gone_person.c.source == source_name),
            count(purge_item, purge_item.c.state == "erased"),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Places:
    """Where each key of the store stands among those of the source."""

    of_key: dict[str, int]

    @classmethod
    def of(cls, keys: Keys, named: Iterable[str] | None) -> "_Places":
        """``named``: the keys that are asked for, few beside those of the source; ``None`` for all of them."""
        if named is None:
            return cls({key: place for place, key in enumerate(keys.tolist())})
        wanted = pd.Index(sorted(named), dtype=object)
        if wanted.empty:
            return cls({})
        among = wanted.get_indexer(pd.Index(keys, dtype=object))
        found = np.flatnonzero(among >= 0)
        return cls(dict(zip(wanted[among[found]].tolist(), found.tolist(), strict=True)))


def _holds(rows: Sequence[tuple[str | None, int, int]], place: _Places) -> Holds:
    known = [
        (-1 if person is None else place.of_key[person], purpose, since)
        for person, purpose, since in rows
        if person is None or person in place.of_key
    ]
    person, purpose, since = _columns(known, 3)
    return Holds(person, purpose.astype(np.int8), since)


def _records(
    rows: Sequence[tuple[str, int, str, int]], place: _Places, contests: _Places
) -> tuple[Positions, Codes, Positions, Days]:
    """Rows of the store by record, as positions of persons and operations, codes of purposes, and days."""
    known = [
        (place.of_key[person], purpose, contests.of_key[operation] if operation else -1, day)
        for person, purpose, operation, day in rows
        if person in place.of_key and (not operation or operation in contests.of_key)
    ]
    person, purpose, operation, day = _columns(known, 4)
    return person, purpose.astype(np.int8), operation, day


def _columns(rows: Sequence[tuple[int, ...]], width: int) -> list[Days]:
    return list(np.array(rows, np.int32).reshape(-1, width).T)

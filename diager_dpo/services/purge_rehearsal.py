"""The dry run of a purge: erased in one transaction of the source, counted and rolled back."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa

from diager_dpo.domain.erasure import PurposeBits
from diager_dpo.domain.words import Purpose
from diager_dpo.services.installation import Installation
from diager_dpo.services.purge_trial import LiveOf, Trial
from diager_dpo.services.source_engine import configured_source, erasing_engine, source_engine
from diager_dpo.source.check import schema_fingerprint
from diager_dpo.source.connection import snapshot
from diager_dpo.source.erasure import Batch, companions, left
from diager_dpo.source.erasure_plan import ErasurePlan, erasure_plan
from diager_dpo.source.residue import find_residue
from diager_dpo.source.source_file import ErasureMode

AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What the source would lose. ``places``: (table, column) -> planned and unlinked; no column: whole rows.

    ``residue``: position in the list, table, column and key of the row. ``fingerprint``: of the schema that was seen.
    ``refused``: position in the list of each person whom the database does not let go, with the code of why; nothing of
    them is counted.
    """

    places: Mapping[tuple[str, str], tuple[int, int]]
    residue: tuple[tuple[int, str, str, str], ...]
    fingerprint: str
    refused: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class _Going:
    purpose: Purpose
    operation: str
    persons: Sequence[str]
    live: PurposeBits

    def batches(self) -> Iterator[tuple[int, Batch]]:
        """Thousands at a time, each with its first position."""
        for start in range(0, len(self.persons), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            yield start, Batch(self.purpose, self.operation, tuple(self.persons[part]), self.live[part])


def rehearse(
    installation: Installation,
    purpose: Purpose,
    operation: str,
    persons: Sequence[str],
    *,
    live: PurposeBits,
    live_of: LiveOf,
) -> Rehearsal:
    """Erase these persons' purpose in the source and undo it; where nobody may write there, count what is to go.

    Raises:
        NotPossible: what the erasure would run into (``rows_still_refer``, ``erasure_refused`` …, with the table), or
            what is wrong with the source.
    """
    going = _Going(purpose, operation, persons, live)
    if configured_source(installation).erasure is ErasureMode.BY_HAND:
        with source_engine(installation) as engine, snapshot(engine) as connection:
            return _rehearsed(installation, connection, going, live_of, writes=False)
    with erasing_engine(installation) as engine, snapshot(engine) as connection:
        try:
            return _rehearsed(installation, connection, going, live_of, writes=True)
        finally:
            connection.rollback()  # whatever happened, nothing of it is kept


def _rehearsed(
    installation: Installation, connection: sa.Connection, going: _Going, live_of: LiveOf, *, writes: bool
) -> Rehearsal:
    source = configured_source(installation)
    plan = erasure_plan(connection, source)
    planned: Counter[tuple[str, str]] = Counter()
    unlinked: Counter[tuple[str, str]] = Counter()
    residue = [
        (start + found.item, found.table, found.column, found.key)
        for start, batch in going.batches()
        for found in find_residue(connection, plan, source, batch)
    ]
    position = {person: at for at, person in enumerate(going.persons)}
    trial = Trial(connection, plan, live_of)
    for _start, batch in going.batches():
        if writes:
            trial.erase(batch)
            continue
        still = left(connection, plan, batch, live_of(companions(connection, plan, batch))).sum(axis=0)
        planned.update(_named(plan, batch, still.tolist()))
    trial.again()
    for batch, erased in trial.done:
        planned.update(_named(plan, batch, erased.gone.sum(axis=0).tolist()))
        stay = np.asarray(erased.unlinked.sum(axis=0)).tolist()
        unlinked.update({(table, ""): number for table, number in zip(erased.tables, stay, strict=True)})
    refused = {position[person]: error.code for person, error in trial.refused.items()}
    places = {place: (planned[place], unlinked[place]) for place in sorted(planned.keys() | unlinked.keys())}
    found = {place: numbers for place, numbers in places.items() if any(numbers)}
    return Rehearsal(found, tuple(residue), schema_fingerprint(plan.schema, source), refused)


def _named(plan: ErasurePlan, batch: Batch, numbers: Sequence[int]) -> dict[tuple[str, str], int]:
    places = plan.places(batch.purpose)
    return {(place.table, place.column): number for place, number in zip(places, numbers, strict=True)}

"""The end of an execution: looked at once more through another connection, then the keys are forgotten."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import sqlalchemy as sa

from diager_dpo.domain.civil import day_number, later
from diager_dpo.domain.purges import ItemState, PurgeState
from diager_dpo.services.keys import PSEUDONYM, secret
from diager_dpo.services.live_decision import decide_now
from diager_dpo.services.pseudonyms import pseudonyms
from diager_dpo.services.purge_chunk import companions_live
from diager_dpo.services.purge_notices import announce, rows_of
from diager_dpo.services.purge_run import Run, Step
from diager_dpo.services.purge_settling import note, stop
from diager_dpo.services.source_engine import source_engine
from diager_dpo.source.connection import snapshot
from diager_dpo.source.erasure import Batch, companions, left
from diager_dpo.source.erasure_plan import erasure_plan
from diager_dpo.store import forgetting
from diager_dpo.store import purge_settlements as settlements
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.purge_settlements import Items, Place

EXECUTED = "purge_executed"
VALUES_REMAIN = "values_remain"


@dataclass(slots=True)
class Found:
    """What a fresh read found. ``persons``: erased, all of them; ``in_source``: those that the source still returns."""

    remaining: Counter[Place] = field(default_factory=Counter)
    persons: list[str] = field(default_factory=list)
    in_source: set[str] = field(default_factory=set)


def conclude(run: Run) -> None:
    """Verify, then finish: executed where nothing of what was erased is left, else for somebody to look at."""
    with source_engine(run.installation) as engine, snapshot(engine) as source:
        found = look_again(run, source)
    run.reached(Step.VERIFIED)
    if found.remaining.total():
        with writing(run.installation.store) as connection:
            settlements.hold_on(connection, run.purge.id, run.fence, run.now())
            settlements.note_remaining(connection, run.purge.id, found.remaining)
        stop(run, VALUES_REMAIN)
        return
    with writing(run.installation.store) as connection:
        settlements.hold_on(connection, run.purge.id, run.fence, run.now())
        settlements.note_remaining(connection, run.purge.id, found.remaining)
        _forget(run, connection, found)
        announce(run.installation, connection, run.purge.id)
        settlements.finish(connection, run.purge.id, run.fence, PurgeState.EXECUTED, now=run.now())
        states = settlements.states(connection, run.purge.id)
        results = (ItemState.ERASED, ItemState.SKIPPED, ItemState.FAILED)
        told = rows_of(connection, run.purge.id)
        note(run, connection, EXECUTED, {state.value: states[state] for state in results}, told)
        run.reached(Step.FORGOTTEN_UNCOMMITTED)
    run.reached(Step.FINISHED)


def look_again(run: Run, source: sa.Connection) -> Found:
    """Count what is left at the places of every erased item, from one snapshot.

    Whoever has such a record again, by a fact that came after, is not among them: their data are new.
    """
    plan, found = erasure_plan(source, run.source), Found()
    places = plan.places(run.purpose)
    for chunk in _erased(run):
        persons = tuple(chunk.person.tolist())
        whole = Batch(run.purpose, run.purge.operation, persons, chunk.approved.live)
        others = companions(source, plan, whole)
        with reading(run.installation.store) as store:
            decision = decide_now(run.installation, store, source, (*persons, *others), run.installation.today())
            purged = forgetting.purged_before(store, run.purge.source, others) if others else set()
        now = decision.verdicts(persons, run.purpose, run.purge.operation)
        gone = ~now.present
        batch = Batch(run.purpose, run.purge.operation, tuple(chunk.person[gone].tolist()), now.live[gone])
        still = left(source, plan, batch, companions_live(run, decision, others, purged)).sum(0)
        found.remaining.update({(it.table, it.column): int(n) for it, n in zip(places, still, strict=True)})
        found.persons += persons
        found.in_source.update(np.intersect1d(decision.persons.astype(str), np.array(persons, str)).tolist())
    return found


def _erased(run: Run) -> Iterator[Items]:
    after = -1
    while True:
        with reading(run.installation.store) as connection:
            chunk = settlements.items(connection, run.purge.id, ItemState.ERASED, run.chunk, after)
        if not len(chunk):
            return
        yield chunk
        after = int(chunk.item[-1])


def _forget(run: Run, connection: sa.Connection, found: Found) -> None:
    """Keys go from the list at once; from everywhere, of whom nothing is left in the index nor in the source."""
    if not found.persons:
        return
    names = dict(zip(found.persons, pseudonyms(run.installation, run.purge.source, found.persons), strict=True))
    known = forgetting.in_index(connection, run.purge.source, found.persons) | found.in_source
    forgetting.pseudonymise_items(connection, run.purge.id, names)
    gone = {person: name for person, name in names.items() if person not in known}
    forgetting.forget_persons(connection, run.purge.source, gone, _forget_on(run), secret(run.installation, PSEUDONYM))


def _forget_on(run: Run) -> int | None:
    """The first day on which no declared backup can bring them back."""
    kept = run.source.backups_kept_for
    if kept is None:
        return None
    today = np.array([day_number(run.installation.today())], np.int32)
    return int(later(today, kept.months, kept.days)[0]) + 1

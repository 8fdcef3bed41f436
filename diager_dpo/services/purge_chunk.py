"""One chunk of a purge in the source: locked, decided again from the live facts, erased, looked at, and receipted.

All of it in one transaction of the source; whatever raises undoes it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa

from diager_dpo.domain.erasure import FULLY_LIVE, PurposeBits, bit
from diager_dpo.domain.purges import Skip, changes, too_many_skipped
from diager_dpo.services.kept_proofs import keep_proofs_first
from diager_dpo.services.live_decision import LiveDecision, decide_now
from diager_dpo.services.purge_run import Run, Step, Stop
from diager_dpo.source.erasure import Batch, companions, erase, left, lock
from diager_dpo.source.erasure_errors import SourceErasureError
from diager_dpo.source.erasure_fence import stand_at_fence
from diager_dpo.source.receipts import write_receipts
from diager_dpo.store import forgetting
from diager_dpo.store import purge_settlements as settlements
from diager_dpo.store.engine import reading
from diager_dpo.store.purge_settlements import Items, Place

NOT_ERASED = "values_left"
COUNT_EXCEEDED = "count_exceeded"
TOO_MANY_SKIPPED = "too_many_skipped"


class DecidedMeanwhile(Exception):
    """Something was suspended or stated between the decision and the commit: the chunk must be looked at again."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a chunk in the source. ``gone``: by table and column, whole rows without a column."""

    erased: tuple[int, ...]
    persons: tuple[str, ...]
    skipped: tuple[tuple[int, Skip], ...]
    gone: Mapping[Place, int]
    decision: LiveDecision


def erase_chunk(run: Run, chunk: Items) -> Outcome:
    """Erase what is still as it was approved.

    Raises:
        Stop: ``too_many_skipped``, ``count_exceeded``: rolled back.
        DecidedMeanwhile: rolled back.
        SourceError, SQLAlchemyError: rolled back; where the connection was lost, perhaps committed.
    """
    with run.engine.connect() as connection, connection.begin():
        stand_at_fence(connection, run.receipts, run.purge.uuid, run.fence)
        outcome = _erase(run, connection, chunk)
    run.reached(Step.COMMITTED)
    return outcome


def _erase(run: Run, connection: sa.Connection, chunk: Items) -> Outcome:
    persons = tuple(chunk.person.tolist())
    whole = Batch(run.purpose, run.purge.operation, persons, chunk.approved.live)
    lock(connection, run.plan, whole)
    others = companions(connection, run.plan, whole)
    if others:
        lock(connection, run.plan, Batch(run.purpose, run.purge.operation, others, _fully_live(len(others))))
    run.reached(Step.LOCKED)
    with reading(run.installation.store) as store:
        known = settlements.decided_so_far(store, run.purge.source)
        decision = decide_now(run.installation, store, connection, (*persons, *others), run.installation.today())
        purged = forgetting.purged_before(store, run.purge.source, others) if others else set()
        places = settlements.planned_and_gone(store, run.purge.id)
    now = decision.verdicts(persons, run.purpose, run.purge.operation)
    skips = changes(chunk.approved, now, run.ground)
    going = np.array([skip is None for skip in skips.tolist()], np.bool_)
    skipped = [(int(chunk.item[at]), skips[at]) for at in np.flatnonzero(~going).tolist()]
    if too_many_skipped(run.skipped + len(skipped), run.items):
        raise Stop(TOO_MANY_SKIPPED, skipped)
    run.reached(Step.DECIDED)
    items = tuple(chunk.item[going].tolist())
    batch = Batch(run.purpose, run.purge.operation, tuple(chunk.person[going].tolist()), now.live[going])
    live = companions_live(run, decision, others, purged)
    keep_proofs_first(run.installation, connection, batch.persons, run.purge.operation)
    erased = erase(connection, run.plan, batch, live)
    if left(connection, run.plan, batch, live).any():
        raise SourceErasureError(NOT_ERASED)
    gone = {(place.table, place.column): int(n) for place, n in zip(erased.places, erased.gone.sum(0), strict=True)}
    if any(n + so_far > planned for n, planned, so_far in _against_plan(gone, places)):
        raise Stop(COUNT_EXCEEDED)
    run.reached(Step.ERASED_UNCOMMITTED)
    write_receipts(
        connection,
        run.receipts,
        purge=run.purge.uuid,
        fence=run.fence,
        items=items,
        erased=erased,
        done_at=run.installation.now(),
    )
    run.reached(Step.RECEIPTS_WRITTEN)
    with reading(run.installation.store) as store:
        if not settlements.is_mine(store, run.purge.id, run.fence):
            raise settlements.PurgeLostError(run.purge.id)
        if settlements.decided_so_far(store, run.purge.source) != known:
            raise DecidedMeanwhile
    return Outcome(items, batch.persons, tuple(skipped), gone, decision)


def companions_live(run: Run, decision: LiveDecision, others: Sequence[str], purged: set[str]) -> Mapping[str, int]:
    """What lives on for each person who shares a row with the batch: all of their purposes, this one too.

    Who is not in the source lost everything to a purge, or is nobody that this product knows: their rows stay.
    """
    if not others:
        return {}
    verdicts = decision.verdicts(others, run.purpose, run.purge.operation)
    live = verdicts.live | np.where(verdicts.present, np.int16(bit(run.purpose)), np.int16(0))
    there = set(decision.persons.tolist())
    told = {key: int(bits) for key, bits in zip(others, live.tolist(), strict=True) if key in there}
    return told | {key: 0 for key in others if key not in there and key in purged}


def _fully_live(count: int) -> PurposeBits:
    return np.full(count, FULLY_LIVE, np.int16)


def _against_plan(gone: Mapping[Place, int], places: Mapping[Place, tuple[int, int]]) -> list[tuple[int, int, int]]:
    return [(n, *places.get(place, (0, 0))) for place, n in gone.items() if n]

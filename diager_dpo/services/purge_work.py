"""The loop of an execution: chunk after chunk, until nothing is planned any more, or until it stops.

A chunk that a fault rolled back is tried again in halves, down to the one item that cannot be erased, which gets a
second try: what passes, such as a lock or a store that was full for a moment, is no item's fault. A fault that is
no item's, such as a source that went away, stops the execution at once.
"""

import logging

from diager_dpo.domain.erasure import bit
from diager_dpo.domain.purges import ItemState
from diager_dpo.services.purge_chunk import DecidedMeanwhile, Outcome, erase_chunk
from diager_dpo.services.purge_run import Run, Stop
from diager_dpo.services.purge_settling import begin, fail_item, give_back, settle_from_receipts, stop, write_outcome
from diager_dpo.source.erasure import Batch, companions
from diager_dpo.source.erasure_errors import told_by
from diager_dpo.source.erasure_fence import TAKEN_OVER
from diager_dpo.source.errors import SourceError
from diager_dpo.store import purge_settlements as settlements
from diager_dpo.store.engine import reading
from diager_dpo.store.purge_settlements import Items, PurgeLostError

MOST_FAILURES = 5
"""An execution stops when so many items could not be erased."""

MOST_INTERRUPTIONS = 5
"""So often a chunk is looked at again because somebody decided something meanwhile."""

#: A chunk takes those along who share rows with it, up to so many times its size.
_MOST_TOGETHER = 4

REPEATED_FAILURES = "repeated_failures"
INTERRUPTED_OFTEN = "decided_meanwhile"

#: Faults of the source that no other chunk would escape.
_OF_THE_SOURCE = frozenset({
    "source_unavailable", "source_file_absent", "not_allowed", "unknown_table", "unknown_column",
    "schema_does_not_match", "broken_select", "missing_column", "wrong_type",
})  # fmt: skip

_log = logging.getLogger(__name__)


def erase_all(run: Run) -> bool:
    """Erase whatever is planned; whether the end was reached. Otherwise the purge needs attention, and says why.

    Raises:
        PurgeLostError: another worker has taken the purge over.
    """
    waiting: list[Items] = []
    interruptions = 0
    while True:
        word = _word(run)
        if word is not None:
            stop(run, word)
            return False
        seed = _seed(run, waiting)
        if not len(seed):
            return True
        chunk = _with_neighbours(run, seed)
        begin(run, chunk)
        try:
            outcome = _in_source(run, chunk)
        except Stop as stopped:
            stop(run, stopped.code, stopped.skipped)
            return False
        except DecidedMeanwhile:
            give_back(run, chunk)
            interruptions += 1
            if interruptions > MOST_INTERRUPTIONS:
                stop(run, INTERRUPTED_OFTEN)
                return False
            waiting.append(seed)
        except SourceError as fault:
            if not _recovered(run, seed, fault, waiting):
                return False
        else:
            write_outcome(run, chunk, outcome)


def _in_source(run: Run, chunk: Items) -> Outcome:
    """The chunk in the source; an error of the driver becomes one without a value."""
    try:
        with told_by(""):
            outcome = erase_chunk(run, chunk)
    except SourceError as fault:
        if fault.code == TAKEN_OVER:
            raise PurgeLostError(run.purge.id) from None
        raise
    return outcome


def _recovered(run: Run, seed: Items, fault: SourceError, waiting: list[Items]) -> bool:
    """Find out what a fault left, and go on with what is still planned; false where the execution has stopped."""
    _log.warning("purge %s: %s", run.purge.id, fault.code)
    try:
        with told_by(""):
            settle_from_receipts(run)
    except SourceError as still:
        if still.code == TAKEN_OVER:
            raise PurgeLostError(run.purge.id) from None
        stop(run, fault.code, rolled_back=False)
        return False
    if fault.code in _OF_THE_SOURCE:
        stop(run, fault.code)
        return False
    with reading(run.installation.store) as connection:
        planned = set(settlements.items_in(connection, run.purge.id, (ItemState.PLANNED,)))
    if int(seed.item[0]) not in planned:
        return True  # committed all the same
    if len(seed) > 1 or run.tries_again(int(seed.item[0])):
        half = len(seed) // 2
        waiting += [part for part in (seed[half:], seed[:half]) if len(part)]
        return True
    fail_item(run, seed, fault.code)
    if run.failures < MOST_FAILURES:
        return True
    stop(run, REPEATED_FAILURES)
    return False


def _seed(run: Run, waiting: list[Items]) -> Items:
    """What to do next: what a fault left to be tried again, else the next items of the list; nothing at the end."""
    while waiting:
        seed = _still_planned(run, waiting.pop())
        if len(seed):
            return seed
    with reading(run.installation.store) as connection:
        return settlements.items(connection, run.purge.id, ItemState.PLANNED, run.chunk)


def _still_planned(run: Run, seed: Items) -> Items:
    """What is left of a run of items once others took their neighbours along."""
    which = seed.item.tolist()
    with reading(run.installation.store) as connection:
        return settlements.items_among(connection, run.purge.id, ItemState.PLANNED, which=which)


def _with_neighbours(run: Run, seed: Items) -> Items:
    """The items with every other of this purge that shares a row with them: it goes with all or stays."""
    if not any(table.shared and table.serves & bit(run.purpose) for table in run.plan.tables):
        return seed
    chunk = seed
    with told_by(""), run.engine.connect() as source, reading(run.installation.store) as store:
        while len(chunk) <= _MOST_TOGETHER * run.chunk:
            persons = tuple(chunk.person.tolist())
            batch = Batch(run.purpose, run.purge.operation, persons, chunk.approved.live)
            others = companions(source, run.plan, batch)
            near = settlements.items_among(store, run.purge.id, ItemState.PLANNED, persons=others)
            if not len(near):
                break
            which = [*chunk.item.tolist(), *near.item.tolist()]
            chunk = settlements.items_among(store, run.purge.id, ItemState.PLANNED, which=which)
    return chunk


def _word(run: Run) -> str | None:
    """Whether somebody asked to stop."""
    with reading(run.installation.store) as connection:
        return settlements.stop_asked(connection, run.purge.id)

"""The loop of an execution: chunk after chunk, until nothing is planned any more, or until it stops.

A chunk that a fault rolled back is tried again in halves, down to the one item that cannot be erased. A fault that is
no item's, such as a source that went away, stops the execution at once.
"""

import logging

from diager_dpo.domain.purges import ItemState
from diager_dpo.services.purge_chunk import DecidedMeanwhile, Outcome, erase_chunk
from diager_dpo.services.purge_run import Run, Stop
from diager_dpo.services.purge_settling import begin, fail_item, give_back, settle_from_receipts, stop, write_outcome
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
        chunk = waiting.pop() if waiting else _next(run)
        if not len(chunk):
            return True
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
            waiting.append(chunk)
        except SourceError as fault:
            if not _recovered(run, chunk, fault, waiting):
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


def _recovered(run: Run, chunk: Items, fault: SourceError, waiting: list[Items]) -> bool:
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
    if int(chunk.item[0]) not in planned:
        return True  # committed all the same
    if len(chunk) > 1:
        half = len(chunk) // 2
        waiting += [chunk[half:], chunk[:half]]
        return True
    fail_item(run, chunk, fault.code)
    if run.failures < MOST_FAILURES:
        return True
    stop(run, REPEATED_FAILURES)
    return False


def _next(run: Run) -> Items:
    with reading(run.installation.store) as connection:
        return settlements.items(connection, run.purge.id, ItemState.PLANNED, run.chunk)


def _word(run: Run) -> str | None:
    """Whether somebody asked to stop."""
    with reading(run.installation.store) as connection:
        return settlements.stop_asked(connection, run.purge.id)

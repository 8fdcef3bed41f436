"""What a chunk did becomes what the store says: from the outcome itself, or from the receipts alone.

Where nobody knows whether a transaction of the source was committed, because the worker died or the connection broke,
the receipts do: they were committed with it, or not at all.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from diager_dpo.domain.civil import day_number
from diager_dpo.domain.journal import Details
from diager_dpo.domain.permissions import Identity
from diager_dpo.domain.purges import ItemState, PurgeState, Skip
from diager_dpo.domain.verdicts import Records
from diager_dpo.domain.words import Purpose
from diager_dpo.services import journal
from diager_dpo.services.installation import Installation
from diager_dpo.services.live_decision import LiveDecision, decide_now, refresh_index
from diager_dpo.services.purge_chunk import Outcome
from diager_dpo.services.purge_run import Run, Step
from diager_dpo.source.erasure_fence import stand_at_fence
from diager_dpo.source.receipts import Receipts, read_receipts
from diager_dpo.store import forgetting
from diager_dpo.store import purge_settlements as settlements
from diager_dpo.store.engine import writing
from diager_dpo.store.purge_settlements import Items, PurgeRow
from diager_dpo.store.tables import purge

CHUNK_ERASED = "purge_chunk_erased"
CHUNK_BEGUN = "purge_chunk_begun"
SETTLED = "purge_settled"
STOPPED = "purge_stopped"

#: Items that may turn out to have been erased: whatever the store says of them, a receipt says more.
_UNSETTLED = (ItemState.PLANNED, ItemState.INTENT, ItemState.FAILED)


def begin(run: Run, chunk: Items) -> None:
    """Say in the store what is about to be done."""
    with writing(run.installation.store) as connection:
        settlements.hold_on(connection, run.purge.id, run.fence, run.now())
        which, former = chunk.item.tolist(), (ItemState.PLANNED,)
        settlements.settle(connection, run.purge.id, which, ItemState.INTENT, former=former)
        note(run, connection, CHUNK_BEGUN, {"first": int(chunk.item[0]), "items": len(chunk)})
    run.reached(Step.INTENT_WRITTEN)


def write_outcome(run: Run, chunk: Items, outcome: Outcome) -> None:
    """Say in the store what was done: results, counts, index, all at once."""
    purge_number, intent = run.purge.id, (ItemState.INTENT,)
    with writing(run.installation.store) as connection:
        settlements.hold_on(connection, purge_number, run.fence, run.now())
        settlements.settle(connection, purge_number, outcome.erased, ItemState.ERASED, former=intent)
        write_skipped(connection, purge_number, outcome.skipped, ItemState.INTENT)
        settlements.add_gone(connection, purge_number, outcome.gone)
        leave_scope(run, connection, outcome.persons)
        after = without_records(outcome.decision, outcome.persons, run.purpose, run.purge.operation)
        refresh_index(run.installation, connection, chunk.person.tolist(), after)
        told = {"first": int(chunk.item[0]), "erased": len(outcome.erased), "skipped": len(outcome.skipped)}
        note(run, connection, CHUNK_ERASED, told)
        run.reached(Step.RESULT_UNCOMMITTED)
    run.skipped += len(outcome.skipped)
    run.reached(Step.RESULT_WRITTEN)


def settle_from_receipts(run: Run) -> int:
    """Bring every item that has a receipt to erased, and every other that was begun back to planned; how many changed.

    Standing at the fence waits for a transaction of this purge that is still under way: the receipts are then whole.
    Done again, it changes nothing.
    """
    with run.engine.connect() as source, source.begin():
        stand_at_fence(source, run.receipts, run.purge.uuid, run.fence)
        receipts = read_receipts(source, run.receipts, run.purge.uuid)
        with writing(run.installation.store) as connection:
            settlements.hold_on(connection, run.purge.id, run.fence, run.now())
            unsettled = settlements.items_in(connection, run.purge.id, _UNSETTLED)
            done = np.intersect1d(receipts.items, np.array(unsettled, np.int64))
            persons = settlements.persons_of(connection, run.purge.id, done.tolist())
            settlements.settle(connection, run.purge.id, done.tolist(), ItemState.ERASED, former=_UNSETTLED)
            back = settlements.move_all(connection, run.purge.id, (ItemState.INTENT,), ItemState.PLANNED)
            if len(done):
                settlements.add_gone(connection, run.purge.id, _counted(run, receipts, done.tolist()))
                leave_scope(run, connection, persons)
                decision = decide_now(run.installation, connection, source, persons, run.installation.today())
                refresh_index(run.installation, connection, persons, decision)
            if len(done) or back:
                note(run, connection, SETTLED, {"erased": len(done), "planned": back})
    run.reached(Step.SETTLED)
    return len(done) + back


def give_back(run: Run, chunk: Items) -> None:
    """A chunk that was surely rolled back stands where it stood."""
    with writing(run.installation.store) as connection:
        settlements.hold_on(connection, run.purge.id, run.fence, run.now())
        which, former = chunk.item.tolist(), (ItemState.INTENT,)
        settlements.settle(connection, run.purge.id, which, ItemState.PLANNED, former=former)


def fail_item(run: Run, chunk: Items, code: str) -> None:
    """The one item of ``chunk`` cannot be erased; the others can."""
    with writing(run.installation.store) as connection:
        settlements.hold_on(connection, run.purge.id, run.fence, run.now())
        which = chunk.item.tolist()
        settlements.settle(connection, run.purge.id, which, ItemState.FAILED, former=(ItemState.PLANNED,), why=code)
    run.failures += 1


def stop(run: Run, code: str, skipped: tuple[tuple[int, Skip], ...] = (), *, rolled_back: bool = True) -> None:
    """End the execution for somebody to look at it. Items whose fate nobody knows stay begun: recovery settles them."""
    with writing(run.installation.store) as connection:
        settlements.hold_on(connection, run.purge.id, run.fence, run.now())
        write_skipped(connection, run.purge.id, skipped, ItemState.INTENT)
        if rolled_back:
            settlements.move_all(connection, run.purge.id, (ItemState.INTENT,), ItemState.PLANNED)
        _attention(run.installation, run.actor, connection, run.purge, code=code, details={"skipped": len(skipped)})
    run.reached(Step.FINISHED)


def abandon(installation: Installation, actor: Identity, row: PurgeRow, code: str) -> None:
    """The same of an execution that a fault ended: what it had begun stays begun."""
    with writing(installation.store) as connection:
        _attention(installation, actor, connection, row, code=code, details={})


def _attention(
    installation: Installation, actor: Identity, connection: Connection, row: PurgeRow, *, code: str, details: Details
) -> None:
    state, now = PurgeState.NEEDS_ATTENTION, installation.now().isoformat()
    settlements.finish(connection, row.id, row.fence, state, now=now, stopped=code)
    _record(installation, actor, connection, row, action=STOPPED, details={"code": code, **details})


def write_skipped(
    connection: Connection, number: int, skipped: tuple[tuple[int, Skip], ...], former: ItemState
) -> None:
    """Each reason with the items it stopped."""
    for why in Skip:
        which = [item for item, reason in skipped if reason is why]
        settlements.settle(connection, number, which, ItemState.SKIPPED, former=(former,), why=why.value)


def without_records(decision: LiveDecision, persons: tuple[str, ...], purpose: Purpose, operation: str) -> LiveDecision:
    """The same decision without one record of each of these persons: what it is once they are erased."""
    whole = decision.decision
    records = whole.records
    gone = pd.Index(decision.persons, dtype=object).isin(persons)[records.person]
    of_operation = np.append(decision.operations, "")[records.operation] == operation
    kept = ~(gone & (records.purpose == purpose) & of_operation.astype(np.bool_))
    left = Records(*(getattr(records, name)[kept] for name in Records.__dataclass_fields__))
    return replace(decision, decision=replace(whole, records=left))


def leave_scope(run: Run, connection: Connection, persons: "tuple[str, ...] | list[str]") -> None:
    """These persons' records are out of scope from today on."""
    forgetting.note_purged(
        connection,
        run.purge.source,
        persons,
        run.purge.purpose,
        run.purge.operation,
        on=day_number(run.installation.today()),
        purge=run.purge.id,
    )


def _counted(run: Run, receipts: Receipts, done: list[int]) -> Counter[tuple[str, str]]:
    wanted, gone = set(done), Counter[tuple[str, str]]()
    for item, counts in zip(receipts.items.tolist(), receipts.counts, strict=True):
        if item in wanted:
            gone.update({run.place(name): n for name, n in counts.items()})
    return gone


def note(
    run: Run, connection: Connection, action: str, details: Details, changed: Collection[journal.Changed] = ()
) -> None:
    """Write into the journal what a step did, in the transaction of the step, and what it changed besides the purge."""
    _record(run.installation, run.actor, connection, run.purge, action=action, details=details, changed=changed)


def _record(
    installation: Installation,
    actor: Identity,
    connection: Connection,
    row: PurgeRow,
    *,
    action: str,
    details: Details,
    changed: Collection[journal.Changed] = (),
) -> None:
    journal.record(
        installation,
        connection,
        actor,
        action=action,
        about=f"purge:{row.id}",
        details={"purpose": Purpose(row.purpose).code, "fence": row.fence, **details},
        changed=[(purge, {"id": row.id}), *changed],
    )

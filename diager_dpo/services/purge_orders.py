"""Where the product may not write to the source: an order to its operator, which the next scans verify item by item.

The order holds keys, tables and columns; no value. What is no longer as it was approved is left out of it. An item
counts as erased when a fresh read finds nothing of it any more, and the purge as executed when every item is settled.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from diager_dpo.domain.civil import day_number
from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.domain.purges import ItemState, PurgeState, Skip, changes, too_many_skipped
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.installation import Installation
from diager_dpo.services.kept_proofs import keep_proofs
from diager_dpo.services.live_decision import LiveDecision, decide_now, refresh_index
from diager_dpo.services.purge_basis import live_fingerprint
from diager_dpo.services.purge_checks import still_approved
from diager_dpo.services.purge_chunk import companions_live
from diager_dpo.services.purge_conclusion import conclude
from diager_dpo.services.purge_run import Run
from diager_dpo.services.purge_settling import leave_scope, note, without_records, write_skipped
from diager_dpo.services.purge_standing import expire, standing, state_now
from diager_dpo.services.source_engine import configured_source, source_engine
from diager_dpo.source.connection import snapshot
from diager_dpo.source.erasure import Batch, companions, left
from diager_dpo.source.erasure_plan import Place, erasure_plan
from diager_dpo.store import forgetting
from diager_dpo.store import purge_settlements as settlements
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.purge_settlements import Items, PurgeLostError

ORDERED, VERIFIED = "purge_order_exported", "purge_order_verified"
HEAD = ("person", "operation", "table", "column", "rows")

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def order(installation: Installation, actor: Identity, number: int) -> bytes:
    """What the operator of the source is to erase: CSV in UTF-8, one line a person and place; each download is noted.

    An empty column means whole rows. The first download begins the execution.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``purge_unknown``, ``purge_not_by_hand``, ``too_many_skipped``, or what is no longer
            as it was approved (``purge_checks``).
    """
    with reading(installation.store) as connection:
        standing(installation, connection, actor, Action.EXECUTE_PURGE, number)
    fingerprint = live_fingerprint(installation)
    expire(installation)
    with writing(installation.store) as connection:
        row = standing(installation, connection, actor, Action.EXECUTE_PURGE, number)
        if not row.by_hand:
            raise NotPossible("purge_not_by_hand", purge=number)
        still_approved(installation, connection, row, fingerprint)
        first = state_now(row, installation.now()) is not PurgeState.EXECUTING
        former = settlements.purge_row(connection, number)
        assert former is not None
        if first:
            settlements.take_over(connection, former, installation.now().isoformat())
            settlements.move_all(connection, number, (ItemState.PLANNED, ItemState.FAILED), ItemState.INTENT)
        with _looking(installation, actor, connection, number) as (run, source):
            lines, remaining = _ordered(run, source, connection)
            keep_proofs(installation, connection, source, sorted({line[0] for line in lines}), row.operation)
            if first:
                settlements.note_remaining(connection, number, remaining)
            note(run, connection, ORDERED, {"lines": len(lines)})
    return _csv(lines)


def verify_orders(installation: Installation, actor: Identity) -> int:
    """Look whether what was ordered is gone; how many items are settled. Part of a scan, which asked for the right."""
    source_file = configured_source(installation)
    with reading(installation.store) as connection:
        rows = settlements.purges_in(connection, source_file.name, (PurgeState.EXECUTING,))
    settled = 0
    for row in rows:
        if row.by_hand:
            with suppress(PurgeLostError):  # another scan was first
                settled += _verified(installation, actor, row.id)
    return settled


@contextmanager
def _looking(
    installation: Installation, actor: Identity, store: sa.Connection, number: int
) -> Iterator[tuple[Run, sa.Connection]]:
    """The purge as a run that erases nothing, with one snapshot of the source."""
    row, states = settlements.purge_row(store, number), settlements.states(store, number)
    assert row is not None
    described = configured_source(installation)
    items = sum(states.values()) - states[ItemState.SET_ASIDE]
    with source_engine(installation) as engine, snapshot(engine) as source:
        plan = erasure_plan(source, described)
        yield Run(installation, actor, described, engine, plan, row, row.fence, items), source


@dataclass(frozen=True, slots=True)
class _Look:
    """What stands of a chunk. ``still``: persons x ``places``; ``skips``: why no longer, else nothing."""

    chunk: Items
    decision: LiveDecision
    skips: NDArray[np.object_]
    still: NDArray[np.int64]
    places: tuple[Place, ...]


def _looks(run: Run, source: sa.Connection, store: sa.Connection) -> Iterator[_Look]:
    """Everything that was ordered and is not settled, thousands at a time."""
    after = -1
    while len(chunk := settlements.items(store, run.purge.id, ItemState.INTENT, run.chunk, after)):
        after = int(chunk.item[-1])
        persons = tuple(chunk.person.tolist())
        others = companions(source, run.plan, Batch(run.purpose, run.purge.operation, persons, chunk.approved.live))
        purged = forgetting.purged_before(store, run.purge.source, others) if others else set()
        decision = decide_now(run.installation, store, source, (*persons, *others), run.installation.today())
        now = decision.verdicts(persons, run.purpose, run.purge.operation)
        batch = Batch(run.purpose, run.purge.operation, persons, now.live)
        still = left(source, run.plan, batch, companions_live(run, decision, others, purged))
        skips = changes(chunk.approved, now, run.ground)
        yield _Look(chunk, decision, skips, still, run.plan.places(run.purpose))


def _ordered(
    run: Run, source: sa.Connection, store: sa.Connection
) -> tuple[list[tuple[str, str, str, str, int]], Counter[tuple[str, str]]]:
    """The lines of an order, and how much stands at each place. What is no longer as approved is skipped."""
    lines: list[tuple[str, str, str, str, int]] = []
    remaining, skipped = Counter[tuple[str, str]](), list[tuple[int, Skip]]()
    for look in _looks(run, source, store):
        stands = look.still.any(axis=1)
        for at in np.flatnonzero(stands).tolist():
            if look.skips[at] is not None:
                skipped.append((int(look.chunk.item[at]), look.skips[at]))
                continue
            for place, n in zip(look.places, look.still[at].tolist(), strict=True):
                if n:
                    lines.append((look.chunk.person[at], run.purge.operation, place.table, place.column, n))
                    remaining[place.table, place.column] += n
    if too_many_skipped(len(skipped), run.items):
        raise NotPossible("too_many_skipped", purge=run.purge.id)
    write_skipped(store, run.purge.id, tuple(skipped), ItemState.INTENT)
    return lines, remaining


def _verified(installation: Installation, actor: Identity, number: int) -> int:
    with writing(installation.store) as store:
        row = settlements.purge_row(store, number)
        assert row is not None
        settlements.hold_on(store, number, row.fence, installation.now().isoformat())
        with _looking(installation, actor, store, number) as (run, source):
            settled, open_items = _settle(run, source, store)
        if settled:
            note(run, store, VERIFIED, {"settled": settled, "open": open_items})
    if not open_items:
        conclude(run)
    return settled


def _settle(run: Run, source: sa.Connection, store: sa.Connection) -> tuple[int, int]:
    """What is gone is erased, what is no longer to go is skipped; how many that were, and how many are still open."""
    remaining, settled, open_items = Counter[tuple[str, str]](), 0, 0
    for look in _looks(run, source, store):
        gone = ~look.still.any(axis=1)
        persons = tuple(look.chunk.person[gone].tolist())
        items = look.chunk.item[gone].tolist()
        settlements.settle(store, run.purge.id, items, ItemState.ERASED, former=(ItemState.INTENT,))
        leave_scope(run, store, persons)
        after = without_records(look.decision, persons, run.purpose, run.purge.operation)
        refresh_index(run.installation, store, persons, after)
        changed = ~gone & np.array([why is not None for why in look.skips.tolist()], np.bool_)
        skipped = [(int(look.chunk.item[at]), look.skips[at]) for at in np.flatnonzero(changed).tolist()]
        write_skipped(store, run.purge.id, tuple(skipped), ItemState.INTENT)
        waiting = ~gone & ~changed
        for place, n in zip(look.places, look.still[~gone].sum(axis=0).tolist(), strict=True):
            remaining[place.table, place.column] += n
        settled, open_items = settled + int((~waiting).sum()), open_items + int(waiting.sum())
    before = settlements.remaining(store, run.purge.id)
    less = {place: max(n - remaining[place], 0) for place, n in before.items()}
    settlements.add_gone(store, run.purge.id, less)
    settlements.note_remaining(store, run.purge.id, remaining)
    return settled, open_items


def _csv(lines: Sequence[tuple[str, str, str, str, int]]) -> bytes:
    """As spreadsheets and programs read it; what it would take for a formula gets an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEAD)
    for line in lines:
        writer.writerow([f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell for cell in line])
    return text.getvalue().encode("utf-8-sig")


def drop_pseudonyms(installation: Installation) -> int:
    """Forget who was erased, once no declared backup can bring them back; how many persons. Part of a scan."""
    with writing(installation.store) as connection:
        source = configured_source(installation).name
        return forgetting.drop_pseudonyms(connection, source, day_number(installation.today()))

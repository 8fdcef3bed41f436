"""What the worker that executes a purge reads and writes of it: each write is one compare-and-set on its fence.

A purge belongs to the worker that took it last. Every other that still believes to hold it finds another fence, and
stops before it has written anything.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row, Select, bindparam, func, insert, select, update

from diager_dpo.domain.civil import NO_DAY
from diager_dpo.domain.facts import Keys
from diager_dpo.domain.permissions import Identity
from diager_dpo.domain.purges import ItemState, ItemVerdicts, PurgeState
from diager_dpo.domain.words import Status
from diager_dpo.store.membership import within
from diager_dpo.store.tables import hold, purge, purge_item, purge_place, qualification

Place: TypeAlias = tuple[str, str]  # table and column; no column: whole rows


class PurgeLostError(Exception):
    """The purge is not this worker's any more, or not in the state it was in: nothing was written."""

    code = "purge_taken_over"

    def __init__(self, number: int) -> None:
        self.values: Mapping[str, str | int] = {"purge": number}
        super().__init__(f"{self.code} ({number})")


@dataclass(frozen=True, slots=True)
class PurgeRow:
    """A purge as its execution needs it. ``charters``: the versions that were approved."""

    id: int
    uuid: str
    source: str
    purpose: int
    operation: str
    ground: str
    by_hand: bool
    state: PurgeState
    version: int
    charters: tuple[str, ...]
    source_digest: str
    schema_fingerprint: str
    digest: str
    proposer: Identity
    approver: Identity | None
    expires_at: str | None
    fence: int
    started_at: str | None
    heartbeat_at: str | None
    finished_at: str | None
    stopped: str | None


@dataclass(frozen=True, slots=True)
class Items:
    """Some items of a purge, in their order, as they were approved."""

    item: NDArray[np.int64]
    person: Keys
    approved: ItemVerdicts

    def __len__(self) -> int:
        return len(self.item)

    def __getitem__(self, which: slice) -> "Items":
        verdicts = ItemVerdicts(*(getattr(self.approved, column.name)[which] for column in fields(ItemVerdicts)))
        return Items(self.item[which], self.person[which], verdicts)


def purge_row(connection: Connection, number: int) -> PurgeRow | None:
    """The purge of this number."""
    row = connection.execute(select(purge).where(purge.c.id == number)).one_or_none()
    return None if row is None else _purge(row)


def purges_in(connection: Connection, source: str, states: Sequence[PurgeState]) -> tuple[PurgeRow, ...]:
    """The purges of a source in these states, oldest first."""
    wanted = purge.c.state.in_([state.value for state in states])
    rows = connection.execute(select(purge).where(purge.c.source == source, wanted).order_by(purge.c.id))
    return tuple(_purge(row) for row in rows)


def take_over(connection: Connection, former: PurgeRow, now: str) -> int:
    """Make a purge this worker's, from the state and fence it was read in; its new fence.

    Raises:
        PurgeLostError: somebody was first.
    """
    taken = connection.execute(
        update(purge)
        .where(purge.c.id == former.id, purge.c.state == former.state.value, purge.c.fence == former.fence)
        .values(
            state=PurgeState.EXECUTING.value,
            fence=former.fence + 1,
            version=purge.c.version + 1,
            started_at=func.coalesce(purge.c.started_at, now),
            heartbeat_at=now,
            finished_at=None,
            stopped=None,
        )
    )
    if taken.rowcount != 1:
        raise PurgeLostError(former.id)
    return former.fence + 1


def hold_on(connection: Connection, number: int, fence: int, now: str) -> None:
    """Say that the worker of this fence is alive; what it writes in the same transaction is then its own to write.

    Raises:
        PurgeLostError: another one took the purge over, or it is no longer being executed.
    """
    mine = update(purge).where(*_mine(number, fence)).values(heartbeat_at=now)
    if connection.execute(mine).rowcount != 1:
        raise PurgeLostError(number)


def is_mine(connection: Connection, number: int, fence: int) -> bool:
    """The same question without writing."""
    return connection.execute(select(purge.c.id).where(*_mine(number, fence))).first() is not None


def finish(
    connection: Connection, number: int, fence: int, state: PurgeState, *, now: str, stopped: str | None = None
) -> None:
    """Leave the state of execution; ``PurgeLostError`` where it was not this worker's to leave."""
    left = connection.execute(
        update(purge)
        .where(*_mine(number, fence))
        .values(state=state.value, version=purge.c.version + 1, finished_at=now, heartbeat_at=now, stopped=stopped)
    )
    if left.rowcount != 1:
        raise PurgeLostError(number)


def ask_to_stop(connection: Connection, number: int, code: str) -> bool:
    """Leave word for the worker; whether there is an execution to stop."""
    asked = update(purge).where(purge.c.id == number, purge.c.state == PurgeState.EXECUTING.value)
    return connection.execute(asked.values(stopped=code)).rowcount == 1


def stop_asked(connection: Connection, number: int) -> str | None:
    """The word that somebody left."""
    word: str | None = connection.execute(select(purge.c.stopped).where(purge.c.id == number)).scalar_one()
    return word


def items(connection: Connection, number: int, state: ItemState, most: int, after: int = -1) -> Items:
    """The next items in a state, behind the item ``after``."""
    query = _items(number, state).where(purge_item.c.item > after)
    return _read(connection, query.order_by(purge_item.c.item).limit(most))


def items_among(
    connection: Connection,
    number: int,
    state: ItemState,
    *,
    which: Sequence[int] | None = None,
    persons: Sequence[str] | None = None,
) -> Items:
    """The items in a state with one of these numbers, or of one of these persons."""
    query = _items(number, state)
    if which is not None:
        query = query.where(within(connection, purge_item.c.item, which))
    if persons is not None:
        query = query.where(within(connection, purge_item.c.person, persons))
    return _read(connection, query.order_by(purge_item.c.item))


def move_all(connection: Connection, number: int, former: Sequence[ItemState], state: ItemState) -> int:
    """Bring every item in one of these states to another, and forget why it was there; how many there were."""
    wanted = purge_item.c.state.in_([each.value for each in former])
    moving = update(purge_item).where(purge_item.c.purge == number, wanted).values(state=state.value, why=None)
    return connection.execute(moving).rowcount


def settle(
    connection: Connection,
    number: int,
    which: Sequence[int],
    state: ItemState,
    *,
    former: Sequence[ItemState],
    why: str | None = None,
) -> None:
    """Give some items their result: all of them, or ``PurgeLostError``."""
    if not which:
        return
    settled = connection.execute(
        update(purge_item)
        .where(
            purge_item.c.purge == number,
            within(connection, purge_item.c.item, which),
            purge_item.c.state.in_([each.value for each in former]),
        )
        .values(state=state.value, why=why)
    )
    if settled.rowcount != len(which):
        raise PurgeLostError(number)


def persons_of(connection: Connection, number: int, which: Sequence[int]) -> list[str]:
    """The keys of some items that still have one."""
    query = select(purge_item.c.person).where(
        purge_item.c.purge == number, within(connection, purge_item.c.item, which), purge_item.c.person.is_not(None)
    )
    return list(connection.execute(query).scalars())


def items_in(connection: Connection, number: int, states: Sequence[ItemState]) -> list[int]:
    """The numbers of the items in these states."""
    wanted = purge_item.c.state.in_([each.value for each in states])
    query = select(purge_item.c.item).where(purge_item.c.purge == number, wanted).order_by(purge_item.c.item)
    return list(connection.execute(query).scalars())


def states(connection: Connection, number: int) -> Mapping[ItemState, int]:
    """How many items stand in each state."""
    counted = select(purge_item.c.state, func.count()).where(purge_item.c.purge == number)
    found = {ItemState(state): n for state, n in connection.execute(counted.group_by(purge_item.c.state))}
    return {state: found.get(state, 0) for state in ItemState}


def erased_of_each(connection: Connection, source: str) -> Mapping[str, int]:
    """How many items of each direct purge were erased, by its random id."""
    counted = (
        select(purge.c.uuid, func.count())
        .join(purge_item, purge_item.c.purge == purge.c.id)
        .where(purge.c.source == source, purge.c.by_hand == 0, purge_item.c.state == ItemState.ERASED.value)
        .group_by(purge.c.uuid)
    )
    return {str(uuid): int(n) for uuid, n in connection.execute(counted)}


def why_not(connection: Connection, number: int) -> Mapping[tuple[ItemState, str], int]:
    """How many items were skipped or failed, for each reason."""
    wanted = purge_item.c.state.in_([ItemState.SKIPPED.value, ItemState.FAILED.value])
    counted = select(purge_item.c.state, purge_item.c.why, func.count()).where(purge_item.c.purge == number, wanted)
    grouped = counted.group_by(purge_item.c.state, purge_item.c.why).order_by(purge_item.c.state, purge_item.c.why)
    return {(ItemState(state), why or ""): n for state, why, n in connection.execute(grouped)}


def decided_so_far(connection: Connection, source: str) -> tuple[int, int]:
    """Rises with every suspension that is placed and every date that is stated."""
    held = connection.scalar(select(func.max(hold.c.id)).where(hold.c.source == source))
    stated = connection.scalar(select(func.max(qualification.c.id)).where(qualification.c.source == source))
    return held or 0, stated or 0


def planned_and_gone(connection: Connection, number: int) -> Mapping[Place, tuple[int, int]]:
    """For each place what the dry run counted, and what went so far."""
    columns = (purge_place.c.table, purge_place.c.column, purge_place.c.planned, purge_place.c.gone)
    rows = connection.execute(select(*columns).where(purge_place.c.purge == number))
    return {(table, column): (planned, gone) for table, column, planned, gone in rows}


def add_gone(connection: Connection, number: int, gone: Mapping[Place, int]) -> None:
    """Count what went from each place."""
    known = planned_and_gone(connection, number)
    fresh = [place for place, n in gone.items() if n and place not in known]
    if fresh:
        rows = [_place(number, place) | {"planned": 0, "unlinked": 0, "gone": 0} for place in fresh]
        connection.execute(insert(purge_place), rows)
    added = [{"of_table": table, "of_column": column, "n": n} for (table, column), n in gone.items() if n]
    if added:
        here = (purge_place.c.purge == number, *_here())
        connection.execute(update(purge_place).where(*here).values(gone=purge_place.c.gone + bindparam("n")), added)


def note_remaining(connection: Connection, number: int, remaining: Mapping[Place, int]) -> None:
    """Note what a fresh read found of each place; nothing, where it does not say."""
    everywhere = update(purge_place).where(purge_place.c.purge == number)
    connection.execute(everywhere.values(remaining=0))
    found = [{"of_table": table, "of_column": column, "n": n} for (table, column), n in remaining.items() if n]
    if found:
        connection.execute(everywhere.where(*_here()).values(remaining=bindparam("n")), found)


def remaining(connection: Connection, number: int) -> Mapping[Place, int]:
    """What was last found at each place that was looked at."""
    columns = (purge_place.c.table, purge_place.c.column, purge_place.c.remaining)
    looked = purge_place.c.remaining.is_not(None)
    rows = connection.execute(select(*columns).where(purge_place.c.purge == number, looked))
    return {(table, column): n for table, column, n in rows}


_ITEM = ("item", "person", "anchor", "anchor_on", "rule", "last_day", "live")


def _items(number: int, state: ItemState) -> Select[Any]:
    columns = [purge_item.c[name] for name in _ITEM]
    return select(*columns).where(purge_item.c.purge == number, purge_item.c.state == state.value)


def _read(connection: Connection, query: Select[Any]) -> Items:
    rows = connection.execute(query).all()
    columns = zip(*rows, strict=True) if rows else ((),) * len(_ITEM)
    named = dict(zip(_ITEM, columns, strict=True))
    approved = ItemVerdicts(
        present=np.ones(len(rows), np.bool_),
        status=np.full(len(rows), Status.DUE, np.int8),
        last_day=_days(named["last_day"]),
        anchor=np.array(named["anchor"], np.int8),
        anchor_on=_days(named["anchor_on"]),
        rule=np.array(named["rule"], np.int32),
        live=np.array(named["live"], np.int16),
    )
    return Items(np.array(named["item"], np.int64), _objects(named["person"]), approved)


def _place(number: int, place: Place) -> dict[str, str | int]:
    return {"purge": number, "table": place[0], "column": place[1]}


def _here() -> tuple[Any, Any]:
    return purge_place.c.table == bindparam("of_table"), purge_place.c.column == bindparam("of_column")


def _mine(number: int, fence: int) -> tuple[Any, ...]:
    return purge.c.id == number, purge.c.state == PurgeState.EXECUTING.value, purge.c.fence == fence


def _purge(row: Row[Any]) -> PurgeRow:
    approver = None if row.approver_issuer is None else Identity(row.approver_issuer, row.approver_subject)
    return PurgeRow(
        id=row.id,
        uuid=row.uuid,
        source=row.source,
        purpose=row.purpose,
        operation=row.operation,
        ground=row.ground,
        by_hand=bool(row.by_hand),
        state=PurgeState(row.state),
        version=row.version,
        charters=tuple(json.loads(row.charters)),
        source_digest=row.source_digest,
        schema_fingerprint=row.schema_fingerprint,
        digest=row.digest,
        proposer=Identity(row.proposer_issuer, row.proposer_subject),
        approver=approver,
        expires_at=row.expires_at,
        fence=row.fence,
        started_at=row.started_at,
        heartbeat_at=row.heartbeat_at,
        finished_at=row.finished_at,
        stopped=row.stopped,
    )


def _days(values: Sequence[int | None]) -> NDArray[np.int32]:
    return np.array([NO_DAY if value is None else value for value in values], np.int32)


def _objects(values: Sequence[str]) -> Keys:
    answer = np.empty(len(values), np.object_)
    answer[:] = values
    return answer

"""Purges as the store holds them: how one is made, found and changed.

A purge changes by compare-and-set on its state and its version: who decides names what they saw, and of many who
decide at once exactly one does.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, not_, select, update

from diager_dpo.domain.purges import OPEN_STATES, TRANSITIONS, ItemState, PurgeState
from diager_dpo.store.locks import in_turn
from diager_dpo.store.tables import purge, purge_item

#: An item that was erased, skipped or set aside no longer stands in its purge.
STANDING = (ItemState.PLANNED, ItemState.INTENT, ItemState.FAILED)


def one_at_a_time(connection: Connection) -> None:
    """Let no two lists be frozen at once: each must see the records of the other."""
    in_turn(connection, "purges")


def is_over(now: str) -> ColumnElement[bool]:
    """An approval whose time is over, whether or not somebody wrote that down."""
    return and_(purge.c.state == PurgeState.APPROVED.value, purge.c.expires_at <= now)


def is_open(now: str) -> ColumnElement[bool]:
    """A purge that may still erase."""
    return and_(purge.c.state.in_([state.value for state in OPEN_STATES]), not_(is_over(now)))


def add(connection: Connection, values: Mapping[str, Any]) -> int:
    """Write a purge; its number."""
    made = connection.execute(insert(purge).values(**values))
    return int((made.inserted_primary_key or (0,))[0])


def change(
    connection: Connection, number: int, former: PurgeState, version: int, state: PurgeState, **values: Any
) -> bool:
    """Bring a purge from a state and version to a state, as the next version; false where it is not there any more.

    ``state`` may be ``former``: another list. A step that ``domain.purges.TRANSITIONS`` does not know is an error.
    """
    if state is not former and state not in TRANSITIONS[former]:
        raise ValueError(f"no way from {former} to {state}")
    changed = connection.execute(
        update(purge)
        .where(purge.c.id == number, purge.c.state == former.value, purge.c.version == version)
        .values(state=state.value, version=version + 1, **values)
    )
    return changed.rowcount == 1


def find(connection: Connection, source: str, number: int) -> Row[Any] | None:
    """One purge of a source."""
    return connection.execute(select(purge).where(purge.c.id == number, purge.c.source == source)).one_or_none()


def over(connection: Connection, source: str, now: str) -> list[Row[Any]]:
    """The approvals whose time is over and that nobody wrote down."""
    return list(connection.execute(select(purge).where(purge.c.source == source, is_over(now)).order_by(purge.c.id)))


def listed(
    connection: Connection, source: str, purposes: Sequence[int], *, still_open: bool, most: int
) -> list[Row[Any]]:
    """Purges in an open state, oldest first; or the last ones that are over, newest first."""
    open_state = purge.c.state.in_([state.value for state in OPEN_STATES])
    query = select(purge).where(purge.c.source == source, purge.c.purpose.in_(purposes))
    if still_open:
        return list(connection.execute(query.where(open_state).order_by(purge.c.id).limit(most)))
    return list(connection.execute(query.where(not_(open_state)).order_by(purge.c.id.desc()).limit(most)))


def states_of(connection: Connection, numbers: Sequence[int]) -> dict[int, dict[ItemState, int]]:
    """How many items of each purge stand where; states without an item are missing."""
    found: dict[int, dict[ItemState, int]] = {number: {} for number in numbers}
    counted = (
        select(purge_item.c.purge, purge_item.c.state, func.count())
        .where(purge_item.c.purge.in_(numbers))
        .group_by(purge_item.c.purge, purge_item.c.state)
    )
    for number, state, count in connection.execute(counted):
        found[number][ItemState(state)] = count
    return found

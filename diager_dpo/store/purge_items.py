"""The items of purges: written by the hundred thousand, read by the page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, exists, func, insert, literal, select, update

from diager_dpo.domain.civil import NO_DAY
from diager_dpo.domain.purges import ItemState
from diager_dpo.store import bulk
from diager_dpo.store.membership import within
from diager_dpo.store.purge_candidates import Candidates
from diager_dpo.store.purges import STANDING, is_open
from diager_dpo.store.tables import purge, purge_item, purge_place, purge_residue, reason


@dataclass(frozen=True, slots=True)
class Aside:
    """Why items are set aside: a code, until when (a day, or nothing), and the text of whoever did, if anybody did."""

    why: str
    until: int | None
    reason: int | None


def add(connection: Connection, number: int, listed: Candidates) -> None:
    """Write the items of a purge, from 1 in the order of the list."""
    bulk.insert(connection, purge_item, _pieces(number, listed))


def add_places(connection: Connection, number: int, places: Mapping[tuple[str, str], tuple[int, int]]) -> None:
    """What the dry run counted: planned and unlinked, by table and column."""
    rows = [
        {"purge": number, "table": table, "column": column, "planned": planned, "unlinked": unlinked, "gone": 0}
        for (table, column), (planned, unlinked) in places.items()
    ]
    if rows:
        connection.execute(insert(purge_place), rows)


def add_residue(connection: Connection, number: int, found: Iterable[tuple[int, str, str, str]]) -> None:
    """Where else values stand: (item, table, column, key), each once."""
    bulk.insert(connection, purge_residue, [sorted({(number, *each) for each in found})])


def also_elsewhere(connection: Connection, number: int, source: str, now: str) -> int:
    """How many items of a purge are of persons who stand in another open one too."""
    other = purge_item.alias("other")
    elsewhere = exists(
        select(literal(1))
        .select_from(other.join(purge, purge.c.id == other.c.purge))
        .where(
            other.c.person == purge_item.c.person,
            other.c.purge != number,
            other.c.state.in_([state.value for state in STANDING]),
            purge.c.source == source,
            is_open(now),
        )
    )
    query = select(func.count()).select_from(purge_item).where(purge_item.c.purge == number, elsewhere)
    return connection.execute(query).scalar_one()


def set_aside(connection: Connection, number: int, which: Sequence[int], aside: Aside) -> int:
    """Take planned items out of a list; how many there were."""
    taken = connection.execute(
        update(purge_item)
        .where(
            purge_item.c.purge == number,
            within(connection, purge_item.c.item, which),
            purge_item.c.state == ItemState.PLANNED.value,
        )
        .values(state=ItemState.SET_ASIDE.value, why=aside.why, until=aside.until, reason=aside.reason)
    )
    return taken.rowcount


def count(connection: Connection, number: int, state: ItemState | None = None) -> int:
    """How many items a purge has, in a state or in all."""
    query = select(func.count()).select_from(purge_item).where(purge_item.c.purge == number)
    if state is not None:
        query = query.where(purge_item.c.state == state.value)
    return connection.execute(query).scalar_one()


def page(
    connection: Connection, number: int, *, skip: int, size: int, state: ItemState | None = None
) -> list[Row[Any]]:
    """Some items in their order, each with the text of its reason."""
    query = select(purge_item, reason.c.text.label("said")).select_from(
        purge_item.outerjoin(reason, reason.c.id == purge_item.c.reason)
    )
    query = query.where(purge_item.c.purge == number)
    if state is not None:
        query = query.where(purge_item.c.state == state.value)
    return list(connection.execute(query.order_by(purge_item.c.item).limit(size).offset(skip)))


def residue_of(connection: Connection, number: int, which: Sequence[int]) -> list[Row[Any]]:
    """Where else values of these items stand."""
    query = select(purge_residue).where(purge_residue.c.purge == number, purge_residue.c.item.in_(which))
    return list(connection.execute(query.order_by(*purge_residue.primary_key.columns)))


def persons_of(connection: Connection, number: int, persons: Sequence[str]) -> set[str]:
    """Which of these persons are items of a purge."""
    query = select(purge_item.c.person).where(
        purge_item.c.purge == number, within(connection, purge_item.c.person, persons)
    )
    return set(connection.execute(query).scalars())


def keys_of(connection: Connection, number: int, which: Sequence[int]) -> list[str]:
    """The persons of these items."""
    query = select(purge_item.c.person).where(
        purge_item.c.purge == number, within(connection, purge_item.c.item, which)
    )
    return list(connection.execute(query).scalars())


def _pieces(number: int, listed: Candidates) -> Iterable[list[tuple[object, ...]]]:
    for start in range(0, len(listed), bulk.CHUNK):
        part = slice(start, start + bulk.CHUNK)
        yield [
            (number, start + at + 1, person, None, *numbers, ItemState.PLANNED.value, None, None, None)
            for at, (person, *numbers) in enumerate(
                zip(
                    listed.person[part].tolist(),
                    listed.category[part].tolist(),
                    listed.anchor[part].tolist(),
                    days(listed.anchor_on[part].tolist()),
                    listed.rule[part].tolist(),
                    days(listed.last_day[part].tolist()),
                    listed.live[part].tolist(),
                    strict=True,
                )
            )
        ]


def days(numbers: Sequence[int]) -> list[int | None]:
    """Days as the store holds them."""
    return [None if number == NO_DAY else number for number in numbers]

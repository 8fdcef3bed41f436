"""The opt-out list: who objects to prospecting, and keyed hashes of their contact points."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select, update

from diager_dpo.domain.civil import NO_DAY
from diager_dpo.store import bulk
from diager_dpo.store.membership import within
from diager_dpo.store.tables import opposed_person, opt_out_point, record

SCAN, RECORDED = "scan", "recorded"


@dataclass(frozen=True, slots=True)
class Opposed:
    """Somebody who objects. ``at``: microseconds since 1970 in UTC; ``pure``: 1 for a day without a time."""

    person: str
    on: int
    at: int
    pure: int
    origin: str
    points_read: int


def opposed(connection: Connection, source: str, persons: Sequence[str] | None = None) -> list[Opposed]:
    """Who objects; with ``persons``, of these only."""
    o = opposed_person.c
    query = select(o.person, o.on, o.at, o.pure, o.origin, o.points_read).where(o.source == source)
    if persons is not None:
        query = query.where(within(connection, o.person, persons))
    return [Opposed(*row) for row in connection.execute(query)]


def add(connection: Connection, source: str, persons: Sequence[Opposed]) -> None:
    """Remember who objects; who is known already keeps their first day, and their points may have been read now."""
    known = {each.person: each for each in opposed(connection, source, [each.person for each in persons])}
    fresh = [each for each in persons if each.person not in known]
    rows = [(source, each.person, each.on, each.at, each.pure, each.origin, each.points_read) for each in fresh]
    bulk.insert(connection, opposed_person, [sorted(rows)])
    read = [each.person for each in persons if each.points_read and each.person in known]
    if read:
        o = opposed_person.c
        theirs = (o.source == source, within(connection, o.person, read))
        connection.execute(update(opposed_person).where(*theirs).values(points_read=1))


def remove(connection: Connection, source: str, persons: Sequence[str]) -> int:
    """Who no longer objects leaves the list, with their contact points; how many persons."""
    p, o = opt_out_point.c, opposed_person.c
    connection.execute(delete(opt_out_point).where(p.source == source, within(connection, p.person, persons)))
    gone = delete(opposed_person).where(o.source == source, within(connection, o.person, persons))
    return int(connection.execute(gone).rowcount)


def add_points(connection: Connection, source: str, rows: Iterable[tuple[str, str, int, int]]) -> None:
    """Hash, person, day of the objection and day of the review of each point; what is there stays as it is."""
    wanted = {(row[0], row[1]): row for row in rows}
    p = opt_out_point.c
    hashes = sorted({point for point, _person in wanted})
    there = select(p.point, p.person).where(p.source == source, within(connection, p.point, hashes))
    known = {tuple(row) for row in connection.execute(there)}
    fresh = sorted((source, *row) for key, row in wanted.items() if key not in known)
    bulk.insert(connection, opt_out_point, [fresh])


def is_empty(connection: Connection, source: str) -> bool:
    """Whether there is nothing to compare with."""
    p = opt_out_point.c
    return connection.scalar(select(p.point).where(p.source == source).limit(1)) is None


def listed(connection: Connection, source: str, hashes: Sequence[str]) -> dict[str, int]:
    """Which of these points are opposed, each with the first day of its objection."""
    p = opt_out_point.c
    query = select(p.point, func.min(p.on)).where(p.source == source, within(connection, p.point, hashes))
    return {point: int(on) for point, on in connection.execute(query.group_by(p.point))}


def known_persons(connection: Connection, source: str) -> set[str]:
    """Who has a record in the index or is known to object: everybody else is new."""
    known: set[str] = set()
    for rows in bulk.chunks(connection, (record.c.person,), record.c.source, source):
        known.update(person for (person,) in rows)
    known.update(connection.scalars(select(opposed_person.c.person).where(opposed_person.c.source == source)))
    return known


@dataclass(frozen=True, slots=True)
class ListState:
    """The list counted: distinct points, persons behind them, points to be re-examined, the next review."""

    points: int
    persons: int
    to_re_examine: int
    next_review: int


def state(connection: Connection, source: str, today: int) -> ListState:
    """How long the list is and what of it waits for a review."""
    p = opt_out_point.c
    mine = p.source == source
    over = select(func.count(p.point.distinct())).where(mine, p.review_on <= today)
    query = select(func.count(p.point.distinct()), func.count(p.person.distinct()), func.min(p.review_on)).where(mine)
    points, persons, following = connection.execute(query).one()
    re_examine = int(connection.scalar(over) or 0)
    return ListState(int(points), int(persons), re_examine, NO_DAY if following is None else int(following))

"""Records that were erased of persons who are still known: out of scope until a later fact opens a new one."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select

from diager_dpo.store.membership import within
from diager_dpo.store.tables import gone_person, purge, purge_item, purged_record


def purged(
    connection: Connection, source: str, persons: Sequence[str] | None = None
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Person, purpose, operation and day of each; with ``persons``, of theirs only."""
    p = purged_record.c
    query = select(p.person, p.purpose, p.operation, p.on).where(p.source == source)
    if persons is not None:
        query = query.where(within(connection, p.person, persons))
    return connection.execute(query).all()


def numbers(connection: Connection, uuids: Iterable[str]) -> dict[str, int]:
    """The number of each purge, by its random id."""
    query = select(purge.c.uuid, purge.c.id).where(within(connection, purge.c.uuid, sorted(uuids)))
    return {row.uuid: row.id for row in connection.execute(query)}


def put_back(connection: Connection, source: str, purges: Sequence[int]) -> None:
    """Forget that these purges took anything of persons who are still known: it is in scope again."""
    theirs = within(connection, purged_record.c.purge, purges)
    connection.execute(delete(purged_record).where(purged_record.c.source == source, theirs))


def not_erased_again(connection: Connection, number: int) -> int:
    """How many items of a purge no later one of the same purpose erased again."""
    first, later, of = purge_item.alias("first_item"), purge_item.alias("later_item"), purge.alias("of_purge")
    mine = select(purge.c.source, purge.c.purpose, purge.c.operation).where(purge.c.id == number).subquery()
    again = (
        select(later.c.pseudonym)
        .join(of, of.c.id == later.c.purge)
        .join(
            mine,
            (mine.c.source == of.c.source) & (mine.c.purpose == of.c.purpose) & (mine.c.operation == of.c.operation),
        )
        .where(later.c.purge > number, later.c.state == "erased", later.c.pseudonym.is_not(None))
    )
    left = select(func.count()).where(
        first.c.purge == number,
        first.c.state == "erased",
        first.c.pseudonym.is_not(None),
        first.c.pseudonym.not_in(again),
    )
    return int(connection.scalar(left) or 0)


def gone_of(connection: Connection, source: str, pseudonyms: Sequence[str]) -> list[tuple[int, int]]:
    """How many of these persons each purge took the last of, by its number."""
    g = gone_person.c
    query = (
        select(g.purge, func.count(g.pseudonym.distinct()))
        .where(g.source == source, within(connection, g.pseudonym, pseudonyms))
        .group_by(g.purge)
        .order_by(g.purge)
    )
    return [(number, int(count)) for number, count in connection.execute(query)]

"""What certificates are made of, counted in the store, and certificates as they were issued."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from diager_dpo.domain.purges import ItemState, PurgeState
from diager_dpo.store.purge_settlements import Place
from diager_dpo.store.tables import purge, purge_certificate, purge_item, purge_place, purge_residue


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """One place: what the dry run counted, rows that stay after their last purpose, and what really went."""

    table: str
    column: str
    planned: int
    unlinked: int
    gone: int


def issued(connection: Connection, number: int) -> str | None:
    """The certificate of a purge; ``None`` where none was issued."""
    return connection.scalar(select(purge_certificate.c.content).where(purge_certificate.c.purge == number))


def keep(connection: Connection, number: int, issued_at: str, content: str) -> None:
    """Keep a certificate as it was signed."""
    connection.execute(insert(purge_certificate).values(purge=number, issued_at=issued_at, content=content))


def of_purpose(connection: Connection, source: str, purpose: int) -> tuple[tuple[int, str, str | None], ...]:
    """The executed purges of a purpose, newest first: number, when it was over, when it was certified."""
    columns = (purge.c.id, purge.c.finished_at, purge_certificate.c.issued_at)
    query = (
        select(*columns)
        .select_from(purge.outerjoin(purge_certificate, purge_certificate.c.purge == purge.c.id))
        .where(purge.c.source == source, purge.c.purpose == purpose, purge.c.state == PurgeState.EXECUTED.value)
        .order_by(purge.c.id.desc())
    )
    return tuple((number, finished, certified) for number, finished, certified in connection.execute(query))


def places(connection: Connection, number: int) -> tuple[PlaceCount, ...]:
    """Every place of a purge, by table and column."""
    c = purge_place.c
    query = select(c.table, c.column, c.planned, c.unlinked, c.gone).where(c.purge == number)
    return tuple(PlaceCount(*row) for row in connection.execute(query.order_by(c.table, c.column)))


def erased_by_rule(connection: Connection, number: int) -> Mapping[tuple[int, int], int]:
    """How many items were erased, by category and number of the rule."""
    c = purge_item.c
    query = select(c.category, c.rule, func.count()).where(c.purge == number, c.state == ItemState.ERASED.value)
    rows = connection.execute(query.group_by(c.category, c.rule).order_by(c.category, c.rule))
    return {(category, rule): n for category, rule, n in rows}


def not_erased(connection: Connection, number: int) -> Mapping[tuple[str, str], int]:
    """How many items were not erased, by state and the code of why."""
    c = purge_item.c
    query = select(c.state, func.coalesce(c.why, ""), func.count()).where(c.purge == number)
    grouped = query.where(c.state != ItemState.ERASED.value).group_by(c.state, c.why).order_by(c.state, c.why)
    return {(state, why): n for state, why, n in connection.execute(grouped)}


def residue(connection: Connection, number: int) -> Mapping[Place, int]:
    """Where else values of persons who were erased stood when the purge was proposed: how many, by table and column."""
    c, item = purge_residue.c, purge_item.c
    query = (
        select(c.table, c.column, func.count())
        .select_from(purge_residue.join(purge_item, (item.purge == c.purge) & (item.item == c.item)))
        .where(c.purge == number, item.state == ItemState.ERASED.value)
        .group_by(c.table, c.column)
        .order_by(c.table, c.column)
    )
    return {(table, column): n for table, column, n in connection.execute(query)}


def pseudonyms(connection: Connection, number: int) -> Mapping[str, int]:
    """The erased items' pseudonyms that are still kept, each with the purposes that lived on when it was approved."""
    c = purge_item.c
    query = select(c.pseudonym, c.live).where(
        c.purge == number, c.state == ItemState.ERASED.value, c.pseudonym.is_not(None)
    )
    return {str(name): int(live) for name, live in connection.execute(query)}

"""Published months and their cells, as the store keeps them. Nothing here could rebuild a hidden cell."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from diager_dpo.store.tables import late_sales, publication, published_cell, published_month, published_plan

PUBLISHED, NOT_PUBLISHABLE = "published", "not_publishable"
RUNNING, DONE, FAILED = "running", "done", "failed"


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month. ``reason``: why it is not published, else empty. ``mark``: keyed hash of its lines and cents."""

    month: str
    state: str
    reason: str
    published_at: str
    plan: str
    lines: int
    mark: str


@dataclass(frozen=True, slots=True)
class CellRow:
    """One cell; measures are ``None`` together. ``revenue`` in cents; ``enterprises``: first number of the band."""

    month: str
    table: str
    family: str
    region: str
    channel: str
    revenue: int | None
    orders: int | None
    enterprises: int | None


@dataclass(frozen=True, slots=True)
class LateRow:
    """A published month whose lines changed since: ``lines`` more, or fewer."""

    month: str
    lines: int
    mark: str
    noticed_at: str


@dataclass(frozen=True, slots=True)
class RunRow:
    """The publication that runs or ran last."""

    state: str
    started_at: str
    finished_at: str | None
    month: str
    done: int
    expected: int
    error: str | None


def months(connection: Connection, source: str) -> tuple[MonthRow, ...]:
    """Every month that was published or could not be, in order."""
    c = published_month.c
    query = select(c.month, c.state, c.reason, c.published_at, c.plan, c.lines, c.mark)
    return tuple(MonthRow(*row) for row in connection.execute(query.where(c.source == source).order_by(c.month)))


def cells(
    connection: Connection, source: str, table: str | None = None, first: str = "", last: str = "9999-12"
) -> list[CellRow]:
    """The cells of months between two, both included; of one table where it is named."""
    c = published_cell.c
    query = select(c.month, c.table, c.family, c.region, c.channel, c.revenue, c.orders, c.enterprises)
    query = query.where(c.source == source, c.month >= first, c.month <= last)
    if table is not None:
        query = query.where(c.table == table)
    ordered = query.order_by(c.month, c.table, c.family, c.region, c.channel)
    return [CellRow(*row) for row in connection.execute(ordered)]


def keep_plan(connection: Connection, digest: str, text: str) -> None:
    """Keep the text of a plan, once."""
    if plan_text(connection, digest) is None:
        connection.execute(insert(published_plan).values(digest=digest, text=text))


def plan_text(connection: Connection, digest: str) -> str | None:
    """The plan a month was published by, as it was written."""
    return connection.scalar(select(published_plan.c.text).where(published_plan.c.digest == digest))


def write(connection: Connection, source: str, row: MonthRow, its_cells: Iterable[CellRow]) -> None:
    """A month and its cells, in the place of one that could not be published. The store refuses any published one."""
    c = published_month.c
    connection.execute(delete(published_month).where(c.source == source, c.month == row.month))
    values: list[dict[str, str | int | None]] = [
        {
            "source": source,
            "month": it.month,
            "table": it.table,
            "family": it.family,
            "region": it.region,
            "channel": it.channel,
            "revenue": it.revenue,
            "orders": it.orders,
            "enterprises": it.enterprises,
        }
        for it in its_cells
    ]
    if values:
        connection.execute(insert(published_cell), values)
    connection.execute(
        insert(published_month).values(
            source=source,
            month=row.month,
            state=row.state,
            reason=row.reason,
            published_at=row.published_at,
            plan=row.plan,
            lines=row.lines,
            mark=row.mark,
        )
    )


def late(connection: Connection, source: str) -> tuple[LateRow, ...]:
    """Published months whose lines changed, in order."""
    c = late_sales.c
    query = select(c.month, c.lines, c.mark, c.noticed_at).where(c.source == source).order_by(c.month)
    return tuple(LateRow(*row) for row in connection.execute(query))


def write_late(connection: Connection, source: str, found: Sequence[LateRow]) -> None:
    """What is late now, in the place of what was."""
    connection.execute(delete(late_sales).where(late_sales.c.source == source))
    for row in found:
        connection.execute(
            insert(late_sales).values(
                source=source, month=row.month, lines=row.lines, mark=row.mark, noticed_at=row.noticed_at
            )
        )


def run(connection: Connection, source: str) -> RunRow | None:
    """The publication that runs or ran last."""
    c = publication.c
    query = select(c.state, c.started_at, c.finished_at, c.month, c.done, c.expected, c.error).where(c.source == source)
    row = connection.execute(query).one_or_none()
    return RunRow(*row) if row else None


def begin(connection: Connection, source: str, now: str) -> None:
    """A publication starts."""
    connection.execute(delete(publication).where(publication.c.source == source))
    row = insert(publication).values(source=source, state=RUNNING, started_at=now, month="", done=0, expected=0)
    connection.execute(row)


def advance(connection: Connection, source: str, month: str, done: int, expected: int) -> None:
    """Which month is under way, and how many are done."""
    changed = update(publication).where(publication.c.source == source)
    connection.execute(changed.values(month=month, done=done, expected=expected))


def end(connection: Connection, source: str, now: str, error: str | None = None) -> None:
    """A publication is over."""
    changed = update(publication).where(publication.c.source == source)
    connection.execute(changed.values(state=FAILED if error else DONE, finished_at=now, error=error))

"""The table of the source in which an erasure leaves its receipts: written in the transaction that erases.

It says what was done to which item of which purge, and no value of a person: after a crash, it alone tells what
happened. The company's administrator creates it; the product prints its definition and never creates it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.schema import CreateTable

from diager_dpo.source.erasure_batch import Erased
from diager_dpo.source.erasure_errors import rows_of, told_by
from diager_dpo.source.erasure_keys import as_it_is

_DIALECTS: dict[str, type[sa.Dialect]] = {
    "sqlite": sqlite.dialect,
    "postgresql": postgresql.dialect,
    "mysql": mysql.dialect,
    "mariadb": mysql.dialect,
}
DIALECTS = tuple(sorted(_DIALECTS))


class UnknownDialectError(Exception):
    """``sources receipts-ddl`` was asked for a database it cannot spell."""

    code = "unknown_dialect"

    def __init__(self, dialect: str) -> None:
        self.values = {"dialect": dialect, "known": ", ".join(DIALECTS)}
        super().__init__(f"{self.code} ({dialect})")


def receipts_table(name: str, metadata: sa.MetaData | None = None) -> sa.Table:
    """The receipts table: one row for each item of a purge.

    ``purge``: its random id; ``item``: its position in the approved list, not the person; ``fence``: rises with every
    worker that takes the purge over, so that a late one cannot write; ``counts``: JSON, rows and fields by table and
    column, no value; ``done_at``: ISO 8601 in UTC.
    """
    return sa.Table(
        name,
        metadata if metadata is not None else sa.MetaData(),
        sa.Column("purge", sa.String(64), primary_key=True),
        sa.Column("item", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("counts", sa.Text, nullable=False),
        sa.Column("done_at", sa.String(32), nullable=False),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
    )


def receipts_ddl(dialect: str, table_name: str) -> str:
    """The CREATE TABLE statement for one of ``DIALECTS``, ending in ";" and a line end.

    Raises:
        UnknownDialectError: the statement cannot be spelt for this database.
    """
    if dialect not in _DIALECTS:
        raise UnknownDialectError(dialect)
    statement = CreateTable(receipts_table(table_name)).compile(dialect=_DIALECTS[dialect]())
    lines = (line.rstrip().replace("\t", "  ") for line in str(statement).strip().splitlines())
    return "\n".join(lines) + ";\n"


@dataclass(frozen=True, slots=True)
class Receipts:
    """What the source says was done for one purge, in the order of its items.

    ``counts``: for each item "table.column" or, for rows, "table", with how many; nothing where there was nothing.
    """

    items: NDArray[np.int64]
    fences: NDArray[np.int64]
    counts: tuple[Mapping[str, int], ...]


def write_receipts(
    connection: sa.Connection,
    table_name: str,
    *,
    purge: str,
    fence: int,
    items: Sequence[int],
    erased: Erased,
    done_at: datetime,
) -> None:
    """One row an item, in the transaction that erased; ``items`` in the order of the batch's persons.

    Raises:
        SourceErasureError: an item has its receipt already (``constraint``: ``unique``), or the table is out of reach.
    """
    if done_at.tzinfo is None:
        raise ValueError("an instant needs its offset")
    names = [str(place) for place in erased.places]
    distinct, which = np.unique(erased.gone, axis=0, return_inverse=True)
    texts = [
        json.dumps({name: int(count) for name, count in zip(names, row, strict=True) if count}, separators=(",", ":"))
        for row in distinct
    ]
    at = done_at.astimezone(UTC).isoformat()
    rows = [
        {"purge": purge, "item": item, "fence": fence, "counts": texts[text], "done_at": at}
        for item, text in zip(items, which.ravel().tolist(), strict=True)
    ]
    if rows:
        table = receipts_table(table_name)
        with told_by(table_name):
            connection.execute(sa.insert(table), rows)


def read_receipts(connection: sa.Connection, table_name: str, purge: str) -> Receipts:
    """The receipts of one purge; ``SourceErasureError`` where the table is out of reach."""
    table = receipts_table(table_name)
    statement = (
        sa.select(table.c.item, table.c.fence, table.c.counts)
        .where(table.c.purge == as_it_is(purge))
        .order_by(table.c.item)
    )
    rows = rows_of(connection, statement, table_name)
    return Receipts(
        items=np.array([row[0] for row in rows], np.int64),
        fences=np.array([row[1] for row in rows], np.int64),
        counts=tuple(_counts(row[2]) for row in rows),
    )


def count_receipts(connection: sa.Connection, table_name: str) -> Mapping[str, int]:
    """How many receipts each purge has here. A database put back from a backup lacks those of later purges."""
    table = receipts_table(table_name)
    statement = sa.select(table.c.purge, sa.func.count()).group_by(table.c.purge)
    return {str(purge): int(count) for purge, count in rows_of(connection, statement, table_name)}


def _counts(value: Any) -> Mapping[str, int]:
    """A column of JSON comes decoded already."""
    read = json.loads(value) if isinstance(value, str | bytes) else value
    return {str(name): int(count) for name, count in read.items()}

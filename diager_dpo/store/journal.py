"""The journal's rows: one at a time at the end, each read back as it was written."""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, and_, insert, select, text

from diager_dpo.domain.journal import Entry, RowKey, ToldRow, row_digest
from diager_dpo.store.tables import account, credential, journal, purge_certificate, role_grant

LOG = "log"
"""Under this name the table ``installation`` holds the random id of the journal."""

_LOCK = zlib.crc32(b"diager_dpo.journal.head")
_CHUNK = 1000
_COLUMNS = tuple(field.name for field in fields(Entry))

#: What changes without a decision, by table and column, and is therefore part of no digest.
OUTSIDE_DIGESTS: Mapping[str, Mapping[str, str]] = {
    "account": {"last_used_at": "set at each use of the account"},
    "announcement": {"source_says": "what each scan reads in the source; nobody decides it"},
    "recorded_refusal": {"person": "becomes a pseudonym when the person is erased"},
    "purge": {
        "heartbeat_at": "says that a worker is alive",
        "fence": "rises when a worker takes over from one that died; nobody decides it",
    },
}


#: Tables whose every row some entry tells of: a row that none does was put there behind the journal.
TOLD = (account, credential, role_grant, purge_certificate)

#: What must not stand in a journal that outlives it: no row of a table with such a key is told of.
_OF_A_PERSON = frozenset({"person", "pseudonym"})


def lock(connection: Connection) -> None:
    """Wait for every other writer of the journal, until the transaction ends.

    On SQLite a writing transaction is alone already; one that only reads could not write to the end of the journal.

    Raises:
        RuntimeError: where the transaction is not a writing one (``store.engine.writing``).
    """
    if not connection.get_execution_options().get("writes", False):
        raise RuntimeError("the journal is written in a writing transaction")
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def last(connection: Connection) -> Entry | None:
    """The last entry; ``None`` where there is none yet."""
    row = connection.execute(select(journal).order_by(journal.c.number.desc()).limit(1)).one_or_none()
    return None if row is None else entry(row)


def append(connection: Connection, new: Entry) -> None:
    """Write one entry. The table's triggers refuse one that does not follow the last."""
    connection.execute(insert(journal).values(asdict(new)))


def entry(row: Row[Any]) -> Entry:
    """A row of the journal as an entry."""
    return Entry(*(getattr(row, name) for name in _COLUMNS))


def stream(connection: Connection, query: Select[Any] | None = None) -> Iterator[Entry]:
    """Every entry in order, a thousand at a time: a journal of any length takes the same memory."""
    wanted, reached = (select(journal) if query is None else query), None
    while True:
        page = wanted.order_by(journal.c.number).limit(_CHUNK)
        rows = connection.execute(page if reached is None else page.where(journal.c.number > reached)).all()
        yield from map(entry, rows)
        if len(rows) < _CHUNK:
            return
        reached = rows[-1].number


def told_row(connection: Connection, table: Table, key: RowKey, secret: bytes) -> ToldRow:
    """A row as it is now, for an entry that tells of it.

    Raises:
        ValueError: where the key is not the table's primary key, or names a person.
    """
    names = {column.name for column in table.primary_key}
    if names != set(key) or names & _OF_A_PERSON:
        raise ValueError(f"no row of {table.name} is told of by {sorted(key)}")
    row = row_of(connection, table, key)
    return ToldRow(table.name, dict(key), None if row is None else row_digest(secret, table.name, row))


def every_told_row(connection: Connection, secret: bytes) -> Iterator[ToldRow]:
    """Every row of the tables that the journal tells of, as it is now."""
    for table in TOLD:
        for key, row in rows_of(connection, table):
            yield ToldRow(table.name, key, row_digest(secret, table.name, row))


def row_of(connection: Connection, table: Table, key: RowKey) -> dict[str, Any] | None:
    """A row without the columns that are outside its digest; ``None`` where it is gone."""
    mine = and_(*(table.c[name] == value for name, value in key.items()))
    found = connection.execute(select(*digested(table)).where(mine)).mappings().one_or_none()
    return None if found is None else dict(found)


def rows_of(connection: Connection, table: Table) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Key and digested columns of each row of a table."""
    names = [column.name for column in table.primary_key]
    everything = select(*digested(table)).execution_options(yield_per=_CHUNK)
    for row in connection.execute(everything).mappings():
        yield {name: row[name] for name in names}, dict(row)


def digested(table: Table) -> list[Any]:
    """The columns that a digest is taken of."""
    outside = OUTSIDE_DIGESTS.get(table.name, {})
    return [column for column in table.columns if column.name not in outside]

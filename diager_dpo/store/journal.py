"""The journal's rows: one at a time at the end, each read back as it was written."""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, and_, case, insert, select, text

from diager_dpo.domain.journal import Entry, RowKey, ToldRow, row_digest
from diager_dpo.store.tables import (
    account,
    announcement,
    credential,
    hold,
    journal,
    purge,
    purge_certificate,
    purge_notice,
    qualification,
    recorded_refusal,
    register_version,
    role_grant,
)

LOG = "log"
"""Under this name the table ``installation`` holds the random id of the journal."""

_LOCK = zlib.crc32(b"diager_dpo.journal.head")
_CHUNK = 1000
_COLUMNS = tuple(field.name for field in fields(Entry))

#: What changes without a decision, by table and column, and is therefore part of no digest.
OUTSIDE_DIGESTS: Mapping[str, Mapping[str, str]] = {
    "account": {"last_used_at": "set at each use of the account"},
    "announcement": {"source_says": "what each scan reads in the source; nobody decides it"},
    "hold": {"person": "becomes a pseudonym when the person is erased; whether there is one is told as the scope"},
    "recorded_refusal": {"person": "becomes a pseudonym when the person is erased"},
    "purge": {
        "heartbeat_at": "says that a worker is alive",
        "fence": "rises when a worker takes over from one that died; nobody decides it",
    },
}

#: Tables whose every row some entry tells of: a row that none does was put there behind the journal.
TOLD = (
    account,
    announcement,
    credential,
    hold,
    purge,
    purge_certificate,
    purge_notice,
    qualification,
    recorded_refusal,
    register_version,
    role_grant,
)

_COMPUTED = "follows from the source and the decisions; the next scan makes it again"
_ITEMS = "its list is in the digest of the purge, which is told of; what became of it is in the certificate"
_FORGOTTEN = "named by persons, of whom no entry tells; how many there are is told where it is decided"
_FROZEN = "machine-made; triggers refuse any change of it"
_PASSING = "comes and goes without a decision"

#: Every other table, and why no entry tells of its rows one by one.
NOT_TOLD: Mapping[str, str] = {
    "access_log": "closed month by month, each month with a digest of its own",
    "alembic_version": "says how the store is built",
    "alert": _COMPUTED,
    "calendar": _COMPUTED,
    "came_back": _COMPUTED,
    "consent_proof": _FORGOTTEN,
    "entry_consent": _COMPUTED,
    "entry_count": _COMPUTED,
    "failed_sign_in": _PASSING,
    "finding": _COMPUTED,
    "gone_person": _FORGOTTEN,
    "installation": "what the store is, written once",
    "journal": "proves itself",
    "late_sales": _COMPUTED,
    "operation": _COMPUTED,
    "opposed_person": _FORGOTTEN,
    "opt_out_point": _FORGOTTEN,
    "publication": _PASSING,
    "published_cell": _FROZEN,
    "published_month": _FROZEN,
    "published_plan": _FROZEN,
    "purge_item": _ITEMS,
    "purge_place": _ITEMS,
    "purge_residue": _ITEMS,
    "purged_record": _FORGOTTEN,
    "qualified_record": _FORGOTTEN,
    "reason": "each has a digest in the entry that refers to it",
    "record": _COMPUTED,
    "rule": _COMPUTED,
    "scan": _PASSING,
    "scan_total": _COMPUTED,
    "session": _PASSING,
    "source_check": _COMPUTED,
}

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
    """The columns that a digest is taken of.

    Whom a suspension protects is not told, whether it protects everybody is: without its person it would.
    """
    outside = OUTSIDE_DIGESTS.get(table.name, {})
    told: list[Any] = [column for column in table.columns if column.name not in outside]
    if table is hold:
        told.append(case((hold.c.person.is_(None), "everybody"), else_="person").label("scope"))
    return told

"""Could this account write? Asked of the database's own tables of privileges; nothing is tried.

An account that may write is no fault of the source file, and counts work all the same; but SQL text can undo every
other guard, so it is warned of (docs/source-accounts.md).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from diager_dpo.source.connection import snapshot
from diager_dpo.source.errors import SourceConnectionError

_POSTGRESQL = sa.text("""
    SELECT n.nspname, c.relname, p.privilege
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN (VALUES ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE')) AS p(privilege)
    WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND n.nspname NOT LIKE 'pg\\_%'
      AND (has_table_privilege(c.oid, p.privilege)
           OR (p.privilege IN ('INSERT', 'UPDATE') AND has_any_column_privilege(c.oid, p.privilege)))
    ORDER BY 1, 2, 3
""")
_GRANT = re.compile(r"GRANT (?P<privileges>.+?) ON (?:TABLE )?(?P<database>`[^`]+`|\*)\.(?P<table>`[^`]+`|\*) TO ")
_WRITING = re.compile(r"\b(ALL PRIVILEGES|INSERT|UPDATE|DELETE|DROP|ALTER)\b")


@dataclass(frozen=True, slots=True)
class WriteAccess:
    """What the account may do to a table besides reading it: privileges as the database names them."""

    table: str
    privileges: tuple[str, ...]


def probe_write_access(engine: sa.Engine, tables: Sequence[str]) -> tuple[WriteAccess, ...]:
    """Those of ``tables`` that the account could write. None on SQLite, whose file is opened for reading only.

    Raises:
        SourceConnectionError: the source cannot be reached or asked.
    """
    with snapshot(engine) as connection:
        try:
            found = list(_privileges(connection, tables))
        except SQLAlchemyError as error:
            failure = SourceConnectionError.of(error)
        else:
            return tuple(
                WriteAccess(table, tuple(sorted({privilege for name, privilege in found if name == table})))
                for table in tables
                if any(name == table for name, _ in found)
            )
    raise failure


def _privileges(connection: sa.Connection, tables: Sequence[str]) -> Iterable[tuple[str, str]]:
    if connection.dialect.name == "postgresql":
        return _of_postgresql(connection, tables)
    if connection.dialect.name in ("mariadb", "mysql"):
        return _of_mariadb(connection, tables)
    return ()


def _of_postgresql(connection: sa.Connection, tables: Sequence[str]) -> Iterator[tuple[str, str]]:
    for schema, table, privilege in connection.execute(_POSTGRESQL):
        for name in (table, f"{schema}.{table}"):
            if name in tables:
                yield name, privilege


def _of_mariadb(connection: sa.Connection, tables: Sequence[str]) -> Iterator[tuple[str, str]]:
    """From the account's own grants, those of its roles included. A database may be named by a LIKE pattern."""
    current = str(connection.scalar(sa.text("SELECT DATABASE()")))
    for (grant,) in connection.execute(sa.text("SHOW GRANTS")):
        match = _GRANT.match(grant)
        if match is None or not _like(match["database"].strip("`"), current):
            continue
        granted = match["table"].strip("`")
        for table in tables:
            if granted in ("*", table.rpartition(".")[2]):
                for privilege in _WRITING.findall(match["privileges"]):
                    yield table, privilege


def _like(pattern: str, name: str) -> bool:
    if pattern == "*":
        return True
    parts = re.findall(r"\\.|.", pattern)
    wild = {"%": ".*", "_": "."}
    return re.fullmatch("".join(wild.get(part) or re.escape(part[-1]) for part in parts), name) is not None

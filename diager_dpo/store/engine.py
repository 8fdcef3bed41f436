"""Engines for the store: one SQLite file, or PostgreSQL for a team.

Two ways in, and no third: ``reading`` gives one consistent snapshot, ``writing`` a transaction that is committed when
the block ends and undone when it raises. On SQLite a writer takes its lock at BEGIN: a transaction that reads first and
asks for the lock later fails under load, or loses the update of another.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from diager_dpo.store.errors import StoreError

BUSY_TIMEOUT_MS = 30_000

_PRAGMAS = (
    f"busy_timeout = {BUSY_TIMEOUT_MS}",  # first: the next one may have to wait for another process
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "recursive_triggers = ON",  # INSERT OR REPLACE would otherwise walk past a delete trigger
    "secure_delete = ON",  # what is erased leaves no bytes in free pages
    "trusted_schema = OFF",
)


def sqlite_url(path: Path) -> str:
    """The address of a store in one file."""
    return URL.create("sqlite", database=str(path)).render_as_string()


def sqlite_file(engine: Engine) -> Path | None:
    """The file of a SQLite store; ``None`` for a server."""
    if engine.dialect.name != "sqlite":
        return None
    return Path(str(engine.url.database))


def open_engine(url: str) -> Engine:
    """An engine for a store at ``url``; nothing is read or written yet. The caller disposes of it.

    Raises:
        StoreError: ``store_url_wrong`` (no address), ``store_not_supported`` (another database, or one in memory).
    """
    try:
        address = make_url(url)
    except ArgumentError:
        raise StoreError("store_url_wrong") from None
    if address.drivername == "sqlite" and address.database and address.database != ":memory:":
        return _sqlite_engine(address)
    if address.get_backend_name() == "postgresql":
        driver = address.set(drivername="postgresql+psycopg")
        return create_engine(driver, isolation_level="READ COMMITTED", hide_parameters=True, pool_pre_ping=True)
    raise StoreError("store_not_supported", backend=address.get_backend_name())


def _sqlite_engine(address: URL) -> Engine:
    engine = create_engine(address, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    """Settings of every SQLite connection. The driver opens no transaction of its own: ``_begin`` does."""
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN DEFERRED")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One snapshot of the store, for as long as the block lasts. Nothing done in it is kept."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection


@contextmanager
def writing(engine: Engine, wait_ms: int = BUSY_TIMEOUT_MS) -> Iterator[Connection]:
    """A transaction of the store: all of it or nothing. On SQLite there is one writer at a time; others wait.

    Raises:
        StoreError: ``store_busy`` where ``wait_ms`` was given and another writer was at work for longer.
    """
    with engine.connect() as connection:
        connection.execution_options(writes=True)
        with _begun(connection, wait_ms):
            yield connection


@contextmanager
def _begun(connection: Connection, wait_ms: int) -> Iterator[None]:
    driver = connection.connection.driver_connection
    if wait_ms == BUSY_TIMEOUT_MS or not isinstance(driver, sqlite3.Connection):
        with connection.begin():
            yield
        return
    driver.execute(f"PRAGMA busy_timeout = {wait_ms:d}").close()
    try:
        transaction = connection.begin()
    except OperationalError:
        raise StoreError("store_busy") from None
    finally:
        driver.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}").close()
    with transaction:
        yield

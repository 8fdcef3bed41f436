"""The way to a source: its address, engines that only read, as far as the engine allows, and one that erases.

PostgreSQL and MariaDB: read-only transactions on one snapshot. SQL text can undo a setting, never a GRANT: see
docs/source-accounts.md and ``write_access``. Every engine gives dates and timestamps as ISO 8601 text, in the time
zone of the source, so that ``infinity`` or ``0000-00-00`` can be read and one parser serves all.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pymysql.constants import FIELD_TYPE
from pymysql.converters import conversions
from pymysql.cursors import SSCursor
from pymysql.err import Error as PyMySQLError
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from diager_dpo.source.errors import SourceConnectionError
from diager_dpo.source.source_file import SourceFile
from diager_dpo.source.sqlite_guard import connect_for_erasing, connect_for_reading

DRIVERS = {
    "sqlite": "sqlite+pysqlite",
    "postgresql": "postgresql+psycopg",
    "mariadb": "mariadb+pymysql",
    "mysql": "mysql+pymysql",
}
STATEMENT_TIMEOUT = 900
"""Seconds a statement may take."""
LOCK_TIMEOUT = 10
"""Seconds to wait for a lock."""
SESSION_IN_UTC = "diager_dpo_session_in_utc"


def source_url(source: SourceFile, environ: Mapping[str, str], home: Path, default: str | None = None) -> URL:
    """The address of a source, from the environment variable that its file names, else ``default``.

    The path of a SQLite file is relative to ``home``.

    Raises:
        SourceConnectionError: ``source_url_missing``, ``source_url_wrong``, ``source_database_unknown`` or
            ``source_file_absent``.
    """
    text = environ.get(source.url_env) or default
    if not text:
        raise SourceConnectionError("source_url_missing", variable=source.url_env)
    url = _parsed(text, source.url_env)
    name = url.get_backend_name()
    if name not in DRIVERS:
        raise SourceConnectionError("source_database_unknown", database=name, expected=" | ".join(DRIVERS))
    url = url.set(drivername=DRIVERS[name])
    if name != "sqlite":
        return url
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise SourceConnectionError("source_url_wrong", variable=source.url_env)
    file = home / url.database
    if not file.is_file():
        raise SourceConnectionError("source_file_absent", file=url.database)
    return URL.create(url.drivername, database=str(file))


def erasing_url(source: SourceFile, environ: Mapping[str, str], home: Path, default: str | None = None) -> URL:
    """The address of the account that erases, from the variable of the source with ``_ERASING`` after it.

    A SQLite file has no accounts: without that variable it is the file that is read. A server has: the account that
    reads must not be able to erase.

    Raises:
        SourceConnectionError: as ``source_url``; ``erasing_account_missing`` with the ``variable`` on a server.
    """
    variable = f"{source.url_env}_ERASING"
    if environ.get(variable):
        return source_url(replace(source, url_env=variable), environ, home)
    url = source_url(source, environ, home, default)
    if url.get_backend_name() != "sqlite":
        raise SourceConnectionError("erasing_account_missing", variable=variable)
    return url


def open_for_erasing(source: SourceFile, url: URL, *, statement_timeout: int = STATEMENT_TIMEOUT) -> sa.Engine:
    """An engine whose transactions write: the one door of an erasure. Nothing is connected yet.

    On SQLite a transaction holds the whole file from its first moment, foreign keys are enforced, and what is deleted
    is overwritten in its pages. On servers each statement sees what was committed before it (READ COMMITTED), and waits
    ``LOCK_TIMEOUT`` seconds for a lock. Dates come as text, as in ``open_source``. No statement or value is echoed.
    """
    name = url.get_backend_name()
    if name == "sqlite":
        return _sqlite(url, writes=True)
    if name == "postgresql":
        return _postgresql(url, source.timezone, statement_timeout, writes=True)
    return _mariadb(url, source.timezone, statement_timeout, writes=True)


def open_source(source: SourceFile, url: URL, *, statement_timeout: int = STATEMENT_TIMEOUT) -> sa.Engine:
    """An engine that only reads. ``statement_timeout``: seconds; SQLite has none. Nothing is connected yet."""
    name = url.get_backend_name()
    if name == "sqlite":
        return _sqlite(url)
    if name == "postgresql":
        return _postgresql(url, source.timezone, statement_timeout)
    return _mariadb(url, source.timezone, statement_timeout)


@contextmanager
def snapshot(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection whose every statement sees one state of the source; ``SourceConnectionError``."""
    try:
        connection = engine.connect()
        try:
            transaction = connection.begin()
        except BaseException:
            connection.close()
            raise
    except SQLAlchemyError as error:
        failure = SourceConnectionError.of(error)
    else:
        with connection, transaction:
            yield connection
        return
    raise failure


def _parsed(text: str, variable: str) -> URL:
    try:
        return make_url(text)
    except (ArgumentError, ValueError):
        pass  # the text holds a secret: not even its error is kept
    raise SourceConnectionError("source_url_wrong", variable=variable)


def _sqlite(url: URL, *, writes: bool = False) -> sa.Engine:
    file = Path(str(url.database))
    connect = connect_for_erasing if writes else connect_for_reading
    engine = sa.create_engine(
        url, creator=lambda: connect(file, LOCK_TIMEOUT), poolclass=NullPool, hide_parameters=True
    )

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: URL, timezone: str, statement_timeout: int, *, writes: bool = False) -> sa.Engine:
    isolation: Any = "READ COMMITTED" if writes else "REPEATABLE READ"
    engine = sa.create_engine(url, isolation_level=isolation, poolclass=NullPool, hide_parameters=True)
    settings = {
        "TimeZone": timezone,
        "DateStyle": "ISO, YMD",
        "IntervalStyle": "iso_8601",
        "statement_timeout": f"{statement_timeout}s",
        "lock_timeout": f"{LOCK_TIMEOUT}s",
        "default_transaction_read_only": "off" if writes else "on",
    }

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        adapters = connection.adapters
        as_text = adapters.get_loader(adapters.types["text"].oid, 0)
        for name in ("date", "timestamp", "timestamptz", "interval"):
            adapters.register_loader(name, as_text)
        connection.autocommit = True
        with connection.cursor() as cursor:
            for name, value in settings.items():
                cursor.execute("SELECT set_config(%s, %s, false)", (name, value))
        connection.autocommit = False
        connection.read_only = not writes

    return engine


def _mariadb(url: URL, timezone: str, statement_timeout: int, *, writes: bool = False) -> sa.Engine:
    dates = (FIELD_TYPE.DATE, FIELD_TYPE.NEWDATE, FIELD_TYPE.DATETIME, FIELD_TYPE.TIMESTAMP)
    as_text = {kind: convert for kind, convert in conversions.items() if kind not in dates}
    isolation: Any = "READ COMMITTED" if writes else "REPEATABLE READ"
    engine = sa.create_engine(
        url,
        isolation_level=isolation,
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={"conv": as_text},
    )

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        with connection.cursor() as cursor:
            if not _accepted(cursor, "SET time_zone = %s", timezone):  # the server has no tables of time zones
                _accepted(cursor, "SET time_zone = %s", "+00:00")
                record.info[SESSION_IN_UTC] = True
            if not _accepted(cursor, "SET SESSION max_statement_time = %s", statement_timeout):  # MySQL
                _accepted(cursor, "SET SESSION max_execution_time = %s", 1000 * statement_timeout)
            cursor.execute("SET SESSION lock_wait_timeout = %s", (LOCK_TIMEOUT,))
            cursor.execute("SET SESSION innodb_lock_wait_timeout = %s", (LOCK_TIMEOUT,))
            cursor.execute(f"SET SESSION TRANSACTION READ {'WRITE' if writes else 'ONLY'}")
            if writes:  # what does not fit is refused, never cut
                cursor.execute("SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')")
                cursor.execute("SET SESSION foreign_key_checks = 1")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        how = "READ WRITE" if writes else "WITH CONSISTENT SNAPSHOT, READ ONLY"
        connection.exec_driver_sql(f"START TRANSACTION {how}")

    return engine


def server_side_cursor(connection: sa.Connection) -> Any:
    """A cursor of the driver whose rows stay with the server until they are fetched, as tuples.

    Beside SQLAlchemy's results because their rows cost as much again as reading them.
    """
    driver = connection.connection
    if connection.dialect.name == "postgresql":
        return driver.cursor(name="diager_dpo_fact")
    if connection.dialect.name in ("mariadb", "mysql"):
        return driver.cursor(SSCursor)
    return driver.cursor()


def timezone_of(connection: sa.Connection, type_code: object, timezone: str) -> str:
    """The zone of a column's timestamps that carry no offset: that of the source.

    Except a TIMESTAMP of MariaDB, which comes in the zone of the session: UTC where the server does not know the zone.
    """
    in_utc = connection.info.get(SESSION_IN_UTC) and type_code == FIELD_TYPE.TIMESTAMP
    return "UTC" if in_utc else timezone


def _accepted(cursor: Any, statement: str, value: object) -> bool:
    """Whether the server knows the setting and its value."""
    try:
        cursor.execute(statement, (value,))
    except PyMySQLError:
        return False
    return True

"""Bringing a store to the tables of this program: at every start, safe with several processes, safe when killed.

One process at a time holds the lock; all steps run in one transaction, DDL included, so that a process that dies leaves
the store as it was. A SQLite store is copied beside itself first.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from diager_dpo.store.engine import reading, sqlite_file
from diager_dpo.store.errors import StoreError
from diager_dpo.store.locks import exclusive

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = "migration"
WAIT_S = 120.0


def migrate(engine: Engine) -> None:
    """Create or upgrade the tables of the store. Does nothing where they are up to date.

    Raises:
        StoreError: ``store_newer`` where a later program wrote the store, ``store_busy`` where another process has
            been migrating it for two minutes.
    """
    with exclusive(engine, LOCK, WAIT_S) as taken:
        if not taken:
            raise StoreError("store_busy")
        revision = _needed_from(engine)
        if revision is None:
            return
        path = sqlite_file(engine)
        if path is not None and revision:
            copy_sqlite(path, path.with_name(f"{path.stem}.before-{head()}{path.suffix}"))
        _upgrade(engine)


def head() -> str:
    """The revision of this program's tables."""
    return str(ScriptDirectory(str(MIGRATIONS)).get_current_head())


def revision_of(engine: Engine) -> str:
    """The revision a store stands at; empty where it has no tables yet."""
    with reading(engine) as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def is_known(revision: str) -> bool:
    """Whether this program knows a revision; a store at any other was written by a later one."""
    return any(script.revision == revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions())


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a SQLite file that may be in use, by SQLite's backup API: a copy of the file alone loses what is in the WAL.

    The copy is written under another name first: a file called ``target`` is always whole.
    """
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    with (
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as live,
        closing(sqlite3.connect(partial)) as copy,
    ):
        live.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE").close()  # one file, with nothing beside it
    partial.replace(target)


def _needed_from(engine: Engine) -> str | None:
    """The revision to migrate from (empty: no tables), or ``None`` where nothing is needed."""
    revision = revision_of(engine)
    if revision == head():
        return None
    if revision and not is_known(revision):
        raise StoreError("store_newer", revision=revision)
    return revision


def _upgrade(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with engine.connect() as connection:
        # A batch migration of SQLite drops and rebuilds a table: its children must survive that. The setting is
        # ignored inside a transaction, hence before it and on a connection that is thrown away.
        if engine.dialect.name == "sqlite":
            connection.connection.execute("PRAGMA foreign_keys = OFF")
        connection.execution_options(writes=True)
        with connection.begin():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            _check_children(connection)
        connection.invalidate()


def _check_children(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise StoreError("store_inconsistent")

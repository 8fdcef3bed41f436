import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from diager_dpo.store import migration
from diager_dpo.store.engine import open_engine, reading, sqlite_file, sqlite_url, writing
from diager_dpo.store.errors import StoreError
from diager_dpo.store.migration import copy_sqlite, head, migrate, revision_of
from diager_dpo.store.tables import metadata
from tests import ready_stores

MIGRATE = """
import sys
from diager_dpo.store.engine import open_engine
from diager_dpo.store.migration import migrate
engine = open_engine(sys.argv[1])
migrate(engine)
engine.dispose()
"""
# Every statement waits: a kill finds the migration half way.
SLOWLY = """
import sys, time
from sqlalchemy import event
from diager_dpo.store.engine import open_engine
from diager_dpo.store.migration import migrate
engine = open_engine(sys.argv[1])
@event.listens_for(engine, "after_cursor_execute")
def wait(connection, cursor, statement, *rest):
    if "CREATE TABLE" in statement:
        print(statement.split()[2], flush=True)
        time.sleep(0.05)
migrate(engine)
engine.dispose()
"""


@pytest.fixture(autouse=True)
def _migrated_each_time(monkeypatch):
    monkeypatch.setattr(migration, "_upgrade", ready_stores.really_upgrade)


def made_of(engine):
    """Everything that a store's database calls its own, in the database's own words."""
    words = {
        "sqlite": "SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2",
        "postgresql": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace UNION ALL SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) "
        "FROM pg_trigger WHERE NOT tgisinternal UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes "
        "WHERE schemaname = 'public' ORDER BY 1, 2",
    }
    with reading(engine) as connection:
        found = connection.execute(text(words[engine.dialect.name])).all()
        return found, connection.execute(text("SELECT version_num FROM alembic_version")).all()


def emptied(engine):
    engine.dispose()
    if path := sqlite_file(engine):
        path.unlink()
        return
    with engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")


def test_the_copies_that_other_tests_work_on_are_what_a_migration_makes(store, monkeypatch):
    real = made_of(store)
    monkeypatch.setattr(migration, "_upgrade", ready_stores.upgrade)
    for _turn in ("first", "copied"):
        emptied(store)
        migrate(store)
        assert made_of(store) == real


def program(source: str, url: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-W", "error", "-c", source, url], stdout=subprocess.PIPE, text=True)


def tables_of(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_a_migrated_store_has_exactly_the_tables_of_the_program(store: Engine) -> None:
    with reading(store) as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    assert revision_of(store) == head()


def test_the_options_of_the_tables_are_migrated_too(tmp_path: Path) -> None:
    """compare_metadata does not look at them: WITHOUT ROWID, names of constraints, checks."""
    engines = [open_engine(sqlite_url(tmp_path / name)) for name in ("migrated.sqlite3", "created.sqlite3")]
    migrate(engines[0])
    metadata.create_all(engines[1])
    found = []
    for engine in engines:
        with reading(engine) as connection:
            query = "select name, sql from sqlite_master where name != 'alembic_version' and type != 'trigger'"
            rows = connection.execute(text(query))
            found.append({name: sorted((sql or "").replace('"', "").replace(",", " ").split()) for name, sql in rows})
        engine.dispose()
    found[0].pop("sqlite_autoindex_alembic_version_1", None)
    assert found[0] == found[1]


def test_keys_are_ordered_by_bytes_on_postgresql(store: Engine) -> None:
    if store.dialect.name != "postgresql":
        pytest.skip("SQLite orders by bytes by itself")
    query = (
        "select collation_name from information_schema.columns where table_name = 'record' and column_name = 'person'"
    )
    with reading(store) as connection:
        assert connection.scalar(text(query)) == "C"


def test_migrating_again_changes_nothing(store: Engine) -> None:
    migrate(store)
    assert revision_of(store) == head()


def test_a_store_of_a_later_program_is_refused(store: Engine) -> None:
    with writing(store) as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(StoreError) as refused:
        migrate(store)
    assert (refused.value.code, refused.value.values) == ("store_newer", {"revision": "9999"})


def test_several_processes_may_start_at_once(empty_store: Engine, store_url: str) -> None:
    processes = [program(MIGRATE, store_url) for _ in range(4)]
    assert [process.communicate(timeout=120)[0] for process in processes] == [""] * 4
    assert [process.returncode for process in processes] == [0] * 4
    assert revision_of(empty_store) == head()


@pytest.mark.parametrize("tables", [1, 5])
def test_a_migration_that_is_killed_leaves_the_store_as_it_was(
    empty_store: Engine, store_url: str, tables: int
) -> None:
    process = program(SLOWLY, store_url)
    assert process.stdout is not None
    for _ in range(tables):
        assert process.stdout.readline()
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    until = time.monotonic() + 10
    while tables_of(empty_store) and time.monotonic() < until:  # a server takes a moment to notice
        time.sleep(0.1)
    assert tables_of(empty_store) == set()
    migrate(empty_store)
    assert revision_of(empty_store) == head()


def test_a_sqlite_store_is_copied_before_it_is_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_engine(sqlite_url(tmp_path / "store.sqlite3"))
    migrate(engine)
    with writing(engine) as connection:
        connection.execute(text("insert into installation values ('id', 'mine')"))
        connection.execute(text("update alembic_version set version_num = '0000'"))
    monkeypatch.setattr(migration, "is_known", lambda revision: revision == "0000")

    def fail(_engine: Engine) -> None:
        raise RuntimeError

    monkeypatch.setattr(migration, "_upgrade", fail)
    with pytest.raises(RuntimeError):
        migrate(engine)
    engine.dispose()
    with closing(sqlite3.connect(tmp_path / f"store.before-{head()}.sqlite3")) as copy:
        assert copy.execute("select value from installation").fetchall() == [("mine",)]


def test_a_copy_of_a_live_store_holds_what_is_still_in_the_wal(tmp_path: Path) -> None:
    engine = open_engine(sqlite_url(tmp_path / "store.sqlite3"))
    migrate(engine)
    with writing(engine) as connection:
        connection.execute(text("insert into installation values ('id', 'mine')"))
    path = sqlite_file(engine)
    assert path is not None
    assert path.with_name("store.sqlite3-wal").stat().st_size > 0
    copy_sqlite(path, tmp_path / "copy.sqlite3")
    engine.dispose()
    with closing(sqlite3.connect(tmp_path / "copy.sqlite3")) as copy:
        assert copy.execute("select value from installation").fetchall() == [("mine",)]
    assert sorted(file.name for file in tmp_path.glob("copy*")) == ["copy.sqlite3"]


def test_a_store_that_another_process_has_been_migrating_for_too_long_is_busy(
    empty_store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migration, "WAIT_S", 0.1)
    with migration.exclusive(empty_store, migration.LOCK, 0), pytest.raises(StoreError) as refused:
        migrate(empty_store)
    assert refused.value.code == "store_busy"

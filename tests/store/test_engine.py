import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from diager_dpo.store.engine import open_engine, reading, sqlite_file, sqlite_url, writing
from diager_dpo.store.errors import StoreError
from diager_dpo.store.tables import installation


def put(store: Engine, value: str) -> None:
    with writing(store) as connection:
        connection.execute(insert(installation).values(name="counter", value=value))


def counter(store: Engine) -> str | None:
    with reading(store) as connection:
        return connection.scalar(select(installation.c.value))


def test_a_block_that_raises_leaves_nothing(store: Engine) -> None:
    def fail() -> None:
        with writing(store) as connection:
            connection.execute(insert(installation).values(name="counter", value="1"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert counter(store) is None


def test_no_update_is_lost_between_threads(store: Engine) -> None:
    put(store, "0")

    def add() -> None:
        for _ in range(20):
            with writing(store) as connection:
                if store.dialect.name == "postgresql":
                    connection.execute(text("lock table installation in exclusive mode"))
                value = int(connection.scalar(select(installation.c.value)) or 0)
                connection.execute(update(installation).values(value=str(value + 1)))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter(store) == "80"


def test_a_reader_sees_one_snapshot_while_another_writes(store: Engine) -> None:
    put(store, "before")
    with reading(store) as connection:
        assert connection.scalar(select(installation.c.value)) == "before"
        with writing(store) as other:
            other.execute(update(installation).values(value="after"))
        assert connection.scalar(select(installation.c.value)) == "before"
    assert counter(store) == "after"


def test_what_is_written_in_a_reading_block_is_not_kept(store: Engine) -> None:
    try:
        with reading(store) as connection:
            connection.execute(insert(installation).values(name="counter", value="1"))
    except DBAPIError:
        assert store.dialect.name == "postgresql"  # which refuses at once
    assert counter(store) is None


def test_a_writer_may_write_after_the_same_connection_was_read(store: Engine) -> None:
    for value in ("1", "2"):
        counter(store)
        with writing(store) as connection:
            connection.execute(installation.delete())
        put(store, value)
    assert counter(store) == "2"


@pytest.fixture
def sqlite_store(tmp_path: Path):
    engine = open_engine(sqlite_url(tmp_path / "store.sqlite3"))
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("busy_timeout", 30_000),
        ("foreign_keys", 1),
        ("recursive_triggers", 1),
        ("secure_delete", 1),
        ("trusted_schema", 0),
    ],
)
def test_every_connection_to_sqlite_has_the_settings_of_the_store(sqlite_store: Engine, pragma, value) -> None:
    with reading(sqlite_store) as first, reading(sqlite_store) as second:
        for connection in (first, second):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_a_writer_of_sqlite_takes_its_lock_before_it_reads(sqlite_store: Engine) -> None:
    path = sqlite_file(sqlite_store)
    assert path is not None
    other = sqlite3.connect(path, timeout=0, isolation_level=None)
    with closing(other), writing(sqlite_store), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("nonsense", "store_url_wrong"),
        ("sqlite://", "store_not_supported"),
        ("sqlite:///:memory:", "store_not_supported"),
        ("mysql://root:secret@localhost/store", "store_not_supported"),
    ],
)
def test_an_address_that_cannot_hold_a_store_is_refused_without_its_secret(url: str, code: str) -> None:
    with pytest.raises(StoreError) as refused:
        open_engine(url)
    assert refused.value.code == code
    assert "secret" not in repr(refused.value) + str(refused.value.values)


def test_a_postgresql_address_is_read_by_psycopg_3() -> None:
    engine = open_engine("postgresql://localhost/store")
    assert engine.dialect.driver == "psycopg"
    engine.dispose()

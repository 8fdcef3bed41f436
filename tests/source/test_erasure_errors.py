"""What stops an erasure, the accounts that may erase, and the receipts it leaves."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from diager_dpo.source.connection import erasing_url
from diager_dpo.source.erasure import lock
from diager_dpo.source.erasure_errors import SourceErasureError
from diager_dpo.source.erasure_plan import erasure_plan
from diager_dpo.source.errors import SourceConnectionError
from diager_dpo.source.receipts import count_receipts, read_receipts, write_receipts
from tests.source.erasing import FILE, SCHEMA, A, C, M, P, build, opened, shop, source

NOW = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)


def test_a_schema_that_no_longer_matches_makes_an_erasure_impossible(sqlite):
    build(sqlite)
    sqlite.run("ALTER TABLE people ADD nickname TEXT")
    description, engine = opened(sqlite)
    with engine.connect() as connection, pytest.raises(SourceErasureError) as refusal:
        erasure_plan(connection, description)
    assert refusal.value.code == "schema_does_not_match"
    assert refusal.value.values == {
        "count": 1, "problem": "column_undeclared", "table": "people", "column": "nickname",
    }  # fmt: skip


def test_a_circle_of_mandatory_foreign_keys_makes_an_erasure_impossible(sqlite):
    own = "surname VARCHAR(60) NOT NULL", "surname VARCHAR(60) NOT NULL, boss INTEGER NOT NULL REFERENCES people (id)"
    build(sqlite, SCHEMA.replace(*own), "")
    description, engine = opened(
        sqlite, FILE.replace('came_by = "structure"', 'came_by = "structure"\nboss = "structure"')
    )
    with engine.connect() as connection, pytest.raises(SourceErasureError) as refusal:
        erasure_plan(connection, description)
    assert (refusal.value.code, refusal.value.values) == ("foreign_key_cycle", {"table": "people"})


def test_rows_that_refer_to_each_other_go_together(database):
    own = "surname VARCHAR(60) NOT NULL", "surname VARCHAR(60) NOT NULL, boss INTEGER"
    build(
        database,
        SCHEMA.replace(*own).replace(
            "came_by VARCHAR(10)\n", "came_by VARCHAR(10),\n  FOREIGN KEY (boss) REFERENCES people (id)\n"
        ),
        "",
    )
    database.run(
        "INSERT INTO people (id, surname, mail) VALUES (1, 'a', 'a'), (2, 'b', 'b'), (3, 'c', 'c')",
        "UPDATE people SET boss = 3 - id WHERE id < 3",
    )
    it = shop(database, FILE.replace('came_by = "structure"', 'came_by = "structure"\nboss = "structure"'))
    it.erase(it.batch(P, "contact:1", "contact:2"))
    assert it.ids("people") == [3]
    it.connection.close()


def test_a_cascade_that_would_take_rows_that_stay_stops_the_erasure(database):
    cascading = (
        "FOREIGN KEY (thread_id) REFERENCES thread (id)",
        "FOREIGN KEY (thread_id) REFERENCES thread (id) ON DELETE CASCADE",
    )
    build(database, SCHEMA.replace(*cascading))
    text = FILE.replace(
        'column = "thread.people_id", kind = "contact" }]\npurposes = ["customer_management"]',
        'column = "thread.people_id", kind = "contact" }]\npurposes = ["customer_management", "accounting"]',
    )
    it = shop(database, text)
    with pytest.raises(SourceErasureError) as refusal:
        it.erase(it.batch(M, ("contact:1", (A,))))
    assert (refusal.value.code, refusal.value.values["table"], refusal.value.values["rows"]) == (
        "cascade_takes_more",
        "message",
        2,
    )
    it.connection.close()


def test_a_constraint_that_refuses_is_named_without_a_value(database):
    build(database)
    text = FILE.replace('erase = "random"', 'erase = { constant = "x@gone" }')
    it = shop(database, text)
    with pytest.raises(SourceErasureError) as refusal:
        it.erase(it.batch(P, ("contact:1", (A,)), ("contact:3", (A,))))
    assert (refusal.value.code, refusal.value.values) == (
        "erasure_refused",
        {"table": "people", "constraint": "unique"},
    )
    assert refusal.value.__cause__ is None
    it.connection.close()


def test_receipts_say_what_went_of_each_item_and_no_value(database):
    build(database)
    it = shop(database)
    batch = it.batch(C, ("contact:1", (P, M)), ("contact:3", (P, M)), operation="WINTER")
    erased = it.erase(batch)
    write_receipts(it.connection, "receipt", purge="p1", fence=3, items=[7, 4], erased=erased, done_at=NOW)
    found = read_receipts(it.connection, "receipt", "p1")
    assert found.items.tolist() == [4, 7]
    assert found.fences.tolist() == [3, 3]
    assert found.counts == ({"people.born_on": 1}, {"ticket": 1, "people.born_on": 1})
    assert it.rows("SELECT done_at FROM receipt WHERE item = 4") == [("2026-11-23T22:00:00+00:00",)]
    assert count_receipts(it.connection, "receipt") == {"p1": 2}
    assert read_receipts(it.connection, "receipt", "other").items.tolist() == []
    with pytest.raises(SourceErasureError) as refusal:
        write_receipts(it.connection, "receipt", purge="p1", fence=4, items=[1, 4], erased=erased, done_at=NOW)
    assert refusal.value.values == {"table": "receipt", "constraint": "unique"}
    it.connection.close()


def test_an_instant_without_an_offset_is_no_receipt(sqlite):
    build(sqlite)
    it = shop(sqlite)
    erased = it.erase(it.batch(P, ("contact:2", (A,))))
    with pytest.raises(ValueError):
        write_receipts(
            it.connection, "receipt", purge="p", fence=1, items=[1], erased=erased, done_at=NOW.replace(tzinfo=None)
        )
    it.connection.close()


def test_a_server_needs_an_account_of_its_own_for_erasing(tmp_path):
    for name in ("postgresql", "mariadb"):
        given = {"CRM_URL": f"{name}://reader:secret@host/crm"}
        with pytest.raises(SourceConnectionError) as refusal:
            erasing_url(source(), given, tmp_path)
        assert (refusal.value.code, refusal.value.values) == (
            "erasing_account_missing",
            {"variable": "CRM_URL_ERASING"},
        )
        url = erasing_url(source(), given | {"CRM_URL_ERASING": f"{name}://eraser:secret@host/crm"}, tmp_path)
        assert url.username == "eraser"


def test_a_sqlite_file_is_erased_where_it_is_read(sqlite):
    assert erasing_url(source(), {"CRM_URL": sqlite.url}, sqlite.home).database.endswith("crm.sqlite3")


def test_erasing_holds_the_file_enforces_keys_and_overwrites(sqlite):
    build(sqlite)
    _, engine = opened(sqlite)
    with engine.connect() as connection, connection.begin():
        asked = ("foreign_keys", "secure_delete", "trusted_schema")
        assert [connection.exec_driver_sql(f"PRAGMA {it}").scalar() for it in asked] == [1, 1, 0]
        other = sa.create_engine(f"sqlite:///{sqlite.home / 'crm.sqlite3'}", connect_args={"timeout": 0})
        with other.connect() as second, pytest.raises(sa.exc.OperationalError):
            second.exec_driver_sql("DELETE FROM receipt")
        other.dispose()


@pytest.mark.parametrize(
    "name",
    [pytest.param("postgresql", marks=pytest.mark.postgresql), pytest.param("mariadb", marks=pytest.mark.mariadb)],
)
def test_rows_that_are_held_wait_for_the_end_of_the_transaction(name, request):
    database = request.getfixturevalue(name)
    build(database)
    it = shop(database)
    lock(it.connection, it.plan, it.batch(P, "contact:1"))
    setting = {"postgresql": "SET lock_timeout = '100ms'", "mariadb": "SET innodb_lock_wait_timeout = 1"}[name]
    _, engine = opened(database)
    for statement in ("UPDATE people SET phone = '1' WHERE id = 1", "INSERT INTO phone_call VALUES (99, 1)"):
        with engine.connect() as second:
            second.exec_driver_sql(setting)
            with pytest.raises(sa.exc.DBAPIError):
                second.exec_driver_sql(statement)
    with engine.connect() as second:
        second.exec_driver_sql("UPDATE people SET phone = '1' WHERE id = 3")
    it.connection.close()

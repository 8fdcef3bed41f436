"""The way to a source: addresses, and engines that only read."""

import sqlite3

import pytest
import sqlalchemy as sa

from diager_dpo.source.connection import open_source, snapshot, source_url
from diager_dpo.source.errors import SourceConnectionError, SourceError, SourceReadError
from diager_dpo.source.reader import read_facts
from tests.source.databases import source

FILE = source({"persons": "SELECT 1 AS person"})


def refused(environ, home, default=None):
    with pytest.raises(SourceConnectionError) as refusal:
        source_url(FILE, environ, home, default)
    return refusal.value


def test_the_address_comes_from_the_variable_that_the_file_names(tmp_path):
    url = source_url(FILE, {"CRM_URL": "postgresql://reader:secret@host/crm"}, tmp_path, "sqlite:///other")
    assert (url.drivername, url.host, url.database) == ("postgresql+psycopg", "host", "crm")
    assert source_url(FILE, {"CRM_URL": "mariadb://h/crm"}, tmp_path).drivername == "mariadb+pymysql"
    assert source_url(FILE, {"CRM_URL": "mysql://h/crm"}, tmp_path).drivername == "mysql+pymysql"


def test_a_relative_file_is_looked_for_at_home(tmp_path):
    sqlite3.connect(tmp_path / "crm.db").close()
    assert source_url(FILE, {}, tmp_path, "sqlite:///crm.db").database == str(tmp_path / "crm.db")
    absolute = source_url(FILE, {"CRM_URL": f"sqlite:///{tmp_path / 'crm.db'}"}, tmp_path / "elsewhere")
    assert absolute.database == str(tmp_path / "crm.db")


def test_an_address_that_is_missing_or_wrong_is_refused_without_its_secret(tmp_path):
    assert refused({}, tmp_path).values == {"variable": "CRM_URL"}
    for text in ("postgresql://reader:s3cret@host:port/crm", "s3cret", "sqlite://", "sqlite:///file:x?uri=true"):
        error = refused({"CRM_URL": text}, tmp_path)
        assert error.code == "source_url_wrong"
        assert "s3cret" not in str(error)
        assert error.__context__ is None
    assert refused({"CRM_URL": "oracle://h/x"}, tmp_path).code == "source_database_unknown"
    assert refused({"CRM_URL": "sqlite:///none.db"}, tmp_path).code == "source_file_absent"


def test_a_file_that_is_not_there_is_not_made(sqlite, tmp_path):
    engine = open_source(FILE, sa.make_url(f"sqlite+pysqlite:///{tmp_path / 'none.db'}"))
    with pytest.raises(SourceConnectionError) as refusal, snapshot(engine):
        pass
    assert refusal.value.code == "source_unavailable"
    assert not (tmp_path / "none.db").exists()


def test_a_server_that_is_not_there_is_said_without_its_address(tmp_path):
    for url in (
        "postgresql+psycopg://u:s3cret@/crm?host=/nowhere",
        "mariadb+pymysql://u:s3cret@127.0.0.1:1/crm",
    ):
        engine = open_source(FILE, sa.make_url(url))
        with pytest.raises(SourceConnectionError) as refusal:
            read_facts(engine, FILE)
        assert refusal.value.code == "source_unavailable"
        assert "s3cret" not in str(refusal.value)


WRITES = [
    "INSERT INTO contact VALUES (2)",
    "UPDATE contact SET id = 3",
    "DELETE FROM contact",
    "DROP TABLE contact",
    "CREATE TABLE copy (id INTEGER)",
    "WITH x AS (SELECT 1) DELETE FROM contact",
]


@pytest.mark.parametrize("statement", WRITES)
def test_no_engine_writes(database, statement):
    database.run("CREATE TABLE contact (id INTEGER)", "INSERT INTO contact VALUES (1)")
    engine = database.engine()
    with pytest.raises(sa.exc.DBAPIError), snapshot(engine) as connection:
        connection.exec_driver_sql(statement)
    assert list(database.read({"persons": "SELECT id AS person FROM contact"}).facts.persons.key) == ["1"]


@pytest.mark.parametrize(
    "text", ["WITH x AS (SELECT 1) DELETE FROM contact", "WITH x AS (SELECT 1) UPDATE contact SET id = 2"]
)
def test_a_fact_that_writes_is_refused(database, text):
    database.run("CREATE TABLE contact (id INTEGER)", "INSERT INTO contact VALUES (1)")
    with pytest.raises(SourceReadError) as refusal:
        database.read({"persons": text})
    assert refusal.value.code in ("not_allowed", "broken_select")
    assert list(database.read({"persons": "SELECT id AS person FROM contact"}).facts.persons.key) == ["1"]


@pytest.mark.parametrize(
    "statement",
    [
        "PRAGMA journal_mode = DELETE",
        "PRAGMA writable_schema = ON",
        "PRAGMA query_only = OFF",
        "PRAGMA trusted_schema = ON",
        "PRAGMA foreign_keys = OFF",
        "ATTACH ':memory:' AS other",
        "VACUUM INTO '/tmp/copy-of-a-source'",
        "SELECT load_extension('x')",
        "CREATE TEMP TABLE copy (id INTEGER)",
        "SAVEPOINT x",
        "REINDEX",
        "ANALYZE",
    ],
)
def test_sqlite_denies_everything_but_reading(sqlite, statement):
    sqlite.run("CREATE TABLE contact (id INTEGER)", "CREATE INDEX by_id ON contact (id)")
    with pytest.raises(sa.exc.DBAPIError), snapshot(sqlite.engine()) as connection:
        connection.exec_driver_sql(statement)


@pytest.mark.parametrize("function", ["load_extension('x')", "readfile('/etc/hostname')", "writefile('/tmp/x', 'y')"])
def test_a_fact_that_calls_a_function_with_effects_is_refused(sqlite, function):
    with pytest.raises(SourceReadError):
        sqlite.read({"persons": f"SELECT {function} AS person"})


def test_a_value_table_of_a_setting_is_denied(sqlite):
    with pytest.raises(SourceReadError):
        sqlite.read({"persons": "SELECT 1 AS person FROM pragma_journal_mode('delete')"})


def test_sqlite_still_shows_its_schema(sqlite):
    sqlite.run(
        "CREATE TABLE a (id INTEGER PRIMARY KEY)",
        "CREATE TABLE b (a INTEGER REFERENCES a(id))",
        "CREATE INDEX i ON b (a)",
    )
    with snapshot(sqlite.engine()) as connection:
        inspector = sa.inspect(connection)
        assert {"a", "b"} <= set(inspector.get_table_names())
        assert inspector.get_foreign_keys("b")[0]["referred_table"] == "a"
        assert inspector.get_indexes("b")[0]["name"] == "i"


@pytest.mark.postgresql
def test_postgresql_does_not_let_text_undo_the_read_only_transaction(postgresql):
    postgresql.run("CREATE TABLE contact (id INTEGER)")
    undo = sa.text("SELECT set_config('transaction_read_only', 'off', false)")
    with snapshot(postgresql.engine()) as connection, pytest.raises(sa.exc.DBAPIError):
        connection.execute(undo)
    several = "SELECT E'\\\\'' AS person; COMMIT; INSERT INTO contact VALUES (1) --'"
    with pytest.raises(SourceError):  # through a fact, several statements never reach the server
        postgresql.read({"persons": several})
    assert len(postgresql.read({"persons": "SELECT id AS person FROM contact"}).facts.persons.key) == 0


@pytest.mark.postgresql
def test_the_cursor_of_postgresql_takes_one_statement(postgresql):
    """What ``one_select`` might let through in the syntax of another engine, the protocol refuses."""
    from diager_dpo.source.narrowing import Statement
    from diager_dpo.source.rows import read_rows

    postgresql.run("CREATE TABLE contact (id INTEGER)")
    with snapshot(postgresql.engine()) as connection, pytest.raises(SourceReadError):
        read_rows(connection, [Statement("persons", "SELECT 1 AS person; COMMIT; DROP TABLE contact")], "UTC")
    assert len(postgresql.read({"persons": "SELECT id AS person FROM contact"}).facts.persons.key) == 0


@pytest.mark.mariadb
def test_the_driver_of_mariadb_takes_one_statement(mariadb):
    from diager_dpo.source.narrowing import Statement
    from diager_dpo.source.rows import read_rows

    mariadb.run("CREATE TABLE contact (id INTEGER)")
    with snapshot(mariadb.engine()) as connection, pytest.raises(SourceReadError):
        read_rows(connection, [Statement("persons", "SELECT 1 AS person; DROP TABLE contact")], "UTC")
    assert len(mariadb.read({"persons": "SELECT id AS person FROM contact"}).facts.persons.key) == 0


SLOW = {
    "postgresql": "SELECT 1 AS person FROM (SELECT pg_sleep(30)) AS slow",
    "mariadb": "SELECT 1 AS person FROM (SELECT SLEEP(30)) AS slow",
}


@pytest.mark.parametrize(
    "server", [pytest.param(name, marks=getattr(pytest.mark, name)) for name in ("postgresql", "mariadb")]
)
def test_a_statement_that_takes_too_long_is_stopped(request, server):
    database = request.getfixturevalue(server)
    slow = source({"persons": SLOW[server]})
    with pytest.raises(SourceReadError) as refusal:
        read_facts(database.engine(slow, statement_timeout=1), slow)
    assert refusal.value.code == "source_timed_out"
    assert refusal.value.values["fact"] == "persons"


def test_a_file_that_is_no_database_is_said(sqlite, tmp_path):
    (tmp_path / "crm.sqlite3").write_text("Not a database, but long enough to be read as the header of one. " * 20)
    with pytest.raises(SourceError) as refusal:
        sqlite.read({"persons": "SELECT id AS person FROM contact"})
    assert refusal.value.code == "source_unavailable"

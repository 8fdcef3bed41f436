"""Could the account write? Known from its privileges, on servers that have them."""

import pymysql
import pytest
import sqlalchemy as sa

from diager_dpo.source.connection import open_source
from diager_dpo.source.grants import WriteAccess, probe_write_access
from tests.source.databases import source

FILE = source({"persons": "SELECT 1 AS person"})
TABLES = (
    "CREATE TABLE contact (id INTEGER, mail VARCHAR(9))",
    "CREATE TABLE bill (id INTEGER)",
    "CREATE TABLE other (id INTEGER)",
)


def test_a_file_of_sqlite_is_opened_for_reading_only(sqlite):
    sqlite.run(*TABLES)
    assert probe_write_access(sqlite.engine(), ["contact"]) == ()


@pytest.mark.postgresql
def test_an_owner_of_postgresql_may_write(postgresql):
    postgresql.run(*TABLES)
    (contact,) = probe_write_access(postgresql.engine(), ["contact", "no_such_table"])
    assert contact == WriteAccess("contact", ("DELETE", "INSERT", "TRUNCATE", "UPDATE"))


@pytest.mark.postgresql
def test_a_reader_of_postgresql_may_not_and_a_grant_on_one_column_is_found(postgresql, postgresql_server):
    role = postgresql.url.partition("/test_")[2][:12]
    role = f"reader_{role}"
    postgresql.run(
        *TABLES,
        f"CREATE ROLE {role} LOGIN",
        f"GRANT SELECT ON contact, bill, other TO {role}",
        f"GRANT UPDATE (mail) ON contact TO {role}",
        f"GRANT INSERT ON other TO {role}",
    )
    try:
        url = sa.make_url(postgresql.url).set(drivername="postgresql+psycopg", username=role)
        engine = open_source(FILE, url)
        found = probe_write_access(engine, ["contact", "bill", "public.other"])
        assert found == (WriteAccess("contact", ("UPDATE",)), WriteAccess("public.other", ("INSERT",)))
    finally:
        postgresql.run(f"DROP OWNED BY {role}", f"DROP ROLE {role}")


@pytest.mark.mariadb
def test_root_of_mariadb_may_write(mariadb):
    mariadb.run(*TABLES)
    (contact,) = probe_write_access(mariadb.engine(), ["contact"])
    assert "ALL PRIVILEGES" in contact.privileges


@pytest.mark.mariadb
def test_grants_of_mariadb_are_read_by_database_table_column_and_role(mariadb, mariadb_server):
    mariadb.run(*TABLES)
    name = str(sa.make_url(mariadb.url).database)
    pattern = name.replace("_", "\\_")
    with pymysql.connect(unix_socket=mariadb_server, user="root") as root:
        cursor = root.cursor()
        cursor.execute("CREATE USER reader@localhost")
        try:
            cursor.execute(f"GRANT SELECT ON {name}.* TO reader@localhost")
            engine = open_source(FILE, sa.make_url(mariadb.url).set(username="reader"))
            tables = ["contact", "bill", "other"]
            assert probe_write_access(engine, tables) == ()
            cursor.execute(f"GRANT UPDATE (mail) ON {name}.contact TO reader@localhost")
            cursor.execute("CREATE ROLE writers")
            cursor.execute(f"GRANT INSERT, DELETE ON {name}.bill TO writers")
            cursor.execute("GRANT writers TO reader@localhost")
            cursor.execute("SET DEFAULT ROLE writers FOR reader@localhost")
            found = probe_write_access(engine, tables)
            assert found == (WriteAccess("contact", ("UPDATE",)), WriteAccess("bill", ("DELETE", "INSERT")))
            cursor.execute("GRANT INSERT ON other_company.* TO reader@localhost")
            assert probe_write_access(engine, tables) == found
            cursor.execute(f"GRANT INSERT ON `{pattern}`.* TO reader@localhost")
            assert WriteAccess("other", ("INSERT",)) in probe_write_access(engine, tables)
        finally:
            cursor.execute("DROP USER reader@localhost")
            cursor.execute("DROP ROLE IF EXISTS writers")

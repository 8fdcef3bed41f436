"""What `sources check` finds on PostgreSQL and MariaDB only, or by their own means."""

import pytest
import sqlalchemy as sa

from diager_dpo.source.check import check
from diager_dpo.source.connection import open_source
from diager_dpo.source.description import parse_source
from tests.source.club import FILE, build, checked, found, replaced

SURNAME = "surname VARCHAR(60) NOT NULL"
TICKET_KEY = "people_id INTEGER NOT NULL REFERENCES people(id),\n  raffle"
TRIGGER = """
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN new; END$$"""


def run(url, schema=(), file=(), statements=()):
    """Build the club by one connection, check it by one that only reads."""
    writer = sa.create_engine(url)
    build(writer, schema, statements)
    writer.dispose()
    source = parse_source(replaced(FILE, file).encode(), "club.toml")
    reader = open_source(source, sa.make_url(url))
    report = check(reader, source)
    reader.dispose()
    return report


SHARED = [
    pytest.param((), (), (), set(), id="nothing_in_a_file_that_is_right"),
    pytest.param(((TICKET_KEY, TICKET_KEY.replace("(id)", "(id) ON DELETE CASCADE")),), (), (), {("cascade_unseen", "ticket", "people_id")}, id="a_cascade"),
    pytest.param((), (), ("ALTER TABLE people ADD phone VARCHAR(20)",), {("column_undeclared", "people", "phone")}, id="a_column_no_entry_names"),
    pytest.param((), (('"bill.payer_id" = "accounting keeps it"', ""),), (), {("link_likely_among_nobody", "bill", "payer_id")}, id="a_column_that_holds_keys_of_persons"),
    pytest.param(((SURNAME, SURNAME + " UNIQUE"),), (), (), {("erase_unique", "people", "surname")}, id="a_constant_where_all_values_differ"),
    pytest.param(((SURNAME, SURNAME + " CHECK (surname <> 'none' AND surname NOT LIKE '%:%')"),), (), (), {("erase_check", "people", "surname")}, id="a_constant_a_condition_forbids"),
    pytest.param(((SURNAME, "surname VARCHAR(3) NOT NULL"),), (), (), {("erase_too_long", "people", "surname")}, id="a_constant_longer_than_its_column"),
    pytest.param(
        (), (("payer_id AS person, issued_on", "payer_id AS person, quantity AS issued_on"),), (),
        {("fact_column_type", "", "issued_on")}, id="a_day_that_is_a_number",
    ),
    pytest.param((), (("surname AS label FROM people", "surnam AS label FROM people"),), (), {("fact_fails", "", "")}, id="a_SELECT_that_does_not_run"),
    pytest.param((), (("payer_id AS person, issued_on FROM", "payer_id AS person, NULL AS issued_on FROM"),), (), set(), id="no_fault_in_a_column_of_nulls"),
    pytest.param((), (("surname AS label FROM people", "surname AS label FROM people WHERE mail LIKE '%:x%' -- all"),), (), set(), id="no_fault_in_signs_a_driver_could_take_for_its_own"),
    pytest.param(((", quantity INTEGER", ""),), (), (), set(), id="no_fault_where_a_column_that_nothing_names_is_gone"),
]  # fmt: skip


@pytest.mark.postgresql
@pytest.mark.parametrize(("schema", "file", "statements", "expected"), SHARED[:-1])
def test_postgresql_finds(postgresql_url, schema, file, statements, expected):
    assert found(run(postgresql_url, schema, file, statements)) == expected


@pytest.mark.mariadb
@pytest.mark.parametrize(("schema", "file", "statements", "expected"), SHARED[:-1])
def test_mariadb_finds(mariadb_url, schema, file, statements, expected):
    assert found(run(mariadb_url, schema, file, statements)) == expected


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("schema", "file", "statements", "expected"),
    [
        pytest.param((), (), (TRIGGER, "CREATE TRIGGER copy AFTER UPDATE ON people FOR EACH ROW EXECUTE FUNCTION keep()"), {("trigger_unseen", "people", "")}, id="a_trigger"),
        pytest.param((), (("triggers = []", 'triggers = ["people.copy"]'),), (TRIGGER, "CREATE TRIGGER copy AFTER UPDATE ON people FOR EACH ROW EXECUTE FUNCTION keep()"), set(), id="no_fault_in_a_trigger_that_was_seen"),
        pytest.param((), (), ("CREATE RULE kept AS ON DELETE TO people DO INSTEAD NOTHING",), {("trigger_unseen", "people", "")}, id="a_rule"),
        pytest.param((), (), ("CREATE TYPE mood AS ENUM ('glad', 'sad')", "ALTER TABLE people ALTER surname TYPE mood USING 'glad'"), {("erase_not_a_choice", "people", "surname")}, id="a_constant_that_is_no_choice"),
        pytest.param((), (("came_by AS origin", "clicked_at AS origin"),), (), {("fact_column_type", "", "origin")}, id="a_word_that_is_a_timestamp"),
        pytest.param((("mail VARCHAR(120) NOT NULL UNIQUE", "mail UUID NOT NULL DEFAULT gen_random_uuid() UNIQUE"),), (), ("SELECT 1",), set(), id="no_fault_in_a_random_uuid"),
        pytest.param((("born_on DATE NULL", "born_on DATE NULL, UNIQUE NULLS NOT DISTINCT (born_on)"),), (), (), {("erase_unique", "people", "born_on")}, id="nulls_that_must_differ"),
        pytest.param((), (), ("CREATE TABLE log (at DATE NOT NULL) PARTITION BY RANGE (at)", "CREATE TABLE log_2024 PARTITION OF log FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')"), {("table_undeclared", "log", "")}, id="a_partitioned_table_once"),
    ],
)  # fmt: skip
def test_postgresql_alone_finds(postgresql_url, schema, file, statements, expected):
    if schema:  # rows of the club do not fit
        writer = sa.create_engine(postgresql_url)
        build(writer, schema, people=False)
        report = checked(writer)
        writer.dispose()
    else:
        report = run(postgresql_url, schema, file, statements)
    assert found(report) == expected


@pytest.mark.mariadb
@pytest.mark.parametrize(
    ("schema", "file", "statements", "expected"),
    [
        pytest.param((), (), ("ALTER TABLE note DROP FOREIGN KEY note_ibfk_1", "ALTER TABLE note ENGINE = MyISAM"), {("no_transactions", "note", "")}, id="a_table_without_transactions"),
        pytest.param((), (), ("DROP TABLE erasure_receipt", "CREATE TABLE erasure_receipt (`purge` VARCHAR(64), item BIGINT, fence BIGINT, counts TEXT, done_at VARCHAR(32), PRIMARY KEY (`purge`, item)) ENGINE = Aria"), {("no_transactions", "erasure_receipt", "")}, id="receipts_without_transactions"),
        pytest.param((), (), ("CREATE TRIGGER copy AFTER UPDATE ON people FOR EACH ROW SET @last = old.surname",), {("trigger_unseen", "people", "")}, id="a_trigger"),
        pytest.param((), (), ("UPDATE people SET surname = 'a'", "ALTER TABLE people MODIFY surname ENUM('a', 'b') NOT NULL"), {("erase_not_a_choice", "people", "surname")}, id="a_constant_that_is_no_choice"),
        pytest.param((), (), ("ALTER TABLE people MODIFY surname SET('N1', 'none') NULL",), {("erase_type", "people", "surname")}, id="a_constant_in_a_set"),
    ],
)  # fmt: skip
def test_mariadb_alone_finds(mariadb_url, schema, file, statements, expected):
    if any("SET(" in statement for statement in statements):
        statements = ("UPDATE people SET surname = 'N1'", *statements)
    assert found(run(mariadb_url, schema, file, statements)) == expected


@pytest.mark.postgresql
def test_a_table_the_account_may_not_read_is_a_warning(postgresql_url):
    writer = sa.create_engine(postgresql_url)
    build(
        writer,
        (),
        (
            "CREATE ROLE looker LOGIN",
            "GRANT SELECT ON ALL TABLES IN SCHEMA public TO looker",
            "REVOKE SELECT ON raffle, project FROM looker",
        ),
    )
    source = parse_source(FILE.encode(), "club.toml")
    reader = open_source(source, sa.make_url(postgresql_url).set(username="looker"))
    try:
        report = check(reader, source)
    finally:
        reader.dispose()
        with writer.begin() as connection:
            connection.exec_driver_sql("DROP OWNED BY looker")
            connection.exec_driver_sql("DROP ROLE looker")
        writer.dispose()
    assert found(report) == {("fact_fails", "", ""), ("table_not_read", "project", "budget")}


@pytest.mark.mariadb
def test_an_account_of_mariadb_that_is_not_shown_everything_is_a_warning(mariadb_url):
    writer = sa.create_engine(mariadb_url)
    tables = ("firm", "people", "raffle", "ticket", "complaint", "project", "note", "bill", "staff", "erasure_receipt")
    grants = [f"GRANT SELECT ON {table} TO looker" for table in tables]
    build(writer, (), ["CREATE USER looker", *grants])
    source = parse_source(FILE.encode(), "club.toml")
    reader = open_source(source, sa.make_url(mariadb_url).set(username="looker"))
    try:
        report = check(reader, source)
    finally:
        reader.dispose()
        with writer.begin() as connection:
            connection.exec_driver_sql("DROP USER looker")
        writer.dispose()
    assert [(it.code.value, it.values) for it in report.problems] == [
        ("schema_hidden", (("part", "tables"),)),
        ("schema_hidden", (("part", "triggers"),)),
    ]
    assert report.clean

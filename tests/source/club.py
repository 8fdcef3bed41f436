"""A small company with every way to a person, and a source file that is right about it. Tests break one or the other."""

import sqlalchemy as sa

from diager_dpo.source.check import check
from diager_dpo.source.description import parse_source
from diager_dpo.source.receipts import receipts_ddl

SCHEMA = """
CREATE TABLE firm (id INTEGER PRIMARY KEY, name VARCHAR(80));
CREATE TABLE people (
  id INTEGER PRIMARY KEY,
  firm_id INTEGER REFERENCES firm(id),
  added_on DATE,
  came_by VARCHAR(10),
  refused_at TIMESTAMP NULL,
  surname VARCHAR(60) NOT NULL,
  mail VARCHAR(120) NOT NULL UNIQUE,
  born_on DATE NULL,
  clicked_at TIMESTAMP NULL
);
CREATE TABLE raffle (code VARCHAR(20) PRIMARY KEY, title VARCHAR(80), ends_on DATE, kept_until DATE);
CREATE TABLE ticket (
  id INTEGER PRIMARY KEY,
  people_id INTEGER NOT NULL REFERENCES people(id),
  raffle_code VARCHAR(20) REFERENCES raffle(code),
  taken_at TIMESTAMP NULL
);
CREATE TABLE complaint (
  id INTEGER PRIMARY KEY,
  people_id INTEGER NOT NULL REFERENCES people(id),
  opened_on DATE,
  closed_on DATE
);
CREATE TABLE project (id INTEGER PRIMARY KEY, people_id INTEGER, budget INTEGER);
CREATE TABLE note (
  id INTEGER PRIMARY KEY,
  written_by INTEGER,
  about_kind VARCHAR(10),
  about_id INTEGER,
  project_id INTEGER REFERENCES project(id),
  body TEXT
);
CREATE TABLE bill (id INTEGER PRIMARY KEY, payer_id INTEGER, quantity INTEGER, issued_on DATE, remark TEXT);
CREATE TABLE staff (id INTEGER PRIMARY KEY, name VARCHAR(80));
"""

FILE = """
[source]
name = "club"
title = { fr = "Club", en = "Club" }
url_env = "CLUB_URL"
erasure = "direct"
receipts = "erasure_receipt"

[facts]
persons = "SELECT id AS person, added_on AS collected_at, clicked_at AS last_inbound_contact_at, came_by AS origin FROM people"
labels = "SELECT id AS person, surname AS label FROM people"
vouchers = "SELECT payer_id AS person, issued_on FROM bill"
objections = "SELECT id AS person, refused_at AS objected_at FROM people WHERE refused_at IS NOT NULL"
litigations = "SELECT people_id AS person, opened_on AS since FROM complaint WHERE closed_on IS NULL"
operations = "SELECT code AS operation, title AS name, ends_on AS closes_on, kept_until AS keep_until FROM raffle"
entries = "SELECT raffle_code AS operation, people_id AS person, taken_at AS entered_at FROM ticket"

[tables.people]
key = ["id"]
person = "id"
when_no_purpose_is_left = "delete"
[tables.people.columns]
id = "key"
firm_id = "structure"
added_on = "structure"
came_by = "structure"
refused_at = "refusal"
surname = { purposes = ["prospecting", "customer_management", "contests"], erase = { constant = "none" } }
mail = { purposes = ["prospecting", "customer_management", "contests"], erase = "random" }
born_on = { purposes = ["contests"], erase = "null" }
clicked_at = { purposes = ["prospecting"], erase = "null" }

[tables.ticket]
key = ["id"]
person = "people_id"
operation = "raffle_code"
purposes = ["contests"]

[tables.complaint]
key = ["id"]
person = "people_id"
purposes = ["customer_management"]

[tables.note]
key = ["id"]
person = [
  { column = "written_by" },
  { column = "about_id", where = { about_kind = "people" } },
  { through = ["project_id -> project.id"], column = "project.people_id" },
]
purposes = ["customer_management"]

[not_personal]
firm = "legal persons"
raffle = "operations"
project = "of the firm"
bill = "of the firm"
[other_persons]
staff = "their own charter"
[residue]
columns = ["bill.remark"]
[seen]
triggers = []
cascades = []
[seen.keys]
"bill.payer_id" = "accounting keeps it"
"""


def replaced(text, changes):
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def execute(connection, statement):
    connection.execute(sa.text(statement.replace(":", "\\:")))


def build(engine, schema_changes=(), statements=(), *, people=True):
    """The club of thirty people, with what a test changes in its definition, and statements run after it."""
    with engine.begin() as connection:
        for statement in replaced(SCHEMA, schema_changes).split(";\n"):
            if statement.strip():
                execute(connection, statement)
        connection.exec_driver_sql(receipts_ddl(engine.dialect.name, "erasure_receipt").rstrip(";\n"))
        connection.exec_driver_sql("INSERT INTO firm VALUES (1, 'A'), (2, 'B')")
        if people:
            rows = ", ".join(f"({n}, 1, '2024-01-01', 'N{n}', 'm{n}@club.test')" for n in KEYS)
            connection.exec_driver_sql(f"INSERT INTO people (id, firm_id, added_on, surname, mail) VALUES {rows}")
            bills = ", ".join(f"({n}, {n}, {n % 9 + 1}, '2024-02-01')" for n in KEYS)
            connection.exec_driver_sql(f"INSERT INTO bill (id, payer_id, quantity, issued_on) VALUES {bills}")
        for statement in statements:
            execute(connection, statement)


KEYS = range(1, 31)


def checked(engine, file_changes=()):
    return check(engine, parse_source(replaced(FILE, file_changes).encode(), "club.toml"))


def found(report):
    """(code, table, column) of every problem."""
    return {(problem.code.value, problem.table, problem.column) for problem in report.problems}


def memory():
    return sa.create_engine("sqlite://", poolclass=sa.StaticPool, connect_args={"check_same_thread": False})

"""`sources check`: each fault of a source file or a schema, one by one."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from diager_dpo.source.check import Code, Severity, check
from diager_dpo.source.connection import open_source
from diager_dpo.source.description import load_source
from diager_dpo.source.errors import SourceConnectionError
from diager_dpo.source.problems import problem
from diager_dpo.source.receipts import receipts_ddl
from tests.source.club import build, checked, found, memory

EXAMPLE = Path(__file__).parents[3] / "shared" / "reference" / "source-example.toml"


@pytest.fixture
def engine():
    engine = memory()
    yield engine
    engine.dispose()


def test_a_file_that_is_right_about_its_schema_has_no_problem(engine):
    build(engine)
    report = checked(engine)
    assert report.problems == ()
    assert report.clean
    assert (
        report.tables.personal,
        report.tables.not_personal,
        report.tables.other_persons,
        report.tables.undeclared,
    ) == (4, 4, 1, 0)


def test_a_connection_that_can_only_read_finds_the_same(tmp_path):
    writer = sa.create_engine(f"sqlite:///{tmp_path / 'club.db'}")
    build(
        writer,
        [
            (
                "people_id INTEGER NOT NULL REFERENCES people(id),\n  raffle",
                "people_id INTEGER NOT NULL REFERENCES people ON DELETE CASCADE,\n  raffle",
            )
        ],
    )
    writer.dispose()
    from tests.source.club import FILE, parse_source

    source = parse_source(FILE.encode(), "club.toml")
    reader = open_source(source, sa.make_url(f"sqlite+pysqlite:///{tmp_path / 'club.db'}"))
    assert found(check(reader, source)) == {("cascade_unseen", "ticket", "people_id")}


PEOPLE_SURNAME = (
    'surname = { purposes = ["prospecting", "customer_management", "contests"], erase = { constant = "none" } }'
)
SURNAME = "surname VARCHAR(60) NOT NULL"
MAIL = 'mail = { purposes = ["prospecting", "customer_management", "contests"], erase = "random" }'
TICKET_KEY = "people_id INTEGER NOT NULL REFERENCES people(id),\n  raffle"
SEEN_KEY = '"bill.payer_id" = "accounting keeps it"'


def fault(name, code, table="", column="", *, schema=(), file=(), rows=(), people=True):
    return pytest.param(schema, file, rows, people, (code, table, column), id=name.replace(" ", "_"))


FAULTS = [
    # facts
    fault("a SELECT that does not run", "fact_fails", file=[("surname AS label FROM people", "surnam AS label FROM people")]),
    fault("a fact without a required column", "fact_column_missing", "", "objected_at", file=[("refused_at AS objected_at", "refused_at")]),
    fault("a fact with an unknown column", "fact_column_unknown", "", "shoe_size", file=[("surname AS label", "surname AS label, 42 AS shoe_size")]),
    fault("a fact with a column twice", "fact_column_double", "", "label", file=[("surname AS label", "surname AS label, surname AS label")]),
    fault("a day that is a number", "fact_column_type", "", "issued_on", file=[("payer_id AS person, issued_on", "payer_id AS person, 20240201 AS issued_on")]),
    fault("persons known by their address", "fact_key_like_email", "", "person", file=[("SELECT id AS person, added_on", "SELECT mail AS person, added_on")]),
    fault(
        "persons known by their name", "fact_key_like_name", "", "person",
        file=[("SELECT id AS person, added_on", "SELECT surname AS person, added_on")],
        rows=["UPDATE people SET surname = 'Jean Martin ' || char(64 + id)"],
    ),
    # tables, columns, paths
    fault("a table no section names", "table_undeclared", "lead", rows=["CREATE TABLE lead (id INTEGER PRIMARY KEY)"]),
    fault("a declared table that is not there", "table_missing", "ghost", file=[("[other_persons]", 'ghost = "nobody"\n[other_persons]')]),
    fault("a personal table that is not there", "table_missing", "complaint", schema=[("TABLE complaint", "TABLE claim")]),
    fault("a column no entry names", "column_undeclared", "people", "phone", rows=["ALTER TABLE people ADD phone VARCHAR(20)"]),
    fault("a declared column that is not there", "column_missing", "people", "born_on", schema=[("  born_on DATE NULL,\n", "")]),
    fault("a link by a column that is not there", "column_missing", "note", "author", file=[('"written_by"', '"author"')]),
    fault("a condition on a column that is not there", "column_missing", "note", "about_what", file=[("where = { about_kind", "where = { about_what")]),
    fault("an operation column that is not there", "column_missing", "ticket", "operation_code", file=[('operation = "raffle_code"', 'operation = "operation_code"')]),
    fault("a key column that is not there", "column_missing", "complaint", "no", file=[('[tables.complaint]\nkey = ["id"]', '[tables.complaint]\nkey = ["no"]')]),
    fault("a path over a table that is not there", "path_unresolved", "note", "projects.id", file=[("project_id -> project.id", "project_id -> projects.id"), ("project.people_id", "projects.people_id")]),
    fault("a path to a column that is not there", "path_unresolved", "note", "project.person_id", file=[('"project.people_id"', '"project.person_id"')]),
    fault("a residue column that is not there", "column_missing", "bill", "comment", file=[("bill.remark", "bill.comment")]),
    fault(
        "a purpose that is not processed", "purpose_not_processed", "complaint",
        file=[('receipts = "erasure_receipt"', 'receipts = "erasure_receipt"\nnot_processed = ["customer_management"]')],
    ),
    # keys
    fault("a table without a key", "table_without_key", "complaint", schema=[("TABLE complaint (\n  id INTEGER PRIMARY KEY", "TABLE complaint (\n  id INTEGER")]),
    fault("a declared key that may occur twice", "key_not_unique", "complaint", file=[('[tables.complaint]\nkey = ["id"]', '[tables.complaint]\nkey = ["people_id"]')]),
    fault(
        "a key that is an address", "key_like_email", "complaint", "id",
        schema=[("TABLE complaint (\n  id INTEGER", "TABLE complaint (\n  id VARCHAR(80)")],
        rows=["INSERT INTO complaint VALUES ('x', 1, NULL, NULL), ('jean@club.test', 1, NULL, NULL)"],
    ),
    fault(
        "a key that is a name", "key_like_name", "complaint", "id",
        schema=[("TABLE complaint (\n  id INTEGER", "TABLE complaint (\n  id VARCHAR(80)")],
        rows=["INSERT INTO complaint VALUES ('Jean Martin', 1, NULL, NULL)"],
    ),
    # what the database does by itself
    fault("a trigger nobody saw", "trigger_unseen", "people", rows=["CREATE TRIGGER copy AFTER UPDATE ON people BEGIN INSERT INTO firm (name) VALUES (old.surname); END"]),
    fault("a cascade nobody saw", "cascade_unseen", "ticket", "people_id", schema=[(TICKET_KEY, TICKET_KEY.replace("(id)", "(id) ON DELETE CASCADE"))]),
    fault("a cascade written without its target column", "cascade_unseen", "ticket", "people_id", schema=[(TICKET_KEY, TICKET_KEY.replace("(id)", " ON DELETE CASCADE"))]),
    fault(
        "a cascade behind a cascade", "cascade_unseen", "stub", "ticket_id", schema=[(TICKET_KEY, TICKET_KEY.replace("(id)", "(id) ON DELETE CASCADE"))],
        file=[("cascades = []", 'cascades = ["ticket.people_id"]'), ("[other_persons]", 'stub = "paper"\n[other_persons]')],
        rows=["CREATE TABLE stub (id INTEGER PRIMARY KEY, ticket_id INTEGER REFERENCES ticket(id) ON DELETE CASCADE)"],
    ),
    fault("a trigger that is gone but still called seen", "seen_missing", file=[("triggers = []", 'triggers = ["people.copy"]')]),
    # keys to persons
    fault("a foreign key in a table of whole rows", "link_undeclared", "ticket", "guest", rows=["ALTER TABLE ticket ADD guest INTEGER REFERENCES people(id)"]),
    fault("a foreign key in a table no section names", "link_undeclared", "lead", "owner", rows=["CREATE TABLE lead (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES people(id))"]),
    fault("a foreign key in a table about nobody", "link_among_nobody", "project", "lead", rows=["ALTER TABLE project ADD lead INTEGER REFERENCES people(id)"]),
    fault("a column of a table about nobody that holds keys of persons", "link_likely_among_nobody", "bill", "payer_id", file=[(SEEN_KEY, "")]),
    fault(
        "a column of whole rows that holds keys of persons", "link_likely", "ticket", "brought",
        rows=["ALTER TABLE ticket ADD brought INTEGER", "INSERT INTO ticket SELECT id, id, NULL, NULL, 31 - id FROM people"],
    ),
    fault(
        "a column of few persons whose name says so", "link_likely", "lead", "contact_id",
        rows=["CREATE TABLE lead (id INTEGER PRIMARY KEY, contact_id INTEGER)", "INSERT INTO lead SELECT id, id FROM people WHERE id < 6"],
    ),
    fault(
        "a named column with one person deleted since", "link_likely", "lead", "people_id",
        rows=["CREATE TABLE lead (id INTEGER PRIMARY KEY, people_id INTEGER)", "INSERT INTO lead SELECT id, id + 1 FROM people"],
    ),
    # columns
    fault("null where the column is mandatory", "erase_not_null", "people", "born_on", schema=[("born_on DATE NULL", "born_on DATE NOT NULL DEFAULT '2000-01-01'")]),
    fault("a constant longer than its column", "erase_too_long", "people", "surname", schema=[(SURNAME, "surname VARCHAR(3) NOT NULL")]),
    fault("a text in a column of numbers", "erase_type", "people", "surname", schema=[(SURNAME, "surname INTEGER NOT NULL")]),
    fault("a constant that is no date", "erase_type", "people", "born_on", file=[('born_on = { purposes = ["contests"], erase = "null"', 'born_on = { purposes = ["contests"], erase = { constant = "soon" }')]),
    fault("a constant where all values differ", "erase_unique", "people", "surname", schema=[(SURNAME, SURNAME + " UNIQUE")]),
    fault("a constant where all values differ within a firm", "erase_unique", "people", "surname", rows=["CREATE UNIQUE INDEX one ON people (firm_id, surname)"]),
    fault("a constant where all values differ in lower case", "erase_unique", "people", "surname", rows=["CREATE UNIQUE INDEX one ON people (lower(surname))"]),
    fault("a constant a condition forbids", "erase_check", "people", "surname", schema=[(SURNAME, SURNAME + " CHECK (surname <> 'none')")]),
    fault("a random value a condition forbids", "erase_check", "people", "mail", schema=[("mail VARCHAR(120) NOT NULL UNIQUE", "mail VARCHAR(120) NOT NULL UNIQUE CHECK (mail LIKE '%@%')")]),
    fault("nulls that a condition forbids together", "erase_check", "people", "born_on", schema=[("clicked_at TIMESTAMP NULL\n", "clicked_at TIMESTAMP NULL,\n  CHECK (born_on IS NOT NULL OR clicked_at IS NOT NULL)\n")], people=False, rows=["INSERT INTO people (id, surname, mail, born_on, clicked_at) VALUES (1, 'A', 'a', '1980-01-01', '2024-01-01')"]),
    fault("a random value in a column of dates", "erase_type", "people", "born_on", file=[('born_on = { purposes = ["contests"], erase = "null"', 'born_on = { purposes = ["contests"], erase = "random"')]),
    fault("a random value in a short column", "erase_too_long", "people", "mail", schema=[("mail VARCHAR(120)", "mail VARCHAR(12)")]),
    fault("a constant in a foreign key", "erase_foreign_key", "people", "firm_id", file=[('firm_id = "structure"', 'firm_id = { purposes = ["contests"], erase = { constant = 1 } }')]),
    fault("an erased column that another table refers to", "erase_referred", "people", "mail", rows=["CREATE TABLE box (mail VARCHAR(120) PRIMARY KEY REFERENCES people(mail))"]),
    fault("an erased column the database computes", "erase_computed", "people", "surname", schema=[(SURNAME, "surname VARCHAR(60) GENERATED ALWAYS AS (mail) VIRTUAL")], people=False),
    fault(
        "an erased column that links the row to its person", "erase_key", "complaint", "people_id",
        file=[("[tables.note]", '[tables.complaint.columns]\nid = "key"\npeople_id = { purposes = ["customer_management"], erase = "null" }\nopened_on = "structure"\nclosed_on = "structure"\n[tables.note]')],
        schema=[("people_id INTEGER NOT NULL REFERENCES people(id),\n  opened", "people_id INTEGER REFERENCES people(id),\n  opened")],
    ),
    # rows
    fault("a row a table about nobody refers to", "delete_refused", "bill", "payer_id", schema=[("payer_id INTEGER", "payer_id INTEGER REFERENCES people(id)")]),
    fault("a row that outlives the one it refers to", "delete_refused", "complaint", "people_id", file=[('person = "people_id"\npurposes = ["customer_management"]', 'person = "people_id"\npurposes = ["accounting"]')]),
    fault("a row of several persons that refers to one of them", "delete_refused", "note", "written_by", schema=[("written_by INTEGER", "written_by INTEGER REFERENCES people(id)")]),
    fault(
        "a cascade that takes a row of several persons", "delete_erases_live", "note", "written_by",
        schema=[("written_by INTEGER", "written_by INTEGER REFERENCES people(id) ON DELETE CASCADE")],
        file=[("cascades = []", 'cascades = ["note.written_by"]')],
    ),
    fault("a row of the same table that refers to it", "delete_refused", "people", "boss_id", schema=[("clicked_at TIMESTAMP NULL\n", "clicked_at TIMESTAMP NULL,\n  boss_id INTEGER REFERENCES people(id)\n")], file=[('came_by = "structure"', 'came_by = "structure"\nboss_id = "structure"')]),
    fault("a key set to null where it is mandatory", "delete_refused", "ticket", "people_id", schema=[(TICKET_KEY, TICKET_KEY.replace("(id)", "(id) ON DELETE SET NULL"))]),
    fault(
        "a cascade that takes what a live purpose needs", "delete_erases_live", "complaint", "people_id",
        schema=[("people_id INTEGER NOT NULL REFERENCES people(id),\n  opened", "people_id INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,\n  opened")],
        file=[('person = "people_id"\npurposes = ["customer_management"]', 'person = "people_id"\npurposes = ["accounting"]'), ("cascades = []", 'cascades = ["complaint.people_id"]')],
    ),
    # refusals
    fault("an objection that would be erased", "refusal_erased", "people", "refused_at", file=[('refused_at = "refusal"', 'refused_at = { purposes = ["prospecting"], erase = "null" }')]),
    fault("an objection that is not called a refusal", "refusal_undeclared", "people", "refused_at", file=[('refused_at = "refusal"', 'refused_at = "structure"')]),
    fault(
        "an objection in an expression", "refusal_undeclared", "people", "added_on",
        file=[("refused_at AS objected_at FROM people WHERE refused_at", "COALESCE(refused_at, added_on) AS objected_at FROM people WHERE refused_at")],
    ),
    fault("an objection in rows that go", "refusal_undeclared", "ticket", "taken_at", file=[("SELECT id AS person, refused_at AS objected_at FROM people WHERE refused_at IS NOT NULL", "SELECT people_id AS person, taken_at AS objected_at FROM ticket")]),
    # receipts
    fault("no receipts table", "receipts_missing", "erasure_receipt", rows=["DROP TABLE erasure_receipt"]),
    fault("a receipts table without a column", "receipts_column", "erasure_receipt", "fence", rows=["ALTER TABLE erasure_receipt DROP COLUMN fence"]),
    fault("a receipts table with a short column", "receipts_column", "erasure_receipt", "purge", rows=["DROP TABLE erasure_receipt", "CREATE TABLE erasure_receipt (purge VARCHAR(8), item INTEGER, fence INTEGER, counts TEXT, done_at TEXT, PRIMARY KEY (purge, item))"]),
    fault("a receipts table without its key", "receipts_key", "erasure_receipt", rows=["DROP TABLE erasure_receipt", "CREATE TABLE erasure_receipt (purge VARCHAR(64), item INTEGER, fence INTEGER, counts TEXT, done_at TEXT)"]),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "file", "rows", "people", "expected"), FAULTS)
def test_it_finds(engine, schema, file, rows, people, expected):  # noqa: PLR0917
    build(engine, schema, rows, people=people)
    report = checked(engine, file)
    assert expected in found(report)
    severity = next(it.severity for it in report.problems if (it.code, it.table, it.column) == expected)
    assert severity is problem(Code(expected[0])).severity
    assert report.clean is all(it.severity is Severity.WARNING for it in report.problems)


EXAMPLE_SCHEMA = """
CREATE TABLE company (id INTEGER PRIMARY KEY, name TEXT, region TEXT, group_id INTEGER, sole_trader INTEGER);
CREATE TABLE contact (id INTEGER PRIMARY KEY, company_id INTEGER REFERENCES company(id), created_at TEXT, origin TEXT,
  opt_out_at TEXT, last_name TEXT NOT NULL, email TEXT NOT NULL UNIQUE, birth_date TEXT, last_click_at TEXT);
CREATE TABLE contest (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT, opens_on TEXT, closes_on TEXT,
  keep_until TEXT, keep_for TEXT, provider TEXT);
CREATE TABLE contest_entry (id INTEGER PRIMARY KEY, contact_id INTEGER NOT NULL REFERENCES contact(id),
  contest_code TEXT REFERENCES contest(code), entered_at TEXT);
CREATE TABLE consent_event (id INTEGER PRIMARY KEY, contact_id INTEGER NOT NULL REFERENCES contact(id),
  contest_code TEXT, subject TEXT, event TEXT, at TEXT, notice_version TEXT, channel TEXT);
CREATE TABLE dispute (id INTEGER PRIMARY KEY, contact_id INTEGER REFERENCES contact(id), opened_on TEXT, closed_on TEXT);
CREATE TABLE deal (id INTEGER PRIMARY KEY, contact_id INTEGER);
CREATE TABLE message (id INTEGER PRIMARY KEY, sender_id INTEGER, record_type TEXT,
  record_id INTEGER, deal_id INTEGER REFERENCES deal(id), body TEXT);
CREATE TABLE contract (id INTEGER PRIMARY KEY, company_id INTEGER REFERENCES company(id), start_date TEXT,
  sales_end TEXT, contract_end TEXT, status TEXT, last_order_on TEXT);
CREATE TABLE invoice (id INTEGER PRIMARY KEY, addressee_id INTEGER, date TEXT, comment TEXT);
CREATE TABLE product (id INTEGER PRIMARY KEY, family TEXT);
CREATE TABLE sale_line (id INTEGER PRIMARY KEY, booked_on TEXT, order_id INTEGER, product_id INTEGER,
  company_id INTEGER, channel TEXT, amount REAL);
CREATE TABLE employee (id INTEGER PRIMARY KEY, name TEXT);
"""


def test_the_example_of_the_format_is_clean_on_a_schema_it_is_right_about(engine):
    if not EXAMPLE.exists():
        pytest.skip("the example stands beside the project")
    with engine.begin() as connection:
        for statement in EXAMPLE_SCHEMA.split(";\n")[:-1]:
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql(receipts_ddl("sqlite", "dpo_erasure_receipt").rstrip(";\n"))
        people = ", ".join(f"({n}, 'N{n}', 'm{n}@club.test')" for n in range(1, 31))
        connection.exec_driver_sql(f"INSERT INTO contact (id, last_name, email) VALUES {people}")
        connection.exec_driver_sql("INSERT INTO invoice (id, addressee_id) SELECT id, 31 - id FROM contact")
        connection.exec_driver_sql("INSERT INTO sale_line (id, company_id, amount) SELECT id, id, 1.5 FROM contact")
    report = check(engine, load_source(EXAMPLE))
    assert report.clean
    assert found(report) == {("link_likely_among_nobody", "invoice", "addressee_id")}  # it has no way to say "seen" yet


def test_a_database_that_cannot_be_reached_is_said_without_the_text_of_its_driver(tmp_path):
    lost = sa.create_engine(f"sqlite:///{tmp_path / 'nowhere' / 'club.db'}")
    with pytest.raises(SourceConnectionError) as failure:
        checked(lost)
    assert failure.value.code == "source_unavailable"
    assert failure.value.__cause__ is None
    assert failure.value.__context__ is None


def test_no_problem_holds_a_value_of_a_person(engine):
    build(engine, (), ["UPDATE people SET mail = 'anna@club.test', surname = 'Anna Maria' WHERE id = 1"])
    report = checked(engine, [("SELECT id AS person, added_on", "SELECT mail AS person, added_on"), (SEEN_KEY, "")])
    assert len(report.problems) == 2
    assert "anna" not in repr(report).lower()


def test_columns_of_a_fact_are_matched_in_whatever_case(engine):
    build(engine)
    assert found(checked(engine, [("id AS person, surname AS label", "id AS PERSON, surname AS Label")])) == set()


def test_a_problem_seen_once_is_told_once_and_blocking_ones_first(engine):
    build(engine, (), ["ALTER TABLE people ADD phone VARCHAR(20)"])
    report = checked(engine, [(SEEN_KEY, "")])
    assert [it.code for it in report.problems] == [Code.COLUMN_UNDECLARED, Code.LINK_LIKELY_AMONG_NOBODY]


def test_quantities_and_keys_of_other_tables_are_not_taken_for_persons(engine):
    build(
        engine,
        (),
        [
            "ALTER TABLE bill ADD firm_id INTEGER",
            "UPDATE bill SET firm_id = id",
            "INSERT INTO raffle (code) VALUES ('a'), ('b')",
        ],
    )
    assert found(checked(engine)) == set()  # firm_id says where it leads; 1 to 9 are persons by chance


def test_what_was_seen_is_no_problem(engine):
    trigger = "CREATE TRIGGER copy AFTER UPDATE ON people BEGIN INSERT INTO firm (name) VALUES ('x'); END"
    build(engine, [(TICKET_KEY, TICKET_KEY.replace("(id)", "(id) ON DELETE CASCADE"))], [trigger])
    report = checked(
        engine, [("triggers = []", 'triggers = ["people.copy"]'), ("cascades = []", 'cascades = ["ticket.people_id"]')]
    )
    assert report.problems == ()


def test_rows_that_are_kept_need_no_word_about_what_refers_to_them(engine):
    build(engine, [("payer_id INTEGER", "payer_id INTEGER REFERENCES people(id) ON DELETE CASCADE")])
    report = checked(engine, [('when_no_purpose_is_left = "delete"', 'when_no_purpose_is_left = "keep"')])
    assert report.problems == ()


def test_an_operator_who_erases_by_hand_needs_no_receipts(engine):
    build(engine, (), ["DROP TABLE erasure_receipt"])
    assert checked(engine, [('erasure = "direct"', 'erasure = "by_hand"')]).problems == ()


def test_every_code_of_one_database_has_its_fault():
    other_databases = {
        Code.NO_TRANSACTIONS,
        Code.ERASE_NOT_A_CHOICE,
        Code.TABLE_NOT_READ,
        Code.SCHEMA_HIDDEN,
        Code.ERASE_CHECK_UNKNOWN,
    }
    assert {Code(parameters.values[4][0]) for parameters in FAULTS} == set(Code) - other_databases


def test_a_condition_the_database_cannot_answer_is_a_warning(engine):
    with engine.connect() as connection:
        connection.connection.create_function("unheard", 1, lambda _: 1)
    build(engine, [(SURNAME, SURNAME + " CHECK (unheard(surname) > 0)")])
    with engine.connect() as connection:
        connection.connection.create_function("unheard", 1, None)
    report = checked(engine)
    assert found(report) == {("erase_check_unknown", "people", "surname")}
    assert report.clean

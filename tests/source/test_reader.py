"""What a source says, read on each engine: SQLite, PostgreSQL, MariaDB."""

from datetime import date

import pytest

from diager_dpo.domain.civil import NO_DAY, OPEN_END, UNREADABLE, ZERO_DATE, day_number
from diager_dpo.domain.facts import EXAMPLES, Finding
from diager_dpo.domain.words import Anomaly, ConsentEvent, Origin, Purpose, Subject
from diager_dpo.source.errors import SourceError, SourceReadError

PERSONS = "SELECT id AS person, seen_on AS collected_at, clicked_at AS last_inbound_contact_at, origin FROM contact"
CONTACT = "CREATE TABLE contact (id INTEGER, seen_on DATE, clicked_at TIMESTAMP NULL, origin VARCHAR(20))"
RELATIONS = """
    SELECT contact_id AS person, started_on, ended_on AS commercial_end_on, ended_on AS contract_end_on, is_open
    FROM contract
"""
CONTRACT = "CREATE TABLE contract (contact_id INTEGER, started_on DATE, ended_on DATE, is_open INTEGER)"


def day(text):
    return day_number(date.fromisoformat(text))


def contacts(database, *rows):
    columns = ("id", "seen_on", "clicked_at", "origin")
    values = [dict(zip(columns, (*row, *[None] * (4 - len(row))), strict=True)) for row in rows]
    database.run(CONTACT, many=[("INSERT INTO contact VALUES (:id, :seen_on, :clicked_at, :origin)", values)])


def test_persons_are_read_with_their_days_and_origins(database):
    contacts(
        database,
        (1, "2021-04-12", "2022-09-09 10:00:00", "prospect"),
        (2, None, None, "CONTEST"),
        (3, "2024-02-29", None, "fair"),
        (4, "1969-07-20", None, None),
    )
    persons = database.read({"persons": PERSONS}).facts.persons
    assert list(persons.key) == ["1", "2", "3", "4"]
    assert list(persons.collected) == [day("2021-04-12"), NO_DAY, day("2024-02-29"), day("1969-07-20")]
    assert list(persons.contact) == [day("2022-09-09"), NO_DAY, NO_DAY, NO_DAY]
    assert list(persons.origin) == [Origin.PROSPECT, Origin.CONTEST, Origin.OTHER, Origin.UNKNOWN]


def test_what_a_source_file_does_not_give_is_none(database):
    contacts(database, (1,))
    reading = database.read({"persons": "SELECT id AS person FROM contact"})
    assert reading.findings == ()
    assert reading.facts.persons.collected[0] == NO_DAY
    assert reading.facts.relations is None
    assert reading.facts.operations is None
    assert reading.facts.consents is None


def test_a_source_without_persons_is_read(database):
    database.run(CONTACT, CONTRACT)
    facts = database.read({"persons": PERSONS, "relations": RELATIONS}).facts
    assert len(facts.persons.key) == len(facts.relations.person) == 0


def test_column_names_are_matched_whatever_their_case_and_order(database):
    contacts(database, (7, "2020-01-02"))
    persons = database.read({"persons": "SELECT 'x' AS extra, seen_on AS COLLECTED_AT, id AS Person FROM contact"})
    assert list(persons.facts.persons.key) == ["7"]
    assert persons.facts.persons.collected[0] == day("2020-01-02")


def test_relations_lead_to_the_positions_of_their_persons(database):
    contacts(database, (10,), (20,))
    database.run(
        CONTRACT,
        "INSERT INTO contract VALUES (20, '2020-01-01', '2021-05-31', 0), (10, NULL, NULL, 1), (20, NULL, NULL, NULL)",
    )
    relations = database.read({"persons": PERSONS, "relations": RELATIONS}).facts.relations
    assert list(relations.person) == [1, 0, 1]
    assert list(relations.commercial_end) == [day("2021-05-31"), NO_DAY, NO_DAY]
    assert list(relations.is_open) == [False, True, False]
    assert list(relations.last_activity) == [NO_DAY] * 3


def test_a_percent_sign_in_a_select_is_no_parameter(database):
    contacts(database, (1, None, None, "ab"), (2, None, None, "ba"))
    facts = {"persons": "SELECT id AS person FROM contact WHERE origin LIKE 'a%'"}
    assert list(database.read(facts).facts.persons.key) == ["1"]
    assert list(database.read(facts, persons=["1", "2"]).facts.persons.key) == ["1"]


def test_more_rows_than_a_chunk_are_all_read(database, monkeypatch):
    monkeypatch.setattr("diager_dpo.source.rows.CHUNK", 10)
    contacts(database, *[(number, "2020-01-01") for number in range(35)])
    told = []
    persons = database.read({"persons": PERSONS}, progress=lambda *step: told.append(step)).facts.persons
    assert sorted(map(int, persons.key)) == list(range(35))
    assert [step for step in told if step[1]] == [("persons", 10), ("persons", 20), ("persons", 30), ("persons", 35)]


# Keys that lead nowhere


def test_rows_without_a_person_are_counted_and_listed(database):
    contacts(database, (1,), (None,), (None,))
    database.run(CONTRACT, "INSERT INTO contract VALUES (1, NULL, NULL, 1), (NULL, NULL, NULL, 1)")
    reading = database.read({"persons": PERSONS, "relations": RELATIONS})
    assert list(reading.facts.persons.key) == ["1"]
    assert list(reading.facts.relations.person) == [0]
    assert reading.findings == (
        Finding(Anomaly.NULL_KEY, "persons", "person", 2, ()),
        Finding(Anomaly.NULL_KEY, "relations", "person", 1, ()),
    )


def test_rows_of_unknown_persons_are_counted_and_listed(database):
    contacts(database, (1,))
    values = ", ".join(f"({100 + number % 30}, NULL, NULL, 1)" for number in range(60))
    database.run(CONTRACT, f"INSERT INTO contract VALUES (1, NULL, NULL, 1), {values}")
    reading = database.read({"persons": PERSONS, "relations": RELATIONS})
    assert list(reading.facts.relations.person) == [0]
    (finding,) = reading.findings
    assert (finding.anomaly, finding.fact, finding.count) == (Anomaly.UNKNOWN_PERSON, "relations", 60)
    assert finding.examples == tuple(str(100 + number) for number in range(EXAMPLES))


@pytest.mark.parametrize("turn", [1, -1])
def test_a_person_that_comes_twice_is_one_person_whatever_the_order(database, turn):
    rows = [
        (1, "2020-01-01", "2021-01-01 12:00:00", "contest"),
        (1, "2020-06-01", None, "prospect"),
        (1, None, "2020-01-01 12:00:00", None),
        (2, None, None, "contest"),
    ]
    contacts(database, *rows[::turn])
    reading = database.read({"persons": PERSONS})
    persons = reading.facts.persons
    at = list(persons.key).index("1")
    assert len(persons.key) == 2
    assert persons.collected[at] == day("2020-06-01")
    assert persons.contact[at] == day("2021-01-01")
    assert persons.origin[at] == Origin.PROSPECT
    assert persons.origin[1 - at] == Origin.CONTEST
    assert (persons.several[at], persons.several[1 - at]) == (True, False)
    assert reading.findings == (Finding(Anomaly.DUPLICATE_PERSON, "persons", "person", 1, ("1",)),)


def test_a_day_in_the_future_does_not_hide_the_past_one_of_the_same_person(database):
    contacts(database, (1, "2020-01-01"), (1, "2030-01-01"))
    persons = database.read({"persons": PERSONS}, today=day("2025-01-01")).facts.persons
    assert list(persons.collected) == [day("2020-01-01")]


def test_persons_of_several_tables_are_told_apart_by_their_kind(database):
    contacts(database, (1,), (2,))
    database.run("CREATE TABLE prospect (id INTEGER)", "INSERT INTO prospect VALUES (1)")
    facts = {
        "persons": "SELECT id AS person, 'contact' AS kind FROM contact UNION ALL SELECT id, 'lead' FROM prospect",
        "objections": "SELECT id AS person, 'lead' AS kind, '2024-01-01' AS objected_at FROM prospect",
    }
    reading = database.read(facts)
    assert sorted(reading.facts.persons.key) == ["contact:1", "contact:2", "lead:1"]
    assert reading.facts.persons.key[reading.facts.objections.person[0]] == "lead:1"
    assert list(database.read(facts, persons=["lead:1"]).facts.persons.key) == ["lead:1"]


def test_a_kind_that_only_some_facts_return_is_refused(database):
    contacts(database, (1,))
    facts = {
        "persons": "SELECT id AS person, 'contact' AS kind FROM contact",
        "vouchers": "SELECT id AS person, seen_on AS issued_on FROM contact",
    }
    with pytest.raises(SourceReadError) as refusal:
        database.read(facts)
    assert (refusal.value.code, refusal.value.values["fact"]) == ("kind_not_everywhere", "vouchers")


@pytest.mark.postgresql
def test_keys_may_be_uuids_or_text(postgresql):
    postgresql.run(
        "CREATE TABLE contact (id UUID, seen_on DATE)",
        "INSERT INTO contact VALUES ('5f0c8a5e-0000-4000-8000-00000000000A', '2020-01-01'), (gen_random_uuid(), NULL)",
    )
    facts = {"persons": "SELECT id AS person, seen_on AS collected_at FROM contact"}
    key = "5f0c8a5e-0000-4000-8000-00000000000a"
    assert key in database_keys(postgresql, facts)
    assert list(postgresql.read(facts, persons=[key, "no uuid"]).facts.persons.key) == [key]


def database_keys(database, facts):
    return list(database.read(facts).facts.persons.key)


# A few persons


@pytest.mark.parametrize("type_of_key", ["INTEGER", "VARCHAR(40)"])
def test_only_the_rows_of_the_persons_asked_for_are_read(database, type_of_key):
    database.run(
        CONTACT.replace("id INTEGER", f"id {type_of_key}"),
        CONTRACT.replace("contact_id INTEGER", f"contact_id {type_of_key}"),
        "INSERT INTO contact VALUES ('1', '2020-01-01', NULL, NULL), ('2', NULL, NULL, NULL), ('3', NULL, NULL, NULL)",
        "INSERT INTO contract VALUES ('3', NULL, NULL, 1), ('2', NULL, NULL, 1), ('1', NULL, NULL, 1)",
    )
    facts = {"persons": PERSONS, "relations": RELATIONS}
    reading = database.read(facts, persons=["3", "1", "no such key", "9" * 30])
    assert sorted(reading.facts.persons.key) == ["1", "3"]
    assert sorted(reading.facts.persons.key[reading.facts.relations.person]) == ["1", "3"]
    assert reading.findings == ()


def test_nobody_asked_for_is_nobody_read(database):
    contacts(database, (1,))
    assert len(database.read({"persons": PERSONS}, persons=[]).facts.persons.key) == 0


@pytest.mark.mariadb
def test_a_loose_comparison_of_the_database_finds_nobody_else(mariadb):
    mariadb.run("CREATE TABLE contact (id VARCHAR(20))", "INSERT INTO contact VALUES ('a'), ('A'), ('a ')")
    reading = mariadb.read({"persons": "SELECT id AS person FROM contact"}, persons=["a"])
    assert list(reading.facts.persons.key) == ["a"]


# Dates that are none


def test_hostile_dates_in_text_are_told_apart(database):
    hostile = {
        "0000-00-00": ZERO_DATE,
        "0000-00-00 00:00:00": ZERO_DATE,
        "infinity": OPEN_END,
        "9999-12-31": OPEN_END,
        "9999-12-31T23:59:59Z": OPEN_END,
        "-infinity": UNREADABLE,
        "2023-02-30": UNREADABLE,
        "20222-01-01": UNREADABLE,
        "12/04/2021": UNREADABLE,
        "": NO_DAY,
        "2022-12-31T23:30:00Z": day("2023-01-01"),
        "1900-01-01": day("1900-01-01"),
    }
    database.run(
        "CREATE TABLE contact (id INTEGER, seen_on VARCHAR(40))",
        many=[
            (
                "INSERT INTO contact VALUES (:id, :text)",
                [{"id": number, "text": text} for number, text in enumerate(hostile)],
            )
        ],
    )
    persons = database.read({"persons": "SELECT id AS person, seen_on AS collected_at FROM contact"}).facts.persons
    found = dict(zip(map(int, persons.key), map(int, persons.collected), strict=True))
    assert {text: found[number] for number, text in enumerate(hostile)} == hostile


@pytest.mark.postgresql
def test_what_postgresql_alone_can_say_of_a_date_is_read(postgresql):
    postgresql.run(
        "CREATE TABLE contact (id INTEGER, day DATE, at TIMESTAMP, tz TIMESTAMPTZ)",
        "INSERT INTO contact VALUES (1, 'infinity', 'infinity', '-infinity'), "
        "(2, '0044-03-15 BC', '-infinity', '2022-12-31T23:30:00Z'), (3, '20222-01-01', '9999-12-31', 'infinity')",
    )
    read = "SELECT id AS person, {} AS collected_at FROM contact ORDER BY id"
    columns = {
        name: list(postgresql.read({"persons": read.format(name)}).facts.persons.collected)
        for name in ("day", "at", "tz")
    }
    assert columns["day"] == [OPEN_END, UNREADABLE, UNREADABLE]
    assert columns["at"] == [OPEN_END, UNREADABLE, OPEN_END]
    assert columns["tz"] == [UNREADABLE, day("2023-01-01"), OPEN_END]


@pytest.mark.mariadb
def test_a_zero_date_of_mariadb_is_read(mariadb):
    mariadb.run(
        "SET sql_mode = ''",
        "CREATE TABLE contact (id INTEGER, day DATE, at DATETIME)",
        "INSERT INTO contact VALUES (1, '0000-00-00', '0000-00-00 00:00:00'), (2, '2024-00-00', '2024-01-01 10:00:00')",
    )
    persons = mariadb.read(
        {"persons": "SELECT id AS person, day AS collected_at, at AS last_inbound_contact_at FROM contact ORDER BY id"}
    ).facts.persons
    assert list(persons.collected) == [ZERO_DATE, UNREADABLE]
    assert list(persons.contact) == [ZERO_DATE, day("2024-01-01")]


@pytest.mark.mariadb
@pytest.mark.parametrize("knows_zones", [False, True])
def test_a_timestamp_of_mariadb_is_an_instant_and_a_datetime_is_a_local_time(mariadb, knows_zones):
    if knows_zones:
        mariadb.run(
            "INSERT INTO mysql.time_zone (Time_zone_id) VALUES (4711)",
            "INSERT INTO mysql.time_zone_name VALUES ('Etc/GMT-1', 4711)",
            "INSERT INTO mysql.time_zone_transition_type VALUES (4711, 0, 3600, 0, 'X')",
        )
    try:
        mariadb.run(
            "SET time_zone = '+00:00'",
            "CREATE TABLE contact (id INTEGER, instant TIMESTAMP NULL, wall DATETIME)",
            "INSERT INTO contact VALUES (1, '2022-12-31 23:30:00', '2022-12-31 23:30:00')",
        )
        persons = mariadb.read(
            {"persons": "SELECT id AS person, instant AS collected_at, wall AS last_inbound_contact_at FROM contact"},
            timezone="Etc/GMT-1",
        ).facts.persons
    finally:
        if knows_zones:
            for table in ("time_zone", "time_zone_name", "time_zone_transition_type"):
                mariadb.run(f"DELETE FROM mysql.{table} WHERE Time_zone_id = 4711")
    assert persons.collected[0] == day("2023-01-01")
    assert persons.contact[0] == day("2022-12-31")


def test_a_timestamp_without_an_offset_is_in_the_zone_of_the_source(database):
    contacts(database, (1, None, "2022-12-31 20:00:00"))
    for zone, expected in (("Europe/Paris", "2022-12-31"), ("America/New_York", "2023-01-01")):
        at = database.read({"persons": PERSONS.replace("clicked_at", "CAST(clicked_at AS CHAR(19))")}, timezone=zone)
        assert at.facts.persons.contact[0] == day(expected)


def test_numbers_are_no_dates(database):
    contacts(database, (1,), (2,))
    with pytest.raises(SourceReadError) as refusal:
        database.read({"persons": "SELECT id AS person, id * 86400 AS collected_at FROM contact"})
    assert refusal.value.code == "wrong_type"
    assert refusal.value.values == {"fact": "persons", "column": "collected_at", "expected": "date or timestamp"}


def test_one_number_among_dates_is_unreadable(sqlite):
    sqlite.run(
        "CREATE TABLE contact (id INTEGER, seen_on)", "INSERT INTO contact VALUES (1, 1600000000), (2, '2020-01-01')"
    )
    persons = sqlite.read({"persons": "SELECT id AS person, seen_on AS collected_at FROM contact"}).facts.persons
    assert list(persons.collected) == [UNREADABLE, day("2020-01-01")]


# Operations, entries, consents

OPERATION = (
    "CREATE TABLE contest (code VARCHAR(20), name VARCHAR(20), closes_on DATE, keep_until DATE, keep_for VARCHAR(20))"
)
OPERATIONS = "SELECT code AS operation, name, closes_on, keep_until, keep_for FROM contest"
ENTRY = "CREATE TABLE entry (contest VARCHAR(20), contact_id INTEGER, at VARCHAR(30))"
ENTRIES = "SELECT contest AS operation, contact_id AS person, at AS entered_at FROM entry"


def test_announced_durations_are_read(database):
    contacts(database, (1,))
    database.run(
        OPERATION,
        "INSERT INTO contest VALUES ('a', 'A', '2024-08-31', NULL, 'P6M'), ('b', 'B', NULL, '2024-12-31', NULL), "
        "('c', NULL, NULL, NULL, 'half a year'), ('d', NULL, NULL, NULL, 'P1M15D')",
    )
    operations = database.read(
        {"persons": PERSONS, "operations": OPERATIONS}, known_prolongations={"b": 5}
    ).facts.operations
    at = {key: position for position, key in enumerate(operations.key)}
    months = {key: (int(operations.keep_for_months[n]), int(operations.keep_for_days[n])) for key, n in at.items()}
    assert months == {"a": (6, 0), "b": (-1, -1), "c": (-2, -2), "d": (1, 15)}
    assert operations.closes[at["a"]] == day("2024-08-31")
    assert operations.keep_until[at["b"]] == day("2024-12-31")
    assert operations.prolonged_on[at["b"]] == 5
    assert operations.prolonged_on[at["a"]] == NO_DAY
    assert list(operations.name[[at["a"], at["c"]]]) == ["A", ""]


@pytest.mark.parametrize("turn", [1, -1])
def test_an_operation_announced_twice_keeps_the_longer_and_is_listed(database, turn):
    contacts(database, (1,))
    rows = [
        "('a', NULL, NULL, '2024-12-31', NULL)",
        "('a', NULL, NULL, '2023-12-31', NULL)",
        "('b', NULL, NULL, NULL, NULL)",
    ]
    database.run(OPERATION, f"INSERT INTO contest VALUES {', '.join([*rows, rows[2]][::turn])}")
    reading = database.read({"persons": PERSONS, "operations": OPERATIONS})
    assert sorted(reading.facts.operations.key) == ["a", "b"]
    assert max(reading.facts.operations.keep_until) == day("2024-12-31")
    assert reading.findings == (Finding(Anomaly.KEEP_CONFLICT, "operations", "operation", 1, ("a",)),)


def test_an_entry_of_an_unannounced_operation_is_kept_without_duration(database):
    contacts(database, (1,))
    database.run(
        OPERATION,
        "INSERT INTO contest VALUES ('a', NULL, NULL, '2024-12-31', NULL)",
        ENTRY,
        "INSERT INTO entry VALUES ('zz', 1, '2024-01-01'), ('a', 1, '2024-01-02T23:30:00Z'), (NULL, 1, '2024-01-01')",
    )
    facts = {"persons": PERSONS, "operations": OPERATIONS, "entries": ENTRIES}
    reading = database.read(facts)
    entries, operations = reading.facts.entries, reading.facts.operations
    assert list(operations.key) == ["a", "zz"]
    assert operations.keep_for_months[1] == -1
    assert operations.keep_until[1] == NO_DAY
    assert list(entries.operation) == [1, 0]
    assert list(entries.entered.day) == [day("2024-01-01"), day("2024-01-03")]
    assert list(entries.entered.pure) == [True, False]
    assert reading.findings == (Finding(Anomaly.NULL_KEY, "entries", "operation", 1, ("1",)),)
    del facts["operations"]
    assert list(database.read(facts).facts.operations.key) == ["a", "zz"]


CONSENT = "CREATE TABLE consent (contest VARCHAR(9), contact_id INTEGER, subject VARCHAR(12), event VARCHAR(12), at VARCHAR(30), notice VARCHAR(9))"
CONSENTS = (
    "SELECT contest AS operation, contact_id AS person, subject, event, at, notice AS notice_version FROM consent"
)


def test_consents_are_read_as_events_in_the_order_of_their_instants(database):
    contacts(database, (1,))
    database.run(
        CONSENT,
        "INSERT INTO consent VALUES ('a', 1, 'entry', 'given', '2024-05-10', 'v1'), "
        "('a', 1, 'newsletter', 'Withdrawn', '2024-05-10T01:00:00+02:00', ' '), ('a', 1, 'photo', 'given', NULL, NULL)",
    )
    consents = database.read({"persons": PERSONS, "consents": CONSENTS}).facts.consents
    assert list(consents.subject) == [Subject.ENTRY, Subject.NEWSLETTER, Subject.OTHER]
    assert list(consents.event) == [ConsentEvent.GIVEN, ConsentEvent.WITHDRAWN, ConsentEvent.GIVEN]
    assert list(consents.has_notice) == [True, False, False]
    assert list(consents.has_channel) == [False] * 3
    assert consents.at.micros[1] - consents.at.micros[0] == 3_600_000_000
    assert list(consents.at.day) == [day("2024-05-10"), day("2024-05-10"), NO_DAY]


@pytest.mark.parametrize("event", ["'perhaps'", "NULL"])
def test_an_unknown_consent_event_is_refused_without_quoting_it(database, event):
    contacts(database, (1,))
    database.run(CONSENT, f"INSERT INTO consent VALUES ('a', 1, 'entry', {event}, '2024-05-10', 'v1')")
    with pytest.raises(SourceReadError) as refusal:
        database.read({"persons": PERSONS, "consents": CONSENTS})
    assert refusal.value.values == {"fact": "consents", "column": "event", "expected": "given | withdrawn"}
    assert "perhaps" not in str(refusal.value)


def test_litigations_and_objections_and_vouchers_are_read(database):
    contacts(database, (1, "2021-03-10"))
    facts = database.read(
        {
            "persons": PERSONS,
            "litigations": "SELECT id AS person, seen_on AS since, 'customer_management' AS purpose FROM contact",
            "objections": "SELECT id AS person, seen_on AS objected_at FROM contact",
            "vouchers": "SELECT id AS person, seen_on AS issued_on FROM contact",
        }
    ).facts
    assert (list(facts.litigations.since), list(facts.litigations.purpose)) == (
        [day("2021-03-10")],
        [Purpose.CUSTOMER_MANAGEMENT],
    )
    assert list(facts.objections.at.day) == list(facts.vouchers.issued) == [day("2021-03-10")]
    without = database.read({"persons": PERSONS, "litigations": "SELECT id AS person, seen_on AS since FROM contact"})
    assert list(without.facts.litigations.purpose) == [0]


# SELECTs that cannot be read


@pytest.mark.parametrize("wrong", ["2", "'yes'"])
def test_a_boolean_that_is_none_is_refused(database, wrong):
    contacts(database, (1,))
    sql = f"SELECT id AS person, seen_on AS commercial_end_on, seen_on AS contract_end_on, {wrong} AS is_open FROM contact"
    with pytest.raises(SourceReadError) as refusal:
        database.read({"persons": PERSONS, "relations": sql})
    assert refusal.value.code == "wrong_type"
    assert (refusal.value.values["fact"], refusal.value.values["column"]) == ("relations", "is_open")


def test_a_boolean_of_the_database_is_read(database):
    contacts(database, (1,))
    sql = (
        "SELECT id AS person, seen_on AS commercial_end_on, seen_on AS contract_end_on, id = 1 AS is_open FROM contact"
    )
    assert list(database.read({"persons": PERSONS, "relations": sql}).facts.relations.is_open) == [True]


def test_a_missing_column_is_named_with_those_that_look_like_it(database):
    contacts(database, (1,))
    with pytest.raises(SourceReadError) as refusal:
        database.read({"persons": PERSONS, "vouchers": "SELECT id AS person, seen_on AS issue_on FROM contact"})
    assert refusal.value.code == "missing_column"
    assert refusal.value.values == {"fact": "vouchers", "column": "issued_on", "suggestions": "issue_on"}


@pytest.mark.parametrize("persons", [None, ["1"]])
def test_a_column_the_database_does_not_know_is_named_with_those_that_look_like_it(database, persons):
    contacts(database, (1,))
    with pytest.raises(SourceReadError) as refusal:
        database.read({"persons": "SELECT id AS person, sen_on AS collected_at FROM contact"}, persons=persons)
    assert refusal.value.code == "unknown_column"
    assert (refusal.value.values["fact"], refusal.value.values["column"]) == ("persons", "sen_on")
    assert "seen_on" in refusal.value.values["suggestions"]


def test_a_table_the_database_does_not_know_is_named_with_those_that_look_like_it(database):
    contacts(database, (1,))
    with pytest.raises(SourceReadError) as refusal:
        database.read({"persons": "SELECT id AS person FROM contacts"})
    assert refusal.value.code == "unknown_table"
    assert (refusal.value.values["column"], refusal.value.values["suggestions"]) == ("contacts", "contact")


def test_a_broken_select_is_named_without_its_text(database):
    contacts(database, (1,))
    with pytest.raises(SourceReadError) as refusal:
        database.read({"persons": "SELECT id AS person FROM contact WHERE WHERE"})
    assert refusal.value.code == "broken_select"
    assert refusal.value.values["fact"] == "persons"
    assert set(refusal.value.values) == {"fact", "error", "state", "correlation"}


@pytest.mark.parametrize("persons", [None, ["1"]])
def test_a_column_that_comes_twice_is_refused(database, persons):
    contacts(database, (1,))
    with pytest.raises(SourceReadError) as refusal:
        database.read({"persons": "SELECT id AS person, origin AS person FROM contact"}, persons=persons)
    assert refusal.value.code == "duplicate_column"


def test_a_value_of_a_row_reaches_neither_the_error_nor_the_log(database, caplog):
    database.run(
        "CREATE TABLE contact (id INTEGER, mail VARCHAR(40))", "INSERT INTO contact VALUES (1, 'canary@example.org')"
    )
    broken = {
        "sqlite": "json_extract(mail, '$.x')",
        "postgresql": "CAST(mail AS INTEGER)",
        "mariadb": "(SELECT extractvalue(1, concat('<', mail)))",
    }
    sql = f"SELECT id AS person, {broken[database.dialect]} AS origin FROM contact"
    with pytest.raises(SourceError) as refusal:
        database.read({"persons": sql})
    assert "canary" not in str(refusal.value) + repr(refusal.value.values) + caplog.text
    assert refusal.value.values["correlation"] in caplog.text
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None


def test_text_that_is_not_utf8_is_named_without_a_value(sqlite):
    sqlite.run("CREATE TABLE contact (id TEXT)", "INSERT INTO contact VALUES (CAST(x'ff63616e617279' AS TEXT))")
    with pytest.raises(SourceReadError) as refusal:
        sqlite.read({"persons": "SELECT id AS person FROM contact"})
    assert refusal.value.code == "not_utf8"
    assert "canary" not in str(refusal.value)


def test_a_key_that_is_no_key_is_refused(sqlite):
    sqlite.run("CREATE TABLE contact (id REAL)", "INSERT INTO contact VALUES (1.0), (2.5)")
    with pytest.raises(SourceReadError) as refusal:
        sqlite.read({"persons": "SELECT id AS person FROM contact"})
    assert refusal.value.values == {"fact": "persons", "column": "person", "expected": "integer, UUID or text"}


def test_every_fact_is_read_in_one_snapshot(database):
    """A row that another session adds while persons are read is not seen by the facts read after them."""
    if database.dialect == "sqlite":
        database.run("PRAGMA journal_mode = WAL")
    contacts(database, (1,))
    database.run("CREATE TABLE bill (payer INTEGER, day DATE)", "INSERT INTO bill VALUES (1, '2020-01-01')")

    def add(fact, count):
        if fact == "persons":
            database.run("INSERT INTO bill VALUES (1, '2024-01-01')")

    facts = {"persons": PERSONS, "vouchers": "SELECT payer AS person, day AS issued_on FROM bill"}
    assert len(database.read(facts, progress=add).facts.vouchers.person) == 1
    assert len(database.read(facts).facts.vouchers.person) > 1

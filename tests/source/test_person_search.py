"""Searching for a person in the source itself: the same answers on every engine, whatever is typed."""

import sqlite3
from contextlib import closing

import pytest

from diager_dpo.source.errors import SourceReadError
from diager_dpo.source.folding import folded
from diager_dpo.source.person_search import Wanted, can_search, labels_of, search_persons
from tests.source.databases import source

NAMES = {
    1: "Élodie Müller",
    2: "ELODIE MULLER-DUPONT",
    3: "Jean-François O'Neil",
    4: "Zoë Lefèvre",
    5: "100% Remise",
    6: "1000 Remises",
    7: "under_score",
    8: "underXscore",
    9: "back\\slash",
    10: "bang!bang",
    11: "Robert'); DROP TABLE people; --",
    12: "percent %s and {x} and :y",
    13: "Œdipe Straße",
    14: "Łukasz Đorđević",
    15: "Иван Йорданов",
}
POINTS = [
    (1, "email", "Elodie.Muller@Example.com"),
    (3, "phone", "06 12.34-56(78)"),
    (3, "email", "jf_oneil@example.com"),
    (4, "phone", "+33 6 98 76 54 32"),
    (5, "phone", "0033698760000"),
]
FACTS = {
    "persons": "SELECT id AS person FROM people",
    "labels": "SELECT id AS person, name AS label FROM people WHERE name NOT LIKE '%nobody%'",
    "contact_points": "SELECT people_id AS person, kind AS kind_of_point, value FROM point",
}

BY_NAME = {
    "elodie": {1, 2},
    "ÉLODIE": {1, 2},
    "muller elodie": {1, 2},
    "Dupont Muller": {2},
    "jean francois": {3},
    "Jean-François": {3},
    "o\u2019neil": {3},
    "ZOE": {4},
    "lefe\u0300vre": {4},
    "nobody at all": set(),
}


IN_OTHER_LETTERS = {
    "oedipe": {13},
    "strasse": {13},
    "иван": {15},
    "ЙОРДАНОВ": {15},
}


HOSTILE = {
    "100%": {5},
    "0% r": {5},
    "%%": set(),
    "__": set(),
    "under_": {7},
    "back\\s": {9},
    "\\\\": set(),
    "bang!": {10},
    "!%": set(),
    "drop table": {11},
    "'); DROP TABLE people; --": {11},
    '" OR 1=1 --': set(),
    "%s": {12},
    "%(x)s": set(),
    "{x} :y": {12},
    "zoe\x00": {4},
    "\ud800zoe": {4},
    "\U0001f600\U0001f600": set(),
    "' UNION SELECT 1, 'x": set(),
    "a" * 90: set(),
    "é" * 90: set(),
}


BY_POINT = {
    "elodie.muller@": {1},
    "ELODIE.MULLER@EXAMPLE": {1},
    "@example.com": {1, 3},
    "jf_oneil": {3},
    "jfXoneil": set(),
    "06 12 34 56 78": {3},
    "0612345678": {3},
    "+33 6 12 34 56 78": {3},
    "0033.612.345.678": {3},
    "06 98 76 54 32": {4},
    "0698": {4, 5},
    "069": set(),
}


@pytest.fixture
def people(database):
    database.run(
        "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(80))",
        "CREATE TABLE point (people_id INTEGER, kind VARCHAR(10), value VARCHAR(80))",
        many=[
            ("INSERT INTO people VALUES (:id, :name)", [{"id": key, "name": name} for key, name in NAMES.items()]),
            (
                "INSERT INTO point VALUES (:id, :kind, :value)",
                [{"id": key, "kind": kind, "value": value} for key, kind, value in POINTS],
            ),
        ],
    )
    return database


def found(database, text, facts=FACTS, most=50):
    description = source(facts)
    matches, _more = search_persons(database.engine(description), description, Wanted.of(text), most)
    return {int(match.person) for match in matches}


def test_a_name_is_found_whatever_its_case_its_accents_and_the_order_of_its_words(people):
    assert {text: found(people, text) for text in BY_NAME} == BY_NAME


def test_ligatures_and_other_alphabets_are_compared_as_they_are_read(people):
    assert {text: found(people, text) for text in IN_OTHER_LETTERS} == IN_OTHER_LETTERS


def test_whatever_is_typed_is_text_to_be_found_and_nothing_else(people):
    assert {text: found(people, text) for text in HOSTILE} == HOSTILE
    assert not Wanted.of("\x00\x00").letters
    assert len(found(people, "e")) > 5  # the table is still there


def test_a_person_is_found_by_an_address_or_a_number_however_it_is_written(people):
    assert {text: found(people, text) for text in BY_POINT} == BY_POINT


def test_names_come_first_and_in_their_order(people):
    description = source(FACTS)
    matches, more = search_persons(people.engine(description), description, Wanted.of("example"), 50)
    assert [(match.person, match.label) for match in matches] == [("1", ""), ("3", "")]
    matches, more = search_persons(people.engine(description), description, Wanted.of("er"), 50)
    labels = [match.label for match in matches if match.label]
    assert labels == sorted(labels, key=folded)
    assert not more


def test_no_more_rows_are_read_than_asked_for_and_it_is_said_that_there_may_be_others(people):
    description = source(FACTS)
    matches, more = search_persons(people.engine(description), description, Wanted.of("e"), 3)
    assert len([match for match in matches if match.label]) == 3
    assert more


@pytest.mark.parametrize("left_out", ["labels", "contact_points"])
def test_a_source_may_give_one_of_the_two(people, left_out):
    facts = {name: sql for name, sql in FACTS.items() if name != left_out}
    assert can_search(source(facts))
    assert found(people, "elodie", facts) == ({1, 2} if left_out == "contact_points" else {1})


def test_a_source_that_gives_neither_cannot_be_searched():
    assert not can_search(source({"persons": FACTS["persons"]}))


def test_keys_carry_their_kind(people):
    facts = FACTS | {"labels": "SELECT 'contact' AS kind, id AS person, name AS label FROM people"}
    description = source({name: facts[name] for name in ("persons", "labels")})
    matches, _more = search_persons(people.engine(description), description, Wanted.of("zoe"), 50)
    assert [match.person for match in matches] == ["contact:4"]


def test_whoever_was_found_by_an_address_has_a_name_too(people):
    description = source(FACTS)
    assert labels_of(people.engine(description), description, ["1", "99"]) == {"1": "Élodie Müller"}


def test_a_select_without_the_column_is_named_and_quotes_nobody(people):
    facts = FACTS | {"labels": "SELECT id AS person, name FROM people"}
    with pytest.raises(SourceReadError) as failed:
        found(people, "elodie", facts)
    assert (failed.value.code, failed.value.values["column"]) == ("missing_column", "label")
    assert "lodie" not in str(failed.value)


def test_a_search_that_the_database_cannot_do_quotes_nothing_that_was_typed(people, caplog):
    facts = FACTS | {"labels": "SELECT id AS person, no_such_column AS label FROM people"}
    with pytest.raises(SourceReadError) as failed:
        found(people, "quuxbury", facts)
    assert "quuxbury" not in f"{failed.value!r} {failed.value.values} {caplog.text}"


def test_what_is_found_stays_out_of_what_a_program_prints(people):
    description = source(FACTS)
    matches, _more = search_persons(people.engine(description), description, Wanted.of("elodie"), 50)
    assert "lodie" not in repr(matches)
    assert "lodie" not in repr(Wanted.of("elodie"))


def test_a_broken_name_of_sqlite_does_not_hide_the_others(sqlite):
    sqlite.run("CREATE TABLE people (id INTEGER, name TEXT)", "INSERT INTO people VALUES (1, 'Zoë'), (3, 42)")
    with closing(sqlite3.connect(sqlite.home / "crm.sqlite3")) as connection:
        connection.execute("INSERT INTO people VALUES (2, CAST(x'ff41ff' AS TEXT))")
        connection.commit()
    facts = {name: FACTS[name] for name in ("persons", "labels")}
    assert found(sqlite, "zoe", facts) == {1}
    assert found(sqlite, "42", facts) == {3}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Élodie", "elodie"), ("STRASSE", "strasse"), ("Straße", "strasse"), ("ŒUVRE", "oeuvre"), ("Đ", "d"), ("Й", "й")],
)
def test_text_is_folded_as_people_search_for_it(text, expected):
    assert folded(text) == expected

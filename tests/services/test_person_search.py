"""Finding a person: whom the actor may find, no more than twenty, and nothing of it kept."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy import MetaData, select

from diager_dpo.domain.permissions import Identity, Role
from diager_dpo.domain.words import Purpose
from diager_dpo.services.access_log import Kind, looks
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.services.person_search import MOST_ANSWERS, SEARCHES, find_person
from diager_dpo.source.description import parse_source
from diager_dpo.store.engine import reading
from tests.services.filled_store import CLI, DPO, SOURCE_FILE, Row, fill, grant

OPERATOR = Identity("demonstration", "operator")
FACTS = """
labels = "SELECT id AS person, name AS label FROM contact"
contact_points = "SELECT id AS person, 'email' AS kind_of_point, mail AS value FROM contact"
"""
CANARY = "Quuxbury"


@pytest.fixture(autouse=True)
def _nobody_has_searched_yet():
    SEARCHES.forget()


@pytest.fixture
def house(any_installation, tmp_path, monkeypatch):
    """A company of thirty namesakes, of whom two take part in a contest; and one who was added since the last scan."""
    monkeypatch.setenv("DIAGER_DPO_SOURCE_URL", "sqlite:///crm.sqlite3")
    with closing(sqlite3.connect(tmp_path / "crm.sqlite3")) as connection:
        connection.execute("CREATE TABLE contact (id INTEGER, name TEXT, mail TEXT)")
        people = [(number, f"Zoé {CANARY} {number:02}", f"zq{number}@example.com") for number in range(1, 31)]
        connection.executemany("INSERT INTO contact VALUES (?, ?, ?)", [*people, (99, "Nouvelle Venue", "new@x.test")])
        connection.commit()
    persons = [Row(str(number)) for number in range(1, 31)]
    fill(any_installation.store, [*persons, *(Row(key, Purpose.CONTESTS, operation="C1") for key in ("28", "7"))])
    grant(any_installation.store, DPO, Role.DPO)
    grant(any_installation.store, OPERATOR, Role.OPERATOR, Purpose.CONTESTS)
    return replace(any_installation, source=described(FACTS))


def described(facts):
    return parse_source(SOURCE_FILE.replace("[tables.contact]", f"{facts}[tables.contact]").encode(), "crm.toml")


def searches(installation):
    grant(installation.store, Identity("demonstration", "auditor"), Role.AUDITOR)
    page = looks(installation, Identity("demonstration", "auditor"), kind=Kind.SEARCH)
    return [(line.actor, line.found, line.person, dict(line.criteria)) for line in page.looks]


def test_the_dpo_finds_everybody_by_name_also_whom_no_scan_knows_yet(house):
    (found,) = find_person(house, DPO, "venue nouvelle").persons
    assert (found.person, found.label, found.point, found.purposes) == ("99", "Nouvelle Venue", "", ())
    (found,) = find_person(house, DPO, "quuxbury 07").persons
    assert found.purposes == (Purpose.PROSPECTING, Purpose.CONTESTS)


def test_whoever_is_found_by_an_address_is_shown_with_name_and_address(house):
    (found,) = find_person(house, DPO, "ZQ12@").persons
    assert (found.person, found.label, found.point) == ("12", f"Zoé {CANARY} 12", "zq12@example.com")


def test_no_more_than_twenty_are_shown_and_it_is_said_that_there_are_others(house):
    found = find_person(house, DPO, "quuxbury")
    assert (len(found.persons), found.more) == (MOST_ANSWERS, True)
    assert not find_person(house, DPO, "quuxbury 07").more


def test_an_operator_finds_only_persons_with_a_record_of_their_purpose(house):
    found = find_person(house, OPERATOR, "zoe")
    assert [(each.person, each.purposes) for each in found.persons] == [
        ("7", (Purpose.CONTESTS,)),
        ("28", (Purpose.CONTESTS,)),
    ]
    assert not find_person(house, OPERATOR, "nouvelle").persons


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.MANAGEMENT, Role.ADMINISTRATOR, Role.APPROVER])
def test_nobody_else_finds_anybody(house, role):
    somebody = Identity("demonstration", "somebody")
    grant(house.store, somebody, role, Purpose.CONTESTS if role is Role.APPROVER else None)
    for actor in (somebody, CLI):
        with pytest.raises(Refused):
            find_person(house, actor, "zoe")
    assert not searches(house)


def test_a_search_is_written_down_with_its_number_of_answers_and_without_what_was_typed(house):
    find_person(house, DPO, CANARY)
    find_person(house, OPERATOR, "nobody")
    assert searches(house) == [(OPERATOR, 0, None, {}), (DPO, 20, None, {})]


def test_nothing_of_a_search_is_in_the_store(house):
    find_person(house, DPO, CANARY)
    metadata = MetaData()
    metadata.reflect(house.store)
    with reading(house.store) as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)):
                assert CANARY.lower() not in str(tuple(row)).lower(), table.name


def test_what_was_found_is_not_in_what_a_program_prints(house, caplog):
    assert CANARY not in repr(find_person(house, DPO, CANARY)) + caplog.text


@pytest.mark.parametrize("text", ["", " ", "z", "-'", "%%", "\x00\x01\x02"])
def test_a_text_too_short_to_mean_anybody_is_refused(house, text):
    with pytest.raises(NotPossible) as refused:
        find_person(house, DPO, text)
    assert refused.value.code == "search_too_short"


def test_a_text_too_long_for_a_name_is_refused(house):
    with pytest.raises(NotPossible) as refused:
        find_person(house, DPO, "zoe " * 100)
    assert refused.value.code == "search_too_long"


def test_a_source_without_names_says_so(house):
    with pytest.raises(NotPossible) as refused:
        find_person(replace(house, source=described("")), DPO, "zoe")
    assert refused.value.code == "no_names_to_search"


def test_a_right_withdrawn_a_moment_ago_finds_nobody(house):
    with closing(house.store.raw_connection()) as connection:
        connection.cursor().execute("UPDATE account SET disabled_at = '2025-01-10T09:00:00+00:00'")
        connection.commit()
    with pytest.raises(Refused):
        find_person(house, DPO, "zoe")


def test_one_account_searches_no_more_than_thirty_times_at_once(house):
    for _each in range(SEARCHES.burst):
        find_person(house, DPO, "venue")
    with pytest.raises(NotPossible) as refused:
        find_person(house, DPO, "venue")
    assert refused.value.code == "search_too_often"
    assert len(searches(house)) == SEARCHES.burst
    find_person(house, OPERATOR, "venue")  # another account is not held up by it

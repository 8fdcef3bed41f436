"""What is approved is erased, nothing else; and what is no longer as it was approved is not."""

import pytest

from diager_dpo.services.purge_execution import execute, recover
from diager_dpo.store import calendar, tables
from diager_dpo.store.engine import reading
from tests.services.erasing_company import CLI, ErasingCompany, every_text, places, results, state


@pytest.fixture
def company(tmp_path):
    return ErasingCompany(tmp_path)


@pytest.fixture
def ready(company):
    with company.installed() as installation:
        company.staff(installation)
        yield installation


def test_what_is_approved_is_erased_and_nothing_else(company, ready):
    number = company.approve(ready)
    done = execute(ready, CLI, number, chunk=4)
    assert state(ready, number) == ("executed", None)
    assert set(results(ready, number).values()) == {("erased", None)}
    assert company.keys() == sorted((*company.customers, *company.kept))
    assert company.keys("phone_call", "contact_id") == company.kept
    assert company.ask("SELECT surname, phone FROM contact WHERE id = 'c-01'") == [("Canari c-01", None)]
    assert {planned - gone for planned, gone, _left in places(ready, number).values()} == {0}
    assert {left for *_rest, left in places(ready, number).values()} == {0}
    assert done.settled == done.items == 9


def test_the_index_and_its_calendar_lose_what_was_erased(company, ready):
    execute(ready, CLI, company.approve(ready))
    r = tables.record.c
    with reading(ready.store) as connection:
        left = connection.execute(tables.record.select().with_only_columns(r.person).where(r.purpose == 1)).scalars()
        assert sorted(left) == company.kept
        assert calendar.load(connection, "crm").rows("crm") == calendar.recount(connection, "crm").rows("crm")


def test_no_key_of_an_erased_person_stands_anywhere_in_the_store(company, ready):
    execute(ready, CLI, company.approve(ready))
    found = [(table, column) for table, column, value in every_text(ready) if any(key in value for key in company.due)]
    assert found == []


def test_recovering_what_needs_none_changes_nothing(company, ready):
    number = company.approve(ready)
    assert recover(ready, CLI) == ()
    assert state(ready, number) == ("approved", None)

"""Where the product may not write: an order goes out, and the next scans say item by item what is gone."""

import csv
import io

import pytest

from diager_dpo.services.errors import NotPossible
from diager_dpo.services.purge_execution import execute
from diager_dpo.services.purge_orders import order
from diager_dpo.services.scanning import scan
from tests.services.erasing_company import CLI, ErasingCompany, every_text, payloads, places, results, state


@pytest.fixture
def company(tmp_path):
    return ErasingCompany(tmp_path, erasure="by_hand")


@pytest.fixture
def ready(company):
    with company.installed() as installation:
        company.staff(installation)
        yield installation


def lines(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1:]


def erase(company, keys):
    """What the operator of the source does with the order."""
    for key in keys:
        company.run(f"DELETE FROM phone_call WHERE contact_id = '{key}'")
        if key in company.due:
            company.run(f"DELETE FROM contact WHERE id = '{key}'")
        else:
            company.run(f"UPDATE contact SET clicked_on = NULL, phone = NULL WHERE id = '{key}'")


def test_an_order_names_keys_tables_and_columns_and_no_value(company, ready):
    number = company.approve(ready, by_hand=1)
    content = order(ready, CLI, number)
    assert {line[0] for line in lines(content)} == set(company.approved)
    assert ["c-01", "", "contact", "phone", "1"] in lines(content)
    assert ["d-01", "", "contact", "", "1"] in lines(content)
    assert b"Canari" not in content
    assert b"@" not in content
    assert state(ready, number) == ("executing", None)
    assert order(ready, CLI, number) == content
    assert len(payloads(ready, "purge_order_exported")) == 2


def test_a_scan_verifies_each_item_and_the_last_one_ends_the_purge(company, ready):
    number = company.approve(ready, by_hand=1)
    order(ready, CLI, number)
    erase(company, company.approved[:4])
    scan(ready, CLI)
    found = results(ready, number)
    assert [found[item][0] for item in range(1, 10)] == ["erased"] * 4 + ["intent"] * 5
    assert state(ready, number) == ("executing", None)
    erase(company, company.approved[4:])
    scan(ready, CLI)
    assert state(ready, number) == ("executed", None)
    assert {found for found, _why in results(ready, number).values()} == {"erased"}
    assert all(planned == gone and left == 0 for planned, gone, left in places(ready, number).values())
    assert not [value for *_place, value in every_text(ready) if any(key in value for key in company.due)]


def test_what_changed_since_the_approval_is_not_ordered(tmp_path):
    company = ErasingCompany(tmp_path, due=150, erasure="by_hand")
    with company.installed() as ready:
        company.staff(ready)
        number = company.approve(ready, by_hand=1)
        company.run("UPDATE contact SET clicked_on = '2025-01-02' WHERE id = 'd-001'")
        assert "d-001" not in {line[0] for line in lines(order(ready, CLI, number))}
        assert ("skipped", "not_due") in results(ready, number).values()


def test_a_purge_by_hand_is_never_executed_by_the_product(company, ready):
    number = company.approve(ready, by_hand=1)
    with pytest.raises(NotPossible) as refused:
        execute(ready, CLI, number)
    assert refused.value.code == "purge_by_hand"
    assert company.keys() == sorted((*company.approved, *company.kept))


def test_nothing_in_an_order_is_a_formula_to_a_spreadsheet(tmp_path):
    company = ErasingCompany(tmp_path, erasure="by_hand")
    company.run("INSERT INTO contact VALUES ('=1+1', '2019-03-01', '2020-05-01', NULL, 'x', 'x', 'x')")
    with company.installed() as ready:
        company.staff(ready)
        number = company.approve(ready, by_hand=1, persons=["=1+1"])
        assert {line[0] for line in lines(order(ready, CLI, number))} == {"'=1+1"}

"""Rules, "Which clock": new versions of the charter."""

import pytest

from tests.domain.building import CHARTER, Company, version

TWO_YEARS = version("2018-09", "2018-09-01", prospecting="P2Y")


def last_day(contact, *charters, today="2025-06-01"):
    return Company().person("c1", contact=contact).scan(today, charters).prospecting()


def test_new_charter_shorter():
    shorter = version("2025-01", "2025-01-01", prospecting="P2Y")
    verdict = last_day("2022-06-15", CHARTER, shorter)
    assert (verdict.last_day, verdict.status("2025-01-01")) == ("2024-06-15", "due")
    assert (verdict.rule.charter, verdict.rule.duration) == ("2025-01", "P2Y")
    # Lateness counts from the later of the day it became due and this date.
    assert verdict.rule.effective.isoformat() == "2025-01-01"


@pytest.mark.parametrize(
    ("contact", "expected", "charter"),
    [
        ("2024-12-31", "2026-12-31", "2018-09"),
        ("2025-01-01", "2028-01-01", "2025-01"),
        ("2025-05-01", "2028-05-01", "2025-01"),
    ],
)
def test_new_charter_longer(contact, expected, charter):
    longer = version("2025-01", "2025-01-01", prospecting="P3Y")
    verdict = last_day(contact, TWO_YEARS, longer)
    assert (verdict.last_day, verdict.rule.charter) == (expected, charter)


def test_new_charter_longer_that_says_it_applies_to_older_data():
    longer = version("2025-01", "2025-01-01", prospecting="P3Y", applies_to_older_data=True)
    assert last_day("2024-06-15", TWO_YEARS, longer).last_day == "2027-06-15"


def test_versions_apply_oldest_first_in_whatever_order_they_are_given():
    longer = version("2025-01", "2025-01-01", prospecting="P3Y")
    assert last_day("2025-01-01", longer, TWO_YEARS).last_day == "2028-01-01"
    assert last_day("2024-12-31", longer, TWO_YEARS).last_day == "2026-12-31"


def test_shorter_then_longer_again():
    shorter = version("2020-01", "2020-01-01", prospecting="P2Y")
    longer = version("2025-01", "2025-01-01", prospecting="P5Y")
    assert last_day("2023-01-01", CHARTER, shorter, longer, today="2025-02-01").last_day == "2025-01-01"
    assert last_day("2025-01-01", CHARTER, shorter, longer, today="2025-02-01").last_day == "2030-01-01"


def test_a_version_that_changes_nothing_leaves_the_older_one_named():
    again = version("2025-01", "2025-01-01")
    assert last_day("2025-02-01", CHARTER, again).rule.charter == "2018-09"


def test_a_new_version_for_one_purpose_leaves_the_others_alone():
    shorter = version("2025-01", "2025-01-01", prospecting="P2Y")
    scan = Company().person("c1").relation("c1", ended="2022-06-15").scan("2025-06-01", (CHARTER, shorter))
    assert (scan.prospecting().last_day, scan.management().last_day) == ("2024-06-15", "2027-06-15")
    assert (scan.prospecting().rule.charter, scan.management().rule.charter) == ("2025-01", "2018-09")


def test_the_anchor_of_a_planned_end_counts_for_a_longer_version():
    longer = version("2025-01", "2025-01-01", prospecting="P3Y")
    scan = Company().person("c1").relation("c1", ended="2026-06-15").scan("2025-06-01", (TWO_YEARS, longer))
    assert scan.prospecting().last_day == "2029-06-15"


def test_a_gap_is_measured_with_the_version_that_applies_to_it():
    shorter = version("2025-01", "2025-01-01", prospecting="P2Y")
    company = (
        Company().person("c1").relation("c1", ended="2019-01-31").relation("c1", started="2021-06-01", is_open=True)
    )
    assert "gap_longer_than_retention" not in company.scan("2025-06-01").prospecting().flags()
    assert "gap_longer_than_retention" in company.scan("2025-06-01", (CHARTER, shorter)).prospecting().flags()

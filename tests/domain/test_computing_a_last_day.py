"""Rules, "Computing a last day": the table, case by case."""

import pytest

from tests.domain.building import Company, day


def prospect(contact, today="2023-06-01"):
    return Company().person("c1", contact=contact).scan(today).prospecting()


def contest(today="2024-10-01", **operation):
    company = Company().person("c1").operation("game", **operation).entry("c1", "game", "2024-01-15")
    return company.scan(today).contest()


def test_leap_day():
    verdict = prospect("2024-02-29", today="2024-06-01")
    assert (verdict.last_day, verdict.due_from) == ("2027-02-28", "2027-03-01")


def test_no_sticky_month_end():
    assert prospect("2021-02-28").last_day == "2024-02-28"


def test_over_a_leap_year():
    assert prospect("2021-03-01").last_day == "2024-03-01"


def test_saturday_and_holiday():
    assert prospect("2022-11-01").last_day == "2025-11-01"


def test_midnight_in_paris():
    assert prospect("2022-12-31T23:30:00+00:00").last_day == "2026-01-01"


def test_a_pure_date_is_never_shifted():
    assert prospect("2022-12-31").last_day == "2025-12-31"


def test_months():
    assert contest(closes="2024-08-31", keep_for="P6M").last_day == "2025-02-28"


def test_months_then_days():
    assert contest(closes="2024-01-31", keep_for="P1M15D").last_day == "2024-03-15"


def test_data_are_due_from_the_day_after_the_last_day():
    verdict = prospect("2021-03-01")
    assert [verdict.status(on) for on in ("2024-02-29", "2024-03-01", "2024-03-02")] == ["kept", "kept", "due"]


def test_due_soon_includes_today_and_the_last_day_of_the_horizon():
    verdict = prospect("2021-03-31")  # last day 2024-03-31
    expected = {"2024-02-29": "kept", "2024-03-01": "due_soon", "2024-03-31": "due_soon", "2024-04-01": "due"}
    assert {today: verdict.status(today, horizon=30) for today in expected} == expected


def test_a_deadline_is_recomputed_from_the_facts_at_every_scan():
    assert prospect("2021-03-01").last_day == "2024-03-01"
    assert prospect("2022-05-05").last_day == "2025-05-05"


@pytest.mark.parametrize("last_contact", ["2020-02-29", "2019-12-31", "2022-01-31", "2021-06-15"])
def test_the_clock_starts_from_the_anchor_and_never_year_by_year(last_contact):
    verdict = prospect(last_contact)
    assert verdict.anchor == ("last_contact", last_contact)
    year, month, of_month = (int(part) for part in last_contact.split("-"))
    of_month = min(of_month, 28) if month == 2 else of_month
    assert day(verdict.last_day) == day(f"{year + 3}-{month:02}-{of_month:02}")

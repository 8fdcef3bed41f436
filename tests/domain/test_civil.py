"""Days and durations: against plain dates, exhaustively over some years."""

from calendar import monthrange
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diager_dpo.domain.civil import (
    NO_DAY,
    OPEN_END,
    UNREADABLE,
    ZERO_DATE,
    Duration,
    add,
    day_date,
    day_number,
    is_day,
    later,
    optional_date,
)

NOT_DAYS = np.array([NO_DAY, UNREADABLE, ZERO_DATE, OPEN_END], np.int32)
EVERY_DAY = np.arange(day_number(date(1967, 12, 31)), day_number(date(2032, 1, 2)), dtype=np.int32)


def slowly(day, months, days=0):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])) + timedelta(days)


@pytest.mark.parametrize("months", [0, 1, 6, 11, 12, 13, 24, 36, 60, 120, 1200])
@pytest.mark.parametrize("days", [0, 1, 15])
def test_later_is_right_from_every_day_of_sixty_years(months, days):
    expected = [day_number(slowly(day_date(number), months, days)) for number in EVERY_DAY.tolist()]
    found = later(EVERY_DAY, months, days)
    assert found.dtype == np.int32
    np.testing.assert_array_equal(found, expected)


def test_months_may_differ_from_row_to_row():
    days = np.array([day_number(date(2024, 1, 31))] * 3, np.int32)
    found = later(days, np.array([1, 2, 12], np.int32), np.array([15, 0, 1], np.int32))
    assert [day_date(number).isoformat() for number in found] == ["2024-03-15", "2024-03-31", "2025-02-01"]


@pytest.mark.parametrize(
    ("day", "duration", "expected"),
    [
        ("2024-02-29", "P3Y", "2027-02-28"),
        ("2024-02-29", "P4Y", "2028-02-29"),
        ("2021-02-28", "P3Y", "2024-02-28"),
        ("2024-08-31", "P6M", "2025-02-28"),
        ("2024-01-31", "P1M15D", "2024-03-15"),
        ("2024-12-31", "P2W", "2025-01-14"),
        ("2000-02-28", "P100Y", "2100-02-28"),
        ("2000-02-29", "P100Y", "2100-02-28"),
        ("1969-12-31", "P2M", "1970-02-28"),
    ],
)
def test_a_duration_is_added_months_first_then_days(day, duration, expected):
    found = add(np.array([day_number(date.fromisoformat(day))], np.int32), Duration.parse(duration))
    assert day_date(found[0]).isoformat() == expected


def test_what_is_not_a_day_stays_as_it_is():
    np.testing.assert_array_equal(later(NOT_DAYS, 36, 1), NOT_DAYS)
    assert is_day(NOT_DAYS).tolist() == [False] * 4
    assert [optional_date(number) for number in NOT_DAYS] == [None] * 4


def test_every_other_value_is_a_day():
    days = np.array([ZERO_DATE + 1, -1, 0, 1, OPEN_END - 1], np.int32)
    assert is_day(days).all()
    assert optional_date(0) == date(1970, 1, 1)


@pytest.mark.parametrize("duration", ["P3Y", "P12M1D", "P10Y15D"])
def test_what_lies_after_every_calendar_is_the_last_day_before_the_open_end(duration):
    found = add(np.array([day_number(date(9998, 12, 31))], np.int32), Duration.parse(duration))
    assert day_date(found[0]) == date(9999, 12, 30)


def test_no_days_give_no_days():
    assert later(np.array([], np.int32), 12).shape == (0,)


@given(st.dates())
def test_a_day_and_its_number_are_one(day):
    assert day_date(day_number(day)) == day


def test_the_day_that_means_open_is_the_last_a_calendar_knows():
    assert day_date(OPEN_END) == date.max


@pytest.mark.parametrize(
    ("text", "months", "days", "canonical"),
    [
        ("P3Y", 36, 0, "P3Y"),
        ("P36M", 36, 0, "P3Y"),
        ("P18M", 18, 0, "P1Y6M"),
        ("P1M15D", 1, 15, "P1M15D"),
        ("P2W", 0, 14, "P14D"),
        ("P1Y2M3W4D", 14, 25, "P1Y2M25D"),
        ("P0D", 0, 0, "P0D"),
        (" P6M ", 6, 0, "P6M"),
    ],
)
def test_a_duration_reads_and_writes_iso_8601(text, months, days, canonical):
    duration = Duration.parse(text)
    assert (duration.months, duration.days, str(duration)) == (months, days, canonical)


@given(st.builds(Duration, st.integers(0, 1200), st.integers(0, 9999)))
def test_a_written_duration_reads_back(duration):
    assert Duration.parse(str(duration)) == duration


@pytest.mark.parametrize(
    "text", ["", "P", "3Y", "P3", "PT1H", "P-1Y", "P1.5Y", "P1D1M", "3 years", "p3y", "P3Y\nP1D", "P٣Y"]
)
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match="is not a duration"):
        Duration.parse(text)

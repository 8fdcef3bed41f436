"""Dates and timestamps as text, against the standard library and case by case."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diager_dpo.domain.civil import NO_DAY, OPEN_END, UNREADABLE, ZERO_DATE, day_number
from diager_dpo.source.instants import NO_INSTANT, parse

PARIS = ZoneInfo("Europe/Paris")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TIMES = st.datetimes(datetime(1900, 1, 2), datetime(2190, 1, 1))  # noqa: DTZ001 - readings of a clock on a wall
ZONES = ["Europe/Paris", "UTC", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"]


def micros(instant):
    return (instant - EPOCH) // timedelta(microseconds=1)


@given(st.lists(st.dates(date(1, 1, 1), date(9999, 12, 30))))
def test_a_pure_date_is_never_shifted(days):
    found = parse([day.isoformat() for day in days], "America/New_York")
    assert list(found.day) == [day_number(day) for day in days]
    assert found.pure.all()


@given(
    st.lists(TIMES),
    st.sampled_from(ZONES),
    st.sampled_from(["T", " "]),
)
def test_a_timestamp_without_offset_is_read_in_its_zone_and_its_day_taken_in_paris(times, zone, separator):
    found = parse([time.isoformat(separator) for time in times], zone)
    expected = [time.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for time in times]
    assert list(found.micros) == [micros(instant) for instant in expected]
    assert list(found.day) == [day_number(instant.astimezone(PARIS).date()) for instant in expected]
    assert not found.pure.any()


@given(st.lists(TIMES), st.integers(-14 * 60, 14 * 60))
def test_an_offset_of_the_timestamp_wins_over_the_zone_of_the_source(times, minutes):
    aware = [time.replace(tzinfo=timezone(timedelta(minutes=minutes))) for time in times]
    found = parse([time.isoformat() for time in aware], "Asia/Kolkata")
    assert list(found.micros) == [micros(time) for time in aware]
    assert list(found.day) == [day_number(time.astimezone(PARIS).date()) for time in aware]


@given(st.lists(st.text(max_size=50) | st.from_regex(r"\d{4}-\d\d-\d\d[T ]?[\d:.+Z-]{0,20}", fullmatch=True)))
def test_nothing_makes_it_fail(texts):
    found = parse(texts, "Europe/Paris")
    assert len(found.day) == len(found.micros) == len(found.pure) == len(texts)
    not_days = np.isin(found.day, [NO_DAY, UNREADABLE, ZERO_DATE, OPEN_END])
    assert ((found.micros == NO_INSTANT) == not_days).all()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2022-12-31T23:30:00Z", "2023-01-01"),
        ("2022-12-31T23:30Z", "2023-01-01"),
        ("2022-12-31 23:30:00+00", "2023-01-01"),
        ("2022-12-31 23:30:00.5 +0000", "2023-01-01"),
        ("2022-12-31 22:59:59.999999999Z", "2022-12-31"),
        ("2022-12-31 23:30:00", "2022-12-31"),
        ("2024-02-29", "2024-02-29"),
        ("1900-01-01", "1900-01-01"),
        ("1969-12-31T23:30:00Z", "1970-01-01"),
        ("1890-01-01 00:00:00+00:09:21", "1890-01-01"),
        ("2024-03-31 02:30:00", "2024-03-31"),
        ("2024-10-27 02:30:00", "2024-10-27"),
    ],
)
def test_the_day_is_that_of_paris(text, day):
    assert parse([text], "Europe/Paris").day[0] == day_number(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (None, NO_DAY),
        ("0000-00-00", ZERO_DATE),
        ("0000-00-00 00:00:00", ZERO_DATE),
        ("infinity", OPEN_END),
        ("Infinity", OPEN_END),
        ("9999-12-31", OPEN_END),
        ("9999-12-31 23:59:59+00", OPEN_END),
        ("9999-12-31 whatever", UNREADABLE),
        ("-infinity", UNREADABLE),
        ("2023-02-30", UNREADABLE),
        ("2023-02-29", UNREADABLE),
        ("2024-00-10", UNREADABLE),
        ("0000-01-01", UNREADABLE),
        ("20222-01-01", UNREADABLE),
        ("0044-03-15 BC", UNREADABLE),
        ("2024-01-01T24:00:00", UNREADABLE),
        ("2024-01-01T10:60:00", UNREADABLE),
        ("2024-01-01T10:00:00+99", UNREADABLE),
        ("01/02/2024", UNREADABLE),
        ("2024-1-1", UNREADABLE),
        ("\u0662\u0660\u0662\u0664-01-01", UNREADABLE),  # digits, in Arabic
        ("", NO_DAY),
        ("  ", NO_DAY),
        ("x" * 100_000, UNREADABLE),
    ],
)
def test_what_is_no_day_is_told_apart(text, day):
    found = parse(["2024-01-01", text, "2024-01-01T10:00:00Z"], "Europe/Paris")
    assert found.day[1] == day
    assert found.day[0] == found.day[2] == day_number(date(2024, 1, 1))


def test_an_empty_chunk_is_read():
    assert len(parse([], "Europe/Paris").day) == 0

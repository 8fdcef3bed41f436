from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from diager_dpo.domain.civil import NO_DAY, OPEN_END, day_number
from diager_dpo.domain.permissions import Identity, Role
from diager_dpo.domain.verdicts import statuses
from diager_dpo.domain.words import RECORD_PURPOSES, Kind, Purpose, Status
from diager_dpo.services import counting
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.store import tables
from diager_dpo.store.engine import writing
from tests.services.filled_store import CLI, DPO, NOW, TODAY, Row, fill, grant

BASE = day_number(TODAY)

near = st.integers(BASE - 800, BASE + 1500)
rows = st.lists(
    st.builds(
        dict,
        purpose=st.sampled_from(RECORD_PURPOSES),
        kind=st.sampled_from(Kind),
        running_until=st.one_of(st.just(NO_DAY), st.just(OPEN_END), near),
        last_day=st.one_of(st.just(NO_DAY), near),
        rule=st.sampled_from([1, 6]),
    ),
    max_size=40,
)


def records(drawn):
    return [Row(f"p{position:03}", **values) for position, values in enumerate(drawn)]


def one_by_one(record, today, horizon):
    """The status of one record, said once more and slowly."""
    if record.kind == Kind.HELD:
        return Status.HELD
    if record.running_until >= today:
        return Status.RUNNING
    if record.last_day == NO_DAY:
        return Status.UNDETERMINED
    if record.last_day < today:
        return Status.DUE
    return Status.DUE_SOON if record.last_day <= today + horizon else Status.KEPT


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows, st.integers(-400, 1000), st.integers(0, 400))
def test_the_calendar_counts_what_a_look_at_every_record_counts(installation, drawn, shift, horizon):
    index = records(drawn)
    fill(installation.store, index)
    as_of = TODAY + timedelta(days=shift)
    counts = counting.counts(installation, CLI, as_of, horizon)
    for of_purpose in counts.purposes:
        expected = [
            one_by_one(record, day_number(as_of), horizon) for record in index if record.purpose == of_purpose.purpose
        ]
        assert {status: of_purpose.of(status) for status in Status} == {
            status: expected.count(status) for status in Status
        }
        assert of_purpose.total == len(expected)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows, st.integers(-400, 400))
def test_the_forecast_is_what_the_counts_of_each_month_end_will_say(installation, drawn, shift):
    fill(installation.store, records(drawn))
    as_of = TODAY + timedelta(days=shift)
    forecast = counting.forecast(installation, CLI, as_of, months=15)
    due_now = counting.counts(installation, CLI, as_of, 0)
    assert [each.already_due for each in forecast.purposes] == [each.due for each in due_now.purposes]
    following = [*forecast.months[1:], None]
    for position, next_month in enumerate(following):
        if next_month is None:
            continue
        at_end = counting.counts(installation, CLI, next_month - timedelta(days=1), 0)
        assert [each.due_at_end[position] for each in forecast.purposes] == [each.due for each in at_end.purposes]
    for each in forecast.purposes:
        assert each.already_due + sum(each.falling_due) == each.due_at_end[-1]


def test_a_forecast_ends_with_the_calendar(installation):
    fill(installation.store, [Row("a", last_day=date(2024, 6, 30))])
    assert counting.forecast(installation, CLI, date(9999, 11, 5)).months == (date(9999, 11, 1), date(9999, 12, 1))


def test_the_forecast_begins_with_the_rest_of_this_month_and_has_the_months_asked(installation):
    fill(installation.store, [Row("a", last_day=date(2025, 1, 30)), Row("b", last_day=date(2025, 1, 31))])
    forecast = counting.forecast(installation, CLI, TODAY)
    assert len(forecast.months) == 36
    assert forecast.months[:2] == (date(2025, 1, 1), date(2025, 2, 1))
    # Due on the day after the last day: the 31st of January, the 1st of February.
    assert forecast.purposes[0].falling_due[:2] == (1, 1)


def test_a_record_is_late_from_the_day_after_its_last_day(installation):
    fill(installation.store, [Row("a", last_day=date(2024, 6, 30)), Row("b", last_day=date(2024, 8, 31))])
    prospecting = counting.counts(installation, CLI, TODAY, 30).purposes[0]
    assert prospecting.late_from == date(2024, 7, 1)


def test_nobody_is_late_before_the_charter_that_says_so(installation):
    fill(installation.store, [Row("a", last_day=date(2024, 6, 15), rule=6)])
    prospecting = counting.counts(installation, CLI, TODAY, 30).purposes[0]
    assert (prospecting.due, prospecting.late_from) == (1, date(2025, 1, 1))


def test_counts_need_a_finished_scan(installation):
    fill(installation.store, [], state="failed")
    with pytest.raises(NotPossible, match="never_scanned"):
        counting.counts(installation, CLI, TODAY, 30)


def test_a_new_scan_is_seen_at_once(installation):
    fill(installation.store, [Row("a", last_day=date(2024, 1, 1))])
    assert counting.counts(installation, CLI, TODAY, 30).purposes[0].due == 1
    fill(installation.store, [Row("a", last_day=date(2024, 1, 1)), Row("b", last_day=date(2024, 1, 1))])
    assert counting.counts(installation, CLI, TODAY, 30).purposes[0].due == 2


def test_the_calendar_is_read_once_for_each_scan(installation):
    fill(installation.store, [Row("a", last_day=date(2024, 1, 1))])
    counting.counts(installation, CLI, TODAY, 30)
    with writing(installation.store) as connection:  # behind the back of the product: only a scan may do this
        connection.execute(tables.calendar.delete())
    assert counting.counts(installation, CLI, TODAY, 30).purposes[0].due == 1


def test_another_source_is_not_counted(installation):
    fill(installation.store, [Row("a", last_day=date(2024, 1, 1))], source="other")
    fill(installation.store, [])
    assert sum(each.total for each in counting.counts(installation, CLI, TODAY, 30).purposes) == 0


def test_a_stranger_is_refused(installation):
    fill(installation.store, [])
    for service in (counting.counts, counting.forecast, counting.trend):
        arguments = {counting.counts: (TODAY, 30), counting.forecast: (TODAY,)}.get(service, ())
        with pytest.raises(Refused, match="not_permitted"):
            service(installation, Identity("demonstration", "nobody"), *arguments)


def test_an_operator_counts_their_own_purpose_only(installation):
    grant(installation.store, DPO, Role.OPERATOR, Purpose.CONTESTS)
    fill(installation.store, [Row("a", last_day=date(2024, 1, 1))])
    assert [each.purpose for each in counting.counts(installation, DPO, TODAY, 30).purposes] == [Purpose.CONTESTS]
    assert [each.purpose for each in counting.forecast(installation, DPO, TODAY).purposes] == [Purpose.CONTESTS]


def test_the_trend_has_one_point_a_scan_and_purpose_with_its_lateness(installation):
    for day in (TODAY - timedelta(days=1), TODAY):
        number = fill(installation.store, [], finished_at=NOW, day=day)
        with writing(installation.store) as connection:
            connection.execute(
                insert(tables.scan_total),
                [
                    {"scan": number, "purpose": 1, "status": Status.KEPT, "n": 5, "oldest_due_from": None},
                    {"scan": number, "purpose": 1, "status": Status.DUE, "n": 3, "oldest_due_from": BASE - 10},
                ],
            )
    points = counting.trend(installation, CLI).points
    assert [(point.day, point.counts.due, point.counts.total) for point in points] == [
        (TODAY - timedelta(days=1), 3, 8),
        (TODAY, 3, 8),
    ]
    assert [point.late_days for point in points] == [9, 10]


def test_counts_are_the_same_on_both_stores(any_installation):
    index = [
        Row("a", last_day=date(2024, 1, 1)),
        Row("b", last_day=TODAY),
        Row("c", last_day=date(2027, 1, 1)),
        Row("d", running_until=OPEN_END),
        Row("e", kind=Kind.HELD, last_day=date(2020, 1, 1)),
        Row("f", kind=Kind.UNDETERMINED),
    ]
    fill(any_installation.store, index)
    prospecting = counting.counts(any_installation, CLI, TODAY, 30).purposes[0]
    assert [prospecting.of(status) for status in Status] == [1, 1, 1, 1, 1, 1]


def test_one_by_one_and_in_bulk_agree_on_the_edges():
    today, horizon = BASE, 30
    days = [NO_DAY, today - 1, today, today + 30, today + 31]
    for last_day in days:
        found = statuses(
            np.array([Kind.DATED], np.int8),
            np.array([NO_DAY], np.int32),
            np.array([last_day], np.int32),
            today,
            horizon,
        )
        assert found[0] == one_by_one(Row("x", running_until=NO_DAY, last_day=last_day), today, horizon)

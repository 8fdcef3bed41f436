from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diager_dpo.domain.civil import NO_DAY, OPEN_END, day_number, optional_date
from diager_dpo.domain.permissions import Identity, Role
from diager_dpo.domain.words import Anchor, Anomaly, Category, Flag, Kind, Purpose, Status
from diager_dpo.services import counting, records
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.services.records import RecordFilter, explain, find
from tests.services.filled_store import CLI, DPO, TODAY, Row, fill, grant

BASE = day_number(TODAY)
near = st.integers(BASE - 60, BASE + 60)

rows = st.lists(
    st.builds(
        dict,
        purpose=st.sampled_from([Purpose.PROSPECTING, Purpose.CUSTOMER_MANAGEMENT]),
        category=st.sampled_from([Category.PROSPECT, Category.CUSTOMER]),
        operation=st.sampled_from(["", "C1"]),
        kind=st.sampled_from(Kind),
        running_until=st.one_of(st.just(NO_DAY), st.just(OPEN_END), near),
        last_day=st.one_of(st.just(NO_DAY), near),
        inactive_from=st.one_of(st.just(NO_DAY), near),
        rule=st.sampled_from([1, 3]),
        flags=st.sampled_from([0, Flag.CONTACT_AFTER_END, Flag.CONTACT_AFTER_END | Flag.NO_CONSENT]),
        anomalies=st.sampled_from([0, Anomaly.FUTURE_DATE]),
    ),
    max_size=30,
)
filters = st.builds(
    RecordFilter,
    purpose=st.just(Purpose.PROSPECTING),
    status=st.one_of(st.none(), st.sampled_from(Status)),
    category=st.one_of(st.none(), st.just(Category.PROSPECT)),
    operation=st.one_of(st.none(), st.just("C1")),
    flags=st.sampled_from([Flag(0), Flag.INACTIVE, Flag.PLANNED_END, Flag.INTERMEDIATE_ARCHIVE, Flag.NO_CONSENT]),
    anomalies=st.sampled_from([Anomaly(0), Anomaly.FUTURE_DATE]),
    last_day_from=st.one_of(st.none(), near.map(optional_date)),
    last_day_to=st.one_of(st.none(), near.map(optional_date)),
    person_prefix=st.sampled_from(["", "A", "a", "a1"]),
)


def everything(installation, wanted, horizon=30, size=7):
    """All pages of a filter, one after the other."""
    first = find(installation, CLI, wanted, TODAY, horizon, size=size)
    pages = [first] + [
        find(installation, CLI, wanted, TODAY, horizon, page=number, size=size) for number in range(2, first.pages + 1)
    ]
    return first.total, [line for page in pages for line in page.records]


def meets(line, wanted):
    """A filter said once more, on what the list shows."""
    return all(
        (
            wanted.status in {None, line.status},
            wanted.category in {None, line.category},
            wanted.operation in {None, line.operation},
            not wanted.flags or line.flags & wanted.flags,
            not wanted.anomalies or line.anomalies & wanted.anomalies,
            wanted.last_day_from is None or (line.last_day is not None and line.last_day >= wanted.last_day_from),
            wanted.last_day_to is None or (line.last_day is not None and line.last_day <= wanted.last_day_to),
            line.person.startswith(wanted.person_prefix),
        )
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows, filters)
def test_the_pages_of_a_filter_are_exactly_the_records_that_meet_it(installation, drawn, wanted):
    fill(installation.store, [Row(f"{'aA'[position % 2]}{position}", **row) for position, row in enumerate(drawn)])
    _, every = everything(installation, RecordFilter(Purpose.PROSPECTING))
    total, found = everything(installation, wanted)
    assert found == [line for line in every if meets(line, wanted)]
    assert total == len(found)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows)
def test_a_list_of_one_status_has_as_many_records_as_the_count_says(installation, drawn):
    fill(installation.store, [Row(f"p{position}", **row) for position, row in enumerate(drawn)])
    counted = counting.counts(installation, CLI, TODAY, 30).purposes[0]
    for status in Status:
        total, found = everything(installation, RecordFilter(Purpose.PROSPECTING, status))
        assert total == len(found) == counted.of(status)
        assert {line.status for line in found} <= {status}


def test_the_oldest_last_day_comes_first_and_no_last_day_last(any_installation):
    days = {"c": date(2024, 5, 1), "b": date(2024, 5, 1), "a": date(2026, 1, 1), "d": None}
    fill(any_installation.store, [Row(person, last_day=day) for person, day in days.items()])
    _, found = everything(any_installation, RecordFilter(Purpose.PROSPECTING), size=2)
    assert [line.person for line in found] == ["b", "c", "a", "d"]


def test_every_filter_works_on_both_stores(any_installation):
    row = Row(
        "a:1",
        category=Category.CUSTOMER,
        running_until=TODAY + timedelta(days=3),
        last_day=TODAY + timedelta(days=900),
        inactive_from=TODAY,
        flags=Flag.CONTACT_AFTER_END,
        anomalies=Anomaly.FUTURE_DATE,
    )
    fill(any_installation.store, [row, Row("b:1", kind=Kind.UNDETERMINED)])
    base = RecordFilter(Purpose.PROSPECTING)
    for wanted in (
        replace(base, status=Status.RUNNING),
        replace(base, category=Category.CUSTOMER),
        replace(base, flags=Flag.INACTIVE),
        replace(base, flags=Flag.PLANNED_END),
        replace(base, anomalies=Anomaly.FUTURE_DATE),
        replace(base, last_day_from=TODAY),
        replace(base, person_prefix="a:"),
    ):
        assert [line.person for line in everything(any_installation, wanted)[1]] == ["a:1"]
    assert everything(any_installation, replace(base, operation="C9")) == (0, [])


def test_a_prefix_matches_its_own_case_and_no_wildcard(installation):
    fill(installation.store, [Row("a1"), Row("A1"), Row("%1"), Row("_1")])
    for prefix in ("a", "A", "%", "_"):
        _, found = everything(installation, RecordFilter(Purpose.PROSPECTING, person_prefix=prefix))
        assert [line.person for line in found] == [f"{prefix}1"]


def test_what_the_calendar_cannot_count_is_counted_up_to_a_limit(installation, monkeypatch):
    monkeypatch.setattr(records, "MOST_COUNTED", 5)
    fill(installation.store, [Row(f"p{n}", last_day=TODAY if n < 4 else None, flags=4) for n in range(9)])
    page = find(installation, CLI, RecordFilter(Purpose.PROSPECTING, flags=Flag.CONTACT_AFTER_END), TODAY, 0, size=2)
    assert (page.total, page.total_is_exact, page.pages) == (5, False, 3)
    _, found = everything(installation, RecordFilter(Purpose.PROSPECTING, flags=Flag.CONTACT_AFTER_END), size=2)
    assert [line.person for line in found] == ["p0", "p1", "p2", "p3", "p4"]


def test_a_page_that_cannot_be_is_refused(installation):
    fill(installation.store, [])
    for page, size in ((0, 50), (1, 0), (1, 501)):
        with pytest.raises(NotPossible, match="no_such_page"):
            find(installation, CLI, RecordFilter(Purpose.PROSPECTING), TODAY, 30, page=page, size=size)


def test_a_page_after_the_last_one_is_empty(installation):
    fill(installation.store, [Row("a", last_day=TODAY)])
    assert find(installation, CLI, RecordFilter(Purpose.PROSPECTING), TODAY, 30, page=9).records == ()


def test_an_operator_sees_no_record_of_another_purpose(installation):
    grant(installation.store, DPO, Role.OPERATOR, Purpose.CONTESTS)
    fill(installation.store, [Row("a"), Row("a", purpose=Purpose.CONTESTS, operation="C1", category=Category.ENTRY)])
    with pytest.raises(Refused, match="not_permitted"):
        find(installation, DPO, RecordFilter(Purpose.PROSPECTING), TODAY, 30)
    [person] = explain(installation, DPO, ["a"], TODAY)
    assert [record.purpose for record in person.purposes] == [Purpose.CONTESTS]


def test_management_sees_totals_but_no_record(installation):
    grant(installation.store, DPO, Role.MANAGEMENT)
    fill(installation.store, [Row("a")])
    counting.counts(installation, DPO, TODAY, 30)
    with pytest.raises(Refused):
        find(installation, DPO, RecordFilter(Purpose.PROSPECTING), TODAY, 30)
    with pytest.raises(Refused):
        explain(installation, DPO, ["a"], TODAY)


def test_a_stranger_is_told_nothing_of_a_person(installation):
    fill(installation.store, [Row("a")])
    with pytest.raises(Refused):
        explain(installation, Identity("demonstration", "nobody"), ["a"], TODAY)


def test_an_unknown_person_has_no_purpose_and_the_order_is_kept(any_installation):
    fill(any_installation.store, [Row("a", anchor_on=date(2022, 2, 28), last_day=date(2025, 2, 28)), Row("b")])
    answers = explain(any_installation, CLI, ["z", "b", "a", "a"], TODAY)
    assert [(answer.person, len(answer.purposes)) for answer in answers] == [("z", 0), ("b", 1), ("a", 1), ("a", 1)]


def test_many_persons_are_explained_at_once(installation):
    people = [f"p{n:04}" for n in range(1200)]
    fill(installation.store, [Row(person, last_day=TODAY) for person in people])
    assert all(len(answer.purposes) == 1 for answer in explain(installation, CLI, people, TODAY))


def test_a_rule_with_an_archive_phase_gives_the_flag_once_the_relation_is_over(installation):
    over = Row(
        "a",
        purpose=Purpose.CUSTOMER_MANAGEMENT,
        category=Category.CONTRACTUAL,
        anchor=Anchor.CONTRACT_END,
        anchor_on=date(2021, 5, 31),
        running_until=date(2021, 5, 31),
        last_day=date(2026, 5, 31),
        rule=3,
    )
    fill(installation.store, [over])
    [person] = explain(installation, CLI, ["a"], date(2024, 6, 1))
    assert person.purposes[0].flags == Flag.INTERMEDIATE_ARCHIVE
    [before] = explain(installation, CLI, ["a"], date(2021, 5, 31))
    assert before.purposes[0].flags == Flag.PLANNED_END

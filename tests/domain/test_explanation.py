from dataclasses import replace
from datetime import date

import pytest

from diager_dpo.domain.civil import NO_DAY, OPEN_END, Duration, day_number
from diager_dpo.domain.explanation import STEP_CODES, Step, Verdict, explain
from diager_dpo.domain.verdicts import AppliedRule
from diager_dpo.domain.words import Anchor, Anomaly, Category, Flag, Kind, Purpose, Status

RULE = AppliedRule(Purpose.PROSPECTING, Category.PROSPECT, "P3Y", "2018-09", "prospects", date(2018, 9, 1))


def verdict(**changes):
    """A prospect with a contact on 29 February 2024."""
    prospect = Verdict(
        purpose=Purpose.PROSPECTING,
        operation="",
        category=Category.PROSPECT,
        kind=Kind.DATED,
        anchor=Anchor.LAST_CONTACT,
        anchor_on=day_number(date(2024, 2, 29)),
        rule=RULE,
        running_until=NO_DAY,
        last_day=day_number(date(2027, 2, 28)),
        inactive_from=NO_DAY,
        flags=Flag(0),
        anomalies=Anomaly(0),
        archives=False,
    )
    days = {name: day_number(value) if isinstance(value, date) else value for name, value in changes.items()}
    return replace(prospect, **days)


def told(explanation):
    return [step.code for step in explanation.steps]


def test_a_leap_day_is_told_step_by_step():
    answer = explain(verdict(), date(2027, 3, 1))
    assert answer.steps == (
        Step("category_prospect"),
        Step("anchor_last_contact", on=date(2024, 2, 29)),
        Step("rule_duration", on=date(2018, 9, 1), duration=Duration(36), charter="2018-09", clause="prospects"),
        Step("last_day_computed", on=date(2024, 2, 29), until=date(2027, 2, 28), duration=Duration(36)),
        Step("month_end", on=date(2024, 2, 29), until=date(2027, 2, 28)),
        Step("week_end_not_extended", until=date(2027, 2, 28)),
        Step("due_from", on=date(2027, 3, 1)),
        Step("status_due", on=date(2027, 3, 1), until=date(2027, 2, 28), days=0),
    )
    assert (answer.status, answer.last_day, answer.due_from) == (Status.DUE, date(2027, 2, 28), date(2027, 3, 1))


def test_the_same_day_of_the_month_needs_no_word_about_its_end():
    steps = told(explain(verdict(anchor_on=date(2021, 3, 1), last_day=date(2024, 3, 1)), date(2023, 1, 1)))
    assert "month_end" not in steps


def test_nothing_is_due_soon_in_an_explanation():
    assert explain(verdict(), date(2027, 2, 28)).status is Status.KEPT


def test_an_open_relation_has_no_anchor_and_no_last_day():
    running = verdict(
        category=Category.CUSTOMER, anchor=Anchor.NONE, anchor_on=NO_DAY, running_until=OPEN_END, last_day=NO_DAY
    )
    answer = explain(running, date(2025, 1, 10))
    assert told(answer) == ["category_customer", "relation_open", "rule_duration", "status_running"]
    assert (answer.last_day, answer.due_from, answer.anchor_on) == (None, None, None)


def test_a_planned_end_is_named_while_it_lies_ahead():
    planned = verdict(
        category=Category.CUSTOMER,
        anchor=Anchor.COMMERCIAL_END,
        anchor_on=date(2026, 12, 31),
        running_until=date(2026, 12, 31),
        last_day=date(2029, 12, 31),
    )
    before, after = explain(planned, date(2025, 1, 10)), explain(planned, date(2027, 1, 1))
    assert "relation_until" in told(before)
    assert "flag_planned_end" in told(before)
    assert "relation_until" not in told(after)


def test_without_a_date_the_steps_say_that_none_can_be_computed():
    unknown = verdict(kind=Kind.UNDETERMINED, anchor=Anchor.NONE, anchor_on=NO_DAY, last_day=NO_DAY)
    assert told(explain(unknown, date(2025, 1, 10)))[1:] == ["anchor_none", "rule_duration", "status_undetermined"]


def test_an_objection_ends_the_day_before():
    objected = verdict(
        anchor=Anchor.OBJECTION,
        anchor_on=date(2024, 4, 2),
        last_day=date(2024, 4, 1),
        rule=replace(RULE, duration="", charter="", clause=""),
    )
    answer = explain(objected, date(2024, 4, 2))
    assert Step("last_day_before_right", on=date(2024, 4, 2), until=date(2024, 4, 1)) in answer.steps
    assert "rule_right" in told(answer)
    assert answer.status is Status.DUE


def test_an_announced_day_has_no_duration():
    announced = verdict(
        purpose=Purpose.CONTESTS,
        category=Category.ENTRY,
        anchor=Anchor.ANNOUNCED_DAY,
        anchor_on=date(2024, 12, 31),
        last_day=date(2024, 12, 31),
        rule=replace(RULE, duration=""),
    )
    assert told(explain(announced, date(2024, 6, 1)))[1:4] == [
        "anchor_announced_day",
        "rule_announced",
        "last_day_announced",
    ]


def test_a_held_record_shows_its_last_day_and_that_it_may_serve_the_dispute_only():
    held = verdict(kind=Kind.HELD, last_day=date(2024, 6, 30))
    answer = explain(held, date(2025, 1, 10))
    assert (answer.status, answer.last_day) == (Status.HELD, date(2024, 6, 30))
    assert Step("hold_litigation", duration=Duration(12)) in answer.steps
    assert told(answer)[-1] == "held_past_last_day"
    assert "held_past_last_day" not in told(explain(held, date(2024, 6, 30)))


def test_lateness_counts_from_the_charter_that_shortened_the_period():
    shortened = verdict(
        anchor_on=date(2022, 6, 15),
        last_day=date(2024, 6, 15),
        rule=replace(RULE, duration="P2Y", charter="2025-01", effective=date(2025, 1, 1)),
    )
    answer = explain(shortened, date(2025, 1, 11))
    assert Step("late_since_charter", on=date(2025, 1, 1), charter="2025-01") in answer.steps
    assert answer.steps[-1].days == 10
    assert answer.due_from == date(2024, 6, 16)


def test_flags_and_anomalies_are_told_last():
    flagged = verdict(flags=Flag.CONTACT_AFTER_END, anomalies=Anomaly.FUTURE_DATE | Anomaly.PLACEHOLDER_DATE)
    assert told(explain(flagged, date(2025, 1, 10)))[-3:] == [
        "flag_contact_after_end",
        "anomaly_future_date",
        "anomaly_placeholder_date",
    ]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("anchor", Anchor)
@pytest.mark.parametrize("running_until", [NO_DAY, OPEN_END, day_number(date(2025, 1, 10))])
@pytest.mark.parametrize("last_day", [NO_DAY, day_number(date(2025, 1, 9)), day_number(date(2028, 1, 1))])
def test_every_step_has_a_code_the_catalogs_know(kind, anchor, running_until, last_day):
    answer = explain(
        verdict(kind=kind, anchor=anchor, running_until=running_until, last_day=last_day, flags=Flag(230)),
        date(2025, 1, 10),
    )
    assert set(told(answer)) <= set(STEP_CODES)

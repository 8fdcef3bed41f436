from dataclasses import replace
from datetime import date

import pytest

from diager_dpo.domain.civil import NO_DAY, OPEN_END, day_number
from diager_dpo.domain.explanation import Verdict, explain
from diager_dpo.domain.holds import HoldKind, HoldNote
from diager_dpo.domain.verdicts import AppliedRule
from diager_dpo.domain.words import Anchor, Anomaly, Category, Flag, Kind, Purpose
from tests.domain.building import Company


def test_the_stated_end_of_a_customer_starts_both_clocks_of_the_charter():
    company = Company().person("c1").relation("c1")
    company.qualified("c1", "prospecting", "2021-05-31").qualified("c1", "customer_management", "2021-05-31")
    scan = company.scan("2024-06-01")
    assert (scan.prospecting().anchor, scan.prospecting().last_day) == (("qualified", "2021-05-31"), "2024-05-31")
    assert (scan.management().last_day, scan.management().status()) == ("2026-05-31", "kept")


def test_it_speaks_for_its_purpose_only():
    scan = Company().person("c1").relation("c1").qualified("c1", "prospecting", "2021-05-31").scan("2024-06-01")
    assert scan.management().status() == "undetermined"


def test_a_later_end_that_the_source_knows_counts_all_the_same():
    company = Company().person("c1").relation("c1").relation("c1", ended="2022-12-31")
    scan = company.qualified("c1", "customer_management", "2018-05-01").scan("2025-01-10")
    assert (scan.management().anchor, scan.management().last_day) == (("qualified", "2022-12-31"), "2027-12-31")


def test_the_source_wins_as_soon_as_it_gives_a_date():
    company = Company().person("c1").relation("c1", ended="2023-01-15")
    scan = company.qualified("c1", "customer_management", "2018-05-01").scan("2025-01-10")
    assert scan.management().anchor == ("contract_end", "2023-01-15")


def test_an_objection_still_ends_prospecting_earlier():
    company = Company().person("c1").objection("c1", "2022-04-02")
    scan = company.qualified("c1", "prospecting", "2022-01-01").scan("2025-01-10")
    assert (scan.prospecting().anchor[0], scan.prospecting().last_day) == ("objection", "2022-04-01")


def test_for_an_entry_without_an_announcement_the_stated_day_is_the_last():
    company = Company().person("c1", origin="contest").operation("game").entry("c1", "game", "2024-04-01")
    scan = company.qualified("c1", "contests", "2026-03-03", operation="game").scan("2025-01-10")
    assert (scan.contest().last_day, scan.contest().status(), scan.alerts()) == ("2026-03-03", "kept", set())


def test_the_stated_date_of_a_voucher_leads_to_the_close_of_its_fiscal_year():
    scan = Company().person("c1").voucher("c1", None).qualified("c1", "accounting", "2021-03-10").scan("2025-01-10")
    assert (scan.accounting().anchor, scan.accounting().last_day) == (("qualified", "2021-12-31"), "2031-12-31")


@pytest.mark.parametrize(
    ("person", "purpose", "held"),
    [
        ("c1", "", (True, True)),
        ("c1", "prospecting", (True, False)),
        (None, "prospecting", (True, False)),
        (None, "", (True, True)),
        ("c2", "", (False, False)),
    ],
)
def test_a_placed_suspension_holds_its_scope_and_moves_no_last_day(person, purpose, held):
    company = Company().person("c1", contact="2020-01-01").person("c2").relation("c1", ended="2021-05-31")
    scan = company.hold(person, "2024-03-01", purpose).scan("2025-01-10")
    found = scan.prospecting(), scan.management()
    assert tuple(verdict.status() == "held" for verdict in found) == held
    assert [verdict.last_day for verdict in found] == ["2024-05-31", "2026-05-31"]


def test_it_holds_from_the_day_it_was_placed():
    company = Company().person("c1", contact="2020-01-01").hold("c1", "2024-03-01")
    assert [company.scan(day).prospecting().status() for day in ("2024-02-29", "2024-03-01")] == ["due", "held"]


VERDICT = Verdict(
    purpose=Purpose.CUSTOMER_MANAGEMENT, operation="", category=Category.CONTRACTUAL, kind=Kind.DATED,
    anchor=Anchor.QUALIFIED, anchor_on=day_number(date(2022, 12, 31)),
    rule=AppliedRule(Purpose.CUSTOMER_MANAGEMENT, Category.CONTRACTUAL, "P5Y", "2018-09", "x", date(2018, 9, 1)),
    running_until=NO_DAY, last_day=day_number(date(2027, 12, 31)), inactive_from=NO_DAY, flags=Flag(0),
    anomalies=Anomaly(0), archives=True,
)  # fmt: skip


def steps(verdict):
    return {step.code: step for step in explain(verdict, date(2025, 1, 10)).steps}


def test_an_explanation_names_each_suspension_with_its_owner_and_review():
    note = HoldNote(HoldKind.RESTRICTION, date(2024, 3, 1), date(2025, 6, 30), "dpo")
    found = steps(replace(VERDICT, kind=Kind.HELD, holds=(note,)))
    step = found["hold_placed_restriction"]
    assert (step.on, step.until, step.role) == (date(2024, 3, 1), date(2025, 6, 30), "dpo")
    assert "hold_litigation" not in found
    assert "hold_litigation" in steps(replace(VERDICT, kind=Kind.HELD))
    assert "hold_placed_restriction" not in steps(replace(VERDICT, holds=(note,)))


STATED = day_number(date(2018, 5, 1))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, "stated_earlier_end"),
        ({"purpose": Purpose.ACCOUNTING, "category": Category.VOUCHER}, "stated_voucher"),
        ({"anchor": Anchor.CONTRACT_END}, "stated_superseded"),
        ({"anchor": Anchor.OBJECTION}, "stated_ended_earlier"),
        (
            {"anchor": Anchor.NONE, "anchor_on": NO_DAY, "running_until": OPEN_END, "last_day": NO_DAY},
            "stated_superseded",
        ),
    ],
)
def test_an_explanation_says_why_the_stated_date_is_not_the_start(change, code):
    assert steps(replace(VERDICT, stated_on=STATED, **change))[code].on == date(2018, 5, 1)
    assert not [each for each in steps(VERDICT) if each.startswith("stated")]

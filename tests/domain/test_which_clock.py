"""Rules, "Which clock": the cases of relations, contacts and vouchers."""

import pytest

from diager_dpo.domain.retention import Policy
from tests.domain.building import Company
from tests.domain.building import day as number


def customer(today="2025-01-10", *relations, **person):
    company = Company().person("c1", **person)
    for relation in relations:
        company.relation("c1", **relation)
    return company.scan(today)


def test_contact_means_from_the_person():
    # Only the click of 2020-11-05 is a contact; a mail merely opened and a call by the company are no facts at all.
    verdict = Company().person("c1", contact="2020-11-05", collected="2019-01-01").scan("2023-01-01").prospecting()
    assert (verdict.category, verdict.last_day) == ("prospect", "2023-11-05")
    assert verdict.anchor == ("last_contact", "2020-11-05")


def test_never_in_contact():
    verdict = Company().person("c1", collected="2021-04-12").scan("2023-01-01").prospecting()
    assert (verdict.last_day, verdict.anchor) == ("2024-04-12", ("collection", "2021-04-12"))


def test_a_contact_earlier_than_the_collection_is_still_the_anchor():
    person = Company().person("c1", contact="2020-05-05", collected="2021-04-12")
    assert person.scan("2022-01-01").prospecting().anchor == ("last_contact", "2020-05-05")


def test_customer():
    scan = customer("2025-01-10", {"started": "2010-01-01", "is_open": True, "active": "2015-06-30"})
    for verdict in (scan.prospecting(), scan.management()):
        assert (verdict.status(), verdict.last_day, verdict.running_until) == ("running", None, "open")
        assert verdict.flags() == {"inactive"}
        assert verdict.anchor == ("none", None)
    assert (scan.prospecting().category, scan.management().category) == ("customer", "contractual")


def test_inactive_begins_three_years_and_a_day_after_the_last_activity():
    scan = customer("2018-06-30", {"is_open": True, "active": "2015-06-30"}, {"is_open": True, "active": "2014-01-01"})
    verdict = scan.prospecting()
    assert verdict.inactive_from == "2018-07-01"
    assert [verdict.flags(on) for on in ("2018-06-30", "2018-07-01")] == [set(), {"inactive"}]


def test_inactive_is_a_flag_and_no_clock():
    active, silent = (customer("2025-01-10", {"ended": "2023-05-31", "active": on}) for on in ("2023-05-01", None))
    assert active.prospecting().last_day == silent.prospecting().last_day == "2026-05-31"
    assert "inactive" not in active.prospecting().flags("2030-01-01")


def test_two_clocks():
    scan = customer("2024-06-01", {"started": "2015-01-01", "ended": "2021-05-31"})
    prospecting, management = scan.prospecting(), scan.management()
    assert (prospecting.status(), prospecting.last_day, prospecting.flags()) == ("due", "2024-05-31", set())
    assert (management.status(), management.last_day) == ("kept", "2026-05-31")
    assert management.flags() == {"intermediate_archive"}


def test_two_different_ends():
    scan = customer("2025-01-10", {"contract": "2022-06-30", "commercial": "2023-01-15"})
    assert (scan.prospecting().last_day, scan.management().last_day) == ("2026-01-15", "2027-06-30")
    assert scan.prospecting().anchor == ("commercial_end", "2023-01-15")
    assert scan.management().anchor == ("contract_end", "2022-06-30")


def test_each_clock_uses_its_own_end():
    scan = customer("2025-01-10", {"contract": "2022-06-30"})
    assert (scan.prospecting().status(), scan.management().status()) == ("undetermined", "kept")
    scan = customer("2025-01-10", {"contract": "2022-06-30", "commercial": "2025-01-10"})
    assert (scan.prospecting().status(), scan.management().status()) == ("running", "kept")


def test_prospect_became_customer():
    scan = customer("2025-01-10", {"started": "2021-06-01", "is_open": True}, contact="2020-01-15")
    assert (scan.prospecting().status(), scan.prospecting().category) == ("running", "customer")
    assert scan.prospecting().last_day is None


def test_several_contracts():
    scan = customer("2025-01-10", {"ended": "2022-12-31"}, {"ended": "2021-03-31"})
    assert (scan.prospecting().last_day, scan.management().last_day) == ("2025-12-31", "2027-12-31")


def test_open_ended_contract():
    scan = customer("2025-01-10", {"started": "2015-01-01", "ended": "2018-12-31"}, {"is_open": True})
    assert (scan.prospecting().status(), scan.management().status()) == ("running", "running")


def test_end_in_the_future():
    verdict = customer("2025-01-10", {"started": "2020-01-01", "ended": "2026-12-31"}).prospecting()
    assert (verdict.status(), verdict.running_until, verdict.flags()) == ("running", "2026-12-31", {"planned_end"})
    assert (verdict.last_day, verdict.anchor) == ("2029-12-31", ("commercial_end", "2026-12-31"))
    forecast = {"2026-12-31": "running", "2027-01-01": "kept", "2029-12-31": "kept", "2030-01-01": "due"}
    assert {on: verdict.status(on) for on in forecast} == forecast
    assert verdict.flags("2027-01-01") == set()


def test_an_end_today_is_running_until_tonight():
    verdict = customer("2025-01-10", {"ended": "2025-01-10"}).management()
    assert [verdict.status(on) for on in ("2025-01-10", "2025-01-11")] == ["running", "kept"]
    assert [verdict.flags(on) for on in ("2025-01-10", "2025-01-11")] == [{"planned_end"}, {"intermediate_archive"}]


def test_a_relation_marked_open_with_a_planned_end_runs_until_that_end():
    verdict = customer("2025-01-10", {"is_open": True, "ended": "2026-12-31"}).prospecting()
    assert (verdict.running_until, verdict.last_day, verdict.anomalies) == ("2026-12-31", "2029-12-31", set())


def test_restart():
    contracts = {"started": "2010-01-01", "ended": "2016-01-31"}, {"started": "2022-05-01", "is_open": True}
    scan = customer("2025-01-10", *reversed(contracts))
    for verdict in (scan.prospecting(), scan.management()):
        assert (verdict.status(), verdict.flags()) == ("running", {"gap_longer_than_retention"})


@pytest.mark.parametrize(("restart", "gap"), [("2019-01-31", False), ("2019-02-01", True)])
def test_a_gap_is_longer_than_the_retention_from_the_day_after_its_last_day(restart, gap):
    scan = customer("2025-01-10", {"ended": "2016-01-31"}, {"started": restart, "is_open": True})
    assert ("gap_longer_than_retention" in scan.prospecting().flags()) is gap
    assert "gap_longer_than_retention" not in scan.management().flags()


def test_a_relation_that_went_on_meanwhile_leaves_no_gap():
    bridge = {"started": "2012-01-01", "ended": "2021-12-31"}
    scan = customer("2025-01-10", {"ended": "2016-01-31"}, {"started": "2022-05-01", "is_open": True}, bridge)
    assert scan.prospecting().flags() == set()


def test_a_relation_whose_end_is_unknown_leaves_no_gap():
    contracts = {"ended": "2016-01-31"}, {"started": "2015-01-01"}, {"started": "2022-05-01", "is_open": True}
    assert customer("2025-01-10", *contracts).prospecting().flags() == set()


def test_contact_after_the_end():
    verdict = customer("2024-06-01", {"ended": "2022-01-31"}, contact="2024-04-10").prospecting()
    assert (verdict.last_day, verdict.flags()) == ("2025-01-31", {"contact_after_end"})


def test_a_contact_on_the_day_of_the_end_is_not_after_it():
    assert customer("2024-06-01", {"ended": "2022-01-31"}, contact="2022-01-31").prospecting().flags() == set()


def test_contact_after_the_end_is_no_matter_of_customer_management_nor_of_a_relation_still_on():
    assert (
        "contact_after_end"
        not in customer("2024-06-01", {"ended": "2022-01-31"}, contact="2024-04-10").management().flags()
    )
    assert customer("2024-06-01", {"ended": "2024-06-01"}, contact="2024-06-01").prospecting().flags() == {
        "planned_end"
    }
    assert customer("2024-06-01", {"is_open": True}, contact="2024-06-01").prospecting().flags() == set()


def test_contact_of_two_enterprises():
    scan = customer("2025-01-10", {"ended": "2020-01-31"}, {"started": "2019-01-01", "is_open": True})
    assert scan.counts("prospecting") == scan.counts("customer_management") == {"running": 1}


def test_ended_without_a_date():
    scan = customer("2025-01-10", {"started": "2015-01-01"}, contact="2024-01-01")
    for verdict in (scan.prospecting(), scan.management()):
        assert (verdict.status(), verdict.kind, verdict.last_day) == ("undetermined", "undetermined", None)
        assert (verdict.running_until, verdict.anchor) == (None, ("none", None))


def test_one_relation_without_a_date_leaves_the_record_undetermined():
    scan = customer("2025-01-10", {"ended": "2022-01-31"}, {"started": "2015-01-01"})
    assert (scan.prospecting().status(), scan.prospecting().last_day) == ("undetermined", None)


def test_an_undetermined_relation_hides_behind_a_running_one_until_its_end():
    verdict = customer("2025-01-10", {"ended": "2025-06-30"}, {"started": "2015-01-01"}).management()
    assert (verdict.kind, verdict.last_day, verdict.running_until) == ("dated", None, "2025-06-30")
    assert [verdict.status(on) for on in ("2025-06-30", "2025-07-01")] == ["running", "undetermined"]
    assert "intermediate_archive" not in verdict.flags("2025-07-01")


def test_no_date_at_all():
    verdict = Company().person("c1").scan("2025-01-10").prospecting()
    assert (verdict.category, verdict.status(), verdict.last_day) == ("prospect", "undetermined", None)
    assert (verdict.anchor, verdict.anomalies) == (("none", None), set())


@pytest.mark.parametrize("no_end", ["0000-00-00", "infinity", "9999-12-31"])
def test_an_end_that_means_no_end(no_end):
    scan = customer("2025-01-10", {"is_open": True, "ended": no_end})
    assert (scan.prospecting().status(), scan.prospecting().anomalies) == ("running", set())
    scan = customer("2025-01-10", {"ended": no_end})
    assert (scan.prospecting().status(), scan.prospecting().anomalies) == ("undetermined", set())


def test_vouchers():
    company = Company().person("c1").voucher("c1", "2021-03-10").voucher("c1", "2019-12-31")
    verdict = company.scan("2025-01-10").accounting()
    assert (verdict.category, verdict.last_day) == ("voucher", "2031-12-31")
    assert verdict.anchor == ("fiscal_year_close", "2021-12-31")
    assert (verdict.rule.duration, verdict.rule.charter) == ("P10Y", "law")


@pytest.mark.parametrize(
    ("closes", "issued", "close"),
    [
        ((6, 30), "2021-06-30", "2021-06-30"),
        ((6, 30), "2021-07-01", "2022-06-30"),
        ((2, 28), "2024-02-29", "2025-02-28"),
        ((12, 31), "2021-12-31", "2021-12-31"),
        ((12, 31), "2022-01-01", "2022-12-31"),
    ],
)
def test_the_fiscal_year_of_a_voucher_closes_on_or_after_its_day(closes, issued, close):
    scan = Company().person("c1").voucher("c1", issued).scan("2025-01-10", policy=Policy(fiscal_year_closes=closes))
    assert scan.accounting().anchor == ("fiscal_year_close", close)
    assert scan.accounting().last_day == f"{int(close[:4]) + 10}{close[4:]}"


def test_a_voucher_without_a_valid_date_is_undetermined_and_listed():
    scan = Company().person("c1").voucher("c1", None).scan("2025-01-10")
    assert scan.accounting().status() == "undetermined"
    assert scan.accounting().anomalies == {"unreadable_date"}
    assert scan.findings() == {("unreadable_date", "vouchers"): 1}


def test_the_rule_behind_a_verdict_names_its_duration_charter_and_clause():
    scan = customer("2025-01-10", {"ended": "2022-01-31"})
    assert (scan.prospecting().rule.duration, scan.management().rule.duration) == ("P3Y", "P5Y")
    assert scan.management().rule.charter == "2018-09"
    assert scan.management().rule.clause == "clause of contractual"
    assert scan.management().rule.effective.isoformat() == "2018-09-01"


def test_as_of_moves_the_clock_and_never_the_facts():
    scan = customer("2025-01-10", {"started": "2023-01-01", "ended": "2024-05-31"}, contact="2024-12-24")
    verdict = scan.management()
    earlier_and_later = {"2022-01-01": "running", "2024-05-31": "running", "2024-06-01": "kept", "2029-06-01": "due"}
    assert {on: verdict.status(on) for on in earlier_and_later} == earlier_and_later
    assert all(sum(scan.counts("prospecting", on).values()) == 1 for on in earlier_and_later)


def test_every_last_day_is_a_day_a_calendar_can_show():
    scan = customer("2025-01-10", {"ended": "9998-12-31"})
    assert scan.prospecting().status() == "running"
    assert scan.prospecting().last_day is None or scan.decision.records.last_day.max() < number("9999-12-31")

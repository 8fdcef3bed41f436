"""Rules, "Which clock" and rule 4: what a litigation in the source suspends."""

import pytest

from tests.domain.building import Company


def former_customer():
    return Company().person("c1").relation("c1", contract="2019-06-30", commercial="2021-06-30")


def test_hold():
    scan = former_customer().litigation("c1", "2024-03-01").scan("2025-01-10")
    verdict = scan.management()
    assert (verdict.kind, verdict.status(), verdict.last_day) == ("held", "held", "2024-06-30")
    assert verdict.anchor == ("contract_end", "2019-06-30")
    assert scan.prospecting().status() == "held"


def test_hold_lifted():
    verdict = former_customer().scan("2025-02-15").management()
    assert (verdict.status(), verdict.last_day) == ("due", "2024-06-30")


def test_a_hold_keeps_prospecting_closed():
    scan = former_customer().objection("c1", "2022-04-02").litigation("c1", "2024-03-01").scan("2025-01-10")
    assert (scan.prospecting().status(), scan.prospecting().last_day) == ("held", "2022-04-01")
    assert scan.prospecting().anchor == ("objection", "2022-04-02")


@pytest.mark.parametrize("facts", [{"is_open": True}, {"started": "2020-01-01"}, {"ended": "2024-12-31"}])
def test_held_comes_before_every_other_status(facts):
    scan = Company().person("c1").relation("c1", **facts).litigation("c1", "2024-03-01").scan("2025-01-10")
    assert (scan.prospecting().status(), scan.management().status()) == ("held", "held")


def test_a_held_record_keeps_what_was_computed():
    company = Company().person("c1").relation("c1", ended="2026-12-31").litigation("c1", "2024-03-01")
    verdict = company.scan("2025-01-10").management()
    assert (verdict.running_until, verdict.last_day, verdict.status("2040-01-01")) == (
        "2026-12-31",
        "2031-12-31",
        "held",
    )


def test_a_litigation_that_names_a_purpose_holds_that_one_only():
    company = former_customer().voucher("c1", "2021-03-10").litigation("c1", "2024-03-01", "customer_management")
    scan = company.scan("2025-01-10")
    assert scan.management().status() == "held"
    assert (scan.prospecting().status(), scan.accounting().status()) == ("due", "kept")


def test_a_litigation_that_names_no_purpose_holds_every_record_of_its_person():
    company = former_customer().voucher("c1", "2021-03-10").operation("game", keep_until="2024-12-31")
    company.operation("draw").entry("c1", "game").entry("c1", "draw").person("c2", contact="2024-01-01")
    scan = company.litigation("c1", "2024-03-01").scan("2025-01-10")
    assert {verdict.status() for verdict in scan.all() if verdict.person == "c1"} == {"held"}
    assert len(scan.all()) == 6
    assert scan.prospecting("c2").status() == "kept"


@pytest.mark.parametrize(
    ("since", "anomaly"),
    [("2025-01-11", "future_date"), ("unreadable", "unreadable_date"), ("1900-01-01", "placeholder_date")],
)
def test_a_litigation_on_an_impossible_date_still_holds_and_is_listed(since, anomaly):
    scan = former_customer().litigation("c1", since, "customer_management").scan("2025-01-10")
    assert (scan.management().status(), scan.management().anomalies) == ("held", {anomaly})
    assert scan.prospecting().anomalies == set()
    assert scan.findings() == {(anomaly, "litigations"): 1}

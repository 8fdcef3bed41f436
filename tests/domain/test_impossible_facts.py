"""Rules, rule 1: facts that cannot be are set aside, counted and listed; the next valid fact is used."""

import pytest

from diager_dpo.domain.facts import EXAMPLES
from tests.domain.building import Company

IMPOSSIBLE = [
    ("2025-01-11", "future_date"),
    ("9999-12-31", "future_date"),
    ("1970-01-01", "placeholder_date"),
    ("1900-01-01", "placeholder_date"),
    ("0000-00-00", "placeholder_date"),
    ("unreadable", "unreadable_date"),
]


@pytest.mark.parametrize(("contact", "anomaly"), IMPOSSIBLE)
def test_impossible_contact_falls_back_on_the_collection(contact, anomaly):
    scan = Company().person("c1", contact=contact, collected="2023-04-12").scan("2025-01-10")
    verdict = scan.prospecting()
    assert (verdict.last_day, verdict.anchor) == ("2026-04-12", ("collection", "2023-04-12"))
    assert verdict.anomalies == {anomaly}
    assert scan.findings() == {(anomaly, "persons"): 1}


@pytest.mark.parametrize(("collected", "anomaly"), IMPOSSIBLE)
def test_without_any_valid_fact_the_record_is_undetermined(collected, anomaly):
    scan = Company().person("c1", contact="1970-01-01", collected=collected).scan("2025-01-10")
    verdict = scan.prospecting()
    assert (verdict.status(), verdict.anomalies) == ("undetermined", {"placeholder_date", anomaly})
    assert sum(scan.findings().values()) == 2


def test_today_and_the_day_after_the_epoch_are_possible():
    for contact in ("2025-01-10", "1970-01-02"):
        verdict = Company().person("c1", contact=contact).scan("2025-01-10").prospecting()
        assert (verdict.anchor, verdict.anomalies) == (("last_contact", contact), set())


def test_what_is_in_the_future_of_one_scan_is_a_fact_of_the_next():
    company = Company().person("c1", contact="2025-01-11")
    assert company.scan("2025-01-10").prospecting() is not None
    assert company.scan("2025-01-10").prospecting().status() == "undetermined"
    assert company.scan("2025-01-11").prospecting().last_day == "2028-01-11"


def test_no_end_is_no_past_day_even_on_the_last_day_of_the_calendar():
    verdict = Company().person("c1", contact="9999-12-31", collected="2024-01-01").scan("9999-12-31").prospecting()
    assert (verdict.anchor, verdict.anomalies) == (("collection", "2024-01-01"), {"future_date"})


def test_every_record_of_a_person_that_comes_several_times_says_so():
    company = Company().person("c1", contact="2024-01-01", several=True).person("c2", contact="2024-01-01")
    company.relation("c1", is_open=True).relation("c2", is_open=True).litigation("c1", "2099-01-01")
    scan = company.scan("2025-01-10")
    assert scan.prospecting("c1").anomalies == {"duplicate_person", "future_date"}
    assert scan.management("c1").anomalies == {"duplicate_person", "future_date"}
    assert scan.prospecting("c2").anomalies == set()


def relation(today="2025-01-10", **facts):
    return Company().person("c1").relation("c1", **facts).scan(today)


def test_end_before_start():
    scan = relation(started="2022-01-01", ended="2021-12-31")
    for verdict in (scan.prospecting(), scan.management()):
        assert (verdict.status(), verdict.anomalies) == ("undetermined", {"end_before_start"})
    assert scan.findings() == {("end_before_start", "relations"): 2}


def test_an_end_on_the_day_of_the_start_is_possible():
    assert relation(started="2022-01-01", ended="2022-01-01").prospecting().last_day == "2025-01-01"


def test_of_a_relation_only_the_end_is_set_aside():
    assert relation(started="2022-01-01", ended="2021-12-31", is_open=True).prospecting().status() == "running"


def test_each_clock_lists_its_own_end():
    scan = relation(started="2022-01-01", commercial="2021-12-31", contract="2023-12-31")
    assert scan.prospecting().anomalies == {"end_before_start"}
    assert (scan.management().anomalies, scan.management().last_day) == (set(), "2028-12-31")
    assert scan.findings() == {("end_before_start", "relations"): 1}


@pytest.mark.parametrize(("end", "anomaly"), [("unreadable", "unreadable_date"), ("1970-01-01", "placeholder_date")])
def test_an_end_that_is_no_date_is_set_aside(end, anomaly):
    verdict = relation(commercial=end).prospecting()
    assert (verdict.status(), verdict.anomalies) == ("undetermined", {anomaly})
    verdict = relation(commercial=end, is_open=True).prospecting()
    assert (verdict.status(), verdict.anomalies) == ("running", {anomaly})


@pytest.mark.parametrize(("started", "anomaly"), IMPOSSIBLE)
def test_a_start_may_be_impossible_or_missing(started, anomaly):
    scan = relation(started=started, ended="2022-01-31")
    assert (scan.prospecting().last_day, scan.prospecting().anomalies) == ("2025-01-31", {anomaly})
    assert (scan.management().last_day, scan.management().anomalies) == ("2027-01-31", {anomaly})
    assert scan.findings() == {(anomaly, "relations"): 1}
    assert relation(ended="2022-01-31").prospecting().anomalies == set()


def test_open_with_a_past_end():
    scan = relation(ended="2025-01-09", is_open=True)
    for verdict in (scan.prospecting(), scan.management()):
        assert (verdict.status(), verdict.running_until, verdict.last_day) == ("running", "open", None)
        assert verdict.anomalies == {"open_with_past_end"}
    assert relation(ended="2025-01-10", is_open=True).prospecting().anomalies == set()


@pytest.mark.parametrize(("active", "anomaly"), IMPOSSIBLE)
def test_an_impossible_activity_sets_no_flag(active, anomaly):
    verdict = relation(is_open=True, active=active).management()
    assert (verdict.inactive_from, verdict.anomalies, verdict.flags("2099-01-01")) == (None, {anomaly}, set())


@pytest.mark.parametrize(("issued", "anomaly"), IMPOSSIBLE)
def test_the_next_valid_voucher_is_used(issued, anomaly):
    scan = Company().person("c1").voucher("c1", issued).voucher("c1", "2021-03-10").scan("2025-01-10")
    assert (scan.accounting().last_day, scan.accounting().anomalies) == ("2031-12-31", {anomaly})


@pytest.mark.parametrize(("at", "anomaly"), IMPOSSIBLE)
@pytest.mark.parametrize("event", ["given", "withdrawn"])
def test_a_consent_event_on_an_impossible_date_is_set_aside(at, anomaly, event):
    company = Company().person("c1").operation("game", keep_until="2025-09-30").entry("c1", "game", "2024-05-10")
    scan = company.consent("c1", "game", event, at).scan("2025-01-10")
    assert (scan.contest().last_day, scan.contest().flags()) == ("2025-09-30", {"no_consent"})
    assert scan.contest().anomalies == {anomaly}
    assert scan.findings() == {(anomaly, "consents"): 1}


@pytest.mark.parametrize(("at", "anomaly"), IMPOSSIBLE)
def test_the_anomaly_of_a_newsletter_consent_stands_on_prospecting(at, anomaly):
    company = Company().person("c1", contact="2024-05-10").operation("game", keep_until="2025-09-30")
    company.entry("c1", "game", "2024-05-10").consent("c1", "game", "given", "2024-05-10")
    scan = company.consent("c1", "game", "withdrawn", at, subject="newsletter").scan("2025-01-10")
    assert (scan.prospecting().last_day, scan.prospecting().anomalies) == ("2027-05-10", {anomaly})
    assert scan.contest().anomalies == set()


@pytest.mark.parametrize(("entered", "anomaly"), IMPOSSIBLE)
def test_an_entry_on_an_impossible_date_is_still_an_entry(entered, anomaly):
    company = Company().person("c1").operation("game", keep_until="2025-09-30").entry("c1", "game", entered)
    verdict = company.scan("2025-01-10").contest()
    assert (verdict.last_day, verdict.anomalies) == ("2025-09-30", {anomaly})


def test_findings_count_and_name_a_few_examples():
    company = Company()
    for number in range(EXAMPLES + 5):
        company.person(f"c{number}", contact="2030-01-01" if number else "2024-01-01")
    (finding,) = company.scan("2025-01-10").decision.findings
    assert (finding.anomaly.codes, finding.fact, finding.count) == (("future_date",), "persons", EXAMPLES + 4)
    assert len(set(finding.examples)) == len(finding.examples) == EXAMPLES
    assert set(finding.examples) <= {f"c{number}" for number in range(1, EXAMPLES + 5)}


def test_nothing_impossible_nothing_found():
    company = Company().person("c1", contact="2024-01-01").relation("c1", started="2020-01-01", ended="2026-01-01")
    assert company.scan("2025-01-10").decision.findings == ()


def test_an_anomaly_stands_on_the_records_of_its_own_person_only():
    company = Company().person("c1", contact="1970-01-01").person("c2", contact="2024-01-01")
    scan = company.scan("2025-01-10")
    assert [scan.prospecting(person).anomalies for person in ("c1", "c2")] == [{"placeholder_date"}, set()]

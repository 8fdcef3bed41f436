"""Rules, "Which clock": what a record is, who is in scope, what has left it, and what the facts do not say."""

import pytest

from diager_dpo.domain.retention import Policy
from diager_dpo.domain.words import Purpose
from tests.domain.building import Company


def entered(company):
    return company.operation("game", keep_until="2025-09-30").entry("c1", "game", "2024-05-10")


@pytest.mark.parametrize(
    ("origin", "contact", "has_entered", "in_scope"),
    [
        ("unknown", None, False, True),
        ("unknown", None, True, False),
        ("unknown", "2024-01-01", True, True),
        ("unknown", "1970-01-01", True, False),
        ("prospect", None, True, True),
        ("other", None, True, True),
        ("contest", None, True, False),
        ("contest", None, False, False),
        ("contest", "2024-01-01", True, True),
    ],
)
def test_prospecting_is_for_whoever_is_known_otherwise_than_by_a_contest(origin, contact, has_entered, in_scope):
    company = Company().person("c1", origin=origin, contact=contact, collected="2024-01-01")
    scan = (entered(company) if has_entered else company).scan("2025-01-10")
    assert (scan.prospecting() is not None) is in_scope


def test_whoever_has_or_had_a_relation_is_in_scope_of_prospecting_and_customer_management():
    scan = entered(Company().person("c1", origin="contest").relation("c1", ended="2010-01-01")).scan("2025-01-10")
    assert (scan.prospecting().status(), scan.management().status()) == ("due", "due")


def test_whoever_had_no_relation_and_stands_on_no_voucher_has_no_such_record():
    scan = (
        Company()
        .person("c1", contact="2024-01-01")
        .person("c2")
        .relation("c2")
        .voucher("c2", "2024-01-01")
        .scan("2025-01-10")
    )
    assert scan.management() is None
    assert scan.accounting() is None
    assert len(scan.all()) == 4


def test_nobody_is_nothing():
    scan = Company().scan("2025-01-10")
    assert (scan.all(), scan.decision.findings, scan.alerts()) == ([], (), set())


PURGES = [
    ("prospecting", None),
    ("customer_management", None),
    ("accounting", None),
    ("contests", "game"),
]


def everything():
    company = entered(
        Company().person("c1", contact="2022-01-01").relation("c1", started="2020-01-01", ended="2021-01-01")
    )
    return company.voucher("c1", "2020-06-01").person("c2", contact="2022-02-01")


@pytest.mark.parametrize(("purpose", "operation"), PURGES)
def test_a_purged_record_has_left_the_scope_alone(purpose, operation):
    before = {(v.person, v.purpose, v.operation) for v in everything().scan("2025-01-10").all()}
    company = everything().purged("c1", purpose, "2024-12-01", operation)
    after = {(v.person, v.purpose, v.operation) for v in company.scan("2025-01-10").all()}
    assert before - after == {("c1", purpose, operation)}
    assert after < before


def prospect(company, on):
    return company.person("c1", contact=on)


def customer(company, on):
    return company.person("c1").relation("c1", started=on, is_open=True)


def newcomer(company, on):
    return company.person("c1", collected=on)


def subscriber(company, on):
    return company.person("c1").operation("game").consent("c1", "game", "given", on, subject="newsletter")


def payer(company, on):
    return company.person("c1").voucher("c1", on)


def player(company, on):
    return company.person("c1").operation("game", keep_until="2025-09-30").entry("c1", "game", on)


@pytest.mark.parametrize(
    ("facts", "purpose", "operation"),
    [
        (prospect, "prospecting", None),
        (newcomer, "prospecting", None),
        (customer, "prospecting", None),
        (subscriber, "prospecting", None),
        (customer, "customer_management", None),
        (payer, "accounting", None),
        (player, "contests", "game"),
    ],
)
def test_only_a_fact_dated_after_the_purge_opens_a_new_record(facts, purpose, operation):
    for on, is_open in (("2024-11-30", False), ("2024-12-01", False), ("2024-12-02", True), ("2025-01-11", False)):
        scan = facts(Company(), on).purged("c1", purpose, "2024-12-01", operation).scan("2025-01-10")
        assert (scan.find("c1", purpose, operation) is not None) is is_open, on


def test_the_latest_of_several_purges_counts():
    company = Company().person("c1", contact="2024-06-01").purged("c1", "prospecting", "2024-12-01")
    assert company.purged("c1", "prospecting", "2020-12-01").scan("2025-01-10").prospecting() is None


def test_neither_a_withdrawal_nor_an_objection_opens_a_purged_record():
    company = (
        Company().person("c1").operation("game").objection("c1", "2024-12-05").purged("c1", "prospecting", "2024-12-01")
    )
    company.consent("c1", "game", "withdrawn", "2024-12-05", subject="newsletter")
    assert company.scan("2025-01-10").prospecting() is None


def test_a_purge_of_one_operation_leaves_the_others():
    company = (
        entered(Company().person("c1")).operation("draw", keep_until="2025-09-30").entry("c1", "draw", "2024-05-10")
    )
    scan = company.purged("c1", "contests", "2024-12-01", "game").scan("2025-01-10")
    assert scan.contest("game") is None
    assert scan.contest("draw") is not None


@pytest.mark.parametrize(
    ("table", "purpose", "category"),
    [
        ("relations", "customer_management", "contractual"),
        ("vouchers", "accounting", "voucher"),
        ("entries", "contests", "entry"),
    ],
)
def test_a_purpose_whose_facts_are_not_given_is_one_alert_and_one_undetermined_record_per_person(
    table, purpose, category
):
    company = Company().person("c1", contact="2024-01-01").person("c2").without(table)
    scan = company.scan("2025-01-10")
    assert scan.alerts() == {("facts_missing", purpose, "", 2)}
    assert {(v.person, v.category, v.status(), v.operation) for v in scan.all(purpose)} == {
        ("c1", category, "undetermined", None),
        ("c2", category, "undetermined", None),
    }


def test_the_alert_of_missing_facts_counts_no_purged_record():
    company = Company().person("c1").person("c2").without("vouchers").purged("c2", "accounting", "2024-12-01")
    assert company.scan("2025-01-10").alerts() == {("facts_missing", "accounting", "", 1)}


def test_without_relations_everyone_is_decided_as_a_prospect():
    verdict = Company().person("c1", contact="2024-01-01").without("relations").scan("2025-01-10").prospecting()
    assert (verdict.category, verdict.last_day) == ("prospect", "2027-01-01")


@pytest.mark.parametrize(
    ("table", "purpose"), [("relations", "customer_management"), ("vouchers", "accounting"), ("entries", "contests")]
)
def test_a_purpose_said_to_be_not_processed_has_no_records_and_no_alert(table, purpose):
    policy = Policy(not_processed=frozenset({Purpose.of(purpose)}))
    scan = Company().person("c1", contact="2024-01-01").without(table).scan("2025-01-10", policy=policy)
    assert (scan.all(purpose), scan.alerts()) == ([], set())
    assert scan.prospecting() is not None


def test_a_litigation_holds_a_record_whose_facts_are_missing():
    scan = Company().person("c1").without("vouchers").litigation("c1", "2024-01-01").scan("2025-01-10")
    assert scan.accounting().status() == "held"


def test_the_statuses_of_a_purpose_sum_to_its_records_in_scope():
    company = Company().person("c1", contact="2024-01-01").person("c2", contact="2019-01-01").person("c3")
    company.person("c4").relation("c4", is_open=True).person("c5", contact="2022-01-20").person(
        "c6", contact="2019-01-01"
    )
    scan = (
        company.litigation("c6", "2024-01-01").person("c7").purged("c7", "prospecting", "2024-01-01").scan("2025-01-10")
    )
    expected = dict.fromkeys(("kept", "due", "undetermined", "running", "due_soon", "held"), 1)
    assert scan.counts("prospecting", horizon=30) == expected


def test_a_held_record_counts_and_a_person_counts_once_in_each_purpose():
    scan = everything().litigation("c1", "2024-03-01").scan("2025-01-10")
    assert scan.counts("prospecting") == {"held": 1, "kept": 1}
    assert scan.counts("customer_management") == scan.counts("accounting") == scan.counts("contests") == {"held": 1}


def test_the_total_does_not_depend_on_the_day_one_looks_at_it():
    scan = everything().scan("2025-01-10")
    totals = {sum(scan.counts("prospecting", on).values()) for on in ("1990-01-01", "2025-01-10", "2090-01-01")}
    assert totals == {2}

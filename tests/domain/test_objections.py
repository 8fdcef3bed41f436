"""Rules, "Which clock" and rule 3: objections to prospecting, and what undoes them."""

import pytest

from tests.domain.building import Company


def prospect(**person):
    return Company().person("c1", **{"contact": "2023-06-01"} | person)


def newsletter(company, event, at, operation="game"):
    if operation not in [row["key"] for row in company.rows.get("operations", [])]:
        company.operation(operation, keep_until="2030-12-31")
    return company.consent("c1", operation, event, at, subject="newsletter")


def test_objection():
    verdict = prospect().objection("c1", "2024-04-02").scan("2024-05-01").prospecting()
    assert (verdict.last_day, verdict.due_from, verdict.status()) == ("2024-04-01", "2024-04-02", "due")
    assert (verdict.anchor, verdict.rule.duration) == (("objection", "2024-04-02"), "")
    assert verdict.rule.effective.isoformat() == "2018-05-25"  # GDPR: no later charter postpones the lateness


def test_an_objection_is_due_on_its_own_day():
    assert prospect().objection("c1", "2024-04-02").scan("2024-04-02").prospecting().status() == "due"


def test_objection_survives_its_effect():
    company = prospect().relation("c1", is_open=True).objection("c1", "2024-04-02")
    assert company.scan("2024-05-01").prospecting().status() == "due"
    scan = company.purged("c1", "prospecting", "2024-05-02").scan("2024-06-01")
    assert scan.prospecting() is None
    assert scan.management().status() == "running"


def test_a_contact_after_the_purge_opens_a_record_that_the_objection_closes_at_once():
    company = prospect(contact="2024-06-01").objection("c1", "2024-04-02").purged("c1", "prospecting", "2024-05-02")
    assert company.scan("2024-07-01").prospecting().last_day == "2024-04-01"


def test_customer_objects():
    scan = Company().person("c1").relation("c1", is_open=True).objection("c1", "2024-04-02").scan("2024-04-02")
    assert (scan.prospecting().status(), scan.prospecting().running_until) == ("due", None)
    assert (scan.management().status(), scan.management().running_until) == ("running", "open")


def test_an_objection_ends_an_undetermined_record():
    verdict = prospect(contact=None).objection("c1", "2024-04-02").scan("2024-05-01").prospecting()
    assert (verdict.kind, verdict.status(), verdict.last_day) == ("dated", "due", "2024-04-01")


def test_an_objection_ends_a_relation_with_a_planned_end():
    company = Company().person("c1").relation("c1", ended="2026-12-31").objection("c1", "2024-04-02")
    verdict = company.scan("2024-05-01").prospecting()
    assert (verdict.status(), verdict.last_day, verdict.flags()) == ("due", "2024-04-01", set())


@pytest.mark.parametrize(
    ("objects", "last_day", "anchor"),
    [
        ("2024-05-31", "2024-05-30", ("objection", "2024-05-31")),
        ("2024-06-01", "2024-05-31", ("objection", "2024-06-01")),
        ("2024-06-02", "2024-06-01", ("last_contact", "2021-06-01")),
        ("2024-06-03", "2024-06-01", ("last_contact", "2021-06-01")),
    ],
)
def test_an_objection_sets_the_last_day_only_where_that_is_earlier(objects, last_day, anchor):
    verdict = prospect(contact="2021-06-01").objection("c1", objects).scan("2024-07-01").prospecting()
    assert (verdict.last_day, verdict.anchor) == (last_day, anchor)


def test_the_first_of_several_objections_counts():
    company = prospect().objection("c1", "2024-05-02").objection("c1", "2024-04-02").objection("c1", "2024-06-02")
    assert company.scan("2024-07-01").prospecting().last_day == "2024-04-01"


def test_a_later_contact_does_not_undo_an_objection():
    company = prospect(contact="2024-06-01").relation("c1", is_open=True, started="2024-06-15")
    assert company.objection("c1", "2024-04-02").scan("2024-07-01").prospecting().last_day == "2024-04-01"


def test_a_later_explicit_choice_undoes_an_objection():
    company = newsletter(prospect().objection("c1", "2024-04-02"), "given", "2024-05-01")
    assert company.scan("2024-07-01").prospecting().last_day == "2026-06-01"


def test_an_earlier_choice_undoes_nothing():
    company = newsletter(prospect().objection("c1", "2024-04-02"), "given", "2024-04-01")
    assert company.scan("2024-07-01").prospecting().last_day == "2024-04-01"


def test_an_entry_consent_is_no_choice_about_prospecting():
    company = prospect().objection("c1", "2024-04-02").operation("game", keep_until="2024-12-31")
    company.entry("c1", "game", "2024-05-01").consent("c1", "game", "given", "2024-05-01")
    assert company.scan("2024-07-01").prospecting().last_day == "2024-04-01"


def test_an_objection_after_the_choice_counts_from_its_own_day():
    company = newsletter(prospect().objection("c1", "2024-04-02"), "given", "2024-05-01").objection("c1", "2024-06-01")
    assert company.scan("2024-07-01").prospecting().last_day == "2024-05-31"


def test_newsletter_withdrawn():
    company = Company().person("c1").relation("c1", is_open=True).operation("game", keep_until="2024-12-31")
    company.entry("c1", "game", "2024-03-01")
    scan = newsletter(newsletter(company, "given", "2024-03-01"), "withdrawn", "2024-04-02").scan("2024-05-01")
    assert (scan.prospecting().last_day, scan.prospecting().anchor) == ("2024-04-01", ("objection", "2024-04-02"))
    assert (scan.contest().last_day, scan.management().status()) == ("2024-12-31", "running")


def test_a_choice_made_in_another_operation_undoes_a_newsletter_withdrawn():
    company = newsletter(prospect(), "withdrawn", "2024-04-02", "spring")
    assert (
        newsletter(company, "given", "2024-05-01", "autumn").scan("2024-07-01").prospecting().last_day == "2026-06-01"
    )


def test_within_a_day_the_order_is_that_of_the_instants():
    morning, evening = "2024-04-02T08:00:00+02:00", "2024-04-02T20:00:00+02:00"
    undone = newsletter(prospect().objection("c1", morning), "given", evening).scan("2024-07-01")
    stands = newsletter(prospect().objection("c1", evening), "given", morning).scan("2024-07-01")
    assert (undone.prospecting().last_day, stands.prospecting().last_day) == ("2026-06-01", "2024-04-01")


@pytest.mark.parametrize(
    ("objects", "chooses"),
    [
        ("2024-04-02", "2024-04-02T23:59:59+02:00"),
        ("2024-04-02T00:00:01+02:00", "2024-04-02"),
        ("2024-04-02", "2024-04-02"),
        ("2024-04-02T08:00:00+02:00", "2024-04-02T06:00:00+00:00"),
    ],
)
def test_where_the_order_within_a_day_is_unknown_the_objection_stands(objects, chooses):
    company = newsletter(prospect().objection("c1", objects), "given", chooses)
    assert company.scan("2024-07-01").prospecting().last_day == "2024-04-01"


def test_the_day_of_an_objection_is_that_of_paris():
    company = prospect().objection("c1", "2024-04-01T22:30:00+00:00")
    assert company.scan("2024-07-01").prospecting().anchor == ("objection", "2024-04-02")


@pytest.mark.parametrize(
    ("at", "anomaly"),
    [
        ("2024-07-02", "future_date"),
        ("1970-01-01", "placeholder_date"),
        ("0000-00-00", "placeholder_date"),
        ("unreadable", "unreadable_date"),
        (None, "unreadable_date"),
    ],
)
def test_an_objection_on_an_impossible_date_is_set_aside_and_listed(at, anomaly):
    scan = prospect().objection("c1", at).scan("2024-07-01")
    assert (scan.prospecting().last_day, scan.prospecting().anomalies) == ("2026-06-01", {anomaly})
    assert scan.findings() == {(anomaly, "objections"): 1}


def test_contact_after_the_end_does_not_depend_on_an_objection_that_sets_nothing():
    company = Company().person("c1", contact="2024-04-10").relation("c1", ended="2021-01-31")
    verdict = company.objection("c1", "2024-05-01").scan("2024-06-01").prospecting()
    assert (verdict.last_day, verdict.flags()) == ("2024-01-31", {"contact_after_end"})

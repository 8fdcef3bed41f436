"""Rules, "Which clock": contests, their durations, consents and withdrawals."""

import pytest

from tests.domain.building import Company


def entrant(*, entered="2024-05-10", **operation):
    company = Company().person("c1").operation("game", **{"keep_until": "2024-09-30"} | operation)
    return company.entry("c1", "game", entered)


def test_contest():
    company = Company().person("c1").relation("c1", is_open=True)
    company.operation("game", keep_until="2024-12-31").entry("c1", "game", "2024-05-10")
    scan = company.consent("c1", "game", "given", "2024-05-10").scan("2025-01-01")
    verdict = scan.contest()
    assert (verdict.category, verdict.status(), verdict.due_from) == ("entry", "due", "2025-01-01")
    assert (verdict.anchor, verdict.rule.duration) == (("announced_day", "2024-12-31"), "")
    assert (scan.prospecting().status(), scan.management().status()) == ("running", "running")


@pytest.mark.parametrize("announced", [{}, {"closes": "2024-06-30"}, {"keep_until": "9999-12-31"}])
def test_contest_no_duration(announced):
    scan = entrant(**{"keep_until": None} | announced).scan("2025-01-10")
    assert (scan.contest().status(), scan.contest().last_day) == ("undetermined", None)
    assert ("no_announced_duration", "contests", "game", 1) in scan.alerts()


def test_an_operation_with_a_duration_raises_no_alert():
    assert not entrant().consent("c1", "game", "given", "2024-05-10").scan("2025-01-10").alerts()


def test_the_alert_counts_the_entries_of_its_operation():
    company = Company().operation("game").operation("draw", keep_until="2025-12-31").operation("quiz")
    for person in ("c1", "c2", "c3"):
        company.person(person).entry(person, "game", "2024-05-10").consent(person, "game", "given", "2024-05-10")
    company.entry("c1", "quiz", "2024-05-10").consent("c1", "quiz", "given", "2024-05-10").entry("c2", "draw")
    unannounced = {alert for alert in company.scan("2025-01-10").alerts() if alert[0] == "no_announced_duration"}
    assert unannounced == {(*next(iter(unannounced))[:2], "game", 3), ("no_announced_duration", "contests", "quiz", 1)}


def test_consent_withdrawn():
    company = entrant().consent("c1", "game", "given", "2024-05-10").consent("c1", "game", "withdrawn", "2024-05-20")
    verdict = company.scan("2024-05-20").contest()
    assert (verdict.last_day, verdict.due_from, verdict.status()) == ("2024-05-19", "2024-05-20", "due")
    assert (verdict.anchor, verdict.rule.duration) == (("withdrawal", "2024-05-20"), "")


def test_a_withdrawal_ends_an_entry_without_announced_duration():
    company = entrant(keep_until=None).consent("c1", "game", "withdrawn", "2024-05-20")
    assert (company.scan("2024-06-01").contest().status(), company.scan("2024-06-01").contest().kind) == (
        "due",
        "dated",
    )


def test_a_withdrawal_after_the_last_day_changes_nothing():
    verdict = entrant().consent("c1", "game", "withdrawn", "2024-10-20").scan("2024-11-01").contest()
    assert (verdict.last_day, verdict.anchor) == ("2024-09-30", ("announced_day", "2024-09-30"))


def test_a_withdrawal_ends_its_own_operation_only():
    company = entrant().operation("draw", keep_until="2024-12-31").entry("c1", "draw", "2024-05-10").person("c2")
    scan = company.entry("c2", "game", "2024-05-10").consent("c1", "game", "withdrawn", "2024-05-20").scan("2024-06-01")
    assert scan.contest("game").last_day == "2024-05-19"
    assert scan.contest("draw").last_day == "2024-12-31"
    assert scan.contest("game", "c2").last_day == "2024-09-30"


def test_known_by_a_contest_only():
    scan = entrant().scan("2024-06-01")
    assert scan.prospecting() is None
    assert scan.management() is None
    assert scan.contest().status() == "kept"


def test_no_consent():
    verdict = entrant().scan("2024-06-01").contest()
    assert (verdict.last_day, verdict.flags()) == ("2024-09-30", {"no_consent"})


@pytest.mark.parametrize("event", [("withdrawn", "2024-12-01", "entry"), ("given", "2024-05-10", "newsletter")])
def test_neither_a_withdrawal_nor_a_consent_to_something_else_is_a_consent_to_the_entry(event):
    what, at, subject = event
    assert (
        "no_consent" in entrant().consent("c1", "game", what, at, subject=subject).scan("2025-01-10").contest().flags()
    )


def test_a_consent_given_for_another_operation_or_by_another_person_is_none():
    company = entrant().operation("draw", keep_until="2024-12-31").person("c2")
    company.consent("c1", "draw", "given", "2024-05-10").consent("c2", "game", "given", "2024-05-10")
    assert company.scan("2024-06-01").contest().flags() == {"no_consent"}


def test_order_of_events():
    company = entrant().consent("c1", "game", "given", "2024-05-25").consent("c1", "game", "given", "2024-05-10")
    company.consent("c1", "game", "withdrawn", "2024-05-20")
    assert company.scan("2024-05-22").contest().last_day == "2024-05-19"
    assert company.scan("2024-06-01").contest().last_day == "2024-09-30"


def test_the_last_withdrawal_counts_after_a_consent_given_again():
    company = entrant().consent("c1", "game", "withdrawn", "2024-06-10").consent("c1", "game", "given", "2024-05-10")
    company.consent("c1", "game", "given", "2024-05-25").consent("c1", "game", "withdrawn", "2024-05-20")
    assert company.scan("2024-07-01").contest().last_day == "2024-06-09"


@pytest.mark.parametrize(
    ("given", "notice", "incomplete"),
    [
        ("2024-05-10", True, False),
        ("2024-05-09", True, False),
        ("2024-05-11", True, True),
        ("2024-05-10", False, True),
    ],
)
def test_proof(given, notice, incomplete):
    verdict = entrant().consent("c1", "game", "given", given, notice=notice).scan("2024-06-01").contest()
    assert verdict.flags() == ({"proof_incomplete"} if incomplete else set())
    assert verdict.last_day == "2024-09-30"


def test_one_complete_proof_is_enough():
    company = entrant().consent("c1", "game", "given", "2024-05-20").consent("c1", "game", "given", "2024-05-01")
    assert company.scan("2024-06-01").contest().flags() == set()


def test_half_a_proof_twice_is_no_proof():
    company = entrant().consent("c1", "game", "given", "2024-05-20")
    company.consent("c1", "game", "given", "2024-05-01", notice=False)
    assert company.scan("2024-06-01").contest().flags() == {"proof_incomplete"}


@pytest.mark.parametrize(
    ("entered", "given", "incomplete"),
    [
        ("2024-05-10T10:00:00+02:00", "2024-05-10T08:00:00+00:00", False),
        ("2024-05-10T10:00:00+02:00", "2024-05-10T10:00:01+02:00", True),
        ("2024-05-10", "2024-05-10T23:59:59+02:00", False),
        ("2024-05-10T10:00:00+02:00", "2024-05-10", False),
        ("unreadable", "2024-05-20", False),
    ],
)
def test_proof_compares_instants_where_both_are_known_and_days_otherwise(entered, given, incomplete):
    verdict = entrant(entered=entered).consent("c1", "game", "given", given).scan("2024-06-01").contest()
    assert ("proof_incomplete" in verdict.flags()) is incomplete


def test_separate_consents():
    company = entrant().consent("c1", "game", "given", "2024-05-10")
    company.consent("c1", "game", "given", "2024-05-10", subject="newsletter")
    scan = company.consent("c1", "game", "withdrawn", "2024-05-20", subject="newsletter").scan("2024-06-01")
    assert (scan.contest().last_day, scan.contest().flags()) == ("2024-09-30", set())
    assert scan.prospecting() is None


def test_a_duration_announced_from_the_close_is_computed_from_it():
    verdict = entrant(keep_until=None, closes="2024-08-31", keep_for="P6M").scan("2024-10-01").contest()
    assert (verdict.last_day, verdict.anchor) == ("2025-02-28", ("operation_close", "2024-08-31"))
    assert verdict.rule.duration == "P6M"


def test_a_contest_that_still_collects_is_kept_and_never_running():
    verdict = entrant(keep_until=None, closes="2024-08-31", keep_for="P6M").scan("2024-06-01").contest()
    assert (verdict.status(), verdict.running_until, verdict.last_day) == ("kept", None, "2025-02-28")


@pytest.mark.parametrize(("until", "conflict"), [("2025-02-28", False), ("2025-02-27", True), ("2025-03-31", True)])
def test_an_announced_day_and_a_duration_that_differ_are_a_conflict_and_the_day_stands(until, conflict):
    scan = entrant(keep_until=until, closes="2024-08-31", keep_for="P6M").scan("2024-10-01")
    assert (scan.contest().last_day, scan.contest().anchor) == (until, ("announced_day", until))
    assert scan.contest().anomalies == ({"keep_conflict"} if conflict else set())
    assert scan.findings() == ({("keep_conflict", "operations"): 1} if conflict else {})


@pytest.mark.parametrize(
    ("operation", "anomaly"),
    [
        ({"keep_until": "unreadable"}, "unreadable_date"),
        ({"keep_until": "1970-01-01"}, "placeholder_date"),
        ({"keep_until": "2024-03-31", "opens": "2024-04-01"}, "end_before_start"),
        ({"keep_until": None, "closes": "2024-03-31", "opens": "2024-04-01", "keep_for": "P6M"}, "end_before_start"),
        ({"keep_until": None, "closes": "2024-03-31", "keep_for": "unreadable"}, "unreadable_date"),
    ],
)
def test_an_announcement_that_cannot_be_is_set_aside_and_listed(operation, anomaly):
    scan = entrant(**operation).scan("2024-06-01")
    assert (scan.contest().status(), scan.contest().anomalies) == ("undetermined", {anomaly})
    assert scan.findings() == {(anomaly, "operations"): 1}


def test_operation_prolonged():
    before, after = (
        entrant(prolonged="2024-06-01").consent("c1", "game", "given", on) for on in ("2024-05-31", "2024-06-01")
    )
    assert before.scan("2024-07-01").contest().flags() == {"operation_prolonged", "proof_incomplete"}
    assert "operation_prolonged" not in after.scan("2024-07-01").contest().flags()
    assert "operation_prolonged" in entrant(prolonged="2024-06-01").scan("2024-07-01").contest().flags()


def test_two_operations_are_two_records_and_a_pair_given_twice_is_one():
    company = entrant().operation("draw", keep_until="2024-12-31").entry("c1", "draw").entry("c1", "game", "2024-05-11")
    assert len(company.scan("2024-06-01").all("contests")) == 2


@pytest.mark.parametrize("prolonged", [None, "unreadable", "0000-00-00", "infinity"])
def test_an_operation_is_prolonged_on_a_day_or_not_at_all(prolonged):
    assert "operation_prolonged" not in entrant(prolonged=prolonged).scan("2024-07-01").contest().flags()


def test_without_a_table_of_consents_nobody_has_consented():
    flags = entrant(prolonged="2024-06-01").without("consents").scan("2024-07-01").contest().flags()
    assert flags == {"no_consent", "operation_prolonged"}


def test_an_operation_may_be_planned():
    scan = entrant(opens="2024-07-01", keep_until="2024-12-31").scan("2024-06-01")
    assert (scan.contest().last_day, scan.contest().anomalies, scan.findings()) == ("2024-12-31", set(), {})


def test_an_operation_nobody_entered_is_still_to_be_settled():
    company = Company().person("c1").operation("game")
    assert company.scan("2025-01-10").alerts() == {("no_announced_duration", "contests", "game", 0)}


def test_the_alert_counts_no_purged_entry():
    company = entrant(keep_until=None).person("c2").entry("c2", "game", "2024-05-10")
    alerts = company.purged("c2", "contests", "2024-12-01", "game").scan("2025-01-10").alerts()
    assert ("no_announced_duration", "contests", "game", 1) in alerts


def test_what_an_operation_cannot_have_announced_is_listed_even_where_no_entries_are_given():
    company = Company().person("c1").operation("game", keep_until="unreadable").without("entries")
    assert company.scan("2025-01-10").findings() == {("unreadable_date", "operations"): 1}

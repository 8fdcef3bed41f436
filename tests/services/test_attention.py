from datetime import date, timedelta

import pytest
from sqlalchemy import insert

from diager_dpo.domain.civil import OPEN_END
from diager_dpo.domain.permissions import Identity, Role
from diager_dpo.domain.words import Category, Flag, Kind, Purpose
from diager_dpo.services.attention import matters
from diager_dpo.services.errors import Refused
from diager_dpo.services.matters import MATTER_CODES, Target, Urgency
from diager_dpo.store import tables
from diager_dpo.store.engine import writing
from tests.services.filled_store import CLI, DPO, NOW, SOURCE, TODAY, Row, fill, grant


def codes(installation, actor=CLI, as_of=TODAY, horizon=30):
    return [matter.code for matter in matters(installation, actor, as_of, horizon)]


def one(installation, code, actor=CLI):
    [matter] = [each for each in matters(installation, actor, TODAY, 30) if each.code == code]
    return matter


def note(installation, table, **values):
    with writing(installation.store) as connection:
        connection.execute(insert(table).values(**values))


def checked(installation, problems="", clean=1):
    tables_declared = '{"personal": 1, "not_personal": 0, "other_persons": 0, "undeclared": 1}'
    report = f'{{"problems": [{problems}], "tables": {tables_declared}, "fingerprint": "f"}}'
    note(
        installation,
        tables.source_check,
        source=SOURCE,
        checked_at=NOW.isoformat(),
        clean=clean,
        report=report,
    )


def test_before_the_first_scan_there_is_that_to_do(installation):
    first = matters(installation, CLI, TODAY, 30)[0]
    assert (first.code, first.urgency, first.target) == ("never_scanned", Urgency.UNKNOWN, Target("source"))


def test_where_nothing_is_late_only_the_conventions_wait(installation):
    fill(installation.store, [Row("a", last_day=TODAY + timedelta(days=400))])
    checked(installation)
    assert codes(installation) == ["conventions_unconfirmed"]


def test_what_is_late_comes_first_and_the_oldest_before_the_others(installation):
    fill(
        installation.store,
        [
            Row("a", last_day=TODAY - timedelta(days=3)),
            Row("a", purpose=Purpose.ACCOUNTING, category=Category.VOUCHER, rule=5, last_day=date(2024, 6, 9)),
            Row("b", purpose=Purpose.ACCOUNTING, category=Category.VOUCHER, rule=5, last_day=date(2024, 12, 31)),
        ],
    )
    found = matters(installation, CLI, TODAY, 30)[:2]
    assert [(each.code, each.purpose, each.count, each.days) for each in found] == [
        ("due", Purpose.ACCOUNTING, 2, 214),
        ("due", Purpose.PROSPECTING, 1, 2),
    ]
    assert found[0].target == Target("deadlines", (("purpose", "accounting"), ("status", "due")))
    assert found[0].on == date(2024, 6, 10)


def test_lateness_does_not_begin_before_the_charter_that_set_it(installation):
    fill(installation.store, [Row("a", last_day=date(2024, 6, 15), rule=6)])
    assert one(installation, "due").days == 9


def test_every_kind_of_matter_stands_in_its_place(installation):
    scan = fill(
        installation.store,
        [
            Row("a", last_day=TODAY - timedelta(days=1)),
            Row("b", last_day=TODAY),
            Row("c", kind=Kind.UNDETERMINED),
            Row("d", kind=Kind.HELD, last_day=TODAY - timedelta(days=1)),
            Row("e", running_until=OPEN_END, inactive_from=TODAY, flags=Flag.CONTACT_AFTER_END),
        ],
        finished_at=NOW - timedelta(hours=25),
    )
    for code, purpose, operation in (("facts_missing", 4, ""), ("no_announced_duration", 3, "C1")):
        note(installation, tables.alert, scan=scan, code=code, purpose=purpose, operation=operation, n=2)
    note(installation, tables.operation, source=SOURCE, operation="C1", name="Salon 2024", provider="")
    note(installation, tables.finding, scan=scan, anomaly=1, fact="persons", column="x", n=7, examples='["p1"]')
    fill(installation.store, [], state="failed", error="source_unreachable")
    found = matters(installation, CLI, TODAY, 30)
    assert [each.code for each in found] == [
        "due",
        "no_announced_duration",
        "facts_missing",
        "scan_failed",
        "scan_old",
        "source_unchecked",
        "undetermined",
        "held_past_last_day",
        "flag_contact_after_end",
        "flag_inactive",
        "anomalies",
        "due_soon",
        "conventions_unconfirmed",
    ]
    assert {each.code for each in found} <= set(MATTER_CODES)
    by_code = {each.code: each for each in found}
    assert by_code["no_announced_duration"].subject == "Salon 2024"
    assert by_code["scan_failed"].subject == "source_unreachable"
    assert by_code["scan_old"].days == 1
    assert by_code["anomalies"].count == 7
    assert by_code["flag_inactive"].target == Target("deadlines", (("purpose", "prospecting"), ("flag", "inactive")))


def test_a_scan_is_old_after_a_day_and_not_before(installation):
    checked(installation)
    fill(installation.store, [], finished_at=NOW - timedelta(hours=24))
    assert "scan_old" not in codes(installation)
    fill(installation.store, [], finished_at=NOW - timedelta(hours=24, seconds=1))
    assert "scan_old" in codes(installation)


def test_a_scan_that_ended_well_makes_a_failed_one_forgotten(installation):
    fill(installation.store, [], state="failed", error="source_unreachable")
    fill(installation.store, [])
    assert "scan_failed" not in codes(installation)


def test_a_source_that_does_not_fit_its_file_blocks(installation):
    fill(installation.store, [])
    problem = '{"code": "table_undeclared", "table": "t", "column": "", "values": [], "severity": "blocking"}'
    checked(installation, f"{problem}, {problem}", clean=0)
    matter = one(installation, "source_not_clean")
    assert (matter.count, matter.urgency) == (2, Urgency.BLOCKING)
    checked(installation)
    assert "source_not_clean" not in codes(installation)


def test_a_held_record_before_its_last_day_is_no_matter(installation):
    fill(installation.store, [Row("a", kind=Kind.HELD, last_day=TODAY)])
    assert "held_past_last_day" not in codes(installation)


def test_a_relation_becomes_inactive_on_its_day(installation):
    fill(installation.store, [Row("a", running_until=OPEN_END, inactive_from=TODAY)])
    assert "flag_inactive" in codes(installation)
    assert "flag_inactive" not in codes(installation, as_of=TODAY - timedelta(days=1))


def test_management_is_told_how_much_is_late_without_a_way_to_records(installation):
    grant(installation.store, DPO, Role.MANAGEMENT)
    fill(installation.store, [Row("a", last_day=TODAY - timedelta(days=1))])
    assert one(installation, "due", DPO).target is None
    assert "source_unchecked" not in codes(installation, DPO)


def test_an_operator_is_told_of_their_own_purpose_only(installation):
    grant(installation.store, DPO, Role.OPERATOR, Purpose.CONTESTS)
    scan = fill(installation.store, [Row("a", last_day=TODAY - timedelta(days=1), flags=Flag.CONTACT_AFTER_END)])
    note(installation, tables.alert, scan=scan, code="facts_missing", purpose=4, operation="", n=2)
    assert {each.purpose for each in matters(installation, DPO, TODAY, 30)} <= {None, Purpose.CONTESTS}


def test_a_stranger_is_refused(installation):
    with pytest.raises(Refused):
        matters(installation, Identity("demonstration", "nobody"), TODAY, 30)


def test_matters_are_the_same_on_both_stores(any_installation):
    fill(
        any_installation.store,
        [Row("a", last_day=TODAY - timedelta(days=1), flags=4), Row("b", running_until=OPEN_END, inactive_from=TODAY)],
    )
    assert codes(any_installation)[:4] == ["due", "source_unchecked", "flag_contact_after_end", "flag_inactive"]

"""The register as a person sees it: the documents in force, and the records behind each purpose."""

from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import insert

from diager_dpo.domain.charter import Field
from diager_dpo.domain.civil import NO_DAY, OPEN_END, day_number
from diager_dpo.domain.permissions import Identity, Role
from diager_dpo.domain.register import FieldState
from diager_dpo.domain.words import Category, Kind, Purpose
from diager_dpo.services.errors import Refused
from diager_dpo.services.installation import open_installation
from diager_dpo.services.register import Deadline, register
from diager_dpo.services.settings import CHECKOUT, Settings
from diager_dpo.store.engine import writing
from diager_dpo.store.tables import account, calendar, role_grant, rule, scan

NOON = datetime(2026, 3, 1, 11, tzinfo=UTC)
DPO, OPERATOR, APPROVER, NOBODY = (Identity("demo", name) for name in ("dpo", "operator", "approver", "nobody"))
MANAGEMENT, AUDITOR, ADMINISTRATOR = (Identity("demo", name) for name in ("management", "auditor", "administrator"))
ROLES = {
    DPO: (Role.DPO, None),
    OPERATOR: (Role.OPERATOR, Purpose.PROSPECTING),
    APPROVER: (Role.APPROVER, Purpose.ACCOUNTING),
    MANAGEMENT: (Role.MANAGEMENT, None),
    AUDITOR: (Role.AUDITOR, None),
    ADMINISTRATOR: (Role.ADMINISTRATOR, None),
}


@pytest.fixture
def installation(tmp_path):
    """An installation with people and charters, no source and no scan, at noon of 1 March 2026."""
    settings = Settings(home=tmp_path, source=None, store_url=None, charters=CHECKOUT / "data" / "charters")
    opened = open_installation(settings, clock=lambda: NOON)
    with writing(opened.store) as connection:
        for who, (role, purpose) in ROLES.items():
            person = {"issuer": who.issuer, "subject": who.subject}
            connection.execute(insert(account).values(**person, display_name=who.subject))
            connection.execute(
                insert(role_grant).values(**person, role=role, purpose=purpose, granted_at=NOON.isoformat())
            )
    yield replace(opened, source=None)
    opened.close()


@pytest.fixture
def scanned(installation):
    """The same with a source that was scanned: a few groups of prospects and one of customers."""
    groups = [
        (Purpose.PROSPECTING, Category.PROSPECT, NO_DAY, "2026-02-27", 5),
        (Purpose.PROSPECTING, Category.PROSPECT, NO_DAY, "2026-03-01", 7),  # its last day is today
        (Purpose.PROSPECTING, Category.PROSPECT, NO_DAY, "2026-03-31", 11),
        (Purpose.PROSPECTING, Category.PROSPECT, NO_DAY, "2027-01-01", 13),
        (Purpose.PROSPECTING, Category.PROSPECT, NO_DAY, "2027-06-01", 17),
        (Purpose.PROSPECTING, Category.CUSTOMER, OPEN_END, None, 19),
        (Purpose.ACCOUNTING, Category.VOUCHER, NO_DAY, "2035-12-31", 23),
    ]
    now = NOON.isoformat()
    with writing(installation.store) as connection:
        connection.execute(
            insert(scan).values(
                source="crm",
                state="done",
                day=day_number(NOON.date()),
                replayed=0,
                started_at=now,
                finished_at=now,
                heartbeat_at=now,
                phase="done",
                done=0,
            )
        )
        effective = day_number(date(2018, 9, 1))
        texts = {"duration": "P3Y", "charter": "2018-09", "clause": "x", "effective": effective}
        connection.execute(insert(rule).values(id=1, purpose=1, category=1, **texts))
    add(installation, *groups)
    return replace(installation, source=SimpleNamespace(name="crm"))


def add(installation, *groups):
    """Rows of the calendar: purpose, category, until when the relation is on, last day, count."""
    with writing(installation.store) as connection:
        for purpose, category, running_until, last_day, n in groups:
            connection.execute(
                insert(calendar).values(
                    source="crm",
                    purpose=purpose,
                    category=category,
                    kind=Kind.DATED,
                    rule=1,
                    running_until=number(running_until),
                    last_day=number(last_day),
                    n=n,
                )
            )


def number(day):
    if day is None:
        return NO_DAY
    return day_number(date.fromisoformat(day)) if isinstance(day, str) else day


def purposes(view):
    return [of_purpose.entry.purpose for of_purpose in view.purposes]


def live(view, purpose):
    return next(of_purpose.live for of_purpose in view.purposes if of_purpose.entry.purpose is purpose)


@pytest.mark.parametrize("who", [DPO, MANAGEMENT, AUDITOR])
def test_dpo_management_and_auditor_see_every_purpose(installation, who):
    assert purposes(register(installation, who)) == list(Purpose)


@pytest.mark.parametrize(("who", "own"), [(OPERATOR, Purpose.PROSPECTING), (APPROVER, Purpose.ACCOUNTING)])
def test_operators_and_approvers_see_their_own_purpose_only(scanned, who, own):
    view = register(scanned, who)
    assert purposes(view) == [own]
    assert live(view, own).counts.purpose is own
    assert {convention.purpose for convention in view.conventions} <= {None, own}
    assert {question.purpose for question in view.open_questions} <= {None, own, Purpose.CUSTOMER_MANAGEMENT}


@pytest.mark.parametrize("who", [ADMINISTRATOR, NOBODY])
def test_the_administrator_and_strangers_are_refused(installation, who):
    with pytest.raises(Refused) as refused:
        register(installation, who)
    assert refused.value.code == "not_permitted"


def test_the_right_is_checked_before_anything_is_counted(installation, monkeypatch):
    def unreachable(*_):
        pytest.fail("the index was opened for somebody without the right")

    monkeypatch.setattr("diager_dpo.services.register.index_view", unreachable)
    with pytest.raises(Refused):
        register(installation, NOBODY)


def test_the_heading_is_that_of_the_charter_in_force(installation):
    view = register(installation, DPO)
    assert (view.charter.version, view.charter.effective) == ("2018-09", date(2018, 9, 1))
    assert view.charter.controller == "DIAGER"
    assert view.charter.contact == "dpo@diager.com"
    assert view.charter.general_charter == "www.diager.com/informations-personnelles"
    assert [supplement.version for supplement in view.supplements] == [
        "supplement-accounting",
        "supplement-conventions",
    ]


def test_statistics_are_shown_with_nothing_stated(installation):
    statistics = register(installation, DPO).purposes[-1]
    assert statistics.entry.purpose is Purpose.STATISTICS
    assert {cell.state for cell in statistics.entry.cells} == {FieldState.NOT_STATED}
    assert len(statistics.entry.cells) == len(Field)


def test_without_a_source_the_register_stands_and_says_why_nothing_is_counted(installation):
    view = register(installation, DPO)
    assert view.not_counted == "no_source"
    assert view.scanned_at is None
    assert {of_purpose.live for of_purpose in view.purposes} == {None}


def test_without_a_scan_the_register_stands_and_says_so(installation):
    view = register(replace(installation, source=SimpleNamespace(name="crm")), DPO)
    assert (view.not_counted, view.scanned_at) == ("never_scanned", None)


def test_each_purpose_has_its_counts_of_today(scanned):
    view = register(scanned, DPO, horizon_days=30)
    counts = live(view, Purpose.PROSPECTING).counts
    assert (view.as_of, view.scanned_at, view.not_counted) == (date(2026, 3, 1), NOON, "")
    assert (counts.running, counts.kept, counts.due_soon, counts.due) == (19, 30, 18, 5)
    assert counts.total == 72
    assert live(view, Purpose.CONTESTS).counts.total == 0


def test_statistics_have_no_records_to_count(scanned):
    assert live(register(scanned, DPO), Purpose.STATISTICS) is None


def test_the_next_deadlines_are_three_nearest_first_and_none_that_passed(scanned):
    assert live(register(scanned, DPO), Purpose.PROSPECTING).next_deadlines == (
        Deadline(date(2026, 3, 2), 7),
        Deadline(date(2026, 4, 1), 11),
        Deadline(date(2027, 1, 2), 13),
    )


def test_a_deadline_beyond_the_forecast_is_not_announced(scanned):
    assert live(register(scanned, DPO), Purpose.ACCOUNTING).next_deadlines == ()


def test_data_of_contracts_that_ended_are_in_the_intermediate_archive(scanned):
    """3 contracts that ended are archived; 4 due, 5 that are on and 6 whose end nobody knows are not."""
    add(
        scanned,
        (Purpose.CUSTOMER_MANAGEMENT, Category.CONTRACTUAL, "2024-01-10", "2029-01-10", 3),
        (Purpose.CUSTOMER_MANAGEMENT, Category.CONTRACTUAL, "2020-01-10", "2025-01-10", 4),
        (Purpose.CUSTOMER_MANAGEMENT, Category.CONTRACTUAL, "2026-09-10", "2031-09-10", 5),
        (Purpose.CUSTOMER_MANAGEMENT, Category.CONTRACTUAL, NO_DAY, "2028-01-10", 6),
    )
    view = register(scanned, DPO)
    management = live(view, Purpose.CUSTOMER_MANAGEMENT)
    assert (management.archived, management.active, management.counts.due) == (3, 11, 4)
    assert live(view, Purpose.PROSPECTING).archived == 0
    for each in (of_purpose.live for of_purpose in view.purposes if of_purpose.live):
        aside = each.counts.due + each.counts.held + each.counts.undetermined
        assert each.active + each.archived + aside == each.counts.total

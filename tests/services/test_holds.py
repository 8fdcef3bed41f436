from datetime import date

import pytest

from diager_dpo.domain.holds import HoldKind
from diager_dpo.domain.permissions import Identity, Role
from diager_dpo.domain.words import RECORD_PURPOSES, Kind, Purpose
from diager_dpo.services import holds
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.services.journal_reading import decisions
from diager_dpo.services.scanning import scan
from diager_dpo.store import tables
from diager_dpo.store.engine import reading, writing
from tests.services.decided_source import NOW, DecidedSource, counted, records
from tests.services.filled_store import grant

CLI = Identity("cli", "operator")
DPO, APPROVER, NARROW = (Identity("local", name) for name in ("dpo", "approver", "narrow"))
REVIEW = date(2025, 6, 30)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def store_url(request):
    return request.getfixturevalue("postgresql_url") if request.param == "postgresql" else None


@pytest.fixture
def company(tmp_path, monkeypatch):
    return DecidedSource(tmp_path, monkeypatch, seed=4)


@pytest.fixture
def house(company, store_url):
    with company.installed(store_url) as there:
        grant(there.store, DPO, Role.DPO)
        for purpose in RECORD_PURPOSES:
            grant(there.store, APPROVER, Role.APPROVER, purpose)
        grant(there.store, NARROW, Role.APPROVER, Purpose.PROSPECTING)
        scan(there, CLI)
        yield there


def place(house, **scope):
    return holds.place(house, DPO, HoldKind.LITIGATION, "Court case", owner="dpo", review_on=REVIEW, **scope)


def kinds(house, person=None, purpose=None):
    return {row[5] for row in records(house) if person in (None, row[1]) and purpose in (None, row[2])}


SCOPES = [{}, {"purpose": Purpose.PROSPECTING}, {"person": "3"}, {"person": "3", "purpose": Purpose.PROSPECTING}]


@pytest.mark.parametrize("scope", SCOPES, ids=str)
def test_placed_and_lifted_at_once_the_index_is_what_a_scan_would_leave(house, scope):
    before = records(house)
    number = place(house, **scope)
    held = records(house, fingerprints=False)
    assert counted(house)[0] == counted(house)[1]
    assert kinds(house, scope.get("person"), scope.get("purpose")) == {Kind.HELD}
    scan(house, CLI)
    assert records(house, fingerprints=False) == held
    for scanned_between in (False, True):
        if scanned_between:
            number = place(house, **scope)
            scan(house, CLI)
        holds.lift(house, APPROVER, number, "The case is closed")
        assert records(house, fingerprints=False) == [without_fingerprint(row) for row in before]
        assert counted(house)[0] == counted(house)[1]
        scan(house, CLI)
        assert records(house) == before


def without_fingerprint(row):
    return (*row[:-4], *row[-3:])


def test_no_last_day_moves(house):
    before = [without_kind(row) for row in records(house, fingerprints=False)]
    place(house)
    assert [without_kind(row) for row in records(house, fingerprints=False)] == before


def without_kind(row):
    return (*row[:5], *row[6:])


def test_what_another_suspension_or_a_dispute_holds_stays_held(house, company):
    disputed = {row[1] for row in records(house) if row[5] == Kind.HELD and row[2] == Purpose.PROSPECTING}
    assert disputed, "the company has disputes"
    everybody, of_one = place(house, purpose=Purpose.PROSPECTING), place(house, person="3")
    holds.lift(house, APPROVER, everybody, "over")
    assert kinds(house, "3") == {Kind.HELD}
    left = {row[1] for row in records(house) if row[5] == Kind.HELD and row[2] == Purpose.PROSPECTING}
    assert left == disputed | {"3"}
    holds.lift(house, APPROVER, of_one, "over")
    scan(house, CLI)


def test_a_dispute_that_began_since_the_scan_holds_what_is_lifted(house, company):
    number = place(house)
    company.execute("INSERT INTO dispute VALUES (7, '2025-01-09', NULL)")
    holds.lift(house, APPROVER, number, "over")
    assert kinds(house, "7") <= {Kind.HELD}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reason": "  "}, "hold_without_reason"),
        ({"owner": "nobody"}, "hold_without_owner"),
        ({"owner": ""}, "hold_without_owner"),
        ({"review_on": None}, "hold_without_review"),
        ({"review_on": NOW.date()}, "hold_without_review"),
        ({"person": "no such key"}, "hold_holds_nothing"),
    ],
)
def test_without_reason_owner_review_date_or_record_none_is_placed(house, change, code):
    given = {"reason": "Court case", "owner": "dpo", "review_on": REVIEW} | change
    with pytest.raises(NotPossible) as refused:
        holds.place(house, DPO, HoldKind.LITIGATION, **given)
    assert refused.value.code == code
    assert holds.holds(house, DPO) == ()


def test_a_closed_account_owns_no_suspension(house):
    with writing(house.store) as connection:
        connection.execute(tables.account.update().where(tables.account.c.subject == "narrow").values(disabled_at="x"))
    with pytest.raises(NotPossible, match="hold_without_owner"):
        holds.place(house, DPO, HoldKind.LITIGATION, "Court case", owner="narrow", review_on=REVIEW)


def test_who_placed_it_never_lifts_it(house):
    for purpose in RECORD_PURPOSES:
        grant(house.store, DPO, Role.APPROVER, purpose)
    number = place(house)
    with pytest.raises(Refused, match="own_hold"):
        holds.lift(house, DPO, number, "over")
    holds.lift(house, APPROVER, number, "over")


def test_only_an_approver_of_every_purpose_in_its_scope_lifts_it(house):
    wide, narrow = place(house, person="3"), place(house, purpose=Purpose.PROSPECTING)
    other = place(house, purpose=Purpose.CONTESTS)
    assert [each.may_lift for each in sorted(holds.holds(house, APPROVER), key=lambda each: each.id)] == [True] * 3
    for number in (wide, other):
        with pytest.raises(Refused, match="not_permitted"):
            holds.lift(house, NARROW, number, "over")
    assert {each.id: each.may_lift for each in holds.holds(house, NARROW)} == {wide: False, narrow: True}
    holds.lift(house, NARROW, narrow, "over")


def test_lifting_needs_a_reason_and_happens_once(house):
    number = place(house)
    with pytest.raises(NotPossible, match="hold_without_reason"):
        holds.lift(house, APPROVER, number, "")
    holds.lift(house, APPROVER, number, "over")
    with pytest.raises(NotPossible, match="no_such_hold"):
        holds.lift(house, APPROVER, number, "over")


def test_what_stands_is_listed_with_what_it_holds_and_who_answers_for_it(house):
    number = place(house, person="3")
    (found,) = holds.holds(house, DPO)
    mine = [row for row in records(house) if row[1] == "3"]
    assert (found.id, found.person, found.purpose, found.owner, found.placer) == (number, "3", None, "dpo", "dpo")
    assert (found.records, found.review_on, found.overdue, found.may_lift) == (len(mine), REVIEW, False, False)
    assert found.reason == "Court case"
    every = place(house)
    assert next(each for each in holds.holds(house, DPO) if each.id == every).records == len(records(house))


def test_past_its_review_date_it_still_holds_and_is_said_to_be_late(company, tmp_path):
    with company.installed() as house:
        grant(house.store, DPO, Role.DPO)
        scan(house, CLI)
        number = place(house, person="3")
    with company.installed(now=NOW.replace(month=7)) as house:
        (found,) = holds.holds(house, DPO)
        assert found.overdue
        scan(house, CLI)
        assert kinds(house, "3") == {Kind.HELD}
        holds.prolong(house, DPO, number, date(2025, 12, 31), "Appeal")
        (found,) = holds.holds(house, DPO)
        assert (found.overdue, found.review_on) == (False, date(2025, 12, 31))
        with pytest.raises(NotPossible, match="hold_without_review"):
            holds.prolong(house, DPO, number, date(2025, 7, 1), "Appeal")
        with pytest.raises(NotPossible, match="hold_without_reason"):
            holds.prolong(house, DPO, number, date(2025, 12, 30), " ")


def test_each_decision_is_in_the_journal_without_the_person(house):
    number = place(house, person="3")
    holds.prolong(house, DPO, number, date(2025, 12, 31), "Appeal")
    holds.lift(house, APPROVER, number, "over")
    with reading(house.store) as connection:
        found = decisions(connection, ["hold_placed", "hold_prolonged", "hold_lifted"], 9)[::-1]
    assert [row.action for row in found] == ["hold_placed", "hold_prolonged", "hold_lifted"]
    assert {row.object for row in found} == {f"hold:{number}"}
    assert all(row.details["scope"] == "person" and "Court" not in str(row.details) for row in found)


def test_placing_needs_no_source_and_lifting_says_what_is_wrong_with_it(house, company):
    number = place(house, person="3")
    company.database.rename(company.folder / "away")
    assert place(house, purpose=Purpose.CONTESTS)
    with pytest.raises(NotPossible, match="source_file_absent"):
        holds.lift(house, APPROVER, number, "over")
    assert kinds(house, "3") == {Kind.HELD}

"""Deciding about a purge: another person, with a ripe right, recently signed in, about exactly what they saw."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy.exc import IntegrityError

from diager_dpo.domain.holds import HoldKind
from diager_dpo.domain.permissions import Identity, Role
from diager_dpo.domain.purges import ItemState, PurgeState
from diager_dpo.domain.words import Purpose
from diager_dpo.services.access_log import Kind, looks
from diager_dpo.services.errors import DpoError, NotPossible, Refused
from diager_dpo.services.purge_proposals import board, preview, propose
from diager_dpo.services.purge_reviews import NewHold, approve, items, names_under_review, purge, reject, set_aside
from diager_dpo.services.sessions import RECENT, close_session, open_session
from diager_dpo.store import tables
from tests.services.filled_store import CLI, grant
from tests.services.purge_house import APPROVER, AUDITOR, DPO, OPERATOR, SECOND, House

TODAY = date(2025, 1, 12)
P = Purpose.PROSPECTING
DUE = 13


@pytest.fixture
def house(tmp_path, monkeypatch):
    with House(tmp_path, monkeypatch).opened() as there:
        yield there.staff()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def any_house(request, tmp_path, monkeypatch):
    url = request.getfixturevalue("postgresql_url") if request.param == "postgresql" else None
    with House(tmp_path, monkeypatch, url).opened() as there:
        yield there.staff()


@pytest.fixture
def number(house):
    return proposed(house)


def proposed(house, who=DPO):
    return propose(house.installation, who, P, "", TODAY, share_confirmed=DUE)


def decide(house, number, who=APPROVER, **given):
    view = purge(house.installation, DPO, number)
    token = given.pop("token") if "token" in given else house.token(who)
    version, digest = given.pop("version", view.line.version), given.pop("digest", view.digest)
    given.setdefault("share_confirmed", view.line.items)
    return approve(house.installation, who, number, version, digest, token=token, **given)


def refusal(act, *given, **named):
    with pytest.raises(DpoError) as refused:
        act(*given, **named)
    return refused.value.code


def entries(house, action):
    return house.stored(tables.journal.select().where(tables.journal.c.action == action))


def test_an_approval_is_for_seven_days_by_somebody_else_and_in_the_journal(house, number):
    decide(house, number)
    view = purge(house.installation, DPO, number)
    assert (view.line.state, view.approver, view.line.version) == (PurgeState.APPROVED, APPROVER, 2)
    assert view.line.expires_at == house.now + timedelta(days=7)
    (entry,) = entries(house, "purge_approved")
    told = json.loads(entry.payload)["details"]
    assert (entry.object, entry.subject, told["digest"]) == (f"purge:{number}", "approver", view.digest)


def test_nobody_approves_or_rejects_or_trims_what_they_proposed(house):
    grant(house.installation.store, OPERATOR, Role.APPROVER, P)
    number = proposed(house, OPERATOR)
    assert refusal(decide, house, number, OPERATOR) == "purge_own_proposal"
    assert refusal(reject, house.installation, OPERATOR, number, 1, "why") == "purge_own_proposal"
    assert refusal(set_aside, house.installation, OPERATOR, number, 1, [1], "why") == "purge_own_proposal"
    assert purge(house.installation, OPERATOR, number).may_not_approve == "purge_own_proposal"
    assert house.state(number) == "proposed"


def test_somebody_of_the_same_subject_and_another_issuer_is_another_person(house, number):
    namesake = Identity("elsewhere", DPO.subject)
    grant(house.installation.store, namesake, Role.APPROVER, P)
    assert purge(house.installation, namesake, number).may_not_approve == ""


def test_the_store_itself_refuses_one_pair_of_eyes(house, number):
    same = {"approver_issuer": DPO.issuer, "approver_subject": DPO.subject, "state": "approved"}
    with pytest.raises(IntegrityError):
        house.store(tables.purge.update().values(**same))
    with pytest.raises(IntegrityError):
        house.store(tables.purge.update().values(state="approved"))


@pytest.mark.parametrize("who", [DPO, AUDITOR, CLI, Identity("local", "nobody")])
def test_who_may_not_approve_is_refused(house, who):
    number = proposed(house, OPERATOR)
    assert refusal(decide, house, number, who) == "not_permitted"
    assert refusal(reject, house.installation, who, number, 1, "why") == "not_permitted"
    assert refusal(set_aside, house.installation, who, number, 1, [1], "why") == "not_permitted"


def test_an_approver_of_another_purpose_is_refused(house, number):
    other = Identity("local", "other")
    grant(house.installation.store, other, Role.APPROVER, Purpose.CONTESTS)
    assert refusal(decide, house, number, other) == "not_permitted"


@pytest.mark.parametrize(("hours", "code"), [(23.9, "purge_right_too_young"), (24, None)])
def test_a_right_must_be_a_day_old(house, number, hours, code):
    fresh = Identity("local", "fresh")
    grant(house.installation.store, fresh, Role.APPROVER, P)
    given = (house.now - timedelta(hours=hours)).isoformat()
    house.store(tables.role_grant.update().where(tables.role_grant.c.subject == "fresh").values(granted_at=given))
    assert purge(house.installation, fresh, number).may_not_approve == (code or "")
    if code:
        assert refusal(decide, house, number, fresh) == code
    else:
        decide(house, number, fresh)


def test_an_old_right_that_was_revoked_does_not_make_a_new_one_older(house, number):
    house.store(tables.role_grant.update().where(tables.role_grant.c.subject == "approver").values(revoked_at="2025"))
    grant(house.installation.store, APPROVER, Role.APPROVER, P)
    newest = tables.role_grant.c.revoked_at.is_(None) & (tables.role_grant.c.subject == "approver")
    house.store(tables.role_grant.update().where(newest).values(granted_at=house.now.isoformat()))
    assert refusal(decide, house, number) == "purge_right_too_young"


def test_who_signed_in_a_while_ago_signs_in_again(house, number):
    token = house.token(APPROVER)
    house.later(minutes=RECENT.total_seconds() / 60 + 1)
    assert refusal(decide, house, number, token=token) == "purge_sign_in_too_old"
    decide(house, number, token=house.token(APPROVER))


def test_a_provider_that_does_not_say_when_is_not_believed(house, number):
    token = open_session(house.installation, APPROVER, proven_ago=None)
    assert refusal(decide, house, number, token=token) == "purge_sign_in_too_old"


def test_the_session_must_be_that_of_whoever_approves(house, number):
    for token in (None, "", "forged", house.token(SECOND)):
        assert refusal(decide, house, number, token=token) == "purge_sign_in_too_old"
    token = house.token(APPROVER)
    close_session(house.installation, token)
    assert refusal(decide, house, number, token=token) == "purge_sign_in_too_old"


def test_what_is_approved_is_the_version_and_the_digest_that_were_seen(house, number):
    assert refusal(decide, house, number, version=2) == "purge_changed"
    assert refusal(decide, house, number, digest="0" * 64) == "purge_digest_differs"
    seen = purge(house.installation, APPROVER, number)
    set_aside(house.installation, SECOND, number, 1, [1], "doubt")
    assert refusal(decide, house, number, version=2, digest=seen.digest) == "purge_digest_differs"
    assert refusal(decide, house, number, version=1) == "purge_changed"


def test_items_changed_behind_the_service_are_not_approved(house, number):
    house.store(tables.purge_item.update().where(tables.purge_item.c.item == 1).values(person="30"))
    assert refusal(decide, house, number) == "purge_digest_differs"


def test_a_digest_changed_behind_the_service_is_not_approved(house, number):
    seen = purge(house.installation, APPROVER, number).digest
    house.store(tables.purge.update().values(digest="0" * 64))
    assert refusal(decide, house, number, digest=seen) == "purge_digest_differs"


@pytest.mark.parametrize("what", ["charter", "source_file", "schema"])
def test_what_the_proposal_rests_on_must_be_as_it_was(house, number, what):
    if what == "charter":
        newer = replace(house.installation.charters.charters[0], version="2025-01", effective=date(2025, 1, 1))
        charters = replace(house.installation.charters, charters=(*house.installation.charters.charters, newer))
        house.installation = replace(house.installation, charters=charters)
    elif what == "source_file":
        house.with_source(digest="0" * 64)
    else:
        house.execute("ALTER TABLE contact ADD COLUMN nickname TEXT")
    with pytest.raises(NotPossible) as refused:
        decide(house, number)
    assert (refused.value.code, refused.value.values["what"]) == ("purge_basis_changed", what)


def test_a_source_that_is_no_longer_clean_is_not_purged(house, number):
    house.store(tables.source_check.delete())
    assert refusal(decide, house, number) == "source_unchecked"


def test_a_large_share_is_confirmed_with_its_figure_by_the_approver_too(house, number):
    assert refusal(decide, house, number, share_confirmed=None) == "purge_share_not_confirmed"
    assert refusal(decide, house, number, share_confirmed=DUE - 1) == "purge_share_not_confirmed"


def test_a_purge_is_approved_once(house, number):
    decide(house, number)
    assert refusal(decide, house, number, SECOND) == "purge_state_differs"
    assert refusal(reject, house.installation, SECOND, number, 2, "why") == "purge_state_differs"


def test_of_fifty_approvals_at_once_exactly_one_wins(any_house):
    house, number = any_house, proposed(any_house)
    view = purge(house.installation, DPO, number)
    tokens = {who: house.token(who) for who in (APPROVER, SECOND)}
    barrier = Barrier(50)

    def attempt(turn):
        who = (APPROVER, SECOND)[turn % 2]
        barrier.wait()
        try:
            approve(house.installation, who, number, 1, view.digest, token=tokens[who], share_confirmed=view.line.items)
        except DpoError as error:
            return error.code
        return "approved"

    with ThreadPoolExecutor(50) as pool:
        results = list(pool.map(attempt, range(50)))
    assert results.count("approved") == 1
    assert set(results) <= {"approved", "purge_state_differs", "purge_changed"}
    assert len(entries(house, "purge_approved")) == 1
    assert purge(house.installation, DPO, number).line.version == 2


def test_an_approval_expires_and_who_looks_writes_it_down(house, number):
    decide(house, number)
    house.later(days=6, hours=23)
    assert purge(house.installation, DPO, number).line.state is PurgeState.APPROVED
    house.later(hours=1)
    assert purge(house.installation, DPO, number).line.state is PurgeState.EXPIRED
    assert house.state(number) == "expired"
    assert len(entries(house, "purge_expired")) == 1
    assert board(house.installation, DPO, TODAY).history[0].state is PurgeState.EXPIRED


def test_the_board_writes_down_what_expired(house, number):
    decide(house, number)
    house.later(days=8)
    shown = board(house.installation, DPO, TODAY)
    assert (shown.open, shown.history[0].state, shown.due[0].proposed) == ((), PurgeState.EXPIRED, 0)
    assert house.state(number) == "expired"


def test_a_rejection_says_why_and_ends_it(house, number):
    assert refusal(reject, house.installation, APPROVER, number, 1, "  ") == "purge_reason_missing"
    reject(house.installation, APPROVER, number, 1, "too early")
    view = purge(house.installation, DPO, number)
    assert (view.line.state, view.decision_reason, view.approver) == (PurgeState.REJECTED, "too early", APPROVER)
    assert "too early" not in entries(house, "purge_rejected")[0].payload


def test_what_is_set_aside_leaves_the_list_its_digest_and_its_version(house, number):
    before = purge(house.installation, APPROVER, number)
    set_aside(house.installation, APPROVER, number, 1, [1, 3, 3], "being called", until=date(2025, 2, 1))
    after = purge(house.installation, APPROVER, number)
    assert (after.line.items, after.line.version) == (DUE - 2, 2)
    assert after.digest != before.digest
    aside = items(house.installation, APPROVER, number, state=ItemState.SET_ASIDE).items
    assert [(each.item, each.until, each.reason, each.why) for each in aside] == [
        (1, date(2025, 2, 1), "being called", "set_aside"),
        (3, date(2025, 2, 1), "being called", "set_aside"),
    ]
    decide(house, number)


@pytest.mark.parametrize(
    ("which", "more", "code"),
    [
        ([], {}, "purge_items_missing"),
        ([1, 99], {}, "purge_items_differ"),
        ([1], {"reason": ""}, "purge_reason_missing"),
        ([1], {"until": date(2025, 1, 11)}, "purge_date_in_past"),
        ([1], {"version": 2}, "purge_changed"),
    ],
)
def test_what_cannot_be_set_aside_changes_nothing(house, number, which, more, code):
    given = {"version": 1, "reason": "why"} | more
    version, reason = given.pop("version"), given.pop("reason")
    assert refusal(set_aside, house.installation, APPROVER, number, version, which, reason, **given) == code
    assert not items(house.installation, APPROVER, number, state=ItemState.SET_ASIDE).items
    assert purge(house.installation, DPO, number).line.version == 1


def test_items_are_set_aside_once(house, number):
    set_aside(house.installation, APPROVER, number, 1, [1], "why")
    assert refusal(set_aside, house.installation, APPROVER, number, 2, [1], "why") == "purge_items_differ"


def test_a_list_of_which_nothing_is_left_is_not_approved(house, number):
    set_aside(house.installation, APPROVER, number, 1, list(range(1, DUE + 1)), "all of them")
    assert refusal(decide, house, number, share_confirmed=0) == "purge_empty"


def test_what_is_set_aside_can_be_suspended_in_the_same_step(house, number):
    hold = NewHold(HoldKind.LITIGATION, DPO.subject, date(2025, 6, 1))
    set_aside(house.installation, APPROVER, number, 1, [2], "a claim came in", hold=hold)
    (placed,) = house.stored(tables.hold.select())
    assert (placed.person, placed.purpose) == ("10", P)
    assert items(house.installation, APPROVER, number, state=ItemState.SET_ASIDE).items[0].why == "held"
    reject(house.installation, APPROVER, number, 2, "later")
    assert preview(house.installation, DPO, P, "", TODAY).held == 2


def test_a_suspension_without_an_owner_sets_nothing_aside(house, number):
    hold = NewHold(HoldKind.LITIGATION, "nobody", date(2025, 6, 1))
    assert refusal(set_aside, house.installation, APPROVER, number, 1, [2], "why", hold=hold) == "hold_without_owner"
    assert purge(house.installation, DPO, number).states == {ItemState.PLANNED: DUE}


def test_items_say_why_what_goes_and_what_stays(house, number):
    by_person = {each.person: each for each in items(house.installation, APPROVER, number).items}
    alone, customer = by_person["2"].fate, by_person["11"].fate
    assert {("contact", ""), ("contact", "name"), ("contact", "mail")} <= set(alone.goes)
    assert not alone.stays
    assert customer.goes == (("contact", "mail"),)
    assert ("contact", "name", (Purpose.CUSTOMER_MANAGEMENT,)) in customer.stays


def test_pages_of_items_are_disjoint_whole_and_written_down(house, number):
    pages = [items(house.installation, AUDITOR, number, page=n, size=5) for n in (1, 2, 3)]
    assert [each.item for page in pages for each in page.items] == list(range(1, DUE + 1))
    assert (pages[0].total, pages[0].pages) == (DUE, 3)
    assert refusal(items, house.installation, AUDITOR, number, page=0) == "no_such_page"
    assert refusal(items, house.installation, AUDITOR, number, size=501) == "no_such_page"
    (look,) = looks(house.installation, DPO, whose=AUDITOR, kind=Kind.LIST).looks
    assert (dict(look.criteria), look.found) == ({"purge": str(number)}, DUE)


def test_names_of_an_open_purge_are_read_live_and_written_down_without_being_kept(house, number):
    names = names_under_review(house.installation, APPROVER, number, ["2", "3"])
    assert names == {"2": "Person 2", "3": "Person 3"}
    (look,) = looks(house.installation, DPO, whose=APPROVER, kind=Kind.LIST).looks
    assert (look.criteria["names"], look.found) == ("shown", 2)
    for table in tables.metadata.sorted_tables:
        assert all("Person 2" not in str(tuple(row)) for row in house.stored(table.select())), table.name


def test_names_are_those_of_items_of_an_open_purge_only(house, number):
    assert refusal(names_under_review, house.installation, APPROVER, number, ["2", "30"]) == "purge_items_differ"
    many = [str(n) for n in range(101)]
    assert refusal(names_under_review, house.installation, APPROVER, number, many) == "purge_too_many_names"
    assert refusal(names_under_review, house.installation, AUDITOR, number, ["2"]) == "not_permitted"
    reject(house.installation, APPROVER, number, 1, "later")
    assert refusal(names_under_review, house.installation, APPROVER, number, ["2"]) == "purge_state_differs"


def test_an_approver_of_another_purpose_sees_neither_the_purge_nor_a_name(house, number):
    other = Identity("local", "other")
    grant(house.installation.store, other, Role.APPROVER, Purpose.CONTESTS)
    for act, more in ((purge, ()), (items, ()), (names_under_review, (["2"],))):
        with pytest.raises(Refused):
            act(house.installation, other, number, *more)


def test_the_view_says_who_must_act_next_and_by_when(house, number):
    view = purge(house.installation, DPO, number)
    assert (view.line.next.people, view.line.next.mine, view.line.next.until) == (("approver", "second"), False, None)
    assert (view.may_not_approve, view.may_propose, view.large) == ("not_permitted", True, True)
    decide(house, number)
    view = purge(house.installation, DPO, number)
    assert view.line.next.until == house.now + timedelta(days=7)
    assert view.line.next.mine
    assert len(view.short_digest.replace(" ", "")) == 16

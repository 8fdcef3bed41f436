"""Proposing a purge: what the list holds, what stands in its way, and that nothing is done to the source."""

import json
from datetime import date

import pytest

from diager_dpo.domain.erasure import bit
from diager_dpo.domain.permissions import Identity, Role
from diager_dpo.domain.purges import Ground, ItemState
from diager_dpo.domain.words import Purpose
from diager_dpo.services import scanning, source_state
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.services.purge_basis import blocked_categories
from diager_dpo.services.purge_digest import digest_now
from diager_dpo.services.purge_proposals import board, cancel, preview, propose
from diager_dpo.services.purge_reviews import approve, items, purge, reject, set_aside
from diager_dpo.source.source_file import ErasureMode
from diager_dpo.store import tables
from tests.services.filled_store import CLI, grant
from tests.services.purge_house import APPROVER, DPO, OPERATOR, House

TODAY = date(2025, 1, 12)
P, C, A = Purpose.PROSPECTING, Purpose.CONTESTS, Purpose.ACCOUNTING
#: Everybody with a last contact in 2020 but 12, whose relation is on, and 13, who is in a litigation.
DUE = 13


@pytest.fixture
def house(tmp_path, monkeypatch):
    with House(tmp_path, monkeypatch).opened() as there:
        yield there.staff()


def proposed(house, purpose=P, operation="", who=DPO, **more):
    more.setdefault("share_confirmed", DUE)
    return propose(house.installation, who, purpose, operation, TODAY, **more)


def refusal(act, *given, **named):
    with pytest.raises((NotPossible, Refused)) as refused:
        act(*given, **named)
    return refused.value.code


def everything(house):
    names = [name for (name,) in house.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: house.rows(f"SELECT * FROM {name}") for name in names}


def persons(house, number):
    found = house.stored(tables.purge_item.select().where(tables.purge_item.c.purge == number))
    return {row.person: row for row in found}


def test_a_proposal_freezes_who_is_due_with_day_anchor_rule_and_what_lives_on(house):
    number = proposed(house)
    listed = persons(house, number)
    assert set(listed) == {str(n) for n in range(1, 16)} - {"12", "13"}
    assert {row.state for row in listed.values()} == {ItemState.PLANNED}
    assert [listed[key].live for key in ("2", "1", "11", "14")] == [0, bit(C), bit(Purpose.CUSTOMER_MANAGEMENT), bit(A)]
    shown = {each.person: each for each in items(house.installation, APPROVER, number).items}
    assert (shown["2"].last_day, shown["2"].due_from) == (date(2023, 3, 1), date(2023, 3, 2))
    assert shown["2"].rule.duration == "P3Y"


def test_nothing_of_the_source_changes(house):
    before = everything(house)
    proposed(house)
    assert everything(house) == before


def test_the_dry_run_counts_rows_and_values_by_place(house):
    view = purge(house.installation, DPO, proposed(house))
    planned = {(place.table, place.column): place.planned for place in view.places}
    # 1, 11 and 14 live on for another purpose: their rows stay; the mail of 1 serves the contests.
    assert planned == {("contact", ""): 10, ("contact", "mail"): 2}


def test_it_says_where_else_a_value_stands_and_never_which(house):
    number = proposed(house)
    (found,) = house.stored(tables.purge_residue.select())
    assert (found.table, found.column, found.key) == ("note", "text", "1")
    (line,) = [each for each in items(house.installation, APPROVER, number).items if each.residue]
    assert line.person == "2"


def test_a_list_of_several_batches_is_the_same_list(house, monkeypatch):
    house.execute("INSERT INTO pair VALUES (1, 10, 9)")  # the first and the last of the list share a row
    whole = purge(house.installation, DPO, proposed(house))
    assert ("pair", "", 1) in [(place.table, place.column, place.planned) for place in whole.places]
    cancel(house.installation, DPO, whole.line.number, 1, "again")
    monkeypatch.setattr("diager_dpo.services.purge_rehearsal.AT_ONCE", 4)
    again = purge(house.installation, DPO, proposed(house))
    assert (again.places, again.residue) == (whole.places, whole.residue)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"purpose": C}, "purge_operation_missing"),
        ({"purpose": C, "operation": "winter"}, "purge_operation_unknown"),
        ({"operation": "spring"}, "purge_operation_out_of_place"),
        ({"ground": Ground.REQUEST}, "purge_persons_missing"),
        ({"ground": Ground.REQUEST, "persons": ["20"]}, "purge_reason_missing"),
        ({"ground": Ground.REQUEST, "persons": ["20"], "reason": " "}, "purge_reason_missing"),
        ({"purpose": C, "operation": "autumn"}, "purge_empty"),
        ({"share_confirmed": None}, "purge_share_not_confirmed"),
        ({"share_confirmed": 12}, "purge_share_not_confirmed"),
    ],
)
def test_what_means_nothing_is_refused_and_nothing_is_written(house, asked, code):
    assert refusal(proposed, house, **asked) == code
    assert not house.stored(tables.purge.select())


def test_no_day_after_today(house):
    refused = refusal(propose, house.installation, DPO, P, "", date(2025, 1, 13), share_confirmed=DUE)
    assert refused == "purge_date_in_future"


def test_who_is_due_is_who_was_due_on_the_day_that_was_asked(house):
    asked = preview(house.installation, DPO, P, "", date(2023, 3, 1))
    assert asked.items == 0
    assert preview(house.installation, DPO, P, "", date(2023, 3, 2)).items == DUE - 1  # 11: until 2023-06-30


def test_the_figure_of_a_large_share_is_told(house):
    with pytest.raises(NotPossible) as refused:
        proposed(house, share_confirmed=None)
    assert refused.value.values == {"items": DUE, "people": 59, "percent": 22}
    small = preview(house.installation, DPO, P, "", TODAY, persons=["2", "3"])
    assert (small.items, small.is_large) == (2, False)


def test_an_unchecked_source_a_source_that_is_not_clean_and_a_changed_schema_stop_it(house):
    house.execute("CREATE TABLE stranger (id INTEGER PRIMARY KEY, contact_id INTEGER REFERENCES contact)")
    source_state.check(house.installation, CLI)
    assert refusal(proposed, house) == "source_not_clean"
    house.execute("DROP TABLE stranger; ALTER TABLE contact ADD COLUMN nickname TEXT")
    house.store(tables.source_check.delete())
    assert refusal(proposed, house) == "source_unchecked"


def test_a_column_added_since_the_check_stops_it(house):
    house.execute("ALTER TABLE contact ADD COLUMN nickname TEXT")
    assert refusal(proposed, house) == "schema_changed_since_check"


def test_a_schema_that_changes_between_look_and_dry_run_stops_it(house, monkeypatch):
    from diager_dpo.services import purge_proposals as module

    told = module.live_fingerprint(house.installation)
    house.execute("ALTER TABLE contract ADD COLUMN remark TEXT")  # of rows that go whole: nothing is undeclared
    monkeypatch.setattr(module, "live_fingerprint", lambda _installation: told)
    assert refusal(proposed, house) == "schema_changed_since_check"
    assert not house.stored(tables.purge.select())


def test_a_source_file_changed_since_the_check_stops_it(house):
    house.with_source(digest="0" * 64)
    assert refusal(proposed, house) == "source_file_changed_since_check"


def test_a_server_without_an_erasing_account_stops_it(house, monkeypatch):
    def missing(*_given):
        from diager_dpo.source.errors import SourceConnectionError

        raise SourceConnectionError("erasing_account_missing", variable="X_ERASING")

    monkeypatch.setattr("diager_dpo.services.source_engine.erasing_url", missing)
    (obstacle,) = preview(house.installation, DPO, P, "", TODAY).obstacles
    assert obstacle.code == "erasing_account_missing"
    assert refusal(proposed, house) == "erasing_account_missing"


def test_by_hand_no_erasing_account_is_asked_for_and_what_is_to_go_is_counted(house, monkeypatch):
    direct = purge(house.installation, DPO, proposed(house)).places
    cancel(house.installation, DPO, 1, 1, "by hand instead")
    house.with_source(erasure=ErasureMode.BY_HAND)
    monkeypatch.setattr("diager_dpo.services.source_engine.erasing_url", None)
    view = purge(house.installation, DPO, proposed(house))
    assert view.line.by_hand
    assert view.places == direct


def test_a_question_the_charter_leaves_open_blocks_its_category(house):
    assert blocked_categories(house.installation, A)
    asked = preview(house.installation, DPO, A, "", TODAY)
    assert (asked.items, asked.blocked) == (0, 1)
    assert [(each.code, each.values["question"]) for each in asked.obstacles] == [
        ("purge_blocked_by_charter", "invoices_five_or_ten_years")
    ]
    assert refusal(proposed, house, A) == "purge_blocked_by_charter"


def test_a_purpose_whose_facts_are_missing_is_not_purged(house):
    scan = tables.scan
    (last,) = house.stored(scan.select().order_by(scan.c.id.desc()).limit(1))
    house.store(tables.alert.insert().values(scan=last.id, code="facts_missing", purpose=P, operation="", n=1))
    assert refusal(proposed, house) == "purge_facts_missing"


def test_who_would_break_a_constraint_is_set_aside_with_the_code_of_why(house):
    house.execute("INSERT INTO invoice VALUES (9, 2, NULL)")  # of a purpose that 2 has no record of: it would stay
    number = proposed(house)
    table = tables.purge_item
    aside = house.stored(table.select().where(table.c.purge == number, table.c.state == "set_aside"))
    assert [(row.person, row.why) for row in aside] == [("2", "rows_still_refer")]
    assert house.rows("SELECT count(*) FROM contact WHERE id = 2") == [(1,)]


def test_a_request_takes_whom_it_names_whether_due_or_not_but_nobody_held(house):
    number = proposed(house, ground=Ground.REQUEST, persons=["20", "12", "13", "999"], reason="art. 17")
    assert set(persons(house, number)) == {"20", "12"}
    asked = preview(house.installation, DPO, P, "", TODAY, persons=["13", "999"], ground=Ground.REQUEST)
    assert (asked.items, asked.held, asked.unknown) == (0, 1, 1)
    assert purge(house.installation, DPO, number).proposal_reason == "art. 17"


def test_a_person_of_an_open_purge_is_left_out_of_a_new_one_of_whatever_purpose_and_counted(house):
    proposed(house)
    asked = preview(house.installation, DPO, C, "spring", TODAY)
    assert (asked.items, asked.taken) == (1, 1)  # 1 stands in the other purge, 21 does not
    assert refusal(proposed, house) == "purge_empty"


@pytest.mark.parametrize("end", ["rejected", "cancelled", "expired"])
def test_once_a_purge_is_over_its_persons_can_be_proposed_again(house, end):
    number = proposed(house)
    if end == "rejected":
        reject(house.installation, APPROVER, number, 1, "not now")
    elif end == "cancelled":
        cancel(house.installation, DPO, number, 1, "not now")
    else:
        house.later(days=2)
        view = purge(house.installation, APPROVER, number)
        approve(house.installation, APPROVER, number, 1, view.digest, token=house.token(APPROVER), share_confirmed=DUE)
        house.later(days=7)
    assert len(persons(house, propose(house.installation, DPO, P, "", TODAY, share_confirmed=DUE))) == DUE
    assert house.state(number) == end


def test_somebody_who_entered_another_purge_meanwhile_stops_the_writing(house, monkeypatch):
    from diager_dpo.services import purge_proposals as module

    true = module.rehearse

    def slow(*given, **named):
        monkeypatch.setattr(module, "rehearse", true)
        propose(house.installation, OPERATOR, P, "", TODAY, persons=["2"])
        return true(*given, **named)

    monkeypatch.setattr(module, "rehearse", slow)
    assert refusal(proposed, house) == "purge_overlaps"
    assert [row.proposed for row in house.stored(tables.purge.select())] == [1]
    assert len(house.stored(tables.purge_item.select())) == 1


def test_a_right_withdrawn_during_the_dry_run_stops_the_writing(house, monkeypatch):
    from diager_dpo.services import purge_proposals as module

    true = module.rehearse

    def revoke(*given, **named):
        house.store(tables.account.update().values(disabled_at="2025-01-12"))
        return true(*given, **named)

    monkeypatch.setattr(module, "rehearse", revoke)
    assert refusal(proposed, house) == "not_permitted"
    assert not house.stored(tables.purge.select())


def test_who_was_set_aside_until_a_day_is_left_out_until_it_is_over(house):
    number = proposed(house)
    house.later(days=2)
    set_aside(house.installation, APPROVER, number, 1, [1, 2], "being called", until=date(2025, 2, 1))
    reject(house.installation, APPROVER, number, 2, "later")
    asked = preview(house.installation, DPO, P, "", TODAY)
    assert (asked.items, asked.kept) == (DUE - 2, 2)
    house.later(days=30)
    scanning.scan(house.installation, CLI)
    assert preview(house.installation, DPO, P, "", TODAY).kept == 0


def test_only_who_may_for_that_purpose_proposes(house):
    other = Identity("local", "other")
    grant(house.installation.store, other, Role.OPERATOR, C)
    for who in (other, APPROVER, CLI, Identity("local", "nobody")):
        assert refusal(proposed, house, who=who) == "not_permitted"
    assert refusal(preview, house.installation, other, P, "", TODAY) == "not_permitted"
    assert proposed(house, who=OPERATOR)


def test_a_proposal_is_in_the_journal_with_its_purpose_and_digest_and_without_a_key(house):
    number = proposed(house, reason="spring cleaning of Person 2")
    (entry,) = house.stored(tables.journal.select().where(tables.journal.c.action == "purge_proposed"))
    told = json.loads(entry.payload)["details"]
    assert (entry.object, entry.subject) == (f"purge:{number}", "dpo")
    assert (told["purpose"], told["items"]) == ("prospecting", DUE)
    assert told["digest"] == purge(house.installation, DPO, number).digest
    assert "Person 2" not in entry.payload


def test_the_digest_holds_every_item_and_what_the_list_rests_on(house):
    number = proposed(house)
    (row,) = house.stored(tables.purge.select())
    with house.installation.store.connect() as connection:
        assert digest_now(house.installation, connection, row) == row.digest
    item = tables.purge_item
    for change in ({"last_day": 1}, {"anchor": 2}, {"anchor_on": 1}, {"rule": 0}, {"live": 7}, {"person": "16"}):
        (before,) = house.stored(item.select().where(item.c.purge == number, item.c.item == 3))
        house.store(item.update().where(item.c.purge == number, item.c.item == 3).values(**change))
        with house.installation.store.connect() as connection:
            assert digest_now(house.installation, connection, row) != row.digest, change
        house.store(item.update().where(item.c.purge == number, item.c.item == 3).values(**before._mapping))


def test_a_proposal_is_taken_back_with_a_reason_and_by_the_version_that_was_seen(house):
    number = proposed(house)
    assert refusal(cancel, house.installation, DPO, number, 1, "") == "purge_reason_missing"
    assert refusal(cancel, house.installation, DPO, number, 2, "why") == "purge_changed"
    assert refusal(cancel, house.installation, APPROVER, number, 1, "why") == "not_permitted"
    assert refusal(cancel, house.installation, DPO, 99, 1, "why") == "purge_unknown"
    cancel(house.installation, DPO, number, 1, "why")
    assert refusal(cancel, house.installation, DPO, number, 2, "why") == "purge_state_differs"


@pytest.mark.parametrize("state", ["executing", "executed"])
def test_what_is_executed_is_not_taken_back(house, state):
    number = proposed(house)
    approved_by = {"approver_issuer": "local", "approver_subject": "approver"}
    house.store(tables.purge.update().values(state=state, **approved_by))
    assert refusal(cancel, house.installation, DPO, number, 1, "why") == "purge_state_differs"


def test_a_purge_with_items_nobody_has_settled_is_not_taken_back(house):
    number = proposed(house)
    approved_by = {"approver_issuer": "local", "approver_subject": "approver"}
    house.store(tables.purge.update().values(state="needs_attention", **approved_by))
    house.store(tables.purge_item.update().where(tables.purge_item.c.item == 1).values(state="intent"))
    assert refusal(cancel, house.installation, DPO, number, 1, "why") == "purge_unsettled"
    house.store(tables.purge_item.update().where(tables.purge_item.c.item == 1).values(state="planned"))
    cancel(house.installation, DPO, number, 1, "why")
    assert house.state(number) == "cancelled"


def test_the_board_says_what_is_due_what_is_proposed_and_who_must_act(house):
    proposed(house)
    shown = board(house.installation, DPO, TODAY)
    lines = {(line.purpose, line.operation): line for line in shown.due}
    line = lines[P, ""]
    assert (line.due, line.proposed, line.held, line.late_from) == (DUE, DUE, 1, date(2023, 3, 2))
    line = lines[C, "spring"]
    assert (line.due, line.operation_name, line.late_from) == (2, "Printemps", date(2025, 1, 1))
    (opened,) = shown.open
    assert opened.next.people == ("approver", "second")
    assert not opened.next.mine
    assert board(house.installation, APPROVER, TODAY).open[0].next.mine


def test_the_board_shows_an_operator_their_own_purpose_only(house):
    other = Identity("local", "other")
    grant(house.installation.store, other, Role.OPERATOR, C)
    proposed(house)
    shown = board(house.installation, other, TODAY)
    assert {line.purpose for line in shown.due} == {C}
    assert not shown.open

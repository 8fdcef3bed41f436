"""What is approved is erased, nothing else; and what is no longer as it was approved is not."""

from collections import Counter
from datetime import timedelta

import numpy as np
import pytest

from diager_dpo.domain.civil import day_number
from diager_dpo.domain.holds import HoldKind
from diager_dpo.domain.permissions import Action
from diager_dpo.domain.words import Purpose, Status
from diager_dpo.services import journal, purge_chunk
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.holds import place
from diager_dpo.services.index_view import index_view
from diager_dpo.services.purge_basis import live_fingerprint
from diager_dpo.services.purge_digest import digest_now
from diager_dpo.services.purge_execution import execute, recover, request_stop
from diager_dpo.services.purge_run import Step
from diager_dpo.services.scanning import scan
from diager_dpo.source.erasure_batch import Erased
from diager_dpo.store import calendar, tables
from diager_dpo.store.engine import reading, writing
from tests.services.erasing_company import (
    APPROVER,
    CLI,
    PROPOSER,
    ErasingCompany,
    alter,
    every_text,
    places,
    results,
    state,
)


@pytest.fixture
def company(tmp_path):
    return ErasingCompany(tmp_path)


@pytest.fixture
def ready(company):
    with company.installed() as installation:
        company.staff(installation)
        yield installation


def test_what_is_approved_is_erased_and_nothing_else(company, ready):
    number = company.approve(ready)
    done = execute(ready, CLI, number, chunk=4)
    assert state(ready, number) == ("executed", None)
    assert set(results(ready, number).values()) == {("erased", None)}
    assert company.keys() == sorted((*company.customers, *company.kept))
    assert company.keys("phone_call", "contact_id") == company.kept
    assert company.ask("SELECT surname, phone FROM contact WHERE id = 'c-01'") == [("Canari c-01", None)]
    assert {planned - gone for planned, gone, _left in places(ready, number).values()} == {0}
    assert {left for *_rest, left in places(ready, number).values()} == {0}
    assert done.settled == done.items == 9


def test_the_index_and_its_calendar_lose_what_was_erased(company, ready):
    execute(ready, CLI, company.approve(ready))
    r = tables.record.c
    with reading(ready.store) as connection:
        left = connection.execute(tables.record.select().with_only_columns(r.person).where(r.purpose == 1)).scalars()
        assert sorted(left) == company.kept
        assert calendar.load(connection, "crm").rows("crm") == calendar.recount(connection, "crm").rows("crm")


def test_what_the_screens_count_follows_what_was_erased_and_suspended_without_a_new_scan(company, ready):
    def counted():
        with index_view(ready, PROPOSER, Action.SEE_PURGES) as view:
            return view.calendar().totals(day_number(ready.today()), -1)[Purpose.PROSPECTING, [Status.DUE, Status.HELD]]

    assert counted().tolist() == [9, 0]
    execute(ready, CLI, company.approve(ready))
    assert counted().tolist() == [0, 0]
    review = ready.today() + timedelta(days=30)
    place(ready, PROPOSER, HoldKind.LITIGATION, "dispute", owner="proposer", review_on=review, person="k-01")
    assert counted().tolist() == [0, 1]


def test_no_key_of_an_erased_person_stands_anywhere_in_the_store(company, ready):
    execute(ready, CLI, company.approve(ready))
    found = [(table, column) for table, column, value in every_text(ready) if any(key in value for key in company.due)]
    assert found == []


def test_recovering_what_needs_none_changes_nothing(company, ready):
    number = company.approve(ready)
    assert recover(ready, CLI) == ()
    assert state(ready, number) == ("approved", None)


def test_persons_who_share_a_row_go_together_whatever_the_chunk(company, ready):
    company.run("INSERT INTO meeting VALUES (1, 'd-01', 'd-06', 'Canari'), (2, 'd-02', 'k-01', 'Canari')")
    number = company.approve(ready, persons=["c-01", "d-01", "d-03", "d-04", "d-05", "d-06"])
    execute(ready, CLI, number, chunk=2)
    assert state(ready, number) == ("executed", None)
    assert company.keys("meeting") == [2]
    assert all(planned == gone and left == 0 for planned, gone, left in places(ready, number).values())


@pytest.fixture
def many(tmp_path):
    """A list long enough for one item in it to be skipped."""
    company = ErasingCompany(tmp_path, due=120)
    with company.installed() as installation:
        company.staff(installation)
        yield company, installation


def suspend(installation, person):
    with writing(installation.store) as connection:
        reason = journal.keep_reason(connection, "litige")
        connection.execute(
            tables.hold.insert().values(
                source="crm", person=person, kind="litigation", reason=reason, owner_issuer="local", owner_subject="dpo",
                review_on=30_000, since=20_000, placed_at="2025-01-10", placer_issuer="local", placer_subject="dpo",
            )
        )  # fmt: skip


def contact(company, _installation):
    company.run("UPDATE contact SET clicked_on = '2025-01-02' WHERE id = 'd-007'")


def objection(company, _installation):
    company.run("UPDATE contact SET refused_at = '2020-01-01' WHERE id = 'd-007'")


def relation(company, _installation):
    company.run("INSERT INTO contract VALUES (99, 'd-007', NULL, 1)")


def gone(company, _installation):
    company.run("DELETE FROM phone_call WHERE contact_id = 'd-007'", "DELETE FROM contact WHERE id = 'd-007'")


def held(_company, installation):
    suspend(installation, "d-007")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (contact, "not_due"),
        (objection, "last_day_changed"),
        (relation, "not_due"),
        (gone, "gone"),
        (held, "held"),
    ],
)
def test_what_changed_since_the_approval_is_skipped_with_its_reason(many, change, why):
    company, installation = many
    number = company.approve(installation)
    change(company, installation)
    execute(installation, CLI, number, chunk=50)
    assert state(installation, number) == ("executed", None)
    assert Counter(results(installation, number).values()) == {("erased", None): 122, ("skipped", why): 1}
    if why != "gone":
        assert company.ask("SELECT surname, phone FROM contact WHERE id = 'd-007'") == [("Canari d-007", "06 d-007")]


def test_it_stops_when_more_than_one_in_a_hundred_is_skipped_and_goes_on_when_somebody_says_so(many):
    company, installation = many
    number = company.approve(installation)
    company.run("UPDATE contact SET clicked_on = '2025-01-02' WHERE id IN ('d-007', 'd-008')")
    done = execute(installation, CLI, number, chunk=500)
    assert (done.state, done.stopped) == ("needs_attention", "too_many_skipped")
    assert len(company.keys()) == 127
    assert Counter(results(installation, number).values()) == {("planned", None): 121, ("skipped", "not_due"): 2}
    execute(installation, CLI, number)
    assert state(installation, number) == ("executed", None)
    assert len(company.keys()) == 127 - 118


def test_it_stops_before_it_takes_more_than_the_dry_run_counted(company, ready):
    number = company.approve(ready)
    company.run("INSERT INTO phone_call VALUES (99, 'd-01', 'Canari')")
    done = execute(ready, CLI, number)
    assert (done.state, done.stopped) == ("needs_attention", "count_exceeded")
    assert company.keys() == sorted((*company.approved, *company.kept))
    assert {found for found, _why in results(ready, number).values()} == {"planned"}


def revoked(identity):
    def change(_company, installation):
        who = (tables.role_grant.c.subject == identity.subject,)
        alter(installation, tables.role_grant, who[0], revoked_at="2025-01-10")

    return change


def disabled(_company, installation):
    alter(installation, tables.account, tables.account.c.subject == "approver", disabled_at="2025-01-10")


def expired(company, _installation):
    company.now += timedelta(days=8)


def column_added(company, _installation):
    company.run("ALTER TABLE contact ADD COLUMN note VARCHAR(20)")


def list_changed(_company, installation):
    alter(installation, tables.purge_item, tables.purge_item.c.item == 1, person="k-01")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (revoked(APPROVER), "purge_approver_lost_right"),
        (revoked(PROPOSER), "purge_proposer_lost_right"),
        (disabled, "purge_approver_lost_right"),
        (expired, "purge_state_differs"),
        (column_added, "purge_basis_changed"),
        (list_changed, "purge_list_changed"),
    ],
)
def test_a_purge_that_is_not_what_two_people_decided_is_refused(company, ready, change, code):
    number = company.approve(ready)
    change(company, ready)
    with pytest.raises(NotPossible) as refused:
        execute(ready, CLI, number)
    assert refused.value.code == code
    assert company.keys() == sorted((*company.approved, *company.kept))
    assert {found for found, _why in results(ready, number).values()} == {"planned"}


def test_a_worker_that_lost_the_purge_writes_nothing(company, ready):
    """The fence of the store alone: the other worker has not reached the source yet."""
    number = company.approve(ready)

    def taken(step):
        if step is Step.RECEIPTS_WRITTEN:
            alter(ready, tables.purge, tables.purge.c.id == number, fence=7)

    with pytest.raises(NotPossible) as refused:
        execute(ready, CLI, number, taken)
    assert refused.value.code == "purge_taken_over"
    assert company.keys() == sorted((*company.approved, *company.kept))


def test_a_worker_that_lost_the_purge_is_stopped_by_the_source_too(company, ready):
    """The fence of the source alone: the store does not know of the other worker."""
    number = company.approve(ready)

    def taken(step):
        if step is Step.INTENT_WRITTEN:
            company.run("UPDATE receipt SET fence = 7")

    with pytest.raises(NotPossible) as refused:
        execute(ready, CLI, number, taken)
    assert refused.value.code == "purge_taken_over"
    assert company.keys() == sorted((*company.approved, *company.kept))


def test_only_one_executes_and_no_scan_beside_it(company, ready):
    number, seen = company.approve(ready), []

    def beside(step):
        if step is Step.DECIDED:
            for work in (lambda: execute(ready, CLI, number), lambda: recover(ready, CLI), lambda: scan(ready, CLI)):
                with pytest.raises(NotPossible) as refused:
                    work()
                seen.append(refused.value.code)

    execute(ready, CLI, number, beside)
    assert seen == ["purge_running", "purge_running", "scan_running"]


def test_a_suspension_placed_while_a_chunk_is_under_way_still_counts(many):
    company, installation = many
    number, placed = company.approve(installation), []

    def place(step):
        if step is Step.DECIDED and not placed:
            placed.append(suspend(installation, "d-007"))

    execute(installation, CLI, number, place, chunk=500)
    assert Counter(results(installation, number).values()) == {("erased", None): 122, ("skipped", "held"): 1}
    assert company.keys().count("d-007") == 1


def test_it_stops_when_it_is_asked_and_goes_on_when_it_is_started_again(company, ready):
    number = company.approve(ready)

    def ask(step):
        if step is Step.INTENT_WRITTEN:
            request_stop(ready, APPROVER, number)

    assert execute(ready, CLI, number, ask, chunk=4).stopped == "stop_asked"
    assert Counter(found for found, _why in results(ready, number).values()) == {"erased": 4, "planned": 5}
    execute(ready, CLI, number)
    assert state(ready, number) == ("executed", None)


def test_the_one_item_that_cannot_be_erased_is_found_and_the_others_go(company, ready):
    number = company.approve(ready)
    company.run(
        "CREATE TRIGGER stubborn BEFORE DELETE ON contact WHEN old.id = 'd-03' BEGIN SELECT RAISE(ABORT, 'Canari'); END"
    )
    alter(ready, tables.purge, tables.purge.c.id == number, schema_fingerprint=live_fingerprint(ready))
    with reading(ready.store) as connection:
        row = connection.execute(tables.purge.select()).one()
        fresh = digest_now(ready, connection, row)
    alter(ready, tables.purge, tables.purge.c.id == number, digest=fresh)
    done = execute(ready, CLI, number)
    assert done.state == "executed"
    found = results(ready, number)
    assert [why for what, why in found.values() if what == "failed"] == ["erasure_refused"]
    assert company.keys() == sorted((*company.customers, *company.kept, "d-03"))
    assert [value for *_place, value in every_text(ready) if "Canari" in value] == []


def test_nothing_is_executed_while_values_are_left(company, ready, monkeypatch):
    number = company.approve(ready)
    monkeypatch.setattr(purge_chunk, "erase", lambda connection, plan, batch, live: nothing_erased(plan, batch))
    done = execute(ready, CLI, number)
    assert (done.state, done.stopped) == ("needs_attention", "repeated_failures")
    assert {why for what, why in results(ready, number).values() if what == "failed"} == {"values_left"}


def nothing_erased(plan, batch):
    places = plan.places(batch.purpose)
    zeros = np.zeros((len(batch.persons), len(places)), np.int64)
    return Erased(places, zeros, plan.names, np.zeros((len(batch.persons), len(plan.names)), np.int64))


def test_a_fresh_read_that_finds_a_value_keeps_the_purge_open(company, ready):
    number = company.approve(ready)

    def put_back(step):
        if step is Step.RESULT_WRITTEN:
            company.run("INSERT INTO phone_call VALUES (99, 'c-01', 'Canari')")

    done = execute(ready, CLI, number, put_back)
    assert (done.state, done.stopped) == ("needs_attention", "values_remain")
    company.run("DELETE FROM phone_call WHERE id = 99")
    assert execute(ready, CLI, number).state == "executed"


def test_who_is_still_known_is_noted_as_purged_and_the_next_scan_agrees(company, ready):
    execute(ready, CLI, company.approve(ready))
    with reading(ready.store) as connection:
        noted = connection.execute(tables.purged_record.select()).all()
        gone = connection.execute(tables.gone_person.select()).all()
        before = connection.execute(tables.record.select()).all()
    assert sorted(row.person for row in noted) == company.customers
    assert len({row.pseudonym for row in gone}) == len(company.due)
    scan(ready, CLI)
    with reading(ready.store) as connection:
        assert connection.execute(tables.record.select()).all() == before


def test_pseudonyms_go_when_the_last_backup_is_over(company, ready):
    execute(ready, CLI, company.approve(ready))
    company.now += timedelta(days=30)
    scan(ready, CLI)
    assert counted(ready, tables.gone_person) == len(company.due)
    company.now += timedelta(days=1)
    scan(ready, CLI)
    assert counted(ready, tables.gone_person) == 0
    with reading(ready.store) as connection:
        kept = connection.execute(tables.purge_item.select()).all()
    assert sum(row.pseudonym is None for row in kept) == len(company.due)


def counted(installation, table):
    with reading(installation.store) as connection:
        return len(connection.execute(table.select()).all())


@pytest.mark.parametrize(
    "engine",
    [pytest.param("postgresql", marks=pytest.mark.postgresql), pytest.param("mariadb", marks=pytest.mark.mariadb)],
)
def test_a_server_is_erased_like_a_file(request, tmp_path, engine):
    company = ErasingCompany(tmp_path, request.getfixturevalue(f"{engine}_url"), engine)
    company.run("INSERT INTO meeting VALUES (1, 'd-01', 'd-06', 'Canari'), (2, 'd-02', 'k-01', 'Canari')")
    with company.installed() as installation:
        company.staff(installation)
        number = company.approve(installation, persons=["c-01", "d-01", "d-03", "d-04", "d-05", "d-06"])
        assert execute(installation, CLI, number, chunk=2).state == "executed"
        assert all(planned == gone and left == 0 for planned, gone, left in places(installation, number).values())
    assert company.keys() == sorted(["d-02", *company.customers, *company.kept])
    assert company.keys("meeting") == [2]


@pytest.mark.postgresql
def test_a_store_on_a_server_is_told_the_same(tmp_path, postgresql_url):
    company = ErasingCompany(tmp_path, store_url=postgresql_url)
    with company.installed() as installation:
        company.staff(installation)
        number = company.approve(installation)
        assert execute(installation, CLI, number, chunk=4).state == "executed"
        found = [place for *place, value in every_text(installation) if any(key in value for key in company.due)]
    assert found == []

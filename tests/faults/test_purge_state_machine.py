"""Whatever people, the company's data and accidents do, in whatever order: what the design promises holds."""

import copy
import json
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from diager_dpo.domain.civil import day_number
from diager_dpo.domain.holds import HoldKind
from diager_dpo.domain.permissions import Action, Role
from diager_dpo.domain.words import RECORD_PURPOSES, Purpose
from diager_dpo.services import holds, qualifications, scanning, source_state
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.services.index_view import index_view
from diager_dpo.services.purge_execution import execute, recover
from diager_dpo.services.purge_proposals import cancel, preview, propose
from diager_dpo.services.purge_reviews import approve, reject, set_aside
from diager_dpo.services.purge_run import Step
from diager_dpo.services.sessions import open_session
from diager_dpo.store import calendar, tables
from diager_dpo.store.engine import reading
from tests.faults import plain_company as plain
from tests.services.erasing_company import alter, every_text
from tests.services.filled_store import CLI, grant
from tests.services.purge_house import APPROVER, DPO, OPERATOR, SECOND, House

SHIFT = 700_000_000  # keys that stand nowhere by chance
PERSONS = st.integers(SHIFT + 1, SHIFT + 30)
CATCHES_UP = {"proposed", "approved", "needs_attention", "executing"}


class Died(BaseException):
    """Nothing in the program catches it: the worker is gone at once."""


def dying_at(step, skip):
    """The worker is gone when it reaches this step, after so many times that it came through."""
    left = [skip]

    def listener(reached):
        if reached is step:
            left[0] -= 1
            if left[0] < 0:
                raise Died

    return listener


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A house that was scanned and in which four people may decide, which each example gets a copy of."""
    with pytest.MonkeyPatch.context() as patch:
        house = House(tmp_path_factory.mktemp("house"), patch)
        children = ("contract", "litigation", "entry", "invoice")
        house.execute(
            "".join(f"UPDATE {table} SET contact_id = contact_id + {SHIFT};" for table in children)
            + f"UPDATE contact SET id = id + {SHIFT}; DELETE FROM contact WHERE id > {SHIFT + 30};"
        )
        with house.opened():
            grant(house.installation.store, APPROVER, Role.OPERATOR, Purpose.PROSPECTING)
            for purpose in RECORD_PURPOSES:
                for who in (APPROVER, SECOND):
                    if purpose is not Purpose.PROSPECTING:
                        grant(house.installation.store, who, Role.APPROVER, purpose)
            house.staff()
        yield house


class Purges(RuleBasedStateMachine):
    house_made = None
    folder = None
    turn = 0
    places_emptied = 0

    def __init__(self):
        super().__init__()
        type(self).turn += 1
        self.patch = pytest.MonkeyPatch()
        made = self.house_made
        self.house = copy.copy(made)
        self.house.folder = self.folder / str(self.turn)
        shutil.copytree(made.folder, self.house.folder)
        self.house.database = self.house.folder / made.database.name
        self.house.file = self.house.folder / made.file.name
        self.patch.setenv("DIAGER_DPO_PURGE_SOURCE_URL", f"sqlite:///{self.house.database}")
        self.open = self.house.opened()
        self.open.__enter__()
        self.listed, self.agreed, self.erased, self.persons = {}, {}, {}, {}
        self.ended, self.gone, self.lost, self.restored = set(), set(), set(), set()
        self.seen = self.source()

    def teardown(self):
        if self.gone:
            texts = {(table, column): value for table, column, value in every_text(self.installation)}
            assert not [place for place, value in texts.items() if any(key in value for key in self.gone)]
        self.open.__exit__(None, None, None)
        self.patch.undo()
        shutil.rmtree(self.house.folder)

    @property
    def installation(self):
        return self.house.installation

    def source(self):
        with closing(sqlite3.connect(self.house.database)) as connection:
            return plain.read(connection)

    def company_does(self, script):
        self.house.execute(script)
        self.seen = self.source()

    def purges(self, *states):
        rows = self.house.stored(tables.purge.select().order_by(tables.purge.c.id))
        return [row for row in rows if not states or row.state in states]

    def one(self, number, *states):
        found = self.purges(*states)
        return found[number % len(found)] if found else None

    # What people do.

    @rule()
    def scan(self):
        scanning.scan(self.installation, CLI)

    @rule(
        purpose=st.sampled_from([Purpose.PROSPECTING, Purpose.PROSPECTING, *RECORD_PURPOSES]),
        operation=st.sampled_from(["spring", "autumn"]),
        back=st.sampled_from([0, 0, 0, 30, 800]),
        who=st.sampled_from([DPO, DPO, OPERATOR, APPROVER]),
        agreed=st.booleans(),
    )
    def propose(self, purpose, operation, back, who, agreed):
        operation = operation if purpose is Purpose.CONTESTS else ""
        day = self.installation.today() - timedelta(days=back)
        with suppress(NotPossible, Refused):
            items = preview(self.installation, who, purpose, operation, day).items
            number = propose(self.installation, who, purpose, operation, day, share_confirmed=items)
            rows = self.items(number)
            self.listed[number] = {row.item for row in rows}
            self.persons[number] = {row.item: row.person for row in rows}
            self.erased[number] = set()
            if agreed:
                at = [row.id for row in self.purges("proposed")].index(number)
                self.agree(self.purges("proposed")[at], SECOND, 0)

    @rule(
        purpose=st.sampled_from([Purpose.PROSPECTING, Purpose.PROSPECTING, *RECORD_PURPOSES]),
        operation=st.sampled_from(["spring", "autumn"]),
        who=st.sampled_from([DPO, DPO, OPERATOR]),
        then=st.sampled_from(["wait", "execute", "execute", "die"]),
        step=st.sampled_from(list(Step)),
        chunk=st.sampled_from([1, 3, 2000]),
    )
    def two_people_agree(self, purpose, operation, who, then, *, step, chunk):
        """The way most purges go, from a fresh look at the source on."""
        self.revoke(APPROVER, back=True)
        self.revoke(SECOND, back=True)
        source_state.check(self.installation, CLI)
        self.scan()
        before = len(self.listed)
        self.propose(purpose, operation, 0, who, agreed=True)
        if then != "wait" and len(self.listed) > before and max(self.listed) in self.agreed:
            row = self.purges()[-1]
            self.work_on(row, chunk, (lambda _step: None) if then == "execute" else dying_at(step, 0))

    @rule(number=st.integers(0, 9), most=st.integers(1, 3))
    def set_aside(self, number, most):
        row = self.one(number, "proposed")
        if row:
            planned = [item.item for item in self.items(row.id) if item.state == "planned"][:most]
            with suppress(NotPossible, Refused):
                set_aside(self.installation, SECOND, row.id, row.version, planned, "to be looked at")

    @rule(
        number=st.integers(0, 9),
        who=st.sampled_from([APPROVER, SECOND, SECOND, DPO, OPERATOR]),
        ago=st.sampled_from([0, 0, 0, 30]),
    )
    def approve(self, number, who, ago):
        row = self.one(number, "proposed") or self.one(number, "approved")
        if row is not None:
            self.agree(row, who, ago)

    def agree(self, row, who, ago):
        before = self.items(row.id)
        planned = {item.item for item in before if item.state == "planned"}
        token = open_session(self.installation, who, timedelta(minutes=ago))
        with suppress(NotPossible, Refused):
            approve(self.installation, who, row.id, row.version, row.digest, token=token, share_confirmed=len(planned))
            assert row.state == "proposed", "approved twice"
            assert ago == 0, "approved with an old sign-in"
            assert who in (APPROVER, SECOND)
            self.agreed[row.id] = planned

    @rule(number=st.integers(0, 9))
    def reject(self, number):
        row = self.one(number, "proposed", "approved")
        if row:
            with suppress(NotPossible, Refused):
                reject(self.installation, SECOND, row.id, row.version, "not now")

    @rule(number=st.integers(0, 9))
    def cancel(self, number):
        row = self.one(number)
        if row:
            with suppress(NotPossible, Refused):
                cancel(self.installation, DPO, row.id, row.version, "taken back")

    @rule(person=st.none() | PERSONS, purpose=st.none() | st.sampled_from(RECORD_PURPOSES))
    def place_hold(self, person, purpose):
        review, key = self.installation.today() + timedelta(days=300), None if person is None else str(person)
        with suppress(NotPossible, Refused):
            holds.place(
                self.installation, DPO, HoldKind.LITIGATION, "dispute", owner="dpo", review_on=review, person=key, purpose=purpose
            )  # fmt: skip

    @rule(number=st.integers(0, 9))
    def lift_hold(self, number):
        standing = self.house.stored(tables.hold.select().where(tables.hold.c.lifted_at.is_(None)))
        if standing:
            with suppress(NotPossible, Refused):
                holds.lift(self.installation, SECOND, standing[number % len(standing)].id, "over")

    @rule(person=PERSONS, purpose=st.sampled_from([Purpose.PROSPECTING, Purpose.CUSTOMER_MANAGEMENT]))
    def qualify(self, person, purpose):
        with suppress(NotPossible, Refused):
            qualifications.qualify(self.installation, DPO, purpose, date(2015, 1, 1), "known", persons=[str(person)])

    @rule(who=st.sampled_from([APPROVER, SECOND]), back=st.booleans())
    def revoke(self, who, back):
        day = None if back else self.house.now.isoformat()
        alter(self.installation, tables.role_grant, tables.role_grant.c.subject == who.subject, revoked_at=day)

    @rule()
    def time_passes(self):
        self.house.later(days=8)

    @rule()
    def charter_changes(self):
        charters = self.installation.charters
        newer = replace(charters.charters[0], version=f"v{len(charters.charters)}", effective=date(2025, 1, 1))
        if len(charters.charters) < 3:
            self.house.installation = replace(
                self.installation, charters=replace(charters, charters=(*charters.charters, newer))
            )

    @rule(sign=st.sampled_from("ab"), check=st.booleans())
    def source_file_changes(self, sign, check):
        self.house.with_source(digest=sign * 64)
        if check:
            source_state.check(self.installation, CLI)

    # What the company does.

    @rule(person=PERSONS)
    def contact(self, person):
        self.company_does(f"UPDATE contact SET clicked_on = '{self.installation.today()}' WHERE id = {person}")

    @rule(person=PERSONS, day=st.sampled_from(["2019-06-01", "2025-01-01"]))
    def object(self, person, day):
        self.company_does(f"UPDATE contact SET opt_out_at = '{day}' WHERE id = {person}")

    @rule(person=PERSONS)
    def lose_the_date(self, person):
        self.company_does(f"UPDATE contact SET clicked_on = NULL WHERE id = {person}")

    @rule(person=PERSONS)
    def delete_person(self, person):
        children = "".join(
            f"DELETE FROM {t} WHERE contact_id = {person};" for t in ("contract", "litigation", "entry", "invoice")
        )
        self.company_does(f"{children} DELETE FROM contact WHERE id = {person};")

    @rule(person=st.integers(SHIFT + 100, SHIFT + 120))
    def new_person(self, person):
        row = f"({person}, 'N', 'new-{person}@example.org', '2020-01-01', NULL)"
        self.company_does(f"INSERT OR IGNORE INTO contact VALUES {row}")

    @rule(person=PERSONS, is_on=st.booleans())
    def relation(self, person, is_on):
        end = "NULL" if is_on else "'2019-01-31'"
        values = f"SELECT {person}, id, {end}, {int(is_on)} FROM contact WHERE id = {person}"
        self.company_does(f"INSERT OR REPLACE INTO contract (id, contact_id, contract_end, is_open) {values}")

    @rule(person=PERSONS)
    def litigation(self, person):
        values = f"SELECT {person}, id, '2025-01-01' FROM contact WHERE id = {person}"
        self.company_does(f"INSERT OR REPLACE INTO litigation (id, contact_id, since) {values}")

    @rule()
    def backup_is_restored(self):
        shutil.copy(self.house_made.database, self.house.database)
        self.seen = self.source()
        self.restored.update(self.erased)
        self.ended.clear()

    # What the worker does.

    @rule(number=st.integers(0, 9), chunk=st.sampled_from([1, 3, 2000]))
    def execute(self, number, chunk):
        self.work(number, chunk, lambda _step: None)

    @rule(
        number=st.integers(0, 9),
        chunk=st.sampled_from([3, 2000]),
        step=st.sampled_from(list(Step)),
        skip=st.integers(0, 2),
    )
    def execute_and_die(self, number, chunk, step, skip):
        self.work(number, chunk, dying_at(step, skip))

    def work(self, number, chunk, listener):
        row = self.one(number, "approved", "needs_attention", "executing") or self.one(number)
        if row is not None:
            self.work_on(row, chunk, listener)

    def work_on(self, row, chunk, listener):
        protected = self.protected(row)
        with suppress(NotPossible, Died):
            execute(self.installation, CLI, row.id, listener, chunk=chunk)
            assert row.state in {"approved", "needs_attention", "executing"}
        self.look_at_the_source(row, protected)

    def protected(self, row):
        """Persons of the purge that a person with the rules in hand would keep out of it, each with why."""
        with closing(sqlite3.connect(self.house.database)) as connection:
            until = plain.keep_until(connection)
        standing = self.house.stored(tables.hold.select().where(tables.hold.c.lifted_at.is_(None)))
        found = {}
        for person in {str(key) for (key,) in self.seen["contact"]}:
            held = [it for it in standing if it.person in (None, person) and it.purpose in (None, row.purpose)]
            why = "held" if held else ""
            if not why and person in self.persons[row.id].values():
                stated = self.stated(person, row.purpose)
                why = "" if stated else plain.is_protected(
                    self.seen, person, row.purpose, row.operation, today=self.installation.today(), until=until
                )  # fmt: skip
            found[person] = why
        return found

    def stated(self, person, purpose):
        """Whether somebody stated the date that was missing: the rest is then for the engine's own tests."""
        named = tables.qualified_record
        found = named.select().where(named.c.person == person, named.c.purpose == purpose)
        return bool(self.house.stored(found))

    def look_at_the_source(self, row, protected):
        before, self.seen = self.seen, self.source()
        allowed = {self.persons[row.id][item] for item in self.agreed.get(row.id, ())}
        for person, place, serves, old in plain.touched(before, self.seen):
            assert person in allowed, f"{place} of somebody who was not approved"
            assert not protected[person], f"{place} went in spite of: {protected[person]}"
            assert row.purpose in serves or place in plain.TABLES
            kept = plain.other_records(before, person, row.purpose, row.operation, self.ended)
            if place == "entry":
                assert old[0] == row.operation, "an entry of another operation went"
                kept -= serves  # another entry of the same person keeps its own row, not this one
            assert not kept & serves, f"{place} went although {kept & serves} need it"
            type(self).places_emptied += 1
            if place == "contact":
                self.lost.add(person)
        with reading(self.installation.store) as connection:
            marks = connection.execute(tables.purged_record.select()).all()
        self.ended = {(mark.person, mark.purpose, mark.operation) for mark in marks}

    @rule()
    def recover(self):
        before = self.source()
        recover(self.installation, CLI)
        assert recover(self.installation, CLI) == ()
        assert self.source() == before, "recovery erased something"
        assert not [item for item in self.every_item() if item.state == "intent"]

    # What holds, whatever happened.

    def items(self, number):
        return [item for item in self.every_item() if item.purge == number]

    def every_item(self):
        c = tables.purge_item.c
        return self.house.stored(tables.purge_item.select().order_by(c.purge, c.item))

    @invariant()
    def calendar_and_totals_are_those_of_the_records(self):
        with reading(self.installation.store) as connection:
            assert calendar.load(connection, "crm").rows("crm") == calendar.recount(connection, "crm").rows("crm")
            records = connection.execute(tables.record.select()).all()
        with index_view(self.installation, DPO, Action.SEE_PURGES) as view:
            totals = view.calendar().totals(day_number(self.installation.today()), -1)
        for purpose in RECORD_PURPOSES:
            assert totals[purpose].sum() == sum(record.purpose == purpose for record in records)

    @invariant()
    def erased_were_approved_and_approved_were_proposed(self):
        items = self.every_item()
        for row in self.purges():
            mine = [item for item in items if item.purge == row.id]
            done = {item.item for item in mine if item.state == "erased"}
            assert {item.item for item in mine} == self.listed[row.id]
            assert self.erased[row.id] <= done <= self.agreed.get(row.id, set()) <= self.listed[row.id]
            self.erased[row.id] = done
            if row.approver_subject is not None:
                assert (row.proposer_issuer, row.proposer_subject) != (row.approver_issuer, row.approver_subject)
            if row.state in {"approved", "executing", "executed", "needs_attention"}:
                assert row.id in self.agreed
            if row.state == "executed":
                assert not [item for item in mine if item.state in {"planned", "intent"}]

    @invariant()
    def each_erased_item_has_one_receipt_and_its_counts(self):
        items = self.every_item()
        with closing(sqlite3.connect(self.house.database)) as connection:
            receipts = connection.execute("SELECT purge, item, counts FROM receipt WHERE item > 0").fetchall()
        for row in self.purges():
            mine = [item for item in items if item.purge == row.id]
            if row.id in self.restored or row.state == "executing" or any(item.state == "intent" for item in mine):
                continue
            found = {item: json.loads(counts) for uuid, item, counts in receipts if uuid == row.uuid}
            assert set(found) == {item.item for item in mine if item.state == "erased"}
            places = self.house.stored(tables.purge_place.select().where(tables.purge_place.c.purge == row.id))
            assert sum(place.gone for place in places) == sum(sum(counts.values()) for counts in found.values())
            assert all(place.gone <= place.planned for place in places)

    @invariant()
    def who_is_gone_stands_nowhere(self):
        there = {str(key) for (key,) in self.seen["contact"]}
        over = {number for number, row in ((row.id, row) for row in self.purges("executed"))}
        self.lost -= there
        of_open = {self.persons[row.id][it] for row in self.purges(*CATCHES_UP) for it in self.listed[row.id]}
        wholly = {self.persons[number][item] for number in over for item in self.erased[number]}
        self.gone = (self.lost & wholly) - there - of_open
        for table in tables.metadata.sorted_tables if self.gone else ():
            if "person" in table.c:
                rows = self.house.stored(table.select().where(table.c.person.in_(sorted(self.gone))))
                assert not rows, f"{table.name} still knows who is gone"

    @invariant()
    def nobody_but_the_worker_changes_the_source(self):
        assert self.source() == self.seen


def run(template, folder, examples, steps, *, derandomize):
    machine = type("Purges", (Purges,), {"house_made": template, "folder": folder})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=derandomize,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert machine.places_emptied, "nothing was ever erased: this proved nothing"


def test_whatever_happens_in_whatever_order_what_was_promised_holds(template, tmp_path):
    run(template, tmp_path, 15, 20, derandomize=True)


@pytest.mark.long
def test_whatever_happens_in_whatever_order_at_length(template, tmp_path):
    run(template, tmp_path, 1_000, 50, derandomize=False)

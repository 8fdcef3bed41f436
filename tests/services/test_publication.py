"""Months of sales: published once, whole, frozen; what comes later changes nothing and is told."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from diager_dpo.domain.permissions import Identity, Role
from diager_dpo.domain.statistics import publishing
from diager_dpo.domain.statistics.audit import FindingCode
from diager_dpo.domain.statistics.block import NotPublishable, Reason
from diager_dpo.domain.words import Purpose
from diager_dpo.services import publication, publication_plan, publication_run, worker
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.services.publication import (
    audit_published,
    needs_publication,
    publication_state,
    publish,
    publish_by_itself,
    start_publication,
)
from diager_dpo.services.purge_execution import execute
from diager_dpo.services.records import RecordFilter, find
from diager_dpo.services.settings import CHECKOUT
from diager_dpo.services.statistics import months, table
from diager_dpo.store import published
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.locks import exclusive
from diager_dpo.store.tables import journal, late_sales, published_cell, published_month
from tests.services.erasing_company import ErasingCompany
from tests.services.filled_store import grant
from tests.services.sales_house import CLI, LARGE, MONTHS, NOW, SalesHouse


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def house(request, tmp_path, monkeypatch):
    server = request.getfixturevalue("postgresql_url") if request.param == "postgresql" else None
    return SalesHouse(tmp_path, monkeypatch, server)


@pytest.fixture
def small(tmp_path, monkeypatch):
    return SalesHouse(tmp_path, monkeypatch)


def rows(there, of=published_cell):
    with reading(there.store) as connection:
        return [tuple(row) for row in connection.execute(select(of).order_by(*of.primary_key.columns))]


def entries(there):
    with reading(there.store) as connection:
        found = connection.execute(select(journal.c.action, journal.c.payload).order_by(journal.c.number))
        return [(action, payload) for action, payload in found]


def states(there):
    with reading(there.store) as connection:
        return {row.month: row.state for row in published.months(connection, "shop")}


def test_closed_months_are_published_from_the_latest_back(house):
    with house.installed() as there:
        seen = []
        done = publish(there, CLI, progress=lambda at: seen.append(at.month))
        assert done.published == ("2026-10", "2026-09", "2026-08")
        assert seen == [*done.published, ""]
        assert audit_published(there, CLI) == ()


def test_a_cell_of_one_customer_is_hidden_and_its_figure_is_nowhere_in_the_store(house):
    with house.installed() as there:
        publish(there, CLI)
        found = {(it[3], it[4]): it[6] for it in rows(there) if it[1:3] == ("2026-10", "family_region")}
        assert found["Forets", "Ouest"] is None
        assert found["*", "*"] == sum(100_000 + 977 * unit for unit in range(12)) * 3 + LARGE
        held = [row for one in (published_cell, published_month, late_sales) for row in rows(there, one)]
        assert LARGE not in [value for row in held for value in row]
        assert not [payload for _action, payload in entries(there) if str(LARGE) in payload]


@pytest.mark.parametrize(("day", "expected"), [(10, False), (11, True)])
def test_a_month_is_published_ten_days_after_it_closes(small, day, expected):
    with small.installed(NOW.replace(day=day)) as there:
        assert ("2026-10" in publish(there, CLI).published) is expected


def test_the_open_month_is_not_shown(small):
    small.execute("INSERT INTO line VALUES (9999, '2026-11-02', 'Forets', 'Est', 'web', 1, 100)")
    with small.installed() as there:
        publish(there, CLI)
        assert set(states(there)) == set(MONTHS)


def test_no_month_is_published_after_the_one_named(small):
    with small.installed() as there:
        assert publish(there, CLI, "2026-09").published == ("2026-09", "2026-08")
        assert publish(there, CLI).published == ("2026-10",)


def test_a_published_month_is_never_protected_again(small, monkeypatch):
    with small.installed() as there:
        publish(there, CLI)
        before = rows(there), rows(there, published_month), len(entries(there))

        def never(*_):
            raise AssertionError

        monkeypatch.setattr(publishing, "publish", never)
        assert publish(there, CLI).published == ()
        assert (rows(there), rows(there, published_month), len(entries(there))) == before


@pytest.mark.parametrize("store", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_the_store_refuses_every_change_of_a_published_month(small, store, request):
    url = request.getfixturevalue("postgresql_url") if store == "postgresql" else None
    cell = {"source": "shop", "month": "2026-10", "table": "t", "family": "a", "region": "b", "channel": "c"}
    with small.installed(store_url=url) as there:
        publish(there, CLI, "2026-10")
        before = rows(there), rows(there, published_month)
        changes = [
            update(published_cell).values(revenue=1, orders=1, enterprises=3),
            delete(published_cell),
            insert(published_cell).values(cell),
            update(published_month).values(state="not_publishable"),
            delete(published_month),
        ]
        if url is None:
            names = "source, month, state, reason, published_at, plan, lines, mark"
            changes.append(text(f"INSERT OR REPLACE INTO published_month SELECT {names} FROM published_month"))
        else:
            changes += [text("TRUNCATE published_cell"), text("TRUNCATE published_month")]
        for change in changes:
            with pytest.raises(DBAPIError, match="frozen"), writing(there.store) as connection:
                connection.execute(change)
        assert (rows(there), rows(there, published_month)) == before


def test_a_measure_cannot_be_shown_where_another_is_hidden(small):
    cell = {"source": "shop", "month": "2020-01", "table": "t", "family": "a", "region": "b", "channel": "c"}
    with small.installed() as there, pytest.raises(DBAPIError), writing(there.store) as connection:
        connection.execute(insert(published_cell).values(cell | {"orders": 4}))


def test_a_month_that_nothing_makes_safe_is_not_published_and_tried_again_with_another_plan(small, monkeypatch):
    def refuse(sales, _plan):
        raise NotPublishable(Reason.AUDIT, sales.period, ("residual=1",))

    with small.installed() as there:
        with monkeypatch.context() as patched:
            patched.setattr(publishing, "publish", refuse)
            assert publish(there, CLI, "2026-08").not_publishable == ("2026-08",)
        assert [(it.is_published, it.reason) for it in months(there, CLI)] == [(False, "audit")]
        assert rows(there) == []
        assert publish(there, CLI, "2026-08").published == ()
        plan = there.settings.home / "publication.toml"
        plan.write_text(publication_plan.PLAN_FILE.read_text("utf-8").replace('"2026-11"', '"2026-12"'), "utf-8")
        known = publication_plan.load_plan(plan)
        monkeypatch.setattr(publication_run, "load_plan", lambda: known)
        assert publish(there, CLI, "2026-08").published == ("2026-08",)


def test_lines_that_come_later_are_counted_nowhere_and_told_once(house):
    with house.installed() as there:
        publish(there, CLI)
        before = rows(there)
        house.execute("INSERT INTO line VALUES (9999, '2026-09-30', 'Forets', 'Est', 'web', 1, 100)")
        assert publish(there, CLI).late == ("2026-09",)
        assert publish(there, CLI).late == ("2026-09",)
        assert {it.period: it.late_lines for it in months(there, CLI)} == dict(
            zip(MONTHS, (None, 1, None), strict=True)
        )
        assert rows(there) == before
        told = [json.loads(payload) for action, payload in entries(there) if action == publication_run.LATE_FOUND]
        assert len(told) == 1
        assert {it.code for it in audit_published(there, CLI)} == {FindingCode.UNLIKE_SALES}


def test_an_amount_that_changes_in_a_published_month_is_noticed_too(small):
    with small.installed() as there:
        publish(there, CLI)
        small.execute("UPDATE line SET cents = cents + 1 WHERE id = 1")
        assert publish(there, CLI).late == ("2026-08",)


def test_lines_that_are_as_published_again_are_late_no_more(small):
    with small.installed() as there:
        publish(there, CLI)
        small.execute("UPDATE line SET cents = cents + 1 WHERE id = 1")
        publish(there, CLI)
        small.execute("UPDATE line SET cents = cents - 1 WHERE id = 1")
        assert publish(there, CLI).late == ()


def test_the_audit_finds_a_hidden_cell_that_is_shown_again(small):
    with small.installed() as there:
        publish(there, CLI, "2026-08")
        with writing(there.store) as connection:
            connection.execute(text("DROP TRIGGER published_cell_no_update"))
            hidden = published_cell.c.revenue.is_(None) & (published_cell.c.family == "Forets")
            here = hidden & (published_cell.c.region == "Ouest") & (published_cell.c.channel == "*")
            connection.execute(update(published_cell).where(here).values(revenue=LARGE, orders=1, enterprises=0))
        assert FindingCode.UNSAFE_SHOWN in {it.code for it in audit_published(there, CLI)}


def test_one_publishes_at_a_time(small):
    with small.installed() as there, exclusive(there.store, publication_run.LOCK, 0):
        for way in (publish, start_publication):
            with pytest.raises(NotPossible) as refused:
                way(there, CLI)
            assert refused.value.code == "publication_running"


KILLED = """
import os, signal, sys
sys.path.insert(0, sys.argv[2])
from diager_dpo.domain.permissions import Identity
from diager_dpo.services.installation import open_installation
from diager_dpo.services.publication import publish
from diager_dpo.services import journal
from diager_dpo.services.settings import Settings
from pathlib import Path
from tests.services.sales_house import NOW
record, seen = journal.record, []
def killed(*given, **named):
    seen.append(1)
    record(*given, **named)
    if len(seen) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
journal.record = killed
folder = Path(sys.argv[1])
there = open_installation(Settings(home=folder / "home", source=folder / "shop.toml"), lambda: NOW)
publish(there, Identity("cli", "operator"))
"""


def test_killed_in_the_middle_whole_months_remain_and_the_next_goes_on(small):
    command = [sys.executable, "-c", KILLED, str(small.folder), str(CHECKOUT)]
    assert subprocess.run(command, env=os.environ, check=False).returncode == -signal.SIGKILL
    with small.installed() as there:
        assert states(there) == {"2026-10": "published"}
        assert {row[1] for row in rows(there)} == {"2026-10"}
        state = publication_state(there, CLI)
        assert (state.running, state.error) == (False, publication_run.INTERRUPTED)
        assert needs_publication(there, CLI)
        assert publish(there, CLI).published == ("2026-09", "2026-08")
        assert not needs_publication(there, CLI)


def test_a_right_that_is_withdrawn_meanwhile_stops_it(small):
    dpo = Identity("local", "dpo")
    with small.installed() as there:
        grant(there.store, dpo, Role.DPO)

        def revoke(at):
            if at.done == 1:
                with writing(there.store) as connection:
                    connection.execute(text("UPDATE role_grant SET revoked_at = '2026-11-20T09:00:00+00:00'"))

        with pytest.raises(Refused):
            publish(there, dpo, progress=revoke)
        assert set(states(there)) == {"2026-10"}
        assert publication_state(there, CLI).error == "not_permitted"


def test_a_publication_is_due_again_after_a_day(small):
    with small.installed() as there:
        assert needs_publication(there, CLI)
        publish(there, CLI)
        assert not needs_publication(there, CLI)
    with small.installed(NOW + timedelta(days=1)) as there:
        assert needs_publication(there, CLI)


def test_management_sees_statistics_and_no_record(small):
    management = Identity("local", "management")
    with small.installed() as there:
        grant(there.store, management, Role.MANAGEMENT)
        publish(there, CLI)
        assert table(there, management, "family_region", "2026-08", "2026-10").total.now.is_whole
        for forbidden in (
            lambda: publish(there, management),
            lambda: audit_published(there, management),
            lambda: find(there, management, RecordFilter(Purpose.PROSPECTING), there.today(), 90),
        ):
            with pytest.raises(Refused):
                forbidden()


SOLD = "SELECT booked_on, id AS order_key, family, region, 'web' AS channel, unit, NULL AS \"group\", is_natural_person, cents / 100.0 AS amount FROM line"


def test_a_purge_changes_no_published_figure_and_makes_no_line_late(tmp_path):
    company = ErasingCompany(tmp_path)
    file = tmp_path / "crm.toml"
    given = file.read_text("utf-8").replace("[tables.contact]\n", f"sales = '''{SOLD}'''\n[tables.contact]\n", 1)
    file.write_text(given + '[not_personal]\nline = "amounts"\n', "utf-8")
    company.run(
        "CREATE TABLE line (id INTEGER PRIMARY KEY, booked_on DATE, family TEXT, region TEXT, unit TEXT, "
        "is_natural_person INTEGER, cents INTEGER)"
    )
    people = (*company.due, *company.customers, *company.kept)
    for n, key in enumerate(people):
        company.run(f"INSERT INTO line VALUES ({n}, '2024-10-02', 'Disques', 'Est', '{key}', 0, {10_000 + 31 * n})")
    company.run("INSERT INTO line VALUES (100, '2024-10-02', 'Forets', 'Est', 'd-01', 0, 555)")
    with company.installed() as there:
        company.staff(there)
        publish(there, CLI)
        before = [rows(there, one) for one in (published_cell, published_month, late_sales)]
        assert before[0]
        execute(there, CLI, company.approve(there))
        assert company.keys() == sorted((*company.customers, *company.kept))
        assert publish(there, CLI).late == ()
        assert [rows(there, one) for one in (published_cell, published_month, late_sales)] == before
        assert audit_published(there, CLI) == ()


def test_a_worker_publishes_what_is_missing(small, monkeypatch):
    with small.installed() as there:
        started = []

        class Noted(subprocess.Popen):
            def __init__(self, *given, **named):
                super().__init__(*given, **named)
                started.append(self)

        monkeypatch.setattr(worker.subprocess, "Popen", Noted)
        start_publication(there, CLI)
        assert started[0].wait(120) == 0
        assert set(MONTHS) == set(states(there))


def test_the_app_starts_one_worker_by_itself_where_a_month_is_missing_and_none_otherwise(small, monkeypatch):
    with small.installed() as there:
        started = []

        class Worker:
            def __init__(self, command, **_named):
                started.append(command)

            def wait(self):
                return 0

        monkeypatch.setattr(worker.subprocess, "Popen", Worker)
        silent = replace(there, settings=there.settings.model_copy(update={"publishes_by_itself": False}))
        assert not publish_by_itself(silent)
        with exclusive(there.store, publication_run.LOCK, 0):  # another server was faster
            assert not publish_by_itself(there)
        no_sales = {name: fact for name, fact in there.source.facts.items() if name != "sales"}
        assert not publish_by_itself(replace(there, source=replace(there.source, facts=no_sales)))
        assert not publish_by_itself(replace(there, source=None))
        assert not started
        assert publish_by_itself(there)
        [command] = started
        assert command[1:] == ("-m", "diager_dpo", *publication.WORKER)
        publish(there, CLI)
        assert not publish_by_itself(there)
        assert len(started) == 1


def test_the_app_loads_no_solver_to_look_whether_something_is_to_be_published():
    script = "import sys, diager_dpo.ui.frame; sys.exit('highspy' in sys.modules)"
    assert subprocess.run([sys.executable, "-W", "error", "-c", script], cwd=CHECKOUT, check=False).returncode == 0

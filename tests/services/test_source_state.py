import dataclasses
import json
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from diager_dpo.domain.facts import Finding
from diager_dpo.domain.permissions import Role
from diager_dpo.domain.words import Anomaly, Purpose
from diager_dpo.services import source_state
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.services.source_state import SourceAlert
from diager_dpo.source.check import Code
from diager_dpo.source.errors import SourceConnectionError
from diager_dpo.source.grants import WriteAccess
from diager_dpo.store import tables
from diager_dpo.store.engine import writing
from tests.services.filled_store import CLI, DPO, NOW, SOURCE, fill, grant


@pytest.fixture
def company(installation, monkeypatch):
    """The database that the source file describes."""
    path = installation.settings.home / "crm.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE contact (id INTEGER PRIMARY KEY)")
    monkeypatch.setenv("DIAGER_DPO_SOURCE_URL", "sqlite:///crm.sqlite3")
    return path


def test_a_check_is_kept_as_it_was_found(installation, company):
    found = source_state.check(installation, CLI)
    assert source_state.last_check(installation, CLI) == found
    assert found.checked_at == NOW


def test_the_last_check_is_the_one_that_counts(installation, company):
    before = source_state.check(installation, CLI)
    with closing(sqlite3.connect(company)) as connection:
        connection.execute("CREATE TABLE forgotten (id INTEGER PRIMARY KEY, contact_id REFERENCES contact(id))")
    source_state.check(installation, CLI)
    last = source_state.last_check(installation, CLI)
    assert last != before
    assert not last.report.clean
    assert Code.TABLE_UNDECLARED in {problem.code for problem in last.blocking}


def test_a_source_that_cannot_be_reached_is_said_with_a_code(installation, monkeypatch):
    monkeypatch.delenv("DIAGER_DPO_SOURCE_URL", raising=False)
    with pytest.raises(NotPossible, match="source_url_missing"):
        source_state.check(installation, CLI)
    assert source_state.last_check(installation, CLI) is None


def test_without_a_source_there_is_nothing_to_check(installation):
    bare = dataclasses.replace(installation, source=None)
    with pytest.raises(NotPossible, match="no_source"):
        source_state.check(bare, CLI)


def test_an_auditor_sees_the_check_and_runs_none(installation, company):
    grant(installation.store, DPO, Role.AUDITOR)
    assert source_state.last_check(installation, DPO) is None
    with pytest.raises(Refused):
        source_state.check(installation, DPO)
    with installation.store.connect() as connection:
        assert connection.execute(select(tables.source_check)).all() == []


def test_an_operator_sees_nothing_of_the_source(installation):
    grant(installation.store, DPO, Role.OPERATOR, Purpose.CONTESTS)
    for service in (source_state.last_check, source_state.findings, source_state.alerts):
        with pytest.raises(Refused):
            service(installation, DPO)


def test_findings_and_alerts_are_those_of_the_last_finished_scan(any_installation):
    store = any_installation.store
    assert source_state.findings(any_installation, CLI) == ()
    old, last = fill(store, []), fill(store, [], finished_at=NOW + timedelta(hours=1))
    fill(store, [], state="failed", error="source_unavailable")
    with writing(store) as connection:
        for scan in (old, last):
            for column, count in (("a", scan), ("b", 10 * scan)):
                examples = json.dumps(["p1", 2])
                row = {"scan": scan, "anomaly": 1, "fact": "persons", "column": column, "n": count}
                connection.execute(insert(tables.finding).values(examples=examples, **row))
            row = {"scan": scan, "code": "no_announced_duration", "purpose": 3, "operation": "C1", "n": scan}
            connection.execute(insert(tables.alert).values(row))
        connection.execute(insert(tables.operation).values(source=SOURCE, operation="C1", name="Salon", provider=""))
    assert source_state.findings(any_installation, CLI) == (
        Finding(Anomaly.FUTURE_DATE, "persons", "b", 10 * last, ("p1", "2")),
        Finding(Anomaly.FUTURE_DATE, "persons", "a", last, ("p1", "2")),
    )
    assert source_state.alerts(any_installation, CLI) == (
        SourceAlert("no_announced_duration", Purpose.CONTESTS, "C1", "Salon", last),
    )


def test_a_check_says_what_the_source_runs_on_and_what_its_account_could_write(installation, company, monkeypatch):
    could = (WriteAccess("contact", ("DELETE", "UPDATE")),)
    monkeypatch.setattr(source_state, "probe_write_access", lambda engine, tables: could)
    source_state.check(installation, CLI)
    last = source_state.last_check(installation, CLI)
    assert (last.database, last.writable) == ("sqlite", could)


def test_a_database_that_hides_its_grants_makes_no_check_fail(installation, company, monkeypatch):
    def hidden(engine, tables):
        raise SourceConnectionError("not_allowed")

    monkeypatch.setattr(source_state, "probe_write_access", hidden)
    assert source_state.check(installation, CLI).writable is None
    assert source_state.last_check(installation, CLI).writable is None


def test_what_the_source_file_says_is_for_who_may_see_the_source(installation):
    assert source_state.source_file(installation, CLI).name == SOURCE
    grant(installation.store, DPO, Role.MANAGEMENT)
    with pytest.raises(Refused, match="see_source"):
        source_state.source_file(installation, DPO)


def test_a_right_that_is_withdrawn_while_the_source_is_compared_keeps_nothing(installation, company, monkeypatch):
    grant(installation.store, DPO, Role.DPO)
    compared = source_state._compared

    def withdrawn_meanwhile(*given):
        with writing(installation.store) as connection:
            connection.execute(tables.role_grant.update().values(revoked_at=NOW.isoformat()))
        return compared(*given)

    monkeypatch.setattr(source_state, "_compared", withdrawn_meanwhile)
    with pytest.raises(Refused):
        source_state.check(installation, DPO)
    with installation.store.connect() as connection:
        assert connection.execute(select(tables.source_check)).all() == []


def test_what_the_account_could_write_is_asked_when_the_server_starts(installation, company, monkeypatch):
    checked = source_state.check(installation, CLI)
    later = dataclasses.replace(installation, clock=lambda: NOW + timedelta(hours=1))
    granted = (WriteAccess("contact", ("UPDATE",)),)
    monkeypatch.setattr(source_state, "_PROBED", {})
    monkeypatch.setattr(source_state, "probe_write_access", lambda *_arguments: granted)
    source_state.probe_account(later)
    assert source_state.last_check(installation, CLI) == dataclasses.replace(checked, writable=granted)
    monkeypatch.setattr(source_state, "probe_write_access", lambda *_arguments: ())
    latest = dataclasses.replace(installation, clock=lambda: NOW + timedelta(hours=2))
    source_state.check(latest, CLI)
    assert source_state.last_check(installation, CLI).writable == ()  # a later check knows better

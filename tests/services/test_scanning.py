import json
import os
import subprocess
import sys
import time
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from diager_dpo.domain.civil import day_number
from diager_dpo.domain.permissions import Identity
from diager_dpo.domain.words import Anomaly, Flag, Purpose, Status
from diager_dpo.services import scan_run
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.scan_progress import Phase
from diager_dpo.services.scanning import history, needs_scan, scan, scan_state, start_scan
from diager_dpo.store import tables
from diager_dpo.store.engine import reading
from diager_dpo.store.index import Difference
from diager_dpo.store.locks import exclusive
from tests.services.small_source import NOW, SmallSource

CLI = Identity("cli", "operator")
# Killed while it writes: the rows are in the transaction, and not in the store.
KILLED = """
import os, signal, sys
from pathlib import Path
from diager_dpo.domain.permissions import Identity
from diager_dpo.services.installation import open_installation
from diager_dpo.services.scanning import scan
from diager_dpo.services.settings import Settings
from diager_dpo.store import scans
scans.write_alerts = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
scan(open_installation(Settings(home=Path(sys.argv[1]), source=Path(sys.argv[2]), store_url=sys.argv[3] or None)),
     Identity("cli", "operator"))
"""


@pytest.fixture
def source(tmp_path, monkeypatch):
    monkeypatch.setenv("DIAGER_DPO_TEST_SOURCE_URL", f"sqlite:///{tmp_path}/company.sqlite3")
    return SmallSource(tmp_path)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def store_url(request):
    return request.getfixturevalue("postgresql_url") if request.param == "postgresql" else None


@pytest.fixture
def installation(source, store_url):
    with source.installed(store_url) as there:
        yield there


def rows(installation, table):
    with reading(installation.store) as connection:
        return [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]


def result_tables(installation):
    return [rows(installation, table) for table in (tables.record, tables.calendar, tables.operation)]


def last_days(installation):
    """Last day of each record, by person and purpose."""
    with reading(installation.store) as connection:
        found = connection.execute(select(tables.record.c.person, tables.record.c.purpose, tables.record.c.last_day))
        return {(row.person, Purpose(row.purpose)): row.last_day for row in found}


def test_a_scan_decides_every_record_of_the_source(installation):
    result = scan(installation, CLI)
    assert (result.persons, result.records, result.difference) == (5, 7, Difference(7, 0, 0))
    found = last_days(installation)
    assert found["1", Purpose.PROSPECTING] == day_number(date(2023, 11, 5))
    assert found["3", Purpose.PROSPECTING] == day_number(date(2024, 4, 1))
    assert found["2", Purpose.CONTESTS] == day_number(date(2024, 12, 31))
    assert found["4", Purpose.CUSTOMER_MANAGEMENT] is None
    assert found["5", Purpose.PROSPECTING] is None


def test_a_rescan_leaves_what_a_scan_into_an_empty_store_leaves(installation, source, tmp_path):
    scan(installation, CLI)
    source.execute(
        "UPDATE contact SET clicked_on = '2024-12-01' WHERE id = 1; DELETE FROM contact WHERE id = 3;"
        "INSERT INTO contact VALUES (6, '2023-01-01', NULL); UPDATE contract SET is_open = 0, contract_end = '2024-06-30'"
    )
    assert scan(installation, CLI).difference == Difference(added=1, changed=3, removed=1)
    again = tmp_path / "again"
    again.mkdir()
    fresh = SmallSource(again)
    fresh.database.unlink()
    source.database.rename(fresh.database)
    fresh.database.rename(source.database)
    with fresh.installed() as anew:
        scan(anew, CLI)
        assert result_tables(anew) == result_tables(installation)


def test_totals_findings_and_alerts_of_each_scan_are_kept(installation):
    number = scan(installation, CLI).scan
    with reading(installation.store) as connection:
        totals = connection.execute(select(tables.scan_total).where(tables.scan_total.c.scan == number)).all()
        findings = connection.execute(select(tables.finding)).all()
    by_status = {(row.purpose, row.status): row.n for row in totals}
    assert sum(by_status.values()) == 7
    assert by_status[Purpose.PROSPECTING, Status.DUE] == 2
    assert by_status[Purpose.CONTESTS, Status.DUE] == 1
    assert by_status[Purpose.ACCOUNTING, Status.DUE] == 0
    oldest = next(row for row in totals if (row.purpose, row.status) == (Purpose.PROSPECTING, Status.DUE))
    assert oldest.oldest_due_from == day_number(date(2023, 11, 6))
    future = next(row for row in findings if row.anomaly == Anomaly.FUTURE_DATE)
    assert (future.fact, future.n, json.loads(future.examples)) == ("persons", 1, ["5"])


def test_an_operation_without_an_announced_duration_raises_an_alert(installation, source):
    source.execute("UPDATE contest SET keep_until = NULL")
    scan(installation, CLI)
    assert [row[1:] for row in rows(installation, tables.alert)] == [
        ("no_announced_duration", int(Purpose.CONTESTS), "spring", 1)
    ]


def test_an_operation_that_was_prolonged_flags_its_entries_from_then_on(installation, source):
    def flags():
        with reading(installation.store) as connection:
            query = select(tables.record.c.flags).where(tables.record.c.purpose == Purpose.CONTESTS)
            return Flag(connection.execute(query).scalar_one())

    scan(installation, CLI)
    assert Flag.OPERATION_PROLONGED not in flags()
    source.execute("UPDATE contest SET keep_until = '2025-12-31'")
    for _ in range(2):
        scan(installation, CLI)
        assert Flag.OPERATION_PROLONGED in flags()
        assert rows(installation, tables.operation)[0][-1] == day_number(date(2025, 1, 10))


def test_a_scan_that_fails_leaves_the_former_result_and_says_why(installation, source):
    scan(installation, CLI)
    before = result_tables(installation)
    source.execute("ALTER TABLE contest RENAME TO competition; DELETE FROM contact")
    with pytest.raises(NotPossible) as refused:
        scan(installation, CLI)
    assert result_tables(installation) == before
    failed = history(installation, CLI)[0]
    assert (failed.state, failed.error) == ("failed", refused.value.code)
    assert failed.place == "operations.contest"
    state = scan_state(installation, CLI)
    assert state.failed_since == failed
    assert state.last_done is not None


def test_an_error_nobody_expected_is_recorded_without_its_text(installation, monkeypatch, caplog):
    def broken(*_arguments):
        raise ValueError("Jeanne Martin")

    monkeypatch.setattr(scan_run, "decide", broken)
    with pytest.raises(ValueError, match="Jeanne"):
        scan(installation, CLI)
    assert history(installation, CLI)[0].error == "unexpected"
    assert "ValueError" in caplog.text
    assert "Jeanne" not in caplog.text


def test_a_scan_is_refused_while_another_runs(installation, monkeypatch):
    monkeypatch.setattr(scan_run, "_WAIT_S", 0)
    with exclusive(installation.store, scan_run.LOCK, 0):
        for start in (scan, start_scan):
            with pytest.raises(NotPossible) as refused:
                start(installation, CLI)
            assert refused.value.code == "scan_running"
    assert history(installation, CLI) == ()


def test_a_killed_scan_leaves_the_former_result_and_is_found_dead(installation, source, store_url):
    scan(installation, CLI)
    before = result_tables(installation)
    source.execute("UPDATE contact SET clicked_on = '2024-12-01'")
    arguments = [str(source.folder / "home"), str(source.folder / "crm.toml"), store_url or ""]
    killed = subprocess.run([sys.executable, "-c", KILLED, *arguments], check=False, timeout=60)
    assert killed.returncode == -9
    for _ in range(100):  # a server takes a moment to notice
        dead = history(installation, CLI)[0]
        if dead.state == "failed":
            break
        time.sleep(0.1)
    assert (dead.state, dead.error, dead.progress) == ("failed", "scan_interrupted", None)
    assert result_tables(installation) == before
    scan(installation, CLI)
    assert [each.state for each in history(installation, CLI)] == ["done", "failed", "done"]
    assert result_tables(installation) != before


def test_a_scan_of_a_given_day_is_recorded_as_a_replay(installation):
    scan(installation, CLI, day=date(2024, 6, 1))
    replay = history(installation, CLI)[0]
    assert (replay.day, replay.replayed) == (date(2024, 6, 1), True)
    scan(installation, CLI)
    today = history(installation, CLI)[0]
    assert (today.day, today.replayed) == (date(2025, 1, 10), False)


def test_a_day_before_the_charter_took_effect_is_refused(installation):
    with pytest.raises(NotPossible) as refused:
        scan(installation, CLI, day=date(2000, 1, 1))
    assert refused.value.code == "no_charter_in_force"


def test_progress_goes_through_its_phases_and_into_the_row(installation, source):
    seen, written = [], []

    def listen(progress):
        seen.append(progress.phase)
        running = scan_state(installation, CLI).running
        written.append(running.progress.phase if running else None)

    scan(installation, CLI, progress=listen)
    assert list(dict.fromkeys(seen)) == [Phase.READING, Phase.DECIDING, Phase.WRITING, Phase.DONE]
    assert written[:-1] == seen[:-1]
    assert written[-1] is None
    last = []
    scan(installation, CLI, progress=last.append)
    assert last[-1].expected == last[-1].done == 9


def test_a_scan_is_needed_when_the_last_is_older_than_a_day(source, store_url):
    with source.installed(store_url) as now:
        assert needs_scan(now, CLI)
        scan(now, CLI)
        assert not needs_scan(now, CLI)
    with source.installed(store_url, NOW + timedelta(hours=23, minutes=59)) as later:
        assert not needs_scan(later, CLI)
    with source.installed(store_url, NOW + timedelta(hours=24)) as tomorrow:
        assert needs_scan(tomorrow, CLI)
        with exclusive(tomorrow.store, scan_run.LOCK, 0):
            assert needs_scan(tomorrow, CLI)  # a lock without a scan that runs is none


def test_a_worker_process_scans_while_nobody_waits(installation):
    start_scan(installation, CLI)
    for _ in range(600):
        done = scan_state(installation, CLI).last_done
        if done:
            break
        time.sleep(0.1)
    log = installation.settings.logs / "scan.log"
    assert done, log.read_text()
    assert done.records == 7
    assert os.access(log, os.R_OK)

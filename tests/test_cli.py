"""The command line, as cron and operators call it. The store is filled as a scan leaves it."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from diager_dpo.cli import opening
from diager_dpo.cli.program import program
from diager_dpo.domain.civil import OPEN_END
from diager_dpo.domain.words import Anchor, Anomaly, Category, Flag, Kind, Purpose
from diager_dpo.services import source_state
from diager_dpo.services.errors import DpoError
from diager_dpo.source.grants import WriteAccess
from tests.services.filled_store import SOURCE_FILE, Row, fill, installed

STATUSES = {"running", "kept", "due_soon", "due", "held", "undetermined", "total"}


@pytest.fixture
def installation(tmp_path, monkeypatch):
    """An installation on 10 January 2025, which every command opens."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "DIAGER_DPO_SOURCE_URL"):
        monkeypatch.delenv(name, raising=False)
    with installed(tmp_path) as there:
        monkeypatch.setattr(opening, "open_installation", lambda: there)
        yield there


def run(*arguments, code=0):
    result = CliRunner().invoke(program, arguments)
    assert result.exit_code == code, (result.output, result.exception)
    return result


def answer(*arguments, code=0):
    return json.loads(run(*arguments, "--json", code=code).stdout)


def test_counts_have_the_agreed_shape(installation):
    fill(installation.store, [Row("a", last_day=date(2024, 6, 30)), Row("b", last_day=date(2025, 1, 31))])
    counts = answer("counts", "--as-of", "2025-01-10", "--horizon", "30")
    assert {name: value for name, value in counts.items() if name != "purposes"} == {
        "as_of": "2025-01-10",
        "horizon_days": 30,
        "scanned_at": "2025-01-10T09:30:00+00:00",
    }
    assert list(counts["purposes"]) == ["prospecting", "customer_management", "contests", "accounting"]
    assert {frozenset(purpose) for purpose in counts["purposes"].values()} == {frozenset(STATUSES)}
    assert counts["purposes"]["prospecting"] == {
        "running": 0, "kept": 0, "due_soon": 1, "due": 1, "held": 0, "undetermined": 0, "total": 2,
    }  # fmt: skip


def test_counts_are_of_today_unless_a_day_is_given(installation):
    fill(installation.store, [Row("a", last_day=date(2025, 1, 10))])
    assert answer("counts")["as_of"] == "2025-01-10"
    assert answer("counts", "--as-of", "2025-01-11")["purposes"]["prospecting"]["due"] == 1


def test_an_explanation_has_the_agreed_shape(installation):
    rows = [
        Row("7", anchor_on=date(2021, 2, 28), last_day=date(2024, 2, 28), flags=Flag.CONTACT_AFTER_END),
        Row(
            "7",
            purpose=Purpose.CONTESTS,
            operation="C1",
            category=Category.ENTRY,
            anchor=Anchor.NONE,
            kind=Kind.UNDETERMINED,
            rule=4,
            anomalies=Anomaly.KEEP_CONFLICT,
        ),
    ]
    fill(installation.store, rows)
    assert answer("explain", "7", "8", "--as-of", "2025-01-10") == [
        {
            "person": "7",
            "as_of": "2025-01-10",
            "purposes": [
                {
                    "purpose": "prospecting",
                    "category": "prospect",
                    "status": "due",
                    "last_day": "2024-02-28",
                    "due_from": "2024-02-29",
                    "anchor": {"event": "last_contact", "on": "2021-02-28"},
                    "rule": {"duration": "P3Y", "charter": "2018-09", "clause": "prospects"},
                    "flags": ["contact_after_end"],
                    "anomalies": [],
                },
                {
                    "purpose": "contests",
                    "operation": "C1",
                    "category": "entry",
                    "status": "undetermined",
                    "last_day": None,
                    "due_from": None,
                    "anchor": {"event": None, "on": None},
                    "rule": {"duration": None, "charter": "2018-09", "clause": "contests"},
                    "flags": [],
                    "anomalies": ["keep_conflict"],
                },
            ],
        },
        {"person": "8", "as_of": "2025-01-10", "purposes": []},
    ]


def test_an_explanation_is_never_due_soon(installation):
    fill(installation.store, [Row("a", last_day=date(2025, 1, 10))])
    assert answer("explain", "a")[0]["purposes"][0]["status"] == "kept"


def test_an_objection_names_no_duration(installation):
    fill(
        installation.store,
        [Row("a", anchor=Anchor.OBJECTION, anchor_on=date(2024, 4, 2), last_day=date(2024, 4, 1), rule=7)],
    )
    assert answer("explain", "a")[0]["purposes"][0]["rule"] == {"duration": None, "charter": None, "clause": None}


def test_text_is_french_unless_the_system_or_the_operator_says_otherwise(installation, monkeypatch):
    fill(installation.store, [Row("a", running_until=OPEN_END, anchor=Anchor.NONE)])
    assert "Relation en cours" in run("explain", "a").stdout
    assert "Relation under way" in run("--language", "en", "explain", "a").stdout
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert "Relation under way" in run("explain", "a").stdout
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert "Relation en cours" in run("explain", "a").stdout


def test_a_digest_says_who_must_act_and_names_no_person(installation):
    fill(installation.store, [Row("secret-key", last_day=date(2024, 6, 9), flags=Flag.CONTACT_AFTER_END)])
    told = run("--language", "en", "digest")
    assert "214 days" in told.stdout
    assert told.stdout.index("Data protection officer") < told.stdout.index("Administrator")
    digest = answer("digest")
    assert digest["matters"][0] == {
        "code": "due",
        "urgency": "late",
        "who": "dpo",
        "purpose": "prospecting",
        "count": 1,
        "days": 214,
        "on": "2024-06-10",
        "subject": None,
        "page": "deadlines",
        "filters": {"purpose": "prospecting", "status": "due"},
    }
    assert "secret-key" not in told.stdout + json.dumps(digest)


def test_what_cannot_be_done_is_one_sentence_with_a_code(installation):
    failed = run("counts", code=1)
    assert failed.stdout == ""
    assert failed.stderr.endswith("[never_scanned]\n")
    assert failed.stderr.count("\n") == 1


def test_without_a_source_the_operator_is_told_what_to_do(installation, monkeypatch):
    monkeypatch.setattr(opening, "open_installation", lambda: replace(installation, source=None))
    for command in (["counts"], ["explain", "a"], ["digest"], ["scan"], ["sources", "receipts-ddl"]):
        assert "DIAGER_DPO_SOURCE" in run(*command, code=1).stderr


def test_what_nobody_foresaw_shows_no_trace_and_no_value(installation, monkeypatch):
    def fail():
        raise ValueError("Mme Durand")

    monkeypatch.setattr(opening, "open_installation", fail)
    stderr = run("counts", code=1).stderr
    assert stderr.endswith("[unforeseen]\n")
    assert "ValueError" in stderr
    assert "Durand" not in stderr
    assert "Traceback" not in stderr


def test_an_error_of_any_layer_becomes_its_sentence(installation, monkeypatch):
    def fail():
        raise DpoError("store_busy")

    monkeypatch.setattr(opening, "open_installation", fail)
    assert run("counts", code=1).stderr.endswith("[store_busy]\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["counts", "--as-of", "2025-02-30"],
        ["counts", "--as-of", "20250101"],
        ["counts", "--horizon", "-1"],
        ["explain"],
        ["nothing"],
        ["--language", "de", "counts"],
        ["sources", "check"],
        ["sources", "receipts-ddl", "--database", "oracle"],
    ],
)
def test_a_wrong_command_line_exits_with_2(installation, arguments):
    run(*arguments, code=2)


@pytest.fixture
def company(installation, monkeypatch):
    """The database of the source, with a table that nobody declared."""
    with closing(sqlite3.connect(installation.settings.home / "crm.sqlite3")) as connection:
        connection.execute("CREATE TABLE contact (id INTEGER PRIMARY KEY)")
        connection.execute("CREATE TABLE forgotten (id INTEGER PRIMARY KEY, contact_id REFERENCES contact(id))")
    monkeypatch.setenv("DIAGER_DPO_SOURCE_URL", "sqlite:///crm.sqlite3")
    return installation.settings.home


def test_a_source_that_is_not_clean_exits_with_1(company):
    report = answer("sources", "check", str(company / "crm.toml"), code=1)
    assert report["clean"] is False
    assert ("table_undeclared", "forgotten") in {(each["code"], each["table"]) for each in report["problems"]}
    assert "table_undeclared" in run("sources", "check", str(company / "crm.toml"), code=1).stdout


def test_a_source_that_is_clean_exits_with_0(company):
    with closing(sqlite3.connect(company / "crm.sqlite3")) as connection:
        connection.execute("DROP TABLE forgotten")
    assert answer("sources", "check", str(company / "crm.toml"))["clean"] is True


def test_only_the_check_of_the_configured_file_is_kept(company, installation):
    from diager_dpo.services.source_state import last_check
    from tests.services.filled_store import CLI

    other = company / "other.toml"
    other.write_text(SOURCE_FILE)
    run("sources", "check", str(other), code=1)
    assert last_check(installation, CLI) is None
    run("sources", "check", str(company / "crm.toml"), code=1)
    assert last_check(installation, CLI) is not None


def test_a_check_warns_of_an_account_that_could_write(company, monkeypatch):
    assert answer("sources", "check", str(company / "crm.toml"), code=1)["writable"] == []
    could = (WriteAccess("contact", ("DELETE", "UPDATE")),)
    monkeypatch.setattr(source_state, "probe_write_access", lambda _engine, _tables: could)
    (company / "other.toml").write_text(SOURCE_FILE)
    for file in (company / "crm.toml", company / "other.toml"):
        found = answer("sources", "check", str(file), code=1)["writable"]
        assert found == [{"table": "contact", "privileges": ["DELETE", "UPDATE"]}]
        assert "contact (DELETE, UPDATE)" in run("sources", "check", str(file), code=1).stdout


def test_what_a_scan_sets_aside_is_counted_without_a_key(company):
    with closing(sqlite3.connect(company / "crm.sqlite3")) as connection:
        connection.executescript(
            "DROP TABLE contact; CREATE TABLE contact (id); INSERT INTO contact VALUES (4711), (4711)"
        )
    twice = {"anomaly": "duplicate_person", "fact": "persons", "column": "person", "count": 1}
    assert answer("scan", "--as-of", "2025-01-09")["anomalies"] == [twice]
    told = run("scan", "--as-of", "2025-01-09").stdout
    assert "persons.person" in told
    assert "4711" not in told
    assert answer("explain", "4711")[0]["purposes"][0]["anomalies"] == ["duplicate_person"]


def test_a_folder_that_cannot_be_written_is_said_without_a_trace(installation, tmp_path):
    (tmp_path / "file").write_text("")
    stderr = run("backup", str(tmp_path / "file" / "inside"), code=1).stderr
    assert "unforeseen" not in stderr
    assert stderr.count("\n") == 1


def test_a_source_file_that_is_wrong_or_missing_is_said(installation, tmp_path):
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("[source]\n")
    for file in (wrong, tmp_path / "missing.toml"):
        assert run("sources", "check", str(file), code=1).stderr.endswith("[source_file_wrong]\n")


def test_the_receipts_table_is_spelt_for_the_source(company):
    assert run("sources", "receipts-ddl").stdout.startswith("CREATE TABLE dpo_erasure_receipt (")
    named = run("sources", "receipts-ddl", "--database", "postgresql", "--table", "proofs").stdout
    assert named.startswith("CREATE TABLE proofs (")


def test_a_scan_is_recorded_with_its_day(company):
    scan = answer("scan", "--as-of", "2025-01-09")
    assert (scan["day"], scan["persons"], scan["records"]) == ("2025-01-09", 0, 0)
    assert set(scan) == {"scan", "day", "persons", "records", "added", "changed", "removed", "anomalies"}
    assert answer("counts")["purposes"]["prospecting"]["total"] == 0


def test_what_was_saved_comes_back(installation, tmp_path):
    fill(installation.store, [Row("a", last_day=date(2024, 1, 1))])
    assert answer("backup", str(tmp_path / "safe")) == {"folder": str(tmp_path / "safe")}
    fill(installation.store, [])
    assert run("restore", str(tmp_path / "safe"), code=1).stderr.endswith("[home_not_empty]\n")
    assert answer("restore", "--overwrite", str(tmp_path / "safe"))["folder"] == str(tmp_path / "safe")
    assert answer("counts")["purposes"]["prospecting"]["total"] == 1


def test_help_names_every_command(installation):
    told = run("--help").stdout
    for command in ("demo", "sources", "scan", "counts", "explain", "digest", "backup", "restore"):
        assert f"  {command} " in told


def started(*arguments, home: Path, **environment):
    """A command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "diager_dpo", *arguments],
        env={**os.environ, "DIAGER_DPO_HOME": str(home), "LANG": "C.UTF-8", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_fresh_machine_is_told_what_to_do_first(tmp_path):
    done = started("counts", home=tmp_path / "home")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith("[no_source]\n")


def test_without_a_configured_source_the_demonstration_answers_once_it_is_made(tmp_path):
    home = tmp_path / "home"
    made = started("demo", "--json", home=home)
    assert made.returncode == 0, made.stderr
    assert {"dpo", "administrator"} <= {person["subject"] for person in json.loads(made.stdout)["people"]}
    counts = json.loads(started("counts", "--json", home=home).stdout)
    assert all(purpose["total"] for purpose in counts["purposes"].values())
    assert "Délégué" in started("digest", home=home).stdout


def test_the_command_line_starts_without_the_screens(tmp_path):
    code = (
        "import sys; from diager_dpo.cli.program import program; import diager_dpo.cli.counts, diager_dpo.cli.explain;"
        "print(sorted({'streamlit', 'pandas', 'plotly'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_wrong_option_exits_with_2_in_a_process_of_its_own(tmp_path):
    assert started("counts", "--as-of", "yesterday", home=tmp_path / "home").returncode == 2

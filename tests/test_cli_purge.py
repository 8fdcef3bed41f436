"""The command line executes what two people approved; it approves nothing."""

import json

import pytest
from click.testing import CliRunner

from diager_dpo.cli.program import program
from tests.services.erasing_company import URL, ErasingCompany


@pytest.fixture
def run(tmp_path, monkeypatch):
    """The program on a company with one approved purge, as the approver left it a moment ago."""
    from datetime import UTC, datetime

    company = ErasingCompany(tmp_path)
    company.now = datetime.now(UTC)
    with company.installed() as installation:
        company.staff(installation)
        company.approve(installation)
    monkeypatch.setenv("DIAGER_DPO_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DIAGER_DPO_SOURCE", str(tmp_path / "crm.toml"))
    monkeypatch.setenv(URL, company.url)
    for name in ("STORE_URL", "CHARTERS", "SIGN_IN"):
        monkeypatch.delenv(f"DIAGER_DPO_{name}", raising=False)
    return lambda *words: CliRunner().invoke(program, ["--language", "en", "purge", *words])


def test_an_approved_purge_is_listed_executed_and_over(run):
    listed = json.loads(run("list", "--json").stdout)
    assert [(line["purge"], line["state"], line["items"], line["erased"]) for line in listed] == [(1, "approved", 9, 0)]
    done = run("execute", "1")
    assert (done.exit_code, done.stdout) == (0, "Purge 1: erased 9 of 9; skipped 0, failed 0.\n")
    assert "executed" in run("list").stdout
    again = run("execute", "1")
    assert (again.exit_code, "[purge_state_differs]" in again.stderr) == (1, True)


def test_recovering_is_said_and_changes_nothing_where_nothing_was_interrupted(run):
    assert json.loads(run("recover", "--json").stdout) == {"purges": []}
    assert run("recover").exit_code == 0


@pytest.mark.parametrize("words", [("approve", "1"), ("propose",), ("execute",), ("execute", "x")])
def test_nothing_is_approved_from_a_shell(run, words):
    assert run(*words).exit_code == 2


def test_a_purge_that_does_not_exist_is_an_error(run):
    answer = run("execute", "99")
    assert (answer.exit_code, "[purge_unknown]" in answer.stderr) == (1, True)

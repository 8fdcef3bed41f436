"""The command line makes the first administrator, once, and grants nothing else."""

import json

import pytest
from click.testing import CliRunner

from diager_dpo.cli.program import program
from diager_dpo.services.settings import DEMONSTRATION_SOURCE


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("DIAGER_DPO_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DIAGER_DPO_SOURCE", str(DEMONSTRATION_SOURCE))
    for name in ("STORE_URL", "CHARTERS", "SIGN_IN"):
        monkeypatch.delenv(f"DIAGER_DPO_{name}", raising=False)
    return lambda *words: CliRunner().invoke(program, ["--language", "en", "accounts", *words])


def test_the_first_administrator_is_made_once(run):
    made = run("first-administrator", "Nadia", "--json")
    assert made.exit_code == 0
    assert json.loads(made.stdout)["name"] == "nadia"
    again = run("first-administrator", "other")
    assert (again.exit_code, "[administrator_exists]" in again.stderr) == (1, True)


def test_a_reset_prints_another_first_password(run):
    first = json.loads(run("first-administrator", "nadia", "--json").stdout)["password"]
    second = run("reset", "nadia").stdout.splitlines()[-1]
    assert len(second) == len(first)
    assert second != first


def test_a_reset_of_nobody_is_refused(run):
    run("first-administrator", "nadia")
    answer = run("reset", "somebody")
    assert (answer.exit_code, "[not_permitted]" in answer.stderr) == (1, True)


@pytest.mark.parametrize("words", [("add", "x"), ("grant", "x"), ("first-administrator",)])
def test_there_is_no_other_command(run, words):
    assert run(*words).exit_code == 2

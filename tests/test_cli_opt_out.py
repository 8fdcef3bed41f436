"""``opt-out check``: which addresses of a file are opposed, and nothing of the file kept."""

import json
import re

import pytest
from click.testing import CliRunner

from diager_dpo.cli import opening
from diager_dpo.cli.program import program
from diager_dpo.services.scanning import scan
from tests.services.test_contests import CLI, House

LIST = "name;address\nBob Durand;  BOB+lettre@Exemple.FR\nAnne;anne@exemple.fr\nBob;bob\n"


@pytest.fixture
def house(tmp_path, monkeypatch):
    monkeypatch.setenv("DIAGER_DPO_TEST_SOURCE_URL", f"sqlite:///{tmp_path / 'company.sqlite3'}")
    made = House(tmp_path)
    with made.installed() as there:
        scan(there, CLI)
        monkeypatch.setattr(opening, "open_installation", lambda: there)
        monkeypatch.setattr(there.store, "dispose", lambda *_, **__: None)
        yield made


def check(file, *more):
    return CliRunner().invoke(program, ["opt-out", "check", str(file), *more])


def test_it_says_line_column_and_since_when(house, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text(LIST, "utf-8")
    said = check(file)
    assert said.exit_code == 0, said.output
    line, total = said.output.splitlines()
    assert (line.split()[1].rstrip(","), line.split(": ", 1)[-1].split()[0]) == ("2", "BOB+lettre@Exemple.FR")
    assert "anne" not in said.output
    assert re.findall(r"\d+", total) == ["1", "2", "4"]


def test_it_says_so_to_programs(house, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text(LIST, "utf-8")
    said = json.loads(check(file, "--json").output)
    assert (said["lines"], said["addresses"]) == (4, 2)
    assert [(each["line"], each["column"]) for each in said["opposed"]] == [(2, 2)]


def test_a_file_that_is_no_table_is_refused_and_a_file_that_is_not_there_too(house, tmp_path):
    file = tmp_path / "list.csv"
    file.write_bytes(b"PK\0\0")
    assert check(file).exit_code == 1
    assert check(tmp_path / "none.csv").exit_code == 2


def test_nothing_of_the_file_is_kept(house, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text("canari-introuvable@exemple.fr\n", "utf-8")
    assert check(file).exit_code == 0
    places = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert places
    assert not [path.name for path in places if b"canari-introuvable" in path.read_bytes()]

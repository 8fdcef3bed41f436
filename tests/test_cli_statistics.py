"""Statistics from a shell."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from diager_dpo.cli.program import program
from tests.services.sales_house import LARGE, SalesHouse


@pytest.fixture
def house(tmp_path, monkeypatch):
    made = SalesHouse(tmp_path, monkeypatch)
    monkeypatch.setenv("DIAGER_DPO_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DIAGER_DPO_SOURCE", str(tmp_path / "shop.toml"))
    return made


@pytest.fixture
def ask(house, monkeypatch):
    monkeypatch.setattr("os.nice", lambda _step: 0)

    def run(*arguments):
        return CliRunner().invoke(program, ["--language", "en", "statistics", *arguments])

    return run


def test_months_are_published_up_to_the_one_named(ask):
    assert json.loads(ask("publish", "--until", "2026-09", "--json").stdout)["published"] == ["2026-09", "2026-08"]


@pytest.mark.parametrize("month", ["2026", "2026-13", "soon"])
def test_what_is_no_month_is_refused(ask, month):
    assert ask("publish", "--until", month).exit_code == 2


def test_published_cells_are_exported_with_totals_and_without_hidden_values(ask):
    ask("publish", "--until", "2026-08")
    cells = json.loads(ask("export", "--json").stdout)
    assert {tuple(cell) for cell in cells} == {("table", "period", "family", "region", "channel", "measure", "value")}
    found = {tuple(list(cell.values())[:-1]): cell["value"] for cell in cells}
    month = sum(100_000 + 977 * unit for unit in range(12)) * 3 + LARGE
    assert found["family_region", "2026-08", "*", "*", "*", "revenue"] == month / 100
    assert found["family_region", "2026-08", "*", "*", "*", "orders"] == 37
    for measure in ("revenue", "orders", "enterprises"):
        assert found["family_region", "2026-08", "Forets", "Ouest", "*", measure] is None


def test_the_same_cells_come_as_csv(ask):
    ask("publish", "--until", "2026-08")
    rows = list(csv.DictReader(io.StringIO(ask("export", "--csv").stdout.lstrip("\ufeff"))))
    cells = json.loads(ask("export", "--json").stdout)
    assert [row["value"] for row in rows if row["measure"] == "revenue"] == [
        "" if cell["value"] is None else f"{cell['value']:.2f}" for cell in cells if cell["measure"] == "revenue"
    ]


def test_a_label_of_a_hostile_source_is_no_formula(ask, house):
    house.execute("UPDATE line SET region = '=cmd()' WHERE region = 'Est'")
    ask("publish", "--until", "2026-08")
    assert ",'=cmd()," in ask("export", "--csv").stdout


def test_an_audit_says_whether_something_is_found(ask, house):
    ask("publish", "--until", "2026-08")
    clean = ask("audit")
    assert (clean.exit_code, clean.stdout.strip()) == (0, "The audit found nothing in what is published.")
    house.execute("UPDATE line SET cents = cents + 1 WHERE id = 1")
    found = ask("audit", "--json")
    assert (found.exit_code, json.loads(found.stdout)[0]["code"]) == (1, "unlike_sales")
    assert ask("publish", "--until", "2026-08").stdout.count("2026-08") == 1


def test_nothing_is_said_of_a_plan_that_is_not_there(ask):
    assert json.loads(ask("export").stdout) == []

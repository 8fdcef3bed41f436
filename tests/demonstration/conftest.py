"""The made-up company, made once a session, and what the rules decide of it."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from diager_dpo.demonstration import make_company, rewind
from diager_dpo.domain.charter_file import parse_charters
from diager_dpo.domain.civil import day_number
from diager_dpo.domain.facts import Facts, Finding
from diager_dpo.domain.retention import Policy, decide
from diager_dpo.domain.verdicts import Decision
from diager_dpo.source.connection import open_source, source_url
from diager_dpo.source.description import load_source
from diager_dpo.source.reader import read_facts

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 23)
SOURCE = load_source(ROOT / "data" / "sources" / "demo.toml")


@dataclass(frozen=True)
class Look:
    """One company on one day: its file, its facts, what was decided."""

    path: Path
    day: int
    facts: Facts
    decision: Decision
    findings: tuple[Finding, ...]


def engine_of(path):
    return open_source(SOURCE, source_url(SOURCE, {}, path.parent, f"sqlite:///{path}"))


def look(path, day):
    reading = read_facts(engine_of(path), SOURCE, today=day_number(day))
    charters = parse_charters({file.name: file.read_text("utf-8") for file in (ROOT / "data/charters").glob("*.toml")})
    decision = decide(reading.facts, charters.in_force(day), day_number(day), Policy())
    return Look(path, day_number(day), reading.facts, decision, reading.findings + decision.findings)


def rows(path, statement, *values):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement, values).fetchall()


@pytest.fixture(scope="session")
def company(tmp_path_factory):
    path = tmp_path_factory.mktemp("company") / "demonstration.sqlite3"
    make_company(path, TODAY)
    return path


@pytest.fixture(scope="session")
def today(company):
    return look(company, TODAY)


@pytest.fixture
def rewound(company, tmp_path):
    """A function that gives a copy of the company as it was on a day."""

    def to(day):
        copy = tmp_path / f"{day}.sqlite3"
        shutil.copyfile(company, copy)
        rewind(copy, day)
        return copy

    return to

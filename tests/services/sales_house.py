"""A company that sells, small enough to be protected in a moment, in a SQLite file or on a server."""

import sqlite3
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from diager_dpo.domain.permissions import Identity
from diager_dpo.services.installation import open_installation
from diager_dpo.services.settings import Settings

CLI = Identity("cli", "operator")
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)

SOURCE_FILE = """
[source]
name = "shop"
title = { fr = "Magasin", en = "Shop" }
url_env = "DIAGER_DPO_TEST_SALES_URL"
erasure = "by_hand"
fiscal_year_closes = "12-31"
timezone = "Europe/Paris"
[facts]
persons = "SELECT id AS person FROM contact"
sales = '''SELECT booked_on, id AS order_key, family, region, channel, unit, NULL AS "group", 0 AS is_natural_person,
                  cents / 100.0 AS amount FROM line'''
[tables.contact]
key = ["id"]
person = "id"
when_no_purpose_is_left = "delete"
purposes = ["prospecting"]
"""

SCHEMA = (
    "CREATE TABLE contact (id INTEGER PRIMARY KEY)",
    """CREATE TABLE line (id INTEGER PRIMARY KEY, booked_on DATE, family VARCHAR(20), region VARCHAR(20),
       channel VARCHAR(20), unit INTEGER, cents INTEGER)""",
)
MONTHS = ("2026-08", "2026-09", "2026-10")
LARGE = 900_001  # what one customer alone bought in the cell that must be hidden


def lines():
    """Three months of two families and two regions; one cell has one customer only."""
    rows = []
    for month in MONTHS:
        for family in ("Disques", "Forets"):
            for region in ("Est", "Ouest"):
                alone = (family, region) == ("Forets", "Ouest")
                for unit in range(1 if alone else 12):
                    cents = LARGE if alone else 100_000 + 977 * unit
                    rows.append((len(rows) + 1, f"{month}-05", family, region, "web", 100 + unit, cents))
    return rows


class SalesHouse:
    """The company's database, and installations that read it."""

    def __init__(self, folder: Path, monkeypatch, server: str | None = None) -> None:
        self.folder, self.server = folder, server
        self.database = folder / "shop.sqlite3"
        (folder / "shop.toml").write_text(SOURCE_FILE)
        monkeypatch.setenv("DIAGER_DPO_TEST_SALES_URL", server or f"sqlite:///{self.database}")
        for statement in SCHEMA:
            self.execute(statement)
        for row in lines():
            self.execute("INSERT INTO line VALUES ({}, '{}', '{}', '{}', '{}', {}, {})".format(*row))

    def execute(self, statement: str) -> None:
        if self.server:
            with psycopg.connect(self.server, autocommit=True) as connection:
                connection.execute(statement)
            return
        with closing(sqlite3.connect(self.database)) as connection:
            connection.execute(statement)
            connection.commit()

    @contextmanager
    def installed(self, now: datetime = NOW, store_url: str | None = None):
        settings = Settings(home=self.folder / "home", source=self.folder / "shop.toml", store_url=store_url)
        there = open_installation(settings, lambda: now)
        try:
            yield there
        finally:
            there.close()

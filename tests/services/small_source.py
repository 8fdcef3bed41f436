"""A company of a few persons in a real SQLite file, which tests change between scans."""

import sqlite3
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from diager_dpo.services.installation import open_installation
from diager_dpo.services.settings import Settings
from diager_dpo.store.engine import open_engine, writing

NOW = datetime(2025, 1, 10, 9, 30, tzinfo=UTC)

SOURCE_FILE = """
[source]
name = "crm"
title = { fr = "Clients", en = "Customers" }
url_env = "DIAGER_DPO_TEST_SOURCE_URL"
erasure = "by_hand"
fiscal_year_closes = "12-31"
timezone = "Europe/Paris"
not_processed = ["accounting"]
[facts]
persons = "SELECT id AS person, clicked_on AS last_inbound_contact_at FROM contact"
relations = "SELECT contact_id AS person, contract_end AS commercial_end_on, contract_end AS contract_end_on, is_open FROM contract"
objections = "SELECT id AS person, opt_out_at AS objected_at FROM contact WHERE opt_out_at IS NOT NULL"
operations = "SELECT code AS operation, name, closes_on, keep_until FROM contest"
entries = "SELECT contest AS operation, contact_id AS person, entered_at FROM entry"
[tables.contact]
key = ["id"]
person = "id"
when_no_purpose_is_left = "delete"
purposes = ["prospecting"]
"""

SCHEMA = """
CREATE TABLE contact (id INTEGER PRIMARY KEY, clicked_on TEXT, opt_out_at TEXT);
CREATE TABLE contract (contact_id INTEGER, contract_end TEXT, is_open INTEGER);
CREATE TABLE contest (code TEXT, name TEXT, closes_on TEXT, keep_until TEXT);
CREATE TABLE entry (contest TEXT, contact_id INTEGER, entered_at TEXT);
INSERT INTO contact VALUES (1, '2020-11-05', NULL), (2, '2024-03-01', NULL), (3, '2024-02-01', '2024-04-02'),
                           (4, '2024-05-01', NULL), (5, '2031-01-01', NULL);
INSERT INTO contract VALUES (4, NULL, 1);
INSERT INTO contest VALUES ('spring', 'Printemps', '2024-05-31', '2024-12-31');
INSERT INTO entry VALUES ('spring', 2, '2024-04-01');
"""


class SmallSource:
    """The file, and the installation that reads it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "company.sqlite3"
        self.execute(SCHEMA)
        (folder / "crm.toml").write_text(SOURCE_FILE)

    def execute(self, script: str) -> None:
        with closing(sqlite3.connect(self.database)) as connection:
            connection.executescript(script)

    def settings(self, store_url: str | None = None) -> Settings:
        return Settings(home=self.folder / "home", source=self.folder / "crm.toml", store_url=store_url)

    @contextmanager
    def installed(self, store_url: str | None = None, now: datetime = NOW):
        with_store = open_installation(self.settings(store_url), lambda: now)
        try:
            yield with_store
        finally:
            with_store.close()


def empty(url: str) -> None:
    """An empty database of a server."""
    engine = open_engine(url)
    with writing(engine) as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()

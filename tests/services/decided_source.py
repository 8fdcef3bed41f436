"""A company with every kind of fact in a real SQLite file, made by chance, and the store that scans it."""

import sqlite3
from contextlib import closing, contextmanager
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import select

from diager_dpo.services.installation import open_installation
from diager_dpo.services.settings import Settings
from diager_dpo.services.source_engine import source_engine
from diager_dpo.source.connection import snapshot
from diager_dpo.store import calendar, tables
from diager_dpo.store.engine import reading

NOW = datetime(2025, 1, 10, 9, 30, tzinfo=UTC)

FILE = """
[source]
name = "crm"
title = { fr = "Clients", en = "Customers" }
url_env = "DIAGER_DPO_TEST_SOURCE_URL"
erasure = "direct"
receipts = "erasure_receipt"
fiscal_year_closes = "12-31"
timezone = "Europe/Paris"
[facts]
persons = "SELECT id AS person, added_on AS collected_at, clicked_on AS last_inbound_contact_at, came_by AS origin FROM contact"
relations = "SELECT contact_id AS person, starts_on AS started_on, ends_on AS commercial_end_on, ends_on AS contract_end_on, is_open FROM contract"
vouchers = "SELECT contact_id AS person, issued_on FROM bill"
objections = "SELECT id AS person, opt_out_on AS objected_at FROM contact WHERE opt_out_on IS NOT NULL"
litigations = "SELECT contact_id AS person, opened_on AS since, purpose FROM dispute"
operations = "SELECT code AS operation, code AS name, closes_on, keep_until FROM contest"
entries = "SELECT contest AS operation, contact_id AS person, entered_on AS entered_at FROM entry"
consents = "SELECT contest AS operation, contact_id AS person, 'entry' AS subject, event, at, 'v1' AS notice_version, 'web' AS channel FROM consent"
[tables.contact]
key = ["id"]
person = "id"
when_no_purpose_is_left = "delete"
purposes = ["prospecting"]
"""

SCHEMA = """
CREATE TABLE contact (id INTEGER PRIMARY KEY, added_on TEXT, clicked_on TEXT, came_by TEXT, opt_out_on TEXT);
CREATE TABLE contract (contact_id INTEGER, starts_on TEXT, ends_on TEXT, is_open INTEGER);
CREATE TABLE bill (contact_id INTEGER, issued_on TEXT);
CREATE TABLE dispute (contact_id INTEGER, opened_on TEXT, purpose TEXT);
CREATE TABLE contest (code TEXT PRIMARY KEY, closes_on TEXT, keep_until TEXT);
CREATE TABLE entry (contest TEXT, contact_id INTEGER, entered_on TEXT);
CREATE TABLE consent (contest TEXT, contact_id INTEGER, event TEXT, at TEXT);
CREATE TABLE erasure_receipt (purge VARCHAR(64), item BIGINT, fence BIGINT, counts TEXT, done_at VARCHAR(32),
                              PRIMARY KEY (purge, item));
INSERT INTO contest VALUES ('spring', '2024-05-31', '2024-12-31'), ('silent', '2024-05-31', NULL),
                           ('autumn', '2024-10-31', '2026-12-31');
"""

_DAYS = [None, None, "2015-05-05", "2020-02-29", "2021-03-01", "2022-01-10", "2022-06-30", "2024-02-29", "2024-12-31"]


class DecidedSource:
    """The file, the installation that reads it, and its index."""

    def __init__(self, folder, monkeypatch, persons=40, seed=1):
        self.folder, self.database = folder, folder / "company.sqlite3"
        monkeypatch.setenv("DIAGER_DPO_TEST_SOURCE_URL", f"sqlite:///{self.database}")
        (folder / "crm.toml").write_text(FILE)
        self.execute(SCHEMA)
        self._fill(np.random.default_rng(seed), persons)

    def execute(self, script, rows=None):
        with closing(sqlite3.connect(self.database)) as connection:
            if rows is None:
                connection.executescript(script)
            else:
                connection.executemany(script, rows)
            connection.commit()

    def _fill(self, draw, persons):
        def day():
            return _DAYS[draw.integers(0, len(_DAYS))]

        def some(share):
            return [int(key) for key in draw.integers(1, persons + 1, int(persons * share))]

        origins = [None, "prospect", "contest", "other"]
        contacts = [
            (key, day(), day(), origins[draw.integers(0, 4)], day() if draw.random() < 0.2 else None)
            for key in range(1, persons + 1)
        ]
        self.execute("INSERT INTO contact VALUES (?, ?, ?, ?, ?)", contacts)
        contracts = [(key, day(), day(), int(draw.random() < 0.3)) for key in some(1.2)]
        self.execute("INSERT INTO contract VALUES (?, ?, ?, ?)", contracts)
        self.execute("INSERT INTO bill VALUES (?, ?)", [(key, day()) for key in some(0.5)])
        disputes = [(key, day(), [None, "prospecting", "contests"][draw.integers(0, 3)]) for key in some(0.15)]
        self.execute("INSERT INTO dispute VALUES (?, ?, ?)", disputes)
        contests = ["spring", "silent", "autumn"]
        entries = [(contests[draw.integers(0, 3)], key, day()) for key in some(0.8)]
        self.execute("INSERT INTO entry VALUES (?, ?, ?)", entries)
        consents = [
            (contest, key, ["given", "withdrawn"][draw.integers(0, 2)], at or "2024-03-01")
            for contest, key, at in entries
        ]
        self.execute("INSERT INTO consent VALUES (?, ?, ?, ?)", consents)

    @contextmanager
    def installed(self, store_url=None, home="home", now=NOW):
        settings = Settings(home=self.folder / home, source=self.folder / "crm.toml", store_url=store_url)
        there = open_installation(settings, lambda: now)
        try:
            yield there
        finally:
            there.close()


def records(installation, persons=None, *, fingerprints=True):
    """The rows of the index, in order, of everybody or of some; with rules by what they are, not by number."""
    r, rule = tables.record.c, tables.rule.c
    columns = [column for column in r if column.name not in ("rule", "fingerprint" if not fingerprints else "")]
    query = select(*columns, rule.duration, rule.charter, rule.clause).join(tables.rule, rule.id == r.rule)
    with reading(installation.store) as connection:
        rows = connection.execute(query.order_by(*tables.record.primary_key.columns)).all()
    return [tuple(row) for row in rows if persons is None or row.person in persons]


def counted(installation):
    """The calendar as it stands, and as the index says it must be."""
    with reading(installation.store) as connection:
        return calendar.load(connection, "crm").rows("crm"), calendar.recount(connection, "crm").rows("crm")


@contextmanager
def source_connection(installation):
    """A transaction of the source, as an erasure has one."""
    with source_engine(installation) as engine, snapshot(engine) as connection:
        yield connection

"""A company with people whose data are due, and the people who decide: for tests of purges."""

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from diager_dpo.domain.permissions import Identity, Role
from diager_dpo.domain.words import Purpose
from diager_dpo.services import scanning, source_state
from diager_dpo.services.installation import open_installation
from diager_dpo.services.sessions import open_session
from diager_dpo.services.settings import Settings
from diager_dpo.store import tables
from diager_dpo.store.engine import writing
from tests.services.filled_store import CLI, grant

NOW = datetime(2025, 1, 12, 9, 30, tzinfo=UTC)
DPO, APPROVER, SECOND, OPERATOR, AUDITOR = (
    Identity("local", name) for name in ("dpo", "approver", "second", "operator", "auditor")
)

SOURCE_FILE = """
[source]
name = "crm"
title = { fr = "Clients", en = "Customers" }
url_env = "DIAGER_DPO_PURGE_SOURCE_URL"
erasure = "direct"
receipts = "receipt"
fiscal_year_closes = "12-31"
timezone = "Europe/Paris"
not_processed = []
[facts]
persons = "SELECT id AS person, clicked_on AS last_inbound_contact_at FROM contact"
labels = "SELECT id AS person, name AS label FROM contact"
contact_points = "SELECT id AS person, 'email' AS kind_of_point, mail AS value FROM contact"
relations = "SELECT contact_id AS person, contract_end AS commercial_end_on, contract_end AS contract_end_on, is_open FROM contract"
objections = "SELECT id AS person, opt_out_at AS objected_at FROM contact WHERE opt_out_at IS NOT NULL"
litigations = "SELECT contact_id AS person, since FROM litigation"
operations = "SELECT code AS operation, name, provider, closes_on, keep_until FROM contest"
entries = "SELECT contest AS operation, contact_id AS person, entered_at FROM entry"
vouchers = "SELECT contact_id AS person, issued_on FROM invoice WHERE issued_on IS NOT NULL"
[tables.contact]
key = ["id"]
person = "id"
when_no_purpose_is_left = "delete"
[tables.contact.columns]
id = "key"
clicked_on = "structure"
opt_out_at = "refusal"
name = { purposes = ["prospecting", "customer_management", "contests", "accounting"], erase = { constant = "-" } }
mail = { purposes = ["prospecting", "contests"], erase = "null" }
[tables.contract]
key = ["id"]
person = "contact_id"
when_no_purpose_is_left = "delete"
purposes = ["prospecting", "customer_management"]
[tables.litigation]
key = ["id"]
person = "contact_id"
when_no_purpose_is_left = "delete"
purposes = ["prospecting", "customer_management", "contests", "accounting"]
[tables.entry]
key = ["contest", "contact_id"]
person = "contact_id"
operation = "contest"
when_no_purpose_is_left = "delete"
purposes = ["contests"]
[tables.invoice]
key = ["id"]
person = "contact_id"
when_no_purpose_is_left = "delete"
purposes = ["accounting"]
[tables.pair]
key = ["id"]
person = [{ column = "one" }, { column = "other" }]
when_no_purpose_is_left = "delete"
purposes = ["prospecting", "customer_management"]
[not_personal]
contest = "names of operations"
note = "free text"
[residue]
columns = ["note.text"]
"""

SCHEMA = """
CREATE TABLE contact (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT, clicked_on TEXT, opt_out_at TEXT);
CREATE TABLE contract (id INTEGER PRIMARY KEY, contact_id INTEGER REFERENCES contact, contract_end TEXT, is_open INTEGER);
CREATE TABLE litigation (id INTEGER PRIMARY KEY, contact_id INTEGER REFERENCES contact, since TEXT);
CREATE TABLE contest (code TEXT PRIMARY KEY, name TEXT, provider TEXT, closes_on TEXT, keep_until TEXT);
CREATE TABLE entry (contest TEXT, contact_id INTEGER REFERENCES contact, entered_at TEXT, PRIMARY KEY (contest, contact_id));
CREATE TABLE invoice (id INTEGER PRIMARY KEY, contact_id INTEGER REFERENCES contact, issued_on TEXT);
CREATE TABLE pair (id INTEGER PRIMARY KEY, one INTEGER, other INTEGER);
CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT);
CREATE TABLE receipt (purge VARCHAR(64) NOT NULL, item BIGINT NOT NULL, fence BIGINT NOT NULL, counts TEXT NOT NULL,
                      done_at VARCHAR(32) NOT NULL, PRIMARY KEY (purge, item));
INSERT INTO contest VALUES ('spring', 'Printemps', 'Jeux et Cie', '2024-05-31', '2024-12-31'),
                           ('autumn', 'Automne', '', '2024-10-31', '2025-12-31');
INSERT INTO contract VALUES (1, 11, '2020-06-30', 0), (2, 12, NULL, 1);
INSERT INTO litigation VALUES (1, 13, '2024-01-01');
INSERT INTO invoice VALUES (1, 14, '2010-03-10');
INSERT INTO entry VALUES ('spring', 1, '2024-04-01'), ('spring', 21, '2024-04-01'), ('autumn', 21, '2024-09-01');
INSERT INTO note VALUES (1, 'call back: person-2@example.org');
"""

#: Ten prospects due since 2023, ten who are not, and 11 (contracts), 12 (running), 13 (held), 14 (voucher) among them.
PROSPECTS = [(n, f"Person {n}", f"person-{n}@example.org", "2020-03-01", None) for n in range(1, 16)]
PROSPECTS += [(n, f"Person {n}", f"person-{n}@example.org", "2024-03-01", None) for n in range(16, 60)]


class House:
    """The company's file, the installation, and the clock both are read with."""

    def __init__(self, folder, monkeypatch, store_url=None):
        self.folder, self.now, self.store_url = folder, NOW, store_url
        self.database = folder / "company.sqlite3"
        self.file = folder / "crm.toml"
        self.file.write_text(SOURCE_FILE)
        monkeypatch.setenv("DIAGER_DPO_PURGE_SOURCE_URL", f"sqlite:///{self.database}")
        with closing(sqlite3.connect(self.database)) as connection:
            connection.executescript(SCHEMA)
            connection.executemany("INSERT INTO contact VALUES (?, ?, ?, ?, ?)", PROSPECTS)
            connection.commit()

    @contextmanager
    def opened(self):
        settings = Settings(home=self.folder / "home", source=self.file, store_url=self.store_url)
        self.installation = open_installation(settings, lambda: self.now)
        try:
            yield self
        finally:
            self.installation.close()

    def staff(self):
        """Everybody who decides, with rights of two days ago; the source checked and scanned."""
        for who, role, purpose in (
            (DPO, Role.DPO, None),
            (APPROVER, Role.APPROVER, Purpose.PROSPECTING),
            (SECOND, Role.APPROVER, Purpose.PROSPECTING),
            (OPERATOR, Role.OPERATOR, Purpose.PROSPECTING),
            (AUDITOR, Role.AUDITOR, None),
        ):
            grant(self.installation.store, who, role, purpose)
        source_state.check(self.installation, CLI)
        scanning.scan(self.installation, CLI)
        return self

    def later(self, **span):
        self.now += timedelta(**span)

    def token(self, who):
        return open_session(self.installation, who)

    def execute(self, script):
        with closing(sqlite3.connect(self.database)) as connection:
            connection.executescript(script)

    def rows(self, query):
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(query).fetchall()

    def stored(self, statement):
        with self.installation.store.connect() as connection:
            return connection.execute(statement).all()

    def store(self, statement):
        with writing(self.installation.store) as connection:
            connection.execute(statement)

    def with_source(self, **changes):
        self.installation = replace(self.installation, source=replace(self.installation.source, **changes))

    def state(self, number):
        return self.stored(tables.purge.select().where(tables.purge.c.id == number))[0].state

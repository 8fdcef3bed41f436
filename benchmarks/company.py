"""A company of any size, as a SQLite source: persons, relations, vouchers, contests, consents. The same for a seed."""

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

TODAY = np.datetime64("2026-11-20")
OPERATIONS = 12

SOURCE_FILE = """
[source]
name = "benchmark"
title = { fr = "Mesure", en = "Benchmark" }
url_env = "DIAGER_DPO_SOURCE_URL"
erasure = "by_hand"
fiscal_year_closes = "12-31"
timezone = "Europe/Paris"
backups_kept_for = "P1Y"
[facts]
persons = '''
SELECT id AS person, created_on AS collected_at, last_click_on AS last_inbound_contact_at, origin FROM contact
'''
relations = '''
SELECT contact_id AS person, started_on, sales_end AS commercial_end_on, contract_end AS contract_end_on,
       is_open, last_order_on AS last_activity_on FROM contract
'''
vouchers = "SELECT contact_id AS person, max(issued_on) AS issued_on FROM invoice GROUP BY contact_id"
objections = "SELECT id AS person, opt_out_at AS objected_at FROM contact WHERE opt_out_at IS NOT NULL"
litigations = "SELECT contact_id AS person, opened_on AS since FROM dispute"
operations = "SELECT code AS operation, name, opens_on, closes_on, keep_until, keep_for, provider FROM contest"
entries = "SELECT contest AS operation, contact_id AS person, entered_at FROM contest_entry"
consents = "SELECT contest AS operation, contact_id AS person, subject, event, at, notice_version, channel FROM consent"
[tables.contact]
key = ["id"]
person = "id"
when_no_purpose_is_left = "delete"
purposes = ["prospecting"]
"""

_SCHEMA = """
CREATE TABLE contact (id INTEGER PRIMARY KEY, created_on TEXT, last_click_on TEXT, origin TEXT, opt_out_at TEXT);
CREATE TABLE contract (contact_id INTEGER, started_on TEXT, sales_end TEXT, contract_end TEXT, is_open INTEGER,
                       last_order_on TEXT);
CREATE TABLE invoice (contact_id INTEGER, issued_on TEXT);
CREATE TABLE dispute (contact_id INTEGER, opened_on TEXT);
CREATE TABLE contest (code TEXT PRIMARY KEY, name TEXT, opens_on TEXT, closes_on TEXT, keep_until TEXT, keep_for TEXT,
                      provider TEXT);
CREATE TABLE contest_entry (contest TEXT, contact_id INTEGER, entered_at TEXT);
CREATE TABLE consent (contest TEXT, contact_id INTEGER, subject TEXT, event TEXT, at TEXT, notice_version TEXT,
                      channel TEXT);
"""

Days = NDArray[np.datetime64]
_BLOCK = 1_000_000


def make_company(path: Path, persons: int) -> None:
    """About 2.2 records a person. Written in blocks: ten million persons need no more memory than one."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        for number in range(OPERATIONS):
            closes = TODAY - 60 * (OPERATIONS - number)
            keep_for = None if number == 0 else "P6M"
            row = (f"contest-{number}", f"Contest {number}", str(closes - 30), str(closes), None, keep_for, "")
            connection.execute("INSERT INTO contest VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        for start in range(0, persons, _BLOCK):
            _make_block(connection, start, min(persons - start, _BLOCK))
        connection.executescript("CREATE INDEX invoice_contact ON invoice (contact_id, issued_on)")
        connection.commit()


def change_company(path: Path, share: float) -> None:
    """A share of the persons click, spread over the whole company: what a day or a week brings."""
    with closing(sqlite3.connect(path)) as connection:
        persons = connection.execute("SELECT max(id) FROM contact").fetchone()[0]
        changed = np.random.default_rng(2).choice(persons, int(persons * share), replace=False) + 1
        rows = [(str(TODAY - 1), key) for key in changed.tolist()]
        # A click moves the deadline of a prospect; of a customer, a contract that ends moves it.
        connection.executemany("UPDATE contact SET last_click_on = ? WHERE id = ?", rows)
        connection.execute("CREATE INDEX IF NOT EXISTS contract_contact ON contract (contact_id)")
        closing_rows = [(str(TODAY - 2), str(TODAY - 2), key) for key in changed.tolist()]
        connection.executemany(
            "UPDATE contract SET sales_end = ?, contract_end = ?, is_open = 0 WHERE contact_id = ?", closing_rows
        )
        connection.commit()


def _make_block(connection: sqlite3.Connection, start: int, size: int) -> None:
    rng = np.random.default_rng(start)
    key = np.arange(start + 1, start + size + 1)

    def chance(share: float) -> NDArray[np.bool_]:
        return rng.random(size) < share

    def days_ago(first: int, last: int, count: int = size) -> Days:
        return TODAY - rng.integers(first, last, count).astype("timedelta64[D]")

    clicked, refused = chance(0.8), chance(0.01)
    created = days_ago(100, 4000)
    _insert(
        connection,
        "contact",
        (
            key,
            created,
            np.where(clicked, days_ago(0, 2000).astype(str), None),
            np.where(chance(0.05), "contest", "prospect"),
            np.where(refused, days_ago(0, 1500).astype(str), None),
        ),
    )
    customers = np.flatnonzero(chance(0.5))
    count = len(customers)
    over = rng.random(count) < 0.5
    ended = days_ago(0, 3000, count)
    _insert(
        connection,
        "contract",
        (
            key[customers],
            ended - rng.integers(30, 2000, count).astype("timedelta64[D]"),
            np.where(over, ended.astype(str), None),
            np.where(over, ended.astype(str), None),
            (~over).astype(int),
            ended,
        ),
    )
    invoiced = np.repeat(key[np.flatnonzero(chance(0.4))], 2)
    _insert(connection, "invoice", (invoiced, days_ago(0, 4000, len(invoiced))))
    disputing = key[chance(0.002)]
    _insert(connection, "dispute", (disputing, days_ago(0, 700, len(disputing))))
    entered = key[chance(0.3)]
    contests = np.array([f"contest-{number}" for number in range(OPERATIONS)], object)[
        rng.integers(0, OPERATIONS, len(entered))
    ]
    at = np.char.add(days_ago(0, 700, len(entered)).astype(str), " 10:00:00")
    _insert(connection, "contest_entry", (contests, entered, at))
    everybody = (["entry"] * len(entered), ["given"] * len(entered), at, ["v1"] * len(entered), ["web"] * len(entered))
    _insert(connection, "consent", (contests, entered, *map(np.asarray, everybody)))
    connection.commit()


def _insert(connection: sqlite3.Connection, table: str, columns: tuple[NDArray[np.generic], ...]) -> None:
    plain = [(column.astype(str) if column.dtype.kind == "M" else column).tolist() for column in columns]
    places = ", ".join("?" for _ in plain)
    connection.executemany(f"INSERT INTO {table} VALUES ({places})", zip(*plain, strict=True))

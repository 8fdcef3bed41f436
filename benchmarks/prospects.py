"""A company of prospects with their rows, for purges: in SQLite, clustered by person, or in PostgreSQL."""

import sqlalchemy as sa

from benchmarks.company import TODAY

ROWS_EACH = 10
"""Interactions of one person."""

SOURCE_FILE = """
[source]
name = "prospects"
title = { fr = "Mesure", en = "Benchmark" }
url_env = "DIAGER_DPO_SOURCE_URL"
erasure = "direct"
receipts = "dpo_erasure_receipt"
timezone = "Europe/Paris"
not_processed = ["contests", "accounting", "customer_management"]
backups_kept_for = "P1Y"
[facts]
persons = "SELECT id AS person, created_on AS collected_at, last_click_on AS last_inbound_contact_at FROM contact"
[tables.interaction]
key = ["contact_id", "number"]
person = "contact_id"
purposes = ["prospecting"]
[tables.contact]
key = ["id"]
person = "id"
[tables.contact.columns]
id = "key"
created_on = "structure"
email = { purposes = ["prospecting"], erase = "null" }
last_click_on = { purposes = ["prospecting"], erase = "null" }
"""

_NOTE = "Asked for the catalogue of masonry drills and a price for two hundred pieces; call again in autumn."


def make_prospects(engine: sa.Engine, persons: int, due: int) -> None:
    """``due`` of the persons, evenly spread, were collected more than three years ago and never heard of again."""
    sqlite = engine.dialect.name == "sqlite"
    clustered = " WITHOUT ROWID" if sqlite else ""
    numbers = (
        "WITH RECURSIVE numbers(key) AS (SELECT 1 UNION ALL SELECT key + 1 FROM numbers WHERE key < {last})"
        if sqlite
        else "WITH numbers(key) AS (SELECT generate_series(1, {last}))"
    )
    every, each = numbers.format(last=persons), numbers.format(last=ROWS_EACH)
    statements = (
        "DROP TABLE IF EXISTS interaction",
        "DROP TABLE IF EXISTS contact",
        f"CREATE TABLE contact (id BIGINT PRIMARY KEY, created_on TEXT, last_click_on TEXT, email TEXT){clustered}",
        (
            "CREATE TABLE interaction (contact_id BIGINT NOT NULL REFERENCES contact (id), number INTEGER NOT NULL,"
            f" at TEXT, note TEXT, PRIMARY KEY (contact_id, number)){clustered}"
        ),
        (
            f"{every} INSERT INTO contact SELECT key, CASE WHEN mod(key, {persons // due}) = 0 THEN '{TODAY - 1500}'"
            f" ELSE '{TODAY - 100}' END, NULL, 'person' || key || '@example.org' FROM numbers"
        ),
        (
            f"{each} INSERT INTO interaction SELECT contact.id, numbers.key, '{TODAY - 30}', '{_NOTE}'"
            " FROM contact CROSS JOIN numbers ORDER BY 1, 2"
        ),
    )
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    if not sqlite:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")

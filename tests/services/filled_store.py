"""A store with an index, as a scan leaves it, without a scan."""

from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import insert

from diager_dpo.domain.charter import CharterSet
from diager_dpo.domain.civil import NO_DAY, day_number
from diager_dpo.domain.permissions import Identity
from diager_dpo.domain.words import Anchor, Category, Kind, Purpose
from diager_dpo.services.installation import Installation, load_charters
from diager_dpo.services.settings import CHECKOUT, Settings
from diager_dpo.source.description import load_source
from diager_dpo.store import calendar, tables
from diager_dpo.store.engine import open_engine, sqlite_url, writing
from diager_dpo.store.migration import migrate

SOURCE = "crm"
CLI = Identity("cli", "operator")
DPO = Identity("demonstration", "dpo")
NOW = datetime(2025, 1, 10, 9, 30, tzinfo=UTC)
TODAY = date(2025, 1, 10)

SOURCE_FILE = f"""
[source]
name = "{SOURCE}"
title = {{ fr = "Clients", en = "Customers" }}
url_env = "DIAGER_DPO_SOURCE_URL"
erasure = "by_hand"
fiscal_year_closes = "12-31"
timezone = "Europe/Paris"
[facts]
persons = "SELECT id AS person FROM contact"
[tables.contact]
key = ["id"]
person = "id"
when_no_purpose_is_left = "delete"
purposes = ["prospecting"]
"""

#: Rule by id: purpose, category, duration, charter, clause, effective.
RULES = {
    1: (Purpose.PROSPECTING, Category.PROSPECT, "P3Y", "2018-09", "prospects", date(2018, 9, 1)),
    2: (Purpose.PROSPECTING, Category.CUSTOMER, "P3Y", "2018-09", "customers", date(2018, 9, 1)),
    3: (Purpose.CUSTOMER_MANAGEMENT, Category.CONTRACTUAL, "P5Y", "2018-09", "management", date(2018, 9, 1)),
    4: (Purpose.CONTESTS, Category.ENTRY, "", "2018-09", "contests", date(2018, 9, 1)),
    5: (Purpose.ACCOUNTING, Category.VOUCHER, "P10Y", "supplement-accounting", "L123-22", date(2018, 9, 1)),
    6: (Purpose.PROSPECTING, Category.PROSPECT, "P2Y", "2025-01", "prospects", date(2025, 1, 1)),
    7: (Purpose.PROSPECTING, Category.CUSTOMER, "", "", "", date(2018, 5, 25)),
}


@dataclass(frozen=True)
class Row:
    """One record of the index; days are dates, ``None`` or numbers."""

    person: str
    purpose: Purpose = Purpose.PROSPECTING
    operation: str = ""
    category: Category = Category.PROSPECT
    kind: Kind = Kind.DATED
    anchor: Anchor = Anchor.LAST_CONTACT
    anchor_on: date | int | None = None
    rule: int = 1
    running_until: date | int | None = None
    last_day: date | int | None = None
    inactive_from: date | int | None = None
    flags: int = 0
    anomalies: int = 0

    def values(self):
        return {field.name: stored(getattr(self, field.name)) for field in fields(self)}


def stored(value):
    """As the store holds it: NULL where there is no day."""
    if isinstance(value, date):
        return day_number(value)
    return None if value == NO_DAY else value


def fill(engine, rows, *, source=SOURCE, finished_at=NOW, day=TODAY, state="done", error=None):
    """Replace the index by ``rows`` and note a scan; its id."""
    with writing(engine) as connection:
        if state == "done":
            connection.execute(tables.record.delete().where(tables.record.c.source == source))
            known = {id_ for (id_,) in connection.execute(tables.rule.select().with_only_columns(tables.rule.c.id))}
            names = ("purpose", "category", "duration", "charter", "clause", "effective")
            for id_, rule in RULES.items():
                if id_ not in known:
                    values = dict(zip(names, map(stored, rule), strict=True))
                    connection.execute(insert(tables.rule).values(id=id_, **values))
            if rows:
                values = [{"source": source, "fingerprint": 0, **row.values()} for row in rows]
                connection.execute(insert(tables.record), values)
            calendar.replace(connection, source, calendar.recount(connection, source))
        return connection.execute(
            insert(tables.scan)
            .values(
                source=source,
                state=state,
                day=day_number(day),
                replayed=0,
                started_at=finished_at.isoformat(),
                finished_at=finished_at.isoformat(),
                heartbeat_at=finished_at.isoformat(),
                phase="done",
                done=0,
                error=error,
            )
            .returning(tables.scan.c.id)
        ).scalar_one()


def grant(engine, identity, role, purpose=None):
    """Give somebody a role."""
    with writing(engine) as connection:
        known = connection.execute(
            tables.account.select().where(
                tables.account.c.issuer == identity.issuer, tables.account.c.subject == identity.subject
            )
        ).first()
        if known is None:
            connection.execute(
                insert(tables.account).values(
                    issuer=identity.issuer, subject=identity.subject, display_name=identity.subject
                )
            )
        connection.execute(
            insert(tables.role_grant).values(
                issuer=identity.issuer,
                subject=identity.subject,
                role=role.value,
                purpose=purpose,
                granted_at=NOW.isoformat(),
            )
        )


def charters() -> CharterSet:
    return load_charters(CHECKOUT / "data" / "charters")


@contextmanager
def installed(home: Path, url: str | None = None, now=NOW):
    """An installation on an empty store: a SQLite file in ``home``, or the PostgreSQL database at ``url``."""
    engine = open_engine(url or sqlite_url(home / "store.sqlite3"))
    migrate(engine)
    file = home / "crm.toml"
    file.write_text(SOURCE_FILE, "utf-8")
    installation = Installation(Settings(home=home, source=file), engine, charters(), load_source(file), lambda: now)
    try:
        yield installation
    finally:
        installation.close()

"""A company whose data fall due, on any engine, with a purge that two people have approved."""

import copy
import json
import os
import shutil
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy import insert, select, update

from diager_dpo.domain.civil import NO_DAY, day_number
from diager_dpo.domain.permissions import Identity, Role
from diager_dpo.domain.words import Purpose
from diager_dpo.services.installation import open_installation
from diager_dpo.services.live_decision import decide_now
from diager_dpo.services.purge_basis import charters_in_force, live_fingerprint
from diager_dpo.services.purge_digest import digest_of
from diager_dpo.services.purge_rehearsal import rehearse
from diager_dpo.services.scanning import scan
from diager_dpo.services.settings import Settings
from diager_dpo.services.source_engine import source_engine
from diager_dpo.source.connection import snapshot
from diager_dpo.source.receipts import receipts_ddl
from diager_dpo.store import purge_settlements as settlements
from diager_dpo.store import tables
from diager_dpo.store.engine import reading, writing
from tests.services.filled_store import grant

NOW = datetime(2025, 1, 10, 9, 30, tzinfo=UTC)
CLI = Identity("cli", "operator")
PROPOSER, APPROVER = Identity("local", "proposer"), Identity("local", "approver")
P = Purpose.PROSPECTING
URL = "DIAGER_DPO_TEST_ERASING_URL"

SCHEMA = """
CREATE TABLE contact (
  id VARCHAR(20) PRIMARY KEY, added_on DATE, clicked_on DATE, refused_at VARCHAR(30),
  surname VARCHAR(60) NOT NULL, mail VARCHAR(120) NOT NULL UNIQUE, phone VARCHAR(40)
);
CREATE TABLE contract (id INTEGER PRIMARY KEY, contact_id VARCHAR(20), ended_on DATE, is_open INTEGER);
CREATE TABLE phone_call (
  id INTEGER PRIMARY KEY, contact_id VARCHAR(20) NOT NULL, body VARCHAR(80),
  FOREIGN KEY (contact_id) REFERENCES contact (id)
);
CREATE TABLE meeting (
  id INTEGER PRIMARY KEY, first_id VARCHAR(20), second_id VARCHAR(20), memo VARCHAR(80),
  FOREIGN KEY (first_id) REFERENCES contact (id), FOREIGN KEY (second_id) REFERENCES contact (id)
)
"""

FILE = f"""
[source]
name = "crm"
title = {{ fr = "Clients", en = "Customers" }}
url_env = "{URL}"
erasure = "direct"
receipts = "receipt"
timezone = "Europe/Paris"
not_processed = ["accounting", "contests"]
backups_kept_for = "P30D"
[facts]
persons = "SELECT id AS person, added_on AS collected_at, clicked_on AS last_inbound_contact_at FROM contact"
labels = "SELECT id AS person, surname AS label FROM contact"
contact_points = "SELECT id AS person, 'email' AS kind_of_point, mail AS value FROM contact"
relations = "SELECT contact_id AS person, ended_on AS commercial_end_on, ended_on AS contract_end_on, is_open FROM contract"
objections = "SELECT id AS person, refused_at AS objected_at FROM contact WHERE refused_at IS NOT NULL"
[tables.contact]
key = ["id"]
person = "id"
[tables.contact.columns]
id = "key"
added_on = "structure"
refused_at = "refusal"
clicked_on = {{ purposes = ["prospecting"], erase = "null" }}
surname = {{ purposes = ["prospecting", "customer_management"], erase = {{ constant = "-" }} }}
mail = {{ purposes = ["prospecting", "customer_management"], erase = "random" }}
phone = {{ purposes = ["prospecting"], erase = "null" }}
[tables.contract]
key = ["id"]
person = "contact_id"
purposes = ["customer_management"]
[tables.phone_call]
key = ["id"]
person = "contact_id"
purposes = ["prospecting"]
[tables.meeting]
key = ["id"]
person = [{{ column = "first_id" }}, {{ column = "second_id" }}]
purposes = ["prospecting"]
"""


class ErasingCompany:
    """``due`` prospects whose time is over, ``customers`` whose prospecting is over and whose management is not, ``kept``.

    ``d01``…: known for prospecting only, due. ``c01``…: their relation ended, prospecting due, management kept.
    ``k01``…: nothing is due.
    """

    def __init__(
        self, folder, url=None, dialect="sqlite", *, due=6, customers=3, kept=4, store_url=None, erasure="direct"
    ):
        self.folder, self.dialect, self.store_url = folder, dialect, store_url
        self.url = url or f"sqlite:///{folder / 'company.sqlite3'}"
        width = len(str(due)) if due > 99 else 2
        self.due = [f"d-{n:0{width}}" for n in range(1, due + 1)]
        self.customers = [f"c-{n:02}" for n in range(1, customers + 1)]
        self.kept = [f"k-{n:02}" for n in range(1, kept + 1)]
        (folder / "crm.toml").write_text(FILE.replace('erasure = "direct"', f'erasure = "{erasure}"'), "utf-8")
        self.now = NOW
        rows = [(key, "2019-03-01", "2020-05-01") for key in (*self.due, *self.customers)]
        rows += [(key, "2024-03-01", "2024-05-01") for key in self.kept]
        contacts = ", ".join(
            f"('{key}', '{added}', '{clicked}', NULL, 'Canari {key}', '{key}@canari.test', '06 {key}')"
            for key, added, clicked in rows
        )
        ended = ", ".join(f"({n}, '{key}', '2021-06-30', 0)" for n, key in enumerate(self.customers, 1))
        calls = ", ".join(f"({n}, '{key}', 'Canari appel')" for n, (key, *_) in enumerate(rows, 1))
        self.run(
            *(part for part in SCHEMA.split(";\n") if part.strip()), receipts_ddl(dialect, "receipt").rstrip(";\n")
        )
        self.run(f"INSERT INTO contact VALUES {contacts}", f"INSERT INTO phone_call VALUES {calls}")
        if self.customers:
            self.run(f"INSERT INTO contract VALUES {ended}")

    def copied(self, folder):
        """The same company, as it is now, in a folder of its own; SQLite only."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        twin = copy.copy(self)
        twin.folder, twin.url = folder, f"sqlite:///{folder / 'company.sqlite3'}"
        return twin

    @property
    def approved(self):
        """Whose prospecting the purge ends, in the order of its items."""
        return sorted((*self.due, *self.customers))

    def engine(self):
        return sa.create_engine(
            self.url.replace("postgresql://", "postgresql+psycopg://").replace("mariadb://", "mariadb+pymysql://")
        )

    def run(self, *statements):
        engine = self.engine()
        with engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        engine.dispose()

    def ask(self, statement):
        engine = self.engine()
        with engine.connect() as connection:
            rows = [tuple(row) for row in connection.exec_driver_sql(statement)]
        engine.dispose()
        return rows

    def keys(self, table="contact", column="id"):
        return sorted(key for (key,) in self.ask(f"SELECT {column} FROM {table}"))

    def settings(self):
        return Settings(home=self.folder / "home", source=self.folder / "crm.toml", store_url=self.store_url)

    @contextmanager
    def installed(self):
        os.environ[URL] = os.environ[f"{URL}_ERASING"] = self.url
        installation = open_installation(self.settings(), lambda: self.now)
        try:
            yield installation
        finally:
            installation.close()
            del os.environ[URL], os.environ[f"{URL}_ERASING"]

    def staff(self, installation):
        grant(installation.store, PROPOSER, Role.DPO)
        grant(installation.store, APPROVER, Role.APPROVER, P)
        scan(installation, CLI)

    def approve(self, installation, *, by_hand=0, persons=None):
        """The number of an approved purge of what is due for prospecting."""
        persons = self.approved if persons is None else persons
        with source_engine(installation) as engine, snapshot(engine) as source, reading(installation.store) as store:
            decision = decide_now(installation, store, source, persons, installation.today())
        verdicts = decision.verdicts(persons, P)
        assert verdicts.present.all()
        places = rehearse(installation, P, "", persons, live=verdicts.live, live_of=lambda others: {})
        head = {
            "uuid": uuid4().hex,
            "source": "crm",
            "purpose": int(P),
            "operation": "",
            "as_of": day_number(installation.today()),
            "ground": "due",
            "by_hand": by_hand,
            "charters": charters_in_force(installation),
            "source_digest": installation.source.digest,
            "schema_fingerprint": live_fingerprint(installation),
        }
        items = [
            (key, *(None if int(value) == NO_DAY else int(value) for value in values))
            for key, *values in zip(
                persons,
                verdicts.last_day,
                verdicts.anchor,
                verdicts.anchor_on,
                verdicts.rule,
                verdicts.live,
                strict=True,
            )
        ]
        with writing(installation.store) as connection:
            head["digest"] = digest_of(installation, connection, head, items)
            number = connection.execute(
                insert(tables.purge)
                .values(
                    **head,
                    state="approved",
                    version=2,
                    proposed=len(items),
                    people=20,
                    proposed_at=self.now.isoformat(),
                    proposer_issuer=PROPOSER.issuer,
                    proposer_subject=PROPOSER.subject,
                    decided_at=self.now.isoformat(),
                    approver_issuer=APPROVER.issuer,
                    approver_subject=APPROVER.subject,
                    expires_at=(self.now + timedelta(days=7)).isoformat(),
                    fence=0,
                )
                .returning(tables.purge.c.id)
            ).scalar_one()
            names = ("person", "last_day", "anchor", "anchor_on", "rule", "live")
            rows = [
                {"purge": number, "item": at, "category": 1, "state": "planned", **dict(zip(names, item, strict=True))}
                for at, item in enumerate(items, 1)
            ]
            connection.execute(insert(tables.purge_item), rows)
            planned = [
                {"purge": number, "table": table, "column": column, "planned": n, "unlinked": u, "gone": 0}
                for (table, column), (n, u) in places.places.items()
            ]
            connection.execute(insert(tables.purge_place), planned)
        return number


def results(installation, number):
    """Item -> state and reason."""
    i = tables.purge_item.c
    with reading(installation.store) as connection:
        rows = connection.execute(select(i.item, i.state, i.why).where(i.purge == number).order_by(i.item))
        return {item: (state, why) for item, state, why in rows}


def places(installation, number):
    """Place -> planned, gone, remaining."""
    p = tables.purge_place.c
    with reading(installation.store) as connection:
        rows = connection.execute(
            select(p.table, p.column, p.planned, p.gone, p.remaining).where(p.purge == number)
        ).all()
    return {f"{table}.{column}".rstrip("."): tuple(rest) for table, column, *rest in rows if rest[0] or rest[1]}


def state(installation, number):
    with reading(installation.store) as connection:
        row = settlements.purge_row(connection, number)
    return row.state.value, row.stopped


def every_text(installation):
    """Every text of the store: (table, column, value)."""
    with reading(installation.store) as connection:
        for table in tables.metadata.sorted_tables:
            texts = [column for column in table.columns if isinstance(column.type, sa.Text)]
            for column in texts:
                for (value,) in connection.execute(select(column).where(column.is_not(None)).distinct()):
                    yield table.name, column.name, value


def alter(installation, table, where, **values):
    with writing(installation.store) as connection:
        connection.execute(update(table).where(where).values(**values))


def payloads(installation, action):
    with reading(installation.store) as connection:
        rows = connection.execute(select(tables.journal.c.payload).where(tables.journal.c.action == action))
        return [json.loads(payload) for (payload,) in rows]

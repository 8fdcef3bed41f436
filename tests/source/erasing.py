"""A shop with every way to a person, on any engine, and what is asked of an erasure there."""

from dataclasses import dataclass

import numpy as np

from diager_dpo.domain.erasure import bits
from diager_dpo.domain.words import Purpose
from diager_dpo.source.connection import erasing_url, open_for_erasing
from diager_dpo.source.description import parse_source
from diager_dpo.source.erasure import Batch, companions, erase, left, lock
from diager_dpo.source.erasure_plan import erasure_plan
from diager_dpo.source.receipts import receipts_ddl

P, M, C, A = Purpose.PROSPECTING, Purpose.CUSTOMER_MANAGEMENT, Purpose.CONTESTS, Purpose.ACCOUNTING

SCHEMA = """
CREATE TABLE people (
  id INTEGER PRIMARY KEY, surname VARCHAR(60) NOT NULL, mail VARCHAR(120) NOT NULL UNIQUE, phone VARCHAR(40),
  born_on DATE, refused_at VARCHAR(30), came_by VARCHAR(10)
);
CREATE TABLE prospect (id INTEGER PRIMARY KEY, ref VARCHAR(40), mail VARCHAR(80));
CREATE TABLE phone_call (id INTEGER PRIMARY KEY, people_id INTEGER NOT NULL REFERENCES people (id));
CREATE TABLE ticket (
  id INTEGER PRIMARY KEY, people_id INTEGER NOT NULL REFERENCES people (id), raffle VARCHAR(20), answer VARCHAR(80)
);
CREATE TABLE meeting (
  id INTEGER PRIMARY KEY, first_id INTEGER, second_id INTEGER, memo VARCHAR(200),
  FOREIGN KEY (first_id) REFERENCES people (id) ON DELETE SET NULL,
  FOREIGN KEY (second_id) REFERENCES people (id) ON DELETE SET NULL
);
CREATE TABLE note (id INTEGER PRIMARY KEY, about_kind VARCHAR(10), about VARCHAR(40), body VARCHAR(200));
CREATE TABLE thread (id INTEGER PRIMARY KEY, people_id INTEGER NOT NULL REFERENCES people (id));
CREATE TABLE message (
  id INTEGER PRIMARY KEY, thread_id INTEGER NOT NULL, body VARCHAR(200),
  FOREIGN KEY (thread_id) REFERENCES thread (id)
);
CREATE TABLE bill (
  id INTEGER PRIMARY KEY, people_id INTEGER, attention VARCHAR(80), remark VARCHAR(200),
  FOREIGN KEY (people_id) REFERENCES people (id) ON DELETE SET NULL
);
CREATE TABLE visit (
  people_id INTEGER NOT NULL, seen_on DATE NOT NULL, page VARCHAR(80), PRIMARY KEY (people_id, seen_on),
  FOREIGN KEY (people_id) REFERENCES people (id)
);
"""

FILE = """
[source]
name = "shop"
title = { fr = "Boutique", en = "Shop" }
url_env = "CRM_URL"
erasure = "direct"
receipts = "receipt"

[facts]
persons = "SELECT 'contact' AS kind, id AS person FROM people UNION ALL SELECT 'lead', ref FROM prospect"
labels = "SELECT 'contact' AS kind, id AS person, surname AS label FROM people"
contact_points = "SELECT 'contact' AS kind, id AS person, 'email' AS kind_of_point, mail AS value FROM people"

[tables.people]
key = ["id"]
person = [{ column = "id", kind = "contact" }]
[tables.people.columns]
id = "key"
came_by = "structure"
refused_at = "refusal"
surname = { purposes = ["prospecting", "customer_management", "contests", "accounting"], erase = { constant = "—" } }
mail = { purposes = ["prospecting", "customer_management", "contests"], erase = "random" }
phone = { purposes = ["prospecting", "customer_management"], erase = "null" }
born_on = { purposes = ["contests"], erase = "null" }

[tables.prospect]
key = ["id"]
person = [{ column = "ref", kind = "lead" }]
purposes = ["prospecting"]

[tables.phone_call]
key = ["id"]
person = [{ column = "people_id", kind = "contact" }]
purposes = ["prospecting", "customer_management"]

[tables.ticket]
key = ["id"]
person = [{ column = "people_id", kind = "contact" }]
operation = "raffle"
purposes = ["contests"]

[tables.meeting]
key = ["id"]
person = [{ column = "first_id", kind = "contact" }, { column = "second_id", kind = "contact" }]
when_no_purpose_is_left = "keep"
[tables.meeting.columns]
id = "key"
first_id = "structure"
second_id = "structure"
memo = { purposes = ["prospecting", "customer_management"], erase = "null" }

[tables.note]
key = ["id"]
person = [
  { column = "about", where = { about_kind = "contact" }, kind = "contact" },
  { column = "about", where = { about_kind = "lead" }, kind = "lead" },
]
purposes = ["prospecting"]

[tables.thread]
key = ["id"]
person = [{ column = "people_id", kind = "contact" }]
purposes = ["customer_management"]

[tables.message]
key = ["id"]
person = [{ through = ["thread_id -> thread.id"], column = "thread.people_id", kind = "contact" }]
purposes = ["customer_management"]

[tables.bill]
key = ["id"]
person = [{ column = "people_id", kind = "contact" }]
when_no_purpose_is_left = "keep"
[tables.bill.columns]
id = "key"
remark = "not_personal"
people_id = "structure"
attention = { purposes = ["accounting"], erase = "null" }

[tables.visit]
key = ["people_id", "seen_on"]
person = [{ column = "people_id", kind = "contact" }]
purposes = ["prospecting"]

[residue]
columns = ["bill.remark", "note.body", "meeting.memo"]
"""

ROWS = """
INSERT INTO people VALUES
  (1, 'Durand', 'd@shop.test', '0612345678', '1980-01-01', '2024-01-01', 'web'),
  (2, 'Élan', 'e@shop.test', NULL, NULL, NULL, 'web'), (3, 'Petit', 'p@shop.test', '03', '1990-02-02', NULL, 'web');
INSERT INTO prospect VALUES (1, '1', 'one@lead.test'), (2, '01', 'other@lead.test'), (3, NULL, 'nobody@lead.test');
INSERT INTO phone_call VALUES (1, 1), (2, 1), (3, 2), (4, 3);
INSERT INTO ticket VALUES (1, 1, 'SUMMER', 'a'), (2, 1, 'WINTER', 'b'), (3, 2, 'SUMMER', 'c'), (4, 1, NULL, 'd');
INSERT INTO meeting VALUES (1, 1, 2, 'both'), (2, 1, NULL, 'alone'), (3, 3, 3, 'twice the same'), (4, 2, 3, 'others');
INSERT INTO note VALUES
  (1, 'contact', '1', 'of the contact'), (2, 'lead', '1', 'of the lead'), (3, 'firm', '1', 'of a firm'),
  (4, 'lead', '01', 'of another lead'), (5, 'contact', '99', 'of somebody unknown');
INSERT INTO thread VALUES (1, 1), (2, 2);
INSERT INTO message VALUES (1, 1, 'hello'), (2, 1, 'again'), (3, 2, 'good day');
INSERT INTO bill VALUES (1, 1, 'M. Durand', NULL), (2, 1, NULL, NULL), (3, 2, 'Mme Élan', NULL);
INSERT INTO visit VALUES (1, '2024-01-01', 'a'), (1, '2024-01-02', 'b'), (2, '2024-01-01', 'c');
"""


def source(text=FILE):
    return parse_source(text.encode(), "shop.toml")


@dataclass
class Shop:
    """A database of tests with a source file, and the one connection that erases there."""

    database: object
    description: object
    connection: object
    plan: object

    def batch(self, purpose, *persons, operation=""):
        """``persons``: keys, or pairs of a key and the purposes that live on."""
        pairs = [person if isinstance(person, tuple) else (person, ()) for person in persons]
        live = np.array([bits(alive) for _, alive in pairs], np.int16)
        return Batch(purpose, operation, tuple(key for key, _ in pairs), live)

    def erase(self, batch, **others):
        """Erase; ``others``: the purposes that live on for companions who are contacts, by ``c`` and their key."""
        live = {f"contact:{name[1:]}": bits(alive) for name, alive in others.items()}
        lock(self.connection, self.plan, batch)
        erased = erase(self.connection, self.plan, batch, live)
        assert not left(self.connection, self.plan, batch, live).any()
        return erased

    def companions(self, batch):
        return companions(self.connection, self.plan, batch)

    def left(self, batch, live=None):
        return left(self.connection, self.plan, batch, live or {})

    def rows(self, sql):
        return [tuple(row) for row in self.connection.exec_driver_sql(sql)]

    def ids(self, table):
        return [row[0] for row in self.rows(f"SELECT id FROM {table} ORDER BY id")]


def counts(batch, erased):
    """What went of each person, by place, without what did not."""
    names = [str(place) for place in erased.places]
    return {
        key: {name: int(count) for name, count in zip(names, row, strict=True) if count}
        for key, row in zip(batch.persons, erased.gone, strict=True)
    }


def unlinked(batch, erased):
    return {
        key: {table: int(count) for table, count in zip(erased.tables, row, strict=True) if count}
        for key, row in zip(batch.persons, erased.unlinked, strict=True)
    }


def build(database, schema=SCHEMA, rows=ROWS):
    ddl = receipts_ddl(database.dialect, "receipt")
    parts = (it for text in (schema, ddl, rows) for it in text.split(";\n") if it.strip())
    database.run("DROP TABLE IF EXISTS empty_so_far", *parts)


def opened(database, text=FILE):
    """An engine that erases."""
    description = source(text)
    given = {"CRM_URL": database.url, "CRM_URL_ERASING": database.url}
    engine = open_for_erasing(description, erasing_url(description, given, database.home))
    database.engines.append(engine)
    return description, engine


def shop(database, text=FILE):
    """In a transaction that the caller ends with ``connection.close()``."""
    description, engine = opened(database, text)
    connection = engine.connect()
    connection.begin()
    return Shop(database, description, connection, erasure_plan(connection, description))

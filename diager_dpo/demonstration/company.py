"""The made-up company as a whole: a French maker of drilling tools, its customers, prospects and contests."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeAlias

import numpy as np

from diager_dpo.demonstration import directory, doings, residue
from diager_dpo.demonstration.commerce import invoice, sell, take_orders
from diager_dpo.demonstration.companies import found_companies, sign_contracts
from diager_dpo.demonstration.contests import PROLONGED, Entries, announce_contests, consent, enter
from diager_dpo.demonstration.leads import import_leads
from diager_dpo.demonstration.marker import mark
from diager_dpo.demonstration.people import People, Situation, meet_people
from diager_dpo.demonstration.schema import INDEXES, TABLES
from diager_dpo.demonstration.traces import open_disputes, record_interactions
from diager_dpo.domain.civil import day_number

Progress: TypeAlias = Callable[[str, float], None]

_SEED = 20_180_901
_FOR_SPEED = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -64000;"


def make_company(path: Path, today: date, progress: Progress | None = None) -> None:
    """Write the company's database to ``path``, replacing what is there only once it is complete.

    The same day gives the same rows, except the marker. ``progress`` hears the step that begins (``companies``,
    ``people``, ``sales``, ``contests``, ``traces``, ``indexes``, ``done``) and the share already done.
    """
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(unfinished, isolation_level=None)) as connection:
        connection.executescript(_FOR_SPEED + TABLES)
        connection.execute("BEGIN")
        _fill(connection, day_number(today), progress or (lambda _step, _share: None))
        mark(connection, today)
        connection.execute("COMMIT")
    unfinished.replace(path)


def _fill(connection: sqlite3.Connection, today: int, progress: Progress) -> None:
    rng = np.random.Generator(np.random.PCG64(_SEED))
    progress("companies", 0.0)
    prices = directory.write_catalogue(connection, rng)
    companies = found_companies(rng, today)
    contracts = sign_contracts(rng, companies, today)
    people = meet_people(rng, companies, today)
    contests = announce_contests(today)
    entries = enter(rng, contests, people, today)
    people = _known_since(people, entries)

    progress("people", 0.06)
    titles = directory.write_companies(connection, rng, companies, contracts, people)
    directory.write_people(connection, rng, people, titles, np.unique(entries.person), today)
    directory.write_relations(connection, companies, contracts)
    directory.write_leads(connection, rng, import_leads(rng, today))

    progress("sales", 0.2)
    orders = take_orders(rng, companies, people, today)
    lines = sell(rng, orders, prices)
    invoices = invoice(rng, companies, people, orders, lines, today)
    doings.write_sales(connection, rng, orders, lines)
    doings.write_invoices(connection, invoices)

    progress("contests", 0.6)
    doings.write_contests(connection, contests, entries, consent(rng, entries, people, today), today)

    progress("traces", 0.64)
    doings.write_contacts(connection, record_interactions(rng, people, today))
    addressees = np.unique(invoices.person[invoices.person >= 0])
    doings.write_disputes(connection, open_disputes(rng, people, addressees, today))
    residue.write_notes(connection, rng, people, today)
    residue.write_changes(connection, rng, people, contests[PROLONGED], today)

    progress("indexes", 0.8)
    for statement in INDEXES.split(";")[:-1]:
        connection.execute(statement)
    residue.write_residue(connection, today)
    progress("done", 1.0)


def _known_since(people: People, entries: Entries) -> People:
    """Those known by a contest only became known with their first entry."""
    first = np.full(len(people), np.iinfo(np.int32).max, dtype=np.int32)
    np.minimum.at(first, entries.person, (entries.at // 86_400).astype(np.int32))
    return replace(people, collected=np.where(people.of(Situation.CONTEST_ONLY), first, people.collected))

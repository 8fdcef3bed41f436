"""The entries of contests with their proof, and the same counted: what the cards of contests are made of.

A scan writes all of them; a live look at a few persons changes theirs, and the counts by the difference.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, TypeAlias

import numpy as np
from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, delete, func, insert, or_, select, update

from diager_dpo.domain.civil import NO_DAY, Days
from diager_dpo.domain.evidence import Evidence
from diager_dpo.domain.facts import Keys
from diager_dpo.domain.verdicts import Records
from diager_dpo.domain.words import Kind, Purpose
from diager_dpo.store import bulk
from diager_dpo.store.membership import within
from diager_dpo.store.tables import entry_consent, entry_count, record

EntryRow: TypeAlias = tuple[Any, ...]

#: What entries are counted by, in the order of the table.
KEY = tuple(column.name for column in entry_count.primary_key if column.name != "source")


@dataclass(frozen=True, slots=True)
class EntryCount:
    """So many entries of one operation with the same verdict and the same proof; days may be ``NO_DAY``."""

    operation: str
    kind: int
    last_day: int
    flags: int
    state: int
    missing: int
    withdrawn_on: int
    n: int


def entry_rows(source: str, persons: Keys, operations: Keys, records: Records, found: Evidence) -> list[EntryRow]:
    """The entries among some records as rows of the table, sorted by its key. ``found``: of all of these entries."""
    wanted = np.flatnonzero((records.purpose == Purpose.CONTESTS) & (records.operation >= 0))
    count = max(len(operations), 1)
    key = records.person[wanted].astype(np.int64) * count + records.operation[wanted]
    place = np.searchsorted(found.person.astype(np.int64) * count + found.operation, key)
    columns = (
        repeat(source, len(wanted)),
        persons[records.person[wanted]].tolist(),
        operations[records.operation[wanted]].tolist(),
        records.kind[wanted].tolist(),
        _days(records.last_day[wanted]),
        records.flags[wanted].tolist(),
        found.state[place].tolist(),
        found.missing[place].tolist(),
        _days(found.entered_on[place]),
        _days(found.given_on[place]),
        _days(found.withdrawn_on[place]),
    )
    return sorted(zip(*columns, strict=True), key=lambda row: row[1:3])


def replace(connection: Connection, source: str, rows: Sequence[EntryRow]) -> None:
    """Write every entry anew, and count them."""
    connection.execute(delete(entry_consent).where(entry_consent.c.source == source))
    pieces = (rows[start : start + bulk.CHUNK] for start in range(0, len(rows), bulk.CHUNK))
    bulk.insert(connection, entry_consent, pieces)
    connection.execute(delete(entry_count).where(entry_count.c.source == source))
    _add(connection, source, _counted(rows))


def apply_some(connection: Connection, source: str, persons: Sequence[str], rows: Sequence[EntryRow]) -> None:
    """Bring the entries of a few persons to what was found of them; who has none in ``rows`` loses theirs."""
    theirs = (entry_consent.c.source == source, within(connection, entry_consent.c.person, persons))
    former = [tuple(row) for row in connection.execute(select(entry_consent).where(*theirs))]
    if former:
        connection.execute(delete(entry_consent).where(*theirs))
    bulk.insert(connection, entry_consent, [rows])
    change = _counted(rows)
    change.subtract(_counted(former))
    _add(connection, source, {key: n for key, n in change.items() if n})


def follow_index(connection: Connection, source: str) -> None:
    """Take over what was changed in the index without a look at the source: what holds suspend and release."""
    e, r = entry_consent.c, record.c
    same = (e.source == source, r.source == e.source, r.person == e.person, r.operation == e.operation)
    statement = update(entry_consent).values(kind=r.kind).where(*same, r.purpose == Purpose.CONTESTS, r.kind != e.kind)
    if connection.execute(statement).rowcount:
        recount(connection, source)


def recount(connection: Connection, source: str) -> None:
    """Count the entries anew, in the database."""
    connection.execute(delete(entry_count).where(entry_count.c.source == source))
    e = entry_consent.c
    last, withdrawn = func.coalesce(e.last_day, NO_DAY), func.coalesce(e.withdrawn_on, NO_DAY)
    # A value that is bound twice is not the same expression to PostgreSQL: grouped by place, not by what is written.
    grouped = select(
        e.operation.label("operation"), e.kind.label("kind"), last.label("last_day"), e.flags.label("flags"),
        e.state.label("state"), e.missing.label("missing"), withdrawn.label("withdrawn_on"),
    ).where(e.source == source).subquery()  # fmt: skip
    by = [grouped.c[name] for name in KEY]
    counted = select(bindparam("of_source", source, entry_count.c.source.type), *by, func.count()).group_by(*by)
    connection.execute(insert(entry_count).from_select(["source", *KEY, "n"], counted))


def counts(connection: Connection, source: str, operation: str | None = None) -> tuple[EntryCount, ...]:
    """The counted entries, of one operation or of all; a few hundred rows whatever the number of entries."""
    query = select(*(entry_count.c[name] for name in (*KEY, "n"))).where(entry_count.c.source == source)
    if operation is not None:
        query = query.where(entry_count.c.operation == operation)
    return tuple(EntryCount(*row) for row in connection.execute(query))


def page(
    connection: Connection,
    source: str,
    operation: str,
    conditions: Sequence[ColumnElement[bool]],
    *,
    first: int,
    size: int,
) -> Sequence[Row[Any]]:
    """Some entries of an operation in the order of their keys, from the ``first`` (0) on."""
    e = entry_consent.c
    query = select(entry_consent).where(e.source == source, e.operation == operation, *conditions)
    return connection.execute(query.order_by(e.person).offset(first).limit(size)).all()


def having(states: Iterable[int], missing: int, due_on: int | None) -> list[ColumnElement[bool]]:
    """Conditions on entries: a state, any of these pieces missing, due on a day."""
    e = entry_consent.c
    wanted = list(states)
    found: list[ColumnElement[bool]] = [e.state.in_(wanted)] if wanted else []
    if missing:
        found.append(e.missing.op("&")(missing) != 0)
    if due_on is not None:
        found.append(and_(e.kind == Kind.DATED, e.last_day < due_on))
    return found


def persons_of(connection: Connection, source: str, operation: str) -> list[str]:
    """Who has an entry of an operation, in the order of their keys."""
    e = entry_consent.c
    query = select(e.person).where(e.source == source, e.operation == operation).order_by(e.person)
    return list(connection.scalars(query))


def forget(connection: Connection, source: str, persons: Sequence[str]) -> None:
    """Take the entries of erased persons out."""
    apply_some(connection, source, persons, [])


def _counted(rows: Iterable[EntryRow]) -> Counter[EntryRow]:
    """By the columns of ``KEY``."""
    return Counter(
        (row[2], row[3], NO_DAY if row[4] is None else row[4], *row[5:8], NO_DAY if row[10] is None else row[10])
        for row in rows
    )


def _add(connection: Connection, source: str, change: "Counter[EntryRow] | dict[EntryRow, int]") -> None:
    """Change the counts; what comes to nothing goes."""
    if not change:
        return
    c = entry_count.c
    known = {tuple(row)[:-1]: row.n for row in _of_operations(connection, source, {key[0] for key in change})}
    rows = [{f"of_{name}": value for name, value in zip(KEY, key, strict=True)} for key in change if key in known]
    if rows:
        here = [c[name] == bindparam(f"of_{name}") for name in KEY]
        connection.execute(delete(entry_count).where(c.source == source, *here), rows)
    totals = {key: known.get(key, 0) + n for key, n in change.items()}
    fresh = [dict(zip((*KEY, "n"), (*key, n), strict=True)) | {"source": source} for key, n in totals.items() if n]
    if fresh:
        connection.execute(insert(entry_count), fresh)


def _of_operations(connection: Connection, source: str, operations: set[str]) -> Sequence[Row[Any]]:
    c = entry_count.c
    query = select(*(c[name] for name in (*KEY, "n")))
    return connection.execute(
        query.where(c.source == source, or_(*(c.operation == each for each in sorted(operations))))
    ).all()


def _days(days: Days) -> list[int | None]:
    return [None if day == NO_DAY else day for day in days.tolist()]

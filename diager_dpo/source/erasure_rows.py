"""The rows of one table that lead to the persons of a batch, all the persons of each, and what still stands there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from diager_dpo.domain.civil import Mask
from diager_dpo.domain.erasure import FULLY_LIVE, PurposeBits, bit, ends
from diager_dpo.domain.words import Purpose
from diager_dpo.source.erasure_batch import Batch, People, Places, chunks, keys_as_text
from diager_dpo.source.erasure_errors import rows_of
from diager_dpo.source.erasure_keys import of_keys, of_rows
from diager_dpo.source.erasure_plan import ErasurePlan, TablePlan, key_of
from diager_dpo.source.erasure_whole import count_whole, goes_whole

RowKey = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a table. ``row`` and ``person`` (positions in the batch) are pairs: who of the batch a row leads to.

    ``others``: pairs of a row and the key of a person outside the batch. ``follows``: whether the row is of the
    operation that ends, where its table knows operations. ``stands``: of each column that served the purpose, where a
    value stands.
    """

    keys: list[RowKey]
    row: Places
    person: Places
    others: list[tuple[int, str]]
    follows: Mask
    stands: Mapping[str, Mask]


@dataclass(frozen=True, slots=True)
class Decision:
    """What goes in one table: rows, and of rows that stay the values of columns; and which rows stay unlinked."""

    table: TablePlan
    rows: Rows
    goes: Mask
    columns: Mapping[str, Mask]
    unlinked: Mask
    whole: NDArray[np.int64]  # rows of each person of the batch that go without being looked at one by one

    @property
    def going(self) -> list[RowKey]:
        """The keys of the rows that go."""
        return [self.rows.keys[at] for at in np.flatnonzero(self.goes)]


@dataclass(frozen=True, slots=True)
class Erasing:
    """One batch at work on one connection."""

    connection: sa.Connection
    plan: ErasurePlan
    batch: Batch
    people: People

    @classmethod
    def of(cls, connection: sa.Connection, plan: ErasurePlan, batch: Batch) -> "Erasing":
        """With the persons found by kind."""
        return cls(connection, plan, batch, People(batch))


def decide(erasing: Erasing, table: TablePlan, companions_live: Mapping[str, int]) -> Decision:
    """What goes of one table (rules, "Erasing"): a row lives while a live purpose of any of its persons serves it."""
    batch = erasing.batch
    ending = bit(batch.purpose)
    whole = goes_whole(erasing.plan, table, batch)
    counts = count_whole(erasing.connection, erasing.plan, table, erasing.people, whole)
    wanted = ~whole if table.serves & ending else batch.live == 0
    rows = rows_leading(erasing, table, wanted)
    live = _live(table, batch, rows, companions_live)
    goes = ends(table.serves, ending, live) & rows.follows if table.goes else np.zeros(len(live), np.bool_)
    columns = {
        column.name: ends(column.serves, ending, live) & rows.follows & ~goes & rows.stands[column.name]
        for column in table.ending(batch.purpose)
    }
    return Decision(table, rows, goes, columns, ~goes & ((live & np.int16(table.serves)) == 0), counts)


def rows_leading(erasing: Erasing, table: TablePlan, wanted: Mask | None = None) -> Rows:
    """The rows that lead to the batch, or to the ``wanted`` of it, with every other person they lead to."""
    dialect, people = erasing.plan.dialect, erasing.people
    ending = table.ending(erasing.batch.purpose)
    width, places, found = len(table.key), dict[RowKey, int](), set[tuple[int, int]]()
    operations: list[Any] = []
    standing: list[list[bool]] = [[] for _ in ending]
    for way in table.ways:
        own, key = way.own, key_of(table, way.own)
        flags = [sa.case((it.stands(dialect, own.c[it.name]), 1), else_=0) for it in ending]
        asked = [*key, way.person, own.c[table.operation.name] if table.operation else sa.null(), *flags]
        for chunk in chunks(people.of_kind(way.kind, wanted)):
            leads = of_keys(dialect, way.person_column, way.person, chunk)
            statement = sa.select(*asked).select_from(way.rows).where(leads, *way.counts)
            read = rows_of(erasing.connection, statement, table.name)
            persons = people.positions(way.kind, keys_as_text(table.name, [row[width] for row in read]))
            for row, person in zip(read, persons, strict=True):
                if person < 0:
                    continue
                at = places.setdefault(tuple(row[:width]), len(places))
                if at == len(operations):
                    operations.append(row[width + 1])
                    for flag, column in zip(row[width + 2 :], standing, strict=True):
                        column.append(bool(flag))
                found.add((at, int(person)))
    keys = list(places)
    others = set[tuple[int, str]]()
    if table.shared and keys:
        _all_persons(erasing, table, places, found, others)
    pairs = np.array(sorted(found), np.intp).reshape(-1, 2)
    return Rows(
        keys=keys,
        row=pairs[:, 0],
        person=pairs[:, 1],
        others=sorted(others),
        follows=_follows(table, erasing.batch, operations),
        stands={it.name: np.array(flags, np.bool_) for it, flags in zip(ending, standing, strict=True)},
    )


def _all_persons(
    erasing: Erasing,
    table: TablePlan,
    places: Mapping[RowKey, int],
    found: set[tuple[int, int]],
    others: set[tuple[int, str]],
) -> None:
    """Every person of the rows found, by every link: also those the rows were not looked up for."""
    dialect, people, width = erasing.plan.dialect, erasing.people, len(table.key)
    for way in table.ways:
        key = key_of(table, way.own)
        for chunk in chunks(list(places)):
            statement = (
                sa.select(*key, way.person)
                .select_from(way.rows)
                .where(of_rows(dialect, table.key, key, chunk), way.person.is_not(None), *way.counts)
            )
            read = rows_of(erasing.connection, statement, table.name)
            texts = keys_as_text(table.name, [row[width] for row in read])
            persons = people.positions(way.kind, texts)
            for row, text, person in zip(read, texts, persons, strict=True):
                if text is None:
                    continue
                at = places[tuple(row[:width])]
                if person >= 0:
                    found.add((at, int(person)))
                else:
                    others.add((at, text if way.kind is None else f"{way.kind}:{text}"))


def _follows(table: TablePlan, batch: Batch, operations: list[Any]) -> Mask:
    if table.operation is None or batch.purpose is not Purpose.CONTESTS:
        return np.ones(len(operations), np.bool_)
    return np.asarray(keys_as_text(table.name, operations) == batch.operation, np.bool_)


def _live(table: TablePlan, batch: Batch, rows: Rows, companions_live: Mapping[str, int]) -> PurposeBits:
    """For each row the purposes that live on for any of its persons.

    Another entry of the same person keeps nothing of the operation that ends.
    """
    live: PurposeBits = np.zeros(len(rows.keys), np.int16)
    of_pair = batch.live[rows.person].astype(np.int16)
    if table.operation is not None and batch.purpose is Purpose.CONTESTS:
        ended = rows.follows[rows.row]
        of_pair[ended] &= np.int16(~bit(Purpose.CONTESTS))
    np.bitwise_or.at(live, rows.row, of_pair)
    for row, key in rows.others:
        live[row] |= np.int16(companions_live.get(key, FULLY_LIVE))
    return live

"""The deadline index: what a scan decided, one row a record, and how the store comes to hold it.

``apply`` finds the rows that differ by their fingerprints, takes the former ones away and adds the new ones, and
changes the calendar by the same records. ``rebuild`` writes everything; both leave equal tables.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection, Row, delete, select
from sqlalchemy.schema import CreateIndex, DropIndex

from diager_dpo.domain.civil import NO_DAY, Days
from diager_dpo.domain.facts import Keys
from diager_dpo.domain.verdicts import Decision, Records
from diager_dpo.store import bulk, calendar, rules
from diager_dpo.store.fingerprints import fingerprints, key_digests
from diager_dpo.store.former import Key, delete_records, former_records
from diager_dpo.store.locks import take_turn
from diager_dpo.store.membership import within
from diager_dpo.store.tables import record

Rows: TypeAlias = NDArray[np.int64]

# From this part of the index on, writing it anew is quicker than changing it.
_REBUILD_FROM = 0.3


@dataclass(frozen=True, slots=True)
class Difference:
    """What a scan changed in the index, in records."""

    added: int
    changed: int
    removed: int


@dataclass(frozen=True, slots=True)
class NewIndex:
    """A decision with the keys it is about. ``rule``: the store's number of each record's rule."""

    source: str
    persons: Keys
    operations: Keys
    records: Records
    rule: NDArray[np.int32]
    fingerprint: NDArray[np.int64]

    def chunks(self, which: Rows) -> Iterator[list[tuple[object, ...]]]:
        """Some records as rows of the table, sorted by its key: a clustered table grows at its end."""
        order = self._sorted(which)
        for start in range(0, len(order), bulk.CHUNK):
            yield self._rows(order[start : start + bulk.CHUNK])

    def groups(self, which: Rows | slice = slice(None)) -> calendar.Groups:
        """Some records counted."""
        r = self.records
        columns = (r.purpose, r.category, r.kind, self.rule, r.running_until, r.last_day)
        return calendar.Groups.of([column[which] for column in columns])

    def keys(self, which: Rows) -> set[Key]:
        """Person, purpose and operation of some records."""
        return set(self.key_list(which))

    def key_list(self, which: Rows) -> list[Key]:
        """The same, in the order of the records."""
        r = self.records
        persons = self.persons[r.person[which]].tolist()
        operations = np.append(self.operations, "")[r.operation[which]].tolist()
        return list(zip(persons, r.purpose[which].tolist(), operations, strict=True))

    def _sorted(self, which: Rows) -> Rows:
        persons, positions = np.unique(self.records.person[which], return_inverse=True)
        rank = np.empty(len(persons), np.int64)
        keys = self.persons[persons].tolist()
        rank[sorted(range(len(keys)), key=keys.__getitem__)] = np.arange(len(keys))
        operation_rank = np.empty(len(self.operations) + 1, np.int64)
        operation_rank[np.argsort([*self.operations, ""], kind="stable")] = np.arange(len(operation_rank))
        operation = operation_rank[self.records.operation[which]]
        return which[np.lexsort((operation, self.records.purpose[which], rank[positions]))]

    def _rows(self, which: Rows) -> list[tuple[object, ...]]:
        r = self.records
        operations = np.append(self.operations, "")  # position -1: outside contests
        columns = (
            repeat(self.source, len(which)),
            self.persons[r.person[which]].tolist(),
            r.purpose[which].tolist(),
            operations[r.operation[which]].tolist(),
            r.category[which].tolist(),
            r.kind[which].tolist(),
            r.anchor[which].tolist(),
            _days(r.anchor_on[which]),
            self.rule[which].tolist(),
            _days(r.running_until[which]),
            _days(r.last_day[which]),
            _days(r.inactive_from[which]),
            r.flags[which].tolist(),
            r.anomalies[which].tolist(),
            self.fingerprint[which].tolist(),
        )
        return list(zip(*columns, strict=True))


def new_index(connection: Connection, source: str, persons: Keys, operations: Keys, decision: Decision) -> NewIndex:
    """A decision made ready for the store. Numbers its rules, hence needs a writing transaction."""
    records = decision.records
    rule = rules.numbers(connection, decision.rules)[records.rule]
    return NewIndex(source, persons, operations, records, rule, fingerprints(persons, operations, records, rule))


def apply(connection: Connection, new: NewIndex) -> Difference:
    """Bring index and calendar to what was decided, in the transaction of ``connection``."""
    former = bulk.integers(connection, record.c.fingerprint, record.c.source, new.source)
    known, wanted = pd.Index(former), pd.Index(new.fingerprint)
    if known.empty or not known.is_unique or not wanted.is_unique:
        return rebuild(connection, new)
    place = known.get_indexer(wanted)
    fresh = np.flatnonzero(place < 0)
    stale = np.ones(len(former), np.bool_)
    stale[place[place >= 0]] = False
    if len(fresh) + np.count_nonzero(stale) > _REBUILD_FROM * len(former):
        return rebuild(connection, new)
    return _change(connection, new, fresh, former[stale])


def apply_some(connection: Connection, new: NewIndex, persons: Sequence[str]) -> Difference:
    """Bring the records of a few persons to what was decided of them, and the calendar with them.

    ``new`` holds their records and no others; who has none there loses those of the index.
    """
    take_turn(connection)
    theirs = (record.c.source == new.source, within(connection, record.c.person, persons))
    former = connection.execute(select(record).where(*theirs)).all()
    connection.execute(delete(record).where(*theirs))
    every = np.arange(len(new.records))
    bulk.insert(connection, record, new.chunks(every))
    calendar.change(connection, new.source, _net(new.groups(), former))
    come = dict(zip(new.key_list(every), new.fingerprint.tolist(), strict=True))
    gone = {(row.person, row.purpose, row.operation): row.fingerprint for row in former}
    changed = sum(1 for key, fingerprint in come.items() if key in gone and gone[key] != fingerprint)
    return Difference(added=len(come.keys() - gone.keys()), changed=changed, removed=len(gone.keys() - come.keys()))


def rebuild(connection: Connection, new: NewIndex) -> Difference:
    """Write index and calendar anew; the same tables as ``apply`` leaves."""
    difference = _difference(connection, new)
    connection.execute(delete(record).where(record.c.source == new.source))
    # A server keeps its indexes: dropping one locks readers out until the transaction ends.
    secondary = sorted(record.indexes, key=lambda index: str(index.name)) if connection.dialect.name == "sqlite" else []
    for index in secondary:
        connection.execute(DropIndex(index))
    bulk.insert(connection, record, new.chunks(np.arange(len(new.records))))
    for index in secondary:
        connection.execute(CreateIndex(index))
    calendar.replace(connection, new.source, new.groups())
    return difference


def _difference(connection: Connection, new: NewIndex) -> Difference:
    """What a rebuild changes, by comparing the keys of all records."""
    digests = [np.empty(0, np.uint64)]
    unchanged = 0
    prints = pd.Index(new.fingerprint)
    columns = (record.c.person, record.c.purpose, record.c.operation, record.c.fingerprint)
    for rows in bulk.chunks(connection, columns, record.c.source, new.source):
        person, purpose, operation, fingerprint = zip(*rows, strict=True)
        digests.append(key_digests(_objects(person), np.array(purpose), _objects(operation)))
        unchanged += int(prints.isin(fingerprint).sum())
    former = np.concatenate(digests)
    if not len(former):
        return Difference(added=len(new.records), changed=0, removed=0)
    r = new.records
    keys = key_digests(new.persons, r.purpose, np.append(new.operations, ""), person=r.person, operation=r.operation)
    common = int(np.isin(keys, former).sum())
    return Difference(added=len(keys) - common, changed=common - unchanged, removed=len(former) - common)


def _change(connection: Connection, new: NewIndex, fresh: Rows, stale: Rows) -> Difference:
    come = new.keys(fresh)
    former = former_records(connection, new.source, come, stale)
    gone = {(row.person, row.purpose, row.operation) for row in former}
    delete_records(connection, new.source, gone)
    bulk.insert(connection, record, new.chunks(fresh))
    calendar.change(connection, new.source, _net(new.groups(fresh), former))
    return Difference(added=len(come - gone), changed=len(come & gone), removed=len(gone - come))


def _net(fresh: calendar.Groups, former: Sequence[Row[Any]]) -> calendar.Groups:
    """What a change adds to the calendar, and what it takes from it."""
    return fresh.minus(calendar.Groups.of([_numbers(former, name) for name in calendar.KEY]))


def _numbers(rows: Sequence[Row[Any]], name: str) -> NDArray[np.int32]:
    values = (getattr(row, name) for row in rows)
    return np.fromiter((NO_DAY if value is None else value for value in values), np.int32, len(rows))


def _objects(values: Sequence[str]) -> Keys:
    return np.array(values, np.object_)


def _days(days: Days) -> list[int | None]:
    return [None if day == NO_DAY else day for day in days.tolist()]

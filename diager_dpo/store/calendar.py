"""The index counted: one row for all records that share purpose, category, kind, rule and days.

A scan adds what it wrote and subtracts what it took away, in its own transaction; ``recount`` proves that this gives
what counting the whole index gives.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Row, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from diager_dpo.domain.civil import NO_DAY, Days
from diager_dpo.domain.facts import Codes
from diager_dpo.store import bulk
from diager_dpo.store.tables import calendar, record

# One unsigned 64-bit word a group. Days take 22 bits: from before the year 1 to after the year 10999.
_LAST_DAY, _RUNNING, _RULE, _CATEGORY, _KIND, _PURPOSE = 0, 22, 44, 56, 59, 61
_BEFORE_ALL_DAYS = -719_200


KEY = ("purpose", "category", "kind", "rule", "running_until", "last_day")


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups of records with how many each holds; negative where records were taken away."""

    purpose: Codes
    category: Codes
    kind: Codes
    rule: NDArray[np.int32]
    running_until: Days
    last_day: Days
    n: NDArray[np.int64]

    @classmethod
    def of(cls, columns: Sequence[NDArray[np.signedinteger]], n: NDArray[np.int64] | None = None) -> Self:
        """The six columns of some records, one row each (or ``n`` each), gathered.

        ``columns``: purpose, category, kind, rule, running until, last day, ``NO_DAY`` where there is none.
        """
        purpose, category, kind, rule, running_until, last_day = columns
        rules, dense = np.unique(rule, return_inverse=True)
        words = _day_bits(last_day) << np.uint64(_LAST_DAY) | _day_bits(running_until) << np.uint64(_RUNNING)
        for column, shift in ((dense, _RULE), (category, _CATEGORY), (kind, _KIND), (purpose, _PURPOSE)):
            words |= column.astype(np.uint64) << np.uint64(shift)
        if n is None:
            found, counted = np.unique(words, return_counts=True)
        else:
            found, place = np.unique(words, return_inverse=True)
            counted = np.zeros(len(found), np.int64)
            np.add.at(counted, place, n)
        return cls(
            purpose=_bits(found, _PURPOSE, 3).astype(np.int8),
            category=_bits(found, _CATEGORY, 3).astype(np.int8),
            kind=_bits(found, _KIND, 2).astype(np.int8),
            rule=rules[_bits(found, _RULE, 12)].astype(np.int32),
            running_until=_days(_bits(found, _RUNNING, 22)),
            last_day=_days(_bits(found, _LAST_DAY, 22)),
            n=counted.astype(np.int64),
        )

    def minus(self, other: "Groups") -> "Groups":
        """The difference, without the groups in which nothing is left of it."""
        joined = [np.concatenate([getattr(self, name), getattr(other, name)]) for name in KEY]
        net = Groups.of(joined, np.concatenate([self.n, -other.n]))
        kept = net.n != 0
        return Groups(*(getattr(net, column.name)[kept] for column in fields(Groups)))

    def rows(self, source: str) -> list[tuple[str | int, ...]]:
        """As rows of the table."""
        columns = (self.purpose, self.category, self.kind, self.rule, self.running_until, self.last_day, self.n)
        return [(source, *row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def replace(connection: Connection, source: str, groups: Groups) -> None:
    """Write the calendar anew."""
    connection.execute(delete(calendar).where(calendar.c.source == source))
    bulk.insert(connection, calendar, [groups.rows(source)])


def change(connection: Connection, source: str, groups: Groups) -> None:
    """Add the numbers of ``groups`` to the calendar; a group that holds nothing any more goes."""
    if not len(groups.n):
        return
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    names = [column.name for column in calendar.columns]
    adding = insert(calendar)
    adding = adding.on_conflict_do_update(
        index_elements=list(calendar.primary_key.columns), set_={"n": calendar.c.n + adding.excluded.n}
    )
    connection.execute(adding, [dict(zip(names, row, strict=True)) for row in groups.rows(source)])
    connection.execute(delete(calendar).where(calendar.c.source == source, calendar.c.n == 0))


def load(connection: Connection, source: str) -> Groups:
    """The calendar as it stands."""
    columns = [calendar.c[name] for name in (*KEY, "n")]
    return _groups(connection.execute(select(*columns).where(calendar.c.source == source)).all())


def recount(connection: Connection, source: str) -> Groups:
    """What the calendar must be: the whole index counted by the database. Takes seconds a million records."""
    return count(connection, record.c.source == source)


def count(connection: Connection, *which: ColumnElement[bool]) -> Groups:
    """Some records of the index counted by the database."""
    key = [record.c.purpose, record.c.category, record.c.kind, record.c.rule]
    days = [func.coalesce(record.c.running_until, NO_DAY), func.coalesce(record.c.last_day, NO_DAY)]
    counting = select(*key, *days, func.count()).where(*which).group_by(*key, *days)
    return _groups(connection.execute(counting).all())


def _groups(rows: Iterable[Row[*tuple[Any, ...]]]) -> Groups:
    columns = np.array([tuple(row) for row in rows], np.int64).reshape(-1, len(KEY) + 1).T
    return Groups.of(list(columns[:-1]), columns[-1])


def _day_bits(days: NDArray[np.signedinteger]) -> NDArray[np.uint64]:
    bits = np.where(days == NO_DAY, 0, days.astype(np.int64) - _BEFORE_ALL_DAYS)
    if ((bits < 0) | (bits >= 2**_RUNNING)).any():
        raise ValueError("a verdict holds a day that is none")
    return bits.astype(np.uint64)


def _days(bits: NDArray[np.int64]) -> Days:
    return np.where(bits == 0, NO_DAY, bits + _BEFORE_ALL_DAYS).astype(np.int32)


def _bits(words: NDArray[np.uint64], shift: int, width: int) -> NDArray[np.int64]:
    return (words >> np.uint64(shift) & np.uint64(2**width - 1)).astype(np.int64)

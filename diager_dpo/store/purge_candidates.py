"""The records that a new purge could take: as columns, with what lives on beside each and what keeps it out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Row, exists, func, literal, select

from diager_dpo.domain.civil import NO_DAY, Days, Mask
from diager_dpo.domain.facts import Codes, Keys
from diager_dpo.domain.purges import ItemState
from diager_dpo.domain.verdicts import statuses
from diager_dpo.domain.words import Purpose, Status
from diager_dpo.store.live_purposes import live_beside
from diager_dpo.store.membership import within
from diager_dpo.store.purges import STANDING, is_open
from diager_dpo.store.record_conditions import Conditions, meets
from diager_dpo.store.tables import purge, purge_item, record

_OF_THE_INDEX = ("category", "kind", "anchor", "anchor_on", "rule", "running_until", "last_day")
_NAMES = (*_OF_THE_INDEX, "live", "taken", "kept")


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """One row a record, in the order of keys. ``status``: on the day; ``live``: bits of what lives on beside it.

    ``taken``: the person stands in another open purge; ``kept``: a
    reviewer set the record aside until a later day.
    """

    person: Keys
    category: Codes
    status: Codes
    anchor: Codes
    anchor_on: Days
    rule: NDArray[np.int32]
    last_day: Days
    live: NDArray[np.int16]
    taken: Mask
    kept: Mask

    def __len__(self) -> int:
        return len(self.person)

    def where(self, wanted: Mask) -> "Candidates":
        """Some of them."""
        return Candidates(*(getattr(self, name)[wanted] for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records of a purpose (and operation): those due on ``as_of``, or all; of ``persons``, or of everybody.

    ``today`` and ``now``: what is kept out today, and whose approval is over.
    """

    source: str
    purpose: Purpose
    operation: str
    as_of: int
    today: int
    now: str
    persons: Sequence[str] | None = None
    due_only: bool = True


def candidates(connection: Connection, wanted: Wanted) -> Candidates:
    """The records, from the index; a record that is held or undetermined is among them only where it was named."""
    columns = [func.coalesce(record.c[name], NO_DAY).label(name) for name in _OF_THE_INDEX]
    query = (
        select(
            record.c.person,
            *columns,
            live_beside(record, wanted.purpose).label("live"),
            _stands_elsewhere(wanted).label("taken"),
            _set_aside(wanted).label("kept"),
        )
        .where(*meets(wanted.source, _conditions(wanted)))
        .order_by(record.c.person)
    )
    if wanted.persons is not None:
        query = query.where(within(connection, record.c.person, list(wanted.persons)))
    return _columns(connection.execute(query).all(), wanted.as_of)


def count(connection: Connection, wanted: Wanted, status: Status) -> int:
    """How many records of the same purpose and operation have a status on the day."""
    conditions = Conditions(
        purpose=wanted.purpose,
        today=wanted.as_of,
        horizon=-1,
        archives=frozenset(),
        status=status,
        operation=wanted.operation or None,
    )
    query = select(func.count()).select_from(record).where(*meets(wanted.source, conditions))
    if wanted.persons is not None:
        query = query.where(within(connection, record.c.person, list(wanted.persons)))
    return connection.execute(query).scalar_one()


def _conditions(wanted: Wanted) -> Conditions:
    return Conditions(
        purpose=wanted.purpose,
        today=wanted.as_of,
        horizon=-1,
        archives=frozenset(),
        status=Status.DUE if wanted.due_only else None,
        operation=wanted.operation or None,
    )


def _stands_elsewhere(wanted: Wanted) -> ColumnElement[bool]:
    """In an open purge of whatever purpose: each purge sees the others as they will be when it is executed."""
    return exists(
        select(literal(1))
        .select_from(purge_item.join(purge, purge.c.id == purge_item.c.purge))
        .where(
            purge_item.c.person == record.c.person,
            purge_item.c.state.in_([state.value for state in STANDING]),
            purge.c.source == wanted.source,
            is_open(wanted.now),
        )
    )


def _set_aside(wanted: Wanted) -> ColumnElement[bool]:
    return exists(
        select(literal(1))
        .select_from(purge_item.join(purge, purge.c.id == purge_item.c.purge))
        .where(
            purge_item.c.person == record.c.person,
            purge_item.c.state == ItemState.SET_ASIDE.value,
            purge_item.c.until >= wanted.today,
            purge.c.source == wanted.source,
            purge.c.purpose == wanted.purpose,
            purge.c.operation == wanted.operation,
        )
    )


def _columns(rows: Sequence[Row[*tuple[Any, ...]]], as_of: int) -> Candidates:
    person = np.empty(len(rows), np.object_)
    columns = list(zip(*rows, strict=True)) or [()] * (1 + len(_NAMES))
    person[:] = columns[0]
    numbers = [np.array(column, np.int64) for column in columns[1:]]
    of = dict(zip(_NAMES, numbers, strict=True))
    last_day, running = of["last_day"].astype(np.int32), of["running_until"].astype(np.int32)
    return Candidates(
        person=person,
        category=of["category"].astype(np.int8),
        status=statuses(of["kind"].astype(np.int8), running, last_day, as_of),
        anchor=of["anchor"].astype(np.int8),
        anchor_on=of["anchor_on"].astype(np.int32),
        rule=of["rule"].astype(np.int32),
        last_day=last_day,
        live=of["live"].astype(np.int16),
        taken=of["taken"].astype(np.bool_),
        kept=of["kept"].astype(np.bool_),
    )

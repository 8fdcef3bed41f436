"""Erases in the source what one purpose of some persons was the last to need, and counts what went.

Every function works in the transaction that the caller began (``connection.open_for_erasing``); nothing is committed
here. A dry run is ``erase`` and a rollback. After a ``SourceErasureError`` the caller rolls back.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from diager_dpo.domain.erasure import bit
from diager_dpo.source.erasure_batch import Batch, Erased, chunks
from diager_dpo.source.erasure_deferred import deferred_keys_hold
from diager_dpo.source.erasure_errors import SourceErasureError, changed, rows_of, told_by
from diager_dpo.source.erasure_guard import look_before_deleting, told_why
from diager_dpo.source.erasure_keys import of_keys, of_rows
from diager_dpo.source.erasure_plan import ErasurePlan, Place, TablePlan, key_of
from diager_dpo.source.erasure_rows import Decision, Erasing, RowKey, decide, rows_leading
from diager_dpo.source.erasure_whole import delete_whole

__all__ = ["Batch", "Erased", "Place", "companions", "erase", "left", "lock"]


def companions(connection: sa.Connection, plan: ErasurePlan, batch: Batch) -> tuple[str, ...]:
    """Keys of persons outside the batch who share a row with somebody in it, in a table that serves the purpose.

    ``erase`` must be told what lives on for each; whom it is not told of keeps everything. A key that no ``persons``
    SELECT returns is among them.
    """
    erasing = Erasing.of(connection, plan, batch)
    found: set[str] = set()
    for table in plan.tables:
        if table.shared and table.serves & bit(batch.purpose):
            found.update(key for _, key in rows_leading(erasing, table).others)
    return tuple(sorted(found))


def lock(connection: sa.Connection, plan: ErasurePlan, batch: Batch) -> None:
    """The rows that lead to these persons stay as they are until the transaction ends, where the engine can hold them.

    Parents first: a row that is held takes no new row that refers to it. On SQLite the whole file is held anyway.
    Every row is held, not the persons' own alone: a row that somebody changes after the verdict, and that goes, would
    be erased unseen. Nothing of them is sent here.
    """
    if plan.dialect == "sqlite":
        return
    people = Erasing.of(connection, plan, batch).people
    for table in reversed(plan.tables):
        for way in table.ways:
            for chunk in chunks(people.of_kind(way.kind)):
                leads = of_keys(plan.dialect, way.person_column, way.person, chunk)
                held: sa.Select[Any] = sa.select(sa.literal_column("1")).select_from(way.rows).where(leads, *way.counts)
                if plan.dialect == "postgresql":
                    held = sa.select(sa.func.count()).select_from(held.with_for_update(of=way.own).subquery())
                else:
                    held = held.with_only_columns(sa.func.count()).with_for_update()
                rows_of(connection, held, table.name)


def erase(connection: sa.Connection, plan: ErasurePlan, batch: Batch, companions_live: Mapping[str, int]) -> Erased:
    """Delete the rows and empty the columns that no live purpose needs any more; nothing else.

    Args:
        connection: in a transaction of ``open_for_erasing``.
        plan: of the schema as it is now.
        batch: thousands of persons, not millions: the keys of their shared rows are held in memory.
        companions_live: what lives on for each of ``companions``, as bits; who is missing counts as fully live.

    Raises:
        SourceErasureError: ``rows_still_refer`` (``table``, ``column``, ``target``, ``rows``): rows that stay refer to
            rows that would go; ``cascade_takes_more`` (the same): the database would delete them along;
            ``erasure_refused`` (``table``, ``constraint``); ``rows_changed`` (``table``); or a failure of the database.
    """
    erasing = Erasing.of(connection, plan, batch)
    decisions = [decide(erasing, table, companions_live) for table in plan.tables]
    with deferred_keys_hold(connection, plan):
        for decision in decisions:
            _untie(erasing, decision)
        for decision in decisions:
            _empty(erasing, decision)
            _delete(erasing, decision)
    if plan.dialect == "postgresql":  # what was put off to the end of the transaction is said now
        with told_by(""):
            connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    return _erased(plan, batch, decisions)


def left(
    connection: sa.Connection, plan: ErasurePlan, batch: Batch, companions_live: Mapping[str, int]
) -> NDArray[np.int64]:
    """What should have gone and is still there: persons x ``plan.places(purpose)``; all 0 after an erasure.

    A row of several persons counts for each of them.
    """
    erasing, places = Erasing.of(connection, plan, batch), plan.places(batch.purpose)
    still = np.zeros((len(batch.persons), len(places)), np.int64)
    for table in plan.tables:
        if table.serves & bit(batch.purpose):
            decision = decide(erasing, table, companions_live)
            if decision.whole.any():
                still[:, places.index(Place(table.name, ""))] += decision.whole
            for place, mask in _masks(decision):
                pairs = mask[decision.rows.row]
                np.add.at(still[:, places.index(place)], decision.rows.person[pairs], 1)
    return still


def _masks(decision: Decision) -> list[tuple[Place, NDArray[np.bool_]]]:
    name = decision.table.name
    rows = [(Place(name, ""), decision.goes)] if decision.goes.any() else []
    return rows + [(Place(name, column), mask) for column, mask in decision.columns.items()]


def _erased(plan: ErasurePlan, batch: Batch, decisions: Sequence[Decision]) -> Erased:
    places = plan.places(batch.purpose)
    gone = np.zeros((len(batch.persons), len(places)), np.int64)
    unlinked = np.zeros((len(batch.persons), len(plan.tables)), np.int64)
    for at, decision in enumerate(decisions):
        rows = decision.rows
        if decision.whole.any():
            gone[:, places.index(Place(decision.table.name, ""))] += decision.whole
        first = np.full(len(rows.keys), len(batch.persons), np.intp)
        np.minimum.at(first, rows.row, rows.person)
        for place, mask in _masks(decision):
            np.add.at(gone[:, places.index(place)], first[mask], 1)
        np.add.at(unlinked[:, at], rows.person[decision.unlinked[rows.row]], 1)
    return Erased(places, gone, plan.names, unlinked)


def _untie(erasing: Erasing, decision: Decision) -> None:
    """Rows that go and refer to each other in a circle let go of each other first."""
    table = decision.table
    for key in table.untied:
        values: dict[str, Any] = dict.fromkeys(key.columns, sa.literal_column("NULL"))
        _each_chunk(erasing, table, decision.going, sa.update(table.clause).values(values))


def _empty(erasing: Erasing, decision: Decision) -> None:
    """One statement for each set of columns that go together."""
    table = decision.table
    if not decision.columns:
        return
    own = table.clause
    by_name = {column.name: column for column in table.columns}
    masks = np.array(list(decision.columns.values())).T
    if not len(masks):
        return
    sets, which = np.unique(masks, axis=0, return_inverse=True)
    for at, going in enumerate(sets):
        names = [name for name, goes in zip(decision.columns, going, strict=True) if goes]
        if not names:
            continue
        values = {name: by_name[name].erased(erasing.plan.dialect, own.c[name], key_of(table, own)) for name in names}
        keys = [decision.rows.keys[row] for row in np.flatnonzero(which.ravel() == at)]
        _each_chunk(erasing, table, keys, sa.update(own).values(values))


def _delete(erasing: Erasing, decision: Decision) -> None:
    keys = decision.going
    look_before_deleting(erasing, decision.table, keys)
    try:
        delete_whole(erasing.connection, erasing.plan, decision.table, erasing.people, decision.whole)
        _each_chunk(erasing, decision.table, keys, sa.delete(decision.table.clause))
    except SourceErasureError as error:
        whole = rows_leading(erasing, decision.table, decision.whole > 0).keys if decision.whole.any() else []
        failure = told_why(erasing, decision.table, keys + whole, error)
    else:
        return
    raise failure


def _each_chunk(erasing: Erasing, table: TablePlan, keys: list[RowKey], statement: Any) -> None:
    """Exactly these rows; ``rows_changed`` where another number was reached."""
    columns = key_of(table, table.clause)
    for chunk in chunks(keys):
        reached = changed(
            erasing.connection, statement.where(of_rows(erasing.plan.dialect, table.key, columns, chunk)), table.name
        )
        if reached != len(chunk):
            raise SourceErasureError("rows_changed", table=table.name)

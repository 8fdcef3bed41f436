"""The sales of months, summed by the source's own engine by enterprise: no line crosses the wire one by one.

The enterprise is the group where it is known, else the unit; the two are told apart. Nobody named: ``ANONYMOUS``.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from diager_dpo.domain.statistics.block import ANONYMOUS, TOTAL, Mask, Sales
from diager_dpo.domain.statistics.measures import CellName
from diager_dpo.domain.statistics.plan import DIMENSIONS, Dimension, PublicationPlan
from diager_dpo.source import columns
from diager_dpo.source.errors import SourceReadError
from diager_dpo.source.sales_columns import MARK, SALES, SalesColumns, rows, sales_columns
from diager_dpo.source.source_file import SourceFile


@dataclass(frozen=True, slots=True)
class MonthLines:
    """What a month holds as a whole: lines, and their net amount in cents."""

    lines: int
    cents: int


@dataclass(frozen=True, slots=True)
class Survey:
    """Every month that has lines, and the lines whose day is none."""

    months: Mapping[str, MonthLines]
    undated: int


@dataclass(frozen=True, slots=True)
class MonthSales:
    """One month: its sales by enterprise, the distinct orders of each published cell, and its lines as a whole."""

    sales: Sales
    orders: Mapping[CellName, int]
    whole: MonthLines


def survey(connection: sa.Connection, source: SourceFile) -> Survey:
    """Lines and cents of every month, on a snapshot of the source.

    Raises:
        SourceReadError: what is wrong with the fact, never a value.
    """
    fact = sales_columns(connection, source)
    text = f"SELECT {fact.month}, COUNT(*), SUM({fact.cents}) FROM {fact.relation} GROUP BY 1"  # noqa: S608
    found = rows(connection, text)
    months = {month: MonthLines(int(lines), int(cents or 0)) for month, lines, cents in found if month is not None}
    return Survey(months, sum(int(lines) for month, lines, _cents in found if month is None))


def read_months(
    connection: sa.Connection, source: SourceFile, months: Collection[str], plan: PublicationPlan
) -> tuple[MonthSales, ...]:
    """The sales of a few months, in their order, on a snapshot of the source.

    Raises:
        SourceReadError: what is wrong with the fact, never a value.
    """
    fact = sales_columns(connection, source)
    wanted = sorted(months)
    n = fact.names
    labels = [fact.label(dimension.value) for dimension in DIMENSIONS]
    unit = f"CASE WHEN {n['group']} IS NULL THEN {n['unit']} END"
    keys = [fact.month, *labels, n["group"], unit, n["is_natural_person"]]
    text = (
        f"SELECT {', '.join(keys)}, COUNT(*), SUM({fact.cents}) FROM {fact.relation} "  # noqa: S608
        f"WHERE {fact.month} IN ({_marks(wanted)}) GROUP BY {_places(len(keys))}"
    )
    found = rows(connection, text, wanted)
    orders = _orders(connection, fact, wanted, plan)
    return _split(found, wanted, orders)


def _split(
    found: list[tuple[Any, ...]], wanted: Sequence[str], orders: Mapping[str, Mapping[CellName, int]]
) -> tuple[MonthSales, ...]:
    month, family, region, channel, group, unit, natural, lines, cents = (
        zip(*found, strict=True) if found else ((),) * 9
    )
    month_of = np.array(month, dtype=object)
    texts = [np.array(column, dtype=np.str_) for column in (family, region, channel)]
    enterprise = _enterprises(group, unit)
    is_natural = _natural(natural, enterprise)
    count = np.array([int(each) for each in lines], dtype=np.int64)
    amount = np.array([int(each or 0) for each in cents], dtype=np.int64)
    result = []
    for one in wanted:
        mine = month_of == one
        labels = [text[mine] for text in texts]
        sales = Sales(one, labels[0], labels[1], labels[2], enterprise[mine], is_natural[mine], amount[mine])
        whole = MonthLines(int(count[mine].sum()), int(amount[mine].sum()))
        result.append(MonthSales(sales, orders.get(one, {}), whole))
    return tuple(result)


def _enterprises(group: Sequence[Any], unit: Sequence[Any]) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """A number for each group and each unit without one, in the order of their keys."""
    groups, units = _read("group", columns.KeyColumn(), group), _read("unit", columns.KeyColumn(), unit)
    names = [
        f"group {of}" if of is not None else f"unit {by}" if by is not None else None
        for of, by in zip(groups, units, strict=True)
    ]
    codes, _ = pd.factorize(np.array(names, dtype=object), sort=True)
    return np.where(codes < 0, ANONYMOUS, codes).astype(np.int64)


def _natural(values: Sequence[Any], enterprise: Any) -> Mask:
    """NULL is no natural person, as in every fact."""
    known: Mask = _read("is_natural_person", columns.BooleanColumn(), values)
    return np.asarray(known & (enterprise != ANONYMOUS), dtype=np.bool_)


def _read(name: str, column: columns.Column, values: Sequence[Any]) -> Any:
    try:
        column.add(values)
        return column.whole()
    except columns.WrongTypeError as error:
        expected = error.expected
    raise SourceReadError("wrong_type", fact=SALES, column=name, expected=expected)


def _orders(
    connection: sa.Connection, fact: SalesColumns, wanted: Sequence[str], plan: PublicationPlan
) -> dict[str, dict[CellName, int]]:
    """Distinct orders, counted cell by cell: an order may stand in several families, and in two that are merged."""
    counted: dict[frozenset[Dimension], list[tuple[Any, ...]]] = {}
    result: dict[str, dict[CellName, int]] = {month: {} for month in wanted}
    for table in plan.tables:
        for size in range(3):
            for chosen in combinations(table.dimensions, size):
                if frozenset(chosen) not in counted:
                    counted[frozenset(chosen)] = _count(connection, fact, wanted, chosen, plan)
                for month, *labels, n in counted[frozenset(chosen)]:
                    at = dict(zip(chosen, labels, strict=True))
                    family, region, channel = (at.get(dimension, TOTAL) for dimension in DIMENSIONS)
                    result[month][table.name, family, region, channel] = int(n)
    return result


def _count(
    connection: sa.Connection,
    fact: SalesColumns,
    wanted: Sequence[str],
    chosen: Sequence[Dimension],
    plan: PublicationPlan,
) -> list[tuple[Any, ...]]:
    selected, parameters = [fact.month], []
    for dimension in chosen:
        expression, values = _merged(fact.label(dimension.value), dimension, plan)
        selected.append(expression)
        parameters += values
    text = (
        f"SELECT {', '.join(selected)}, COUNT(DISTINCT {fact.names['order_key']}) FROM {fact.relation} "  # noqa: S608
        f"WHERE {fact.month} IN ({_marks(wanted)}) GROUP BY {_places(len(selected))}"
    )
    return rows(connection, text, [*parameters, *wanted])


def _merged(label: str, dimension: Dimension, plan: PublicationPlan) -> tuple[str, list[str]]:
    """``plan.merged`` in SQL, and its parameters in the order of their marks."""
    bare = f"CASE WHEN {label} = '' THEN {MARK} ELSE {label} END"
    cases: list[str] = []
    values: list[str] = []
    for merge in plan.merges:
        if merge.dimension is dimension:
            cases.append(f"WHEN {bare} IN ({_marks(merge.members)}) THEN {MARK}")
            values += [plan.not_given, *merge.members, merge.label]
    values.append(plan.not_given)
    return (f"CASE {' '.join(cases)} ELSE {bare} END" if cases else bare), values


def _marks(values: Collection[object]) -> str:
    return ", ".join(MARK for _ in values)


def _places(count: int) -> str:
    return ", ".join(str(place) for place in range(1, count + 1))

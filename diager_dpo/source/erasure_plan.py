"""What can go where: the tables of a source file beside the live schema, in the order that foreign keys ask for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from diager_dpo.domain.erasure import bit, bits
from diager_dpo.domain.words import Purpose
from diager_dpo.source.check_tables import table_problems
from diager_dpo.source.erasure_errors import SourceErasureError, told_by
from diager_dpo.source.erasure_manner import ErasableColumn
from diager_dpo.source.erasure_order import erasure_order
from diager_dpo.source.problems import Severity
from diager_dpo.source.sampling import place
from diager_dpo.source.schema import Column, ForeignKey, Schema, Table, read_schema
from diager_dpo.source.source_file import ColumnRole, PersonLink, RowEnd, SourceFile, SourceTable
from diager_dpo.source.trial import literal


@dataclass(frozen=True, slots=True)
class Place:
    """Where an erasure takes something: a column, or whole rows where ``column`` is empty."""

    table: str
    column: str

    def __str__(self) -> str:
        return f"{self.table}.{self.column}" if self.column else self.table


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """A link from rows to persons as SQL: from which tables, the column that holds the key, and where it counts."""

    link: PersonLink
    rows: sa.FromClause
    own: sa.FromClause  # the row's own table among them
    person: sa.ColumnElement[Any]
    person_column: Column
    counts: tuple[sa.ColumnElement[bool], ...]

    @property
    def kind(self) -> str | None:
        """Which persons it names, where keys have kinds."""
        return self.link.kind


@dataclass(frozen=True, slots=True, eq=False)
class TablePlan:
    """One table that leads to persons. ``serves``: bits of what keeps its rows; ``goes``: whether its rows may go."""

    described: SourceTable
    schema: Table
    clause: sa.TableClause
    serves: int
    goes: bool
    columns: tuple[ErasableColumn, ...]
    ways: tuple[Way, ...]
    key: tuple[Column, ...]
    untied: tuple[ForeignKey, ...]
    referred: tuple[tuple[Table, ForeignKey], ...]  # declared tables with a foreign key to it

    @property
    def name(self) -> str:
        """Its name in the database."""
        return self.described.name

    @property
    def shared(self) -> bool:
        """Whether one row may lead to several persons."""
        return len(self.ways) > 1 or bool(self.ways[0].link.steps)

    @property
    def operation(self) -> Column | None:
        """The column that says to which operation a row belongs."""
        return None if self.described.operation is None else self.schema.column(self.described.operation)

    def ending(self, purpose: Purpose) -> tuple[ErasableColumn, ...]:
        """The columns that served this purpose."""
        return tuple(column for column in self.columns if column.serves & bit(purpose))


@dataclass(frozen=True, slots=True, eq=False)
class ErasurePlan:
    """``tables`` in the order of erasure: rows that refer to others first."""

    dialect: str
    tables: tuple[TablePlan, ...]
    schema: Schema
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(table.name for table in self.tables))

    def places(self, purpose: Purpose) -> tuple[Place, ...]:
        """Where something may go when this purpose ends, in one order: of each table its rows, then its columns."""
        found: list[Place] = []
        for table in self.tables:
            if table.goes and table.serves & bit(purpose):
                found.append(Place(table.name, ""))
            found += [Place(table.name, column.name) for column in table.ending(purpose)]
        return tuple(found)


def erasure_plan(connection: sa.Connection, source: SourceFile) -> ErasurePlan:
    """The plan of an erasure, from the schema as it is now.

    Raises:
        SourceErasureError: ``schema_does_not_match`` with the first thing that is missing (``problem``, a code of
            ``problems.Code``; ``table``, ``column``) and how many there are; ``foreign_key_cycle``.
    """
    with told_by(""):
        schema = read_schema(connection)
    missing = [found for found in table_problems(schema, source) if found.severity is Severity.BLOCKING]
    if missing:
        first = missing[0]
        values: dict[str, str | int] = {"problem": first.code.value, "table": first.table, "column": first.column}
        raise SourceErasureError("schema_does_not_match", count=len(missing), **values)
    order = erasure_order(schema, source)
    tables = tuple(_table_plan(schema, source, name, order.untied.get(name, ())) for name in order.tables)
    return ErasurePlan(schema.dialect, tables, schema)


def _table_plan(schema: Schema, source: SourceFile, name: str, untied: tuple[ForeignKey, ...]) -> TablePlan:
    described, table = source.tables[name], schema.tables[name]
    columns = tuple(
        ErasableColumn(column, bits(use.purposes), use.purposes, use, _column(table, column))
        for column, use in described.columns.items()
        if use.role is ColumnRole.SERVES
    )
    serves = bits(described.purposes)
    for column in columns:
        serves |= column.serves
    return TablePlan(
        described=described,
        schema=table,
        clause=place(name, *(column.name for column in table.columns)),
        serves=serves,
        goes=described.when_no_purpose_is_left is RowEnd.DELETE,
        columns=columns,
        ways=tuple(_way(schema, name, link) for link in described.persons),
        key=tuple(_column(table, column) for column in described.key),
        untied=untied,
        referred=tuple((child, key) for child, key in schema.foreign_keys_to(name) if child.name in source.tables),
    )


def _way(schema: Schema, name: str, link: PersonLink) -> Way:
    """Each table of a path under a name of its own: a path may come back to a table."""
    own = _named(schema, name, "own_row")
    rows: sa.FromClause = own
    reached: sa.FromClause = own
    for at, step in enumerate(link.steps):
        there = _named(schema, step.there.table, f"step_{at}")
        rows = rows.join(there, reached.c[step.here.column] == there.c[step.there.column])
        reached = there
    counts = tuple(_holds(schema, own, it.column, it.value) for it in link.where)
    return Way(
        link=link,
        rows=rows,
        own=own,
        person=reached.c[link.column.column],
        person_column=_column(schema.tables[link.column.table], link.column.column),
        counts=counts,
    )


def _holds(schema: Schema, own: sa.FromClause, column: str, value: Any) -> sa.ColumnElement[bool]:
    text = value.isoformat() if hasattr(value, "isoformat") else value
    return own.c[column] == literal(text, schema.dialect)


def _named(schema: Schema, table: str, alias: str) -> sa.FromClause:
    return place(table, *(column.name for column in schema.tables[table].columns)).alias(alias)


def _column(table: Table, name: str) -> Column:
    column = table.column(name)
    assert column is not None, "table_problems looks for every column of a source file"
    return column


def key_of(table: TablePlan, rows: sa.FromClause) -> Sequence[sa.ColumnElement[Any]]:
    """The key columns of a table as they stand in ``rows``."""
    return [rows.c[column.name] for column in table.key]

"""What the database would refuse, or do beyond what was asked, if the columns and rows the file names were erased."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa

from diager_dpo.source.problems import Code, Problem, problem
from diager_dpo.source.schema import Column, Schema, Table, TypeKind, Unique
from diager_dpo.source.source_file import ColumnRole, ColumnUse, EraseBy, Scalar, SourceFile, SourceTable
from diager_dpo.source.trial import Outcome, literal, mentions, try_condition

#: A fresh opaque value takes this many characters at least: 64 bits in hexadecimal, so that two never meet by chance.
RANDOM_LENGTH = 16
_RANDOM_FULL = 32


def erasure_problems(connection: sa.Connection, schema: Schema, source: SourceFile) -> Iterator[Problem]:
    """Each column with ``erase``: does what it becomes fit its type, its keys and the conditions of its table?"""
    for described in source.tables.values():
        table = schema.tables.get(described.name)
        if table is None:
            continue
        fitting: dict[str, ColumnUse] = {}
        for name, use in described.columns.items():
            column = table.column(name)
            if column is None or use.role is not ColumnRole.SERVES:
                continue
            found = [*_places(schema, table, described, column), *_fits(table, column, use, schema.dialect)]
            found += _unique(table, described, column, use)
            yield from found
            if not found:
                fitting[name] = use
        yield from _conditions(connection, table, fitting, schema.dialect)


def _places(schema: Schema, table: Table, described: SourceTable, column: Column) -> Iterator[Problem]:
    """Columns whose value other rows, or the product, need."""
    name = column.name
    links = {link.steps[0].here.column if link.steps else link.column.column for link in described.persons}
    conditions = {condition.column for link in described.persons for condition in link.where}
    if name in {*described.key, *table.primary_key, *links, *conditions, described.operation}:
        yield problem(Code.ERASE_KEY, table.name, name)
    if column.computed:
        yield problem(Code.ERASE_COMPUTED, table.name, name)
    for other, key in schema.foreign_keys_to(table.name):
        if name in key.target_columns:
            yield problem(Code.ERASE_REFERRED, table.name, name, other=other.name)


def _fits(table: Table, column: Column, use: ColumnUse, dialect: str) -> Iterator[Problem]:
    """Types. The first thing that does not fit is told."""
    if use.erase_by is EraseBy.NULL:
        if not column.nullable:
            yield problem(Code.ERASE_NOT_NULL, table.name, column.name)
        return
    target = next((key.target for key in table.foreign_keys if column.name in key.columns), None)
    if target is not None:
        yield problem(Code.ERASE_FOREIGN_KEY, table.name, column.name, target=target)
    untyped = dialect == "sqlite" and column.kind is TypeKind.OTHER  # a column without a type takes everything
    needed = RANDOM_LENGTH
    fits = untyped or column.kind in {TypeKind.TEXT, TypeKind.UUID}
    if use.erase_by is EraseBy.CONSTANT and use.constant is not None:
        needed = len(use.constant) if isinstance(use.constant, str) else 0
        fits = untyped or _is_of(use.constant, column)
    if column.choices is not None:
        if use.constant not in column.choices:
            yield problem(Code.ERASE_NOT_A_CHOICE, table.name, column.name, type=column.type)
    elif not fits:
        yield problem(Code.ERASE_TYPE, table.name, column.name, manner=str(use.erase_by), type=column.type)
    elif column.length is not None and needed > column.length:
        yield problem(Code.ERASE_TOO_LONG, table.name, column.name, length=column.length, needed=needed)


def _is_of(value: Scalar, column: Column) -> bool:
    """Whether a constant of the file can stand in a column of this type."""
    of: dict[TypeKind, bool] = {
        TypeKind.INTEGER: isinstance(value, int),
        TypeKind.NUMBER: isinstance(value, int | float) and not isinstance(value, bool),
        TypeKind.BOOLEAN: isinstance(value, bool),
        TypeKind.TEXT: isinstance(value, str),
        TypeKind.UUID: _reads(UUID, value),
        TypeKind.DATE: isinstance(value, date) or _reads(date.fromisoformat, value),
        TypeKind.TIMESTAMP: isinstance(value, date) or _reads(datetime.fromisoformat, value),
        TypeKind.JSON: _reads(json.loads, value),
    }
    return of.get(column.kind, False)


def _reads(read: object, value: Scalar) -> bool:
    try:
        read(value)  # type: ignore[operator]
    except (ValueError, TypeError, AttributeError):
        return False
    return True


def _unique(table: Table, described: SourceTable, column: Column, use: ColumnUse) -> Iterator[Problem]:
    """The same value in two rows, where the database wants all of them different."""
    if use.erase_by is EraseBy.RANDOM:
        return
    for unique in table.uniques:
        named = column.name in unique.columns or any(mentions(text, column.name) for text in unique.expressions)
        harmless = use.erase_by is EraseBy.NULL and unique.nulls_distinct
        if named and not harmless and not _still_differs(unique, described):
            columns = ", ".join((*unique.columns, *unique.expressions))
            yield problem(Code.ERASE_UNIQUE, table.name, column.name, unique=columns)


def _still_differs(unique: Unique, described: SourceTable) -> bool:
    """Another column of the constraint keeps rows apart: the key, or one that becomes random."""
    random = {name for name, use in described.columns.items() if use.erase_by is EraseBy.RANDOM}
    return set(described.key) <= set(unique.columns) or bool(random & set(unique.columns))


def _conditions(connection: sa.Connection, table: Table, uses: dict[str, ColumnUse], dialect: str) -> Iterator[Problem]:
    """CHECK conditions, tried with each column erased alone, then with all of them."""
    erased = {name: literal(_becomes(table.column(name), use), dialect) for name, use in uses.items()}
    for condition in table.checks:
        concerned = [name for name in erased if mentions(condition, name)]
        outcomes = {name: try_condition(connection, table, condition, {name: erased[name]}) for name in concerned}
        broken = [name for name, outcome in outcomes.items() if outcome is Outcome.BROKEN]
        if len(concerned) > 1 and not broken:
            together = try_condition(connection, table, condition, {name: erased[name] for name in concerned})
            broken = concerned if together is Outcome.BROKEN else []
        for name in broken:
            yield problem(Code.ERASE_CHECK, table.name, name, manner=str(uses[name].erase_by))
        for name, outcome in outcomes.items():
            if outcome is Outcome.UNKNOWN:
                yield problem(Code.ERASE_CHECK_UNKNOWN, table.name, name)


def _becomes(column: Column | None, use: ColumnUse) -> str | float | None:
    if use.erase_by is EraseBy.RANDOM:
        if column is not None and column.kind is TypeKind.UUID:
            return str(UUID(int=0x0F1E2D3C4B5A49788796A5B4C3D2E1F0))
        length = column.length if column is not None and column.length is not None else _RANDOM_FULL
        return ("0f1e2d3c4b5a49788796a5b4c3d2e1f0")[: min(length, _RANDOM_FULL)]
    return use.constant.isoformat() if isinstance(use.constant, date) else use.constant

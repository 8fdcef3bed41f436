"""What the live schema of a source is: read through SQLAlchemy, kept as plain values.

Only the default schema of the connection is read. Views are no tables; partitions belong to the table they divide.
"""

import hashlib
import json
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.exc import CompileError, SAWarning, UnsupportedCompilationError

from diager_dpo.source.constraints import (
    CASCADING,
    ForeignKey,
    Trigger,
    Unique,
    mariadb_checks,
    partitions,
    triggers,
    without_transactions,
)
from diager_dpo.source.sqlite_schema import sqlite_checks, sqlite_foreign_keys, sqlite_uniques

__all__ = ["CASCADING", "Column", "ForeignKey", "Schema", "Table", "Trigger", "TypeKind", "Unique", "read_schema"]


_Item = TypeVar("_Item")


class TypeKind(StrEnum):
    """A type, as far as erasing and comparing need to know it."""

    INTEGER = "integer"
    NUMBER = "number"
    TEXT = "text"
    UUID = "uuid"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"
    ENUM = "enum"
    JSON = "json"
    BINARY = "binary"
    OTHER = "other"


# The first that fits; an Enum is a String and a DateTime is no Date.
_KINDS: tuple[tuple[type[sa.types.TypeEngine[Any]], TypeKind], ...] = (
    (sa.Uuid, TypeKind.UUID),
    (sa.Enum, TypeKind.ENUM),
    (sa.Boolean, TypeKind.BOOLEAN),
    (sa.Integer, TypeKind.INTEGER),
    (sa.Numeric, TypeKind.NUMBER),
    (sa.Float, TypeKind.NUMBER),
    (sa.String, TypeKind.TEXT),
    (sa.DateTime, TypeKind.TIMESTAMP),
    (sa.Date, TypeKind.DATE),
    (sa.LargeBinary, TypeKind.BINARY),
    (sa.JSON, TypeKind.JSON),
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``length`` in characters; ``choices`` of an enumerated type; ``computed`` by the database itself."""

    name: str
    kind: TypeKind
    type: str  # as the database spells it
    nullable: bool
    length: int | None
    choices: tuple[str, ...] | None
    computed: bool


@dataclass(frozen=True, slots=True)
class Table:
    """One table. ``checks`` are SQL conditions as the database gives them."""

    name: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    uniques: tuple[Unique, ...]
    foreign_keys: tuple[ForeignKey, ...]
    checks: tuple[str, ...]
    triggers: tuple[Trigger, ...]
    transactional: bool

    def column(self, name: str) -> Column | None:
        """The column of this name, if there is one."""
        return next((column for column in self.columns if column.name == name), None)

    def is_key(self, columns: Iterable[str]) -> bool:
        """Whether the database itself guarantees that no two rows have the same values in ``columns``."""
        wanted = set(columns)
        proper = (unique.columns for unique in self.uniques if unique.whole and not self._any_null(unique.columns))
        return any(set(key) <= wanted for key in (self.primary_key, *proper) if key)

    def _any_null(self, names: Iterable[str]) -> bool:
        return any(column.nullable for column in self.columns if column.name in set(names))


@dataclass(frozen=True, slots=True)
class Schema:
    """Every table of the source, by name."""

    dialect: str
    tables: Mapping[str, Table]

    def fingerprint(self, names: Iterable[str]) -> str:
        """A hash (SHA-256, hexadecimal) of these tables, the same for equal schemas whatever the order of reading."""
        tables = [asdict(self.tables[name]) for name in sorted(set(names)) if name in self.tables]
        text = json.dumps([self.dialect, tables], sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def foreign_keys_to(self, table: str) -> Iterator[tuple[Table, ForeignKey]]:
        """Every foreign key of the schema that refers to ``table``, with the table that holds it."""
        for child in self.tables.values():
            for key in child.foreign_keys:
                if key.target == table:
                    yield child, key


def read_schema(connection: sa.Connection) -> Schema:
    """Read the tables of the default schema with what constrains them; a few statements whatever their number."""
    dialect = connection.dialect.name
    with warnings.catch_warnings():  # types and index expressions SQLAlchemy does not know are kept as "other"
        warnings.simplefilter("ignore", SAWarning)
        inspector = sa.inspect(connection)
        default = inspector.default_schema_name if dialect == "postgresql" else None
        columns = inspector.get_multi_columns()
        keys, uniques = inspector.get_multi_pk_constraint(), inspector.get_multi_unique_constraints()
        indexes, foreign = inspector.get_multi_indexes(), inspector.get_multi_foreign_keys()
        checks = inspector.get_multi_check_constraints()
    trigger_list, left_out = triggers(connection), partitions(connection)
    not_transactional = without_transactions(connection)
    own_uniques, own_keys = sqlite_uniques(connection), sqlite_foreign_keys(connection)
    own_checks = mariadb_checks(connection) if dialect != "sqlite" else sqlite_checks(connection)
    tables = {
        name: Table(
            name=name,
            columns=tuple(_column(column, connection.dialect) for column in columns[place]),
            primary_key=tuple(keys[place]["constrained_columns"]) if place in keys else (),
            uniques=_sorted(
                _uniques(uniques.get(place, []), indexes.get(place, []))
                if own_uniques is None
                else own_uniques.get(name, ())
            ),
            foreign_keys=_sorted(
                _foreign_keys(foreign.get(place, []), default)
                if own_keys is None
                else (_with_target(key, keys) for key in own_keys.get(name, ()))
            ),
            checks=_sorted(
                (check["sqltext"] for check in checks.get(place, []))
                if own_checks is None
                else own_checks.get(name, ())
            ),
            triggers=_sorted(trigger for trigger in trigger_list if trigger.table == name),
            transactional=name not in not_transactional,
        )
        for place in columns
        if (name := place[1]) not in left_out
    }
    return Schema(dialect, dict(sorted(tables.items())))


def _sorted(items: Iterable[_Item]) -> tuple[_Item, ...]:
    """In one order, whatever the order in which the database tells them."""
    return tuple(sorted(items, key=repr))


def _column(reflected: Any, dialect: sa.Dialect) -> Column:
    kind, plain = _kind(reflected["type"])
    return Column(
        name=reflected["name"],
        kind=kind,
        type=_spelling(reflected["type"], dialect),
        nullable=bool(reflected["nullable"]),
        length=plain.length if kind in {TypeKind.TEXT, TypeKind.BINARY} else None,
        choices=tuple(plain.enums) if kind is TypeKind.ENUM else None,
        computed=bool(reflected.get("computed")),
    )


def _kind(reflected: Any) -> tuple[TypeKind, Any]:
    plain = getattr(reflected, "data_type", reflected)  # what stands behind a domain of PostgreSQL
    if type(plain).__name__ == "SET":  # MariaDB: a text to SQLAlchemy, a closed list to the database
        return TypeKind.OTHER, plain
    return next((kind for of, kind in _KINDS if isinstance(plain, of)), TypeKind.OTHER), plain


def _spelling(reflected: Any, dialect: sa.Dialect) -> str:
    try:
        return str(reflected.compile(dialect=dialect))
    except (CompileError, UnsupportedCompilationError):
        return type(reflected).__name__


def _uniques(constraints: Sequence[Any], indexes: Sequence[Any]) -> tuple[Unique, ...]:
    found: set[Unique] = set()
    for item in (*constraints, *(index for index in indexes if index["unique"])):
        options = item.get("dialect_options", {})
        partial = any(options.get(f"{dialect}_where") is not None for dialect in ("postgresql", "sqlite"))
        names = cast("Sequence[str | None]", item["column_names"])
        expressions = tuple(str(text) for text in item.get("expressions", ()) if text not in names)
        found.add(
            Unique(
                columns=tuple(name for name in names if name is not None),
                expressions=expressions,
                whole=not partial and not expressions,
                nulls_distinct=not options.get("postgresql_nulls_not_distinct", False),
            )
        )
    return tuple(found)


def _foreign_keys(reflected: Sequence[Any], default: str | None) -> tuple[ForeignKey, ...]:
    return tuple(
        ForeignKey(
            columns=tuple(key["constrained_columns"]),
            target=key["referred_table"]
            if key["referred_schema"] in {None, default}
            else f"{key['referred_schema']}.{key['referred_table']}",
            target_columns=tuple(key["referred_columns"]),
            on_delete=str(key.get("options", {}).get("ondelete") or "NO ACTION").upper(),
        )
        for key in reflected
    )


def _with_target(key: ForeignKey, primary_keys: Mapping[Any, Any]) -> ForeignKey:
    if key.target_columns:
        return key
    target = primary_keys.get((None, key.target), {"constrained_columns": ()})
    return replace(key, target_columns=tuple(target["constrained_columns"]))

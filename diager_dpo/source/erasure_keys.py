"""Keys in SQL: rows of these persons, rows of these keys, compared exactly whatever the engine would let pass as equal.

A person's key is text (``rows.KeyColumn``). An engine may find "1", 1 and "01", or "a" and "A ", equal; the product
never does. So each value is sent in the type of its column, and text is compared byte by byte as well.
"""

import json
import re
from collections.abc import Sequence
from typing import Any, TypeAlias
from uuid import UUID

import sqlalchemy as sa

from diager_dpo.source.schema import Column, TypeKind

Condition: TypeAlias = sa.ColumnElement[bool]

AT_ONCE = 5_000
"""Values in one statement: SQLite takes 32,766, of which a key of several columns or types uses several."""

_LIKE_A_NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*")
_CAST = frozenset({TypeKind.DATE, TypeKind.TIMESTAMP, TypeKind.ENUM, TypeKind.BOOLEAN})


class _AsItIs(sa.types.UserDefinedType[Any]):
    """A value that the driver takes as it is, without a cast that SQLAlchemy would guess."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "unknown"


def as_it_is(value: Any) -> sa.BindParameter[Any]:
    """A value bound without a type."""
    return sa.bindparam(None, value, type_=_AsItIs())


def is_mysql(dialect: str) -> bool:
    """Whether it is MariaDB, or its relative."""
    return dialect in ("mysql", "mariadb")


def exactly(dialect: str, column: Column, expression: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The column as it compares byte by byte; as it is where its type does so anyway."""
    if column.kind is not TypeKind.TEXT:
        return expression
    if dialect == "sqlite":
        return sa.collate(expression, "BINARY")
    if dialect == "postgresql":
        return sa.collate(sa.cast(expression, sa.Text), "C")
    in_utf8: sa.ColumnElement[Any] = sa.func.convert(expression.op("USING")(sa.literal_column("utf8mb4")))
    return sa.cast(in_utf8, sa.LargeBinary)


def of_keys(dialect: str, column: Column, expression: sa.ColumnElement[Any], keys: Sequence[str]) -> Condition:
    """Rows whose column holds one of these keys of persons or operations."""
    values = _values(dialect, column, keys)
    if not values:
        return sa.false()
    if dialect == "sqlite":
        return _any(dialect, column, exactly(dialect, column, expression), values)
    if column.kind is TypeKind.TEXT:  # the first finds them by an index, the second leaves out what only looks alike
        return sa.and_(
            _any(dialect, column, expression, values),
            _any(dialect, column, exactly(dialect, column, expression), values),
        )
    if column.kind in (TypeKind.INTEGER, TypeKind.NUMBER, TypeKind.UUID, TypeKind.BINARY):
        return _any(dialect, column, expression, values)
    return _any(dialect, column, sa.cast(expression, sa.Text if dialect == "postgresql" else sa.CHAR), values)


def of_rows(
    dialect: str,
    columns: Sequence[Column],
    expressions: Sequence[sa.ColumnElement[Any]],
    keys: Sequence[tuple[Any, ...]],
) -> Condition:
    """Rows of these keys, each as the driver gave it; one value a column of the key."""
    if len(columns) == 1:
        cast = columns[0].kind in _CAST
        return _any(dialect, columns[0], expressions[0], [key[0] for key in keys], cast=cast)
    if dialect == "postgresql":
        lists = [_array(column, [key[at] for key in keys], column.kind in _CAST) for at, column in enumerate(columns)]
        names = [f"key_{at}" for at in range(len(columns))]
        wanted = sa.func.unnest(*lists).table_valued(*names).render_derived()
        return sa.tuple_(*expressions).in_(sa.select(*(wanted.c[name] for name in names)))
    listed = _as_json(keys) if dialect == "sqlite" else None
    if listed is None:
        return sa.tuple_(*expressions).in_(list(keys))
    parts = ", ".join(f"json_extract(value, '$[{at}]')" for at in range(len(columns)))
    return sa.tuple_(*expressions).in_(_given(f"SELECT {parts} FROM json_each(:keys)", listed))  # noqa: S608


def _any(
    dialect: str, column: Column, expression: sa.ColumnElement[Any], values: Sequence[Any], *, cast: bool = False
) -> Condition:
    if dialect == "postgresql":
        return expression == sa.func.any(_array(column, values, cast))
    listed = _as_json([(value,) for value in values]) if dialect == "sqlite" else None
    if listed is None:
        return expression.in_(_each(values))
    return expression.in_(_given("SELECT json_extract(value, '$[0]') FROM json_each(:keys)", listed))


def _given(query: str, listed: str) -> sa.TextClause:
    """A list as one parameter: SQLite finds rows by their key with it, which it does not with a list of pairs."""
    return sa.text(query).bindparams(sa.bindparam("keys", listed, unique=True, type_=_AsItIs()))


def _as_json(keys: Sequence[Sequence[Any]]) -> str | None:
    """Keys that JSON gives back as they are; ``None`` with bytes or numbers with a fraction, or a text with U+0000."""
    if not all(type(value) in (int, str) for key in keys for value in key):
        return None
    listed = json.dumps(keys)
    return None if "\\u0000" in listed else listed


def _each(values: Sequence[Any]) -> sa.BindParameter[Any]:
    """One parameter that becomes as many as there are values: thousands of objects would cost more than the DELETE."""
    return sa.bindparam(None, list(values), type_=_AsItIs(), expanding=True)


def _array(column: Column, values: Sequence[Any], cast: bool) -> sa.ColumnElement[Any]:
    """One parameter for a whole list. Dates are text on the product's connections and need their type back."""
    listed = as_it_is(list(values))
    return listed.op("::")(sa.literal_column(f"{column.type}[]")) if cast else listed


def _values(dialect: str, column: Column, keys: Sequence[str]) -> list[Any]:
    """The keys that may stand in this column, in its type. The others stand nowhere in it: 01 is no integer's text."""
    integers = [int(key) for key in keys if _is_integer(key)]
    if dialect == "sqlite":
        return _sqlite_values(column, keys, [number for number in integers if abs(number) < 2**63])
    if column.kind is TypeKind.INTEGER:
        return [number for number in integers if abs(number) < 2**63]
    if column.kind is TypeKind.NUMBER:
        return integers
    if column.kind is TypeKind.UUID:
        uuids = [value for value in map(_uuid, keys) if value]
        return list(map(str, uuids)) if is_mysql(dialect) else list(uuids)
    if column.kind is TypeKind.BINARY:
        return _bytes(keys)
    return list(keys)


def _sqlite_values(column: Column, keys: Sequence[str], integers: Sequence[int]) -> list[Any]:
    """Any type may stand in any row; a column of integers would take the text of a number for that number.

    Of a column of another type more rows may be found than are meant: ``erasure_rows`` looks at each of its keys.
    """
    if column.kind is TypeKind.TEXT:
        return list(keys)
    if column.kind is TypeKind.INTEGER:
        if len(integers) == len(keys):
            return list(integers)
        return [*integers, *(key for key in keys if not _LIKE_A_NUMBER.fullmatch(key))]
    return [*integers, *keys, *_bytes(keys)]


def _is_integer(key: str) -> bool:
    digits = key.removeprefix("-")
    return digits.isdecimal() and digits.isascii() and str(int(key)) == key


def _uuid(key: str) -> UUID | None:
    try:
        value = UUID(key)
    except ValueError:
        return None
    return value if str(value) == key else None


def _bytes(keys: Sequence[str]) -> list[bytes]:
    found = []
    for key in keys:
        try:
            value = bytes.fromhex(key)
        except ValueError:
            continue
        if value and value.hex() == key:
            found.append(value)
    return found

"""The SELECT of a fact, for every person or for a few: those whose verdict is looked at again."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from diager_dpo.source.broken_select import driver_errors, explain
from diager_dpo.source.errors import SourceReadError
from diager_dpo.source.statement import StatementError, one_select

_AT_ONCE = 10_000  # SQLite takes 32,766 values a statement


@dataclass(frozen=True, slots=True)
class Statement:
    """What is sent to the driver; ``parameters`` in its own style of parameters."""

    fact: str
    text: str
    parameters: tuple[Any, ...] = ()


def statements(
    connection: sa.Connection, fact: str, sql: str, persons: Sequence[str] | None = None
) -> tuple[Statement, ...]:
    """What reads a fact. With ``persons`` at least their rows: the caller drops others that a loose comparison found.

    Raises:
        SourceReadError: where the text is not one SELECT, or the database refuses it.
    """
    text = checked_select(fact, sql)
    if persons is None:
        return (Statement(fact, text),)
    name = connection.dialect.identifier_preparer.quote
    wrapped = f"SELECT * FROM (\n{text}\n) AS fact WHERE "  # noqa: S608 - the text of the source file is SQL by nature
    # SQLite gives columns of one name other names once they stand in a subquery; it reads no row before it is asked.
    names, row = sample(connection, fact, text if connection.dialect.name == "sqlite" else f"{wrapped}1 = 1 LIMIT 1")
    lowered = [column.casefold() for column in names]
    if "person" not in lowered or len(set(lowered)) < len(lowered):
        return (Statement(fact, text),)  # reading says what is wrong
    at = lowered.index("person")
    person = f"fact.{name(names[at])}"
    keys = persons
    if "kind" in lowered:
        keys = [person.partition(":")[2] for person in persons]
    if row is not None and row[at] is None:
        _, row = sample(connection, fact, f"{wrapped}{person} IS NOT NULL LIMIT 1")
    if row is None:
        return (Statement(fact, f"{wrapped}1 = 0"),)
    compared, values = _comparable(connection.dialect.name, person, row[at], keys)
    listed = _as_one(connection.dialect.name, values)
    if listed is not None:
        condition, parameter = listed
        text = f"{wrapped}{compared}"
        if connection.dialect.paramstyle != "qmark":
            text = text.replace("%", "%%")
        return (Statement(fact, f"{text}{condition}", (parameter,)),)
    if connection.dialect.paramstyle != "qmark":
        wrapped, compared, mark = wrapped.replace("%", "%%"), compared.replace("%", "%%"), "%s"
    else:
        mark = "?"
    chunks = [tuple(values[start : start + _AT_ONCE]) for start in range(0, len(values), _AT_ONCE)] or [(None,)]
    return tuple(
        Statement(fact, f"{wrapped}{compared} IN ({', '.join([mark] * len(chunk))})", chunk) for chunk in chunks
    )


def _as_one(dialect: str, values: list[Any]) -> tuple[str, Any] | None:
    """A long list as one parameter, which costs less than its rows do, where it means the same; else ``None``.

    Text on PostgreSQL takes the type of its column only as a value of its own; JSON of SQLite ends a text at U+0000.
    """
    if dialect == "postgresql" and values and all(type(value) is int for value in values):
        return " = ANY(%s)", values
    if dialect == "sqlite" and not any(type(value) is str and "\0" in value for value in values):
        return " IN (SELECT value FROM json_each(?))", json.dumps(values)
    return None


def _comparable(dialect: str, person: str, example: Any, keys: Sequence[str]) -> tuple[str, list[Any]]:
    """The column as it is compared, and the keys in the type of the column, as one of its values shows it."""
    integers: list[Any] = [int(key) for key in keys if key.isdecimal() or (key[:1] == "-" and key[1:].isdecimal())]
    if dialect == "sqlite" and not isinstance(example, bytes):  # any type may stand in any row
        return person, [*keys, *(number for number in integers if abs(number) < 2**63)]
    if isinstance(example, int | float | Decimal):
        return person, integers
    if isinstance(example, UUID):
        return person, [value for value in map(_uuid, keys) if value]
    if isinstance(example, bytes | bytearray):
        return (f"encode({person}, 'hex')" if dialect == "postgresql" else f"lower(hex({person}))"), list(keys)
    return person, list(keys)


def _uuid(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None


def checked_select(fact: str, sql: str) -> str:
    """The text of a fact where it is one SELECT; ``SourceReadError``."""
    try:
        return one_select(sql)
    except StatementError as error:
        code = error.code
    raise SourceReadError(code, fact=fact)


def sample(connection: sa.Connection, fact: str, text: str) -> tuple[list[str], Any]:
    """The names of the columns, and one row or ``None``."""
    try:
        with connection.execution_options(no_parameters=True).exec_driver_sql(text) as result:
            return list(result.keys()), result.first()
    except driver_errors(connection) as error:
        failure = explain(connection, fact, text, error)
    raise failure

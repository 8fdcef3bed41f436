"""Bounded looks at the values of a column, answered by the database: only counts come back, never a value."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

ROWS = 20_000  # read at most, in the order the database gives them
VALUES = 1_000  # distinct values compared at most
FEWEST = 5  # distinct values below which likeness says nothing


@dataclass(frozen=True, slots=True)
class Likeness:
    """Of ``sampled`` distinct values, ``found`` are among the keys compared with.

    ``spans``: the values lie at least half as far apart as the keys do. Small whole numbers (quantities, the ids of a
    short table) are among the keys of persons by chance, but close together.
    """

    sampled: int
    found: int
    spans: bool


@dataclass(frozen=True, slots=True)
class Look:
    """Of ``sampled`` distinct values, how many read like an e-mail address and like a person's name."""

    sampled: int
    emails: int
    names: int


def place(table: str, *columns: str) -> sa.TableClause:
    """A table of the source for SQLAlchemy Core; a name with a dot belongs to another schema."""
    schema, _, name = table.rpartition(".")
    return sa.table(name, *(sa.column(column) for column in columns), schema=schema or None)


def likeness(
    connection: sa.Connection, column: tuple[str, str], key: tuple[str, str], *, ordered: bool
) -> Likeness | None:
    """Compare a sample of ``column`` with all values of ``key``; both are (table, column). ``ordered``: numbers.

    ``None`` where the database would not compare them.
    """
    values = _distinct(place(*column).c[column[1]])
    keys = place(*key).alias("person_key")
    known = sa.exists().where(keys.c[key[1]] == values.c.value)
    spread: sa.ColumnElement[Any] = sa.literal(0)
    if ordered:
        whole = sa.select(sa.func.max(keys.c[key[1]]) - sa.func.min(keys.c[key[1]])).scalar_subquery()
        spread = sa.case(((sa.func.max(values.c.value) - sa.func.min(values.c.value)) * 2 >= whole, 1), else_=0)
    row = ask(
        connection, sa.select(sa.func.count(), sa.func.sum(sa.case((known, 1), else_=0)), spread).select_from(values)
    )
    return Likeness(int(row[0]), int(row[1] or 0), bool(row[2])) if row else None


def look(connection: sa.Connection, column: sa.ColumnElement[Any], *where: sa.ColumnElement[bool]) -> Look | None:
    """How the values of a column read. A name: words without a digit, separated by a space."""
    values = _distinct(column, *where)
    text = sa.cast(values.c.value, sa.String(255))
    email = text.like("%_@_%._%")
    name = sa.and_(text.like("_% _%"), *(text.not_like(f"%{digit}%") for digit in range(10)))
    count = [sa.func.sum(sa.case((test, 1), else_=0)) for test in (email, name)]
    row = ask(connection, sa.select(sa.func.count(), *count).select_from(values))
    return Look(int(row[0]), int(row[1] or 0), int(row[2] or 0)) if row else None


def _distinct(column: sa.ColumnElement[Any], *where: sa.ColumnElement[bool]) -> sa.Subquery:
    first = sa.select(column.label("value")).where(column.is_not(None), *where).limit(ROWS).subquery("first_rows")
    return sa.select(first.c.value).distinct().limit(VALUES).subquery("sampled")


def ask(connection: sa.Connection, statement: sa.Executable) -> Any:
    """The one row a question gives; ``None`` where the database would not answer it. The transaction may be a new one.

    Two collations, a right that is missing, a statement that takes too long: what is read beside it goes on.
    """
    try:
        return connection.execute(statement).one()
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        connection.rollback()
        return None

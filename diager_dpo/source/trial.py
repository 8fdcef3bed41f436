"""Would a condition of the database still hold after an erasure? The database is asked, without writing.

A sample of rows is read with the erased columns replaced, and the condition is put to it as the database spells it.
"""

import re
from collections.abc import Mapping
from enum import Enum

import sqlalchemy as sa

from diager_dpo.source.sampling import ask, place
from diager_dpo.source.schema import Table

ROWS = 1_000


class Outcome(Enum):
    """HOLDS for every row tried; BROKEN for at least one; UNKNOWN where the database could not answer."""

    HOLDS = 1
    BROKEN = 2
    UNKNOWN = 3


def mentions(text: str, name: str) -> bool:
    """Whether SQL ``text`` holds ``name`` as a whole word, in whatever case."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None


def literal(value: str | float | None, dialect: str) -> sa.ColumnElement[object]:
    """``value`` as a literal without a type, which the database reads as it would in an UPDATE."""
    if value is None:
        return sa.literal_column("NULL")
    if isinstance(value, bool) and dialect != "postgresql":
        value = int(value)
    if not isinstance(value, str):
        return sa.literal_column(str(value))
    text = value.replace("'", "''")
    return sa.literal_column("'" + (text.replace("\\", "\\\\") if dialect in {"mysql", "mariadb"} else text) + "'")


def try_condition(
    connection: sa.Connection, table: Table, condition: str, replaced: Mapping[str, sa.ColumnElement[object]]
) -> Outcome:
    """Whether ``condition`` holds for a sample of rows of ``table`` whose columns are ``replaced``."""
    rows = place(table.name, *(column.name for column in table.columns)).alias("row_as_is")
    one = sa.select(sa.literal_column("1").label("one")).subquery("one")
    columns = [
        # The branch never taken gives the literal the type of its column.
        sa.case((sa.literal_column("1 = 0"), rows.c[column.name]), else_=replaced[column.name]).label(column.name)
        if column.name in replaced
        else rows.c[column.name]
        for column in table.columns
    ]
    # An empty table still gives one row, unless the condition also needs a column that stays.
    others = any(mentions(condition, column.name) for column in table.columns if column.name not in replaced)
    source = one.join(rows, sa.true(), isouter=not others)
    # Named like the table, so that the condition finds what it names.
    after = sa.select(*columns).select_from(source).limit(ROWS).subquery(table.name)
    broken = (
        sa.select(sa.literal_column("1")).select_from(after).where(sa.literal_column(f"NOT ({condition})")).exists()
    )
    row = ask(connection, sa.select(sa.case((broken, 1), else_=0)))
    return Outcome.UNKNOWN if row is None else Outcome.BROKEN if row[0] else Outcome.HOLDS

"""Keys and conditions of SQLite's tables, where SQLAlchemy's inspector guesses at the text of a definition."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from diager_dpo.source.constraints import ForeignKey, Unique, by_table

_OPAQUE = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\[[^\]]*\]|--[^\n]*|/\*.*?\*/", re.DOTALL)
_CHECK = re.compile(r"\bCHECK\s*\(", re.IGNORECASE)


def sqlite_foreign_keys(connection: sa.Connection) -> dict[str, tuple[ForeignKey, ...]] | None:
    """The foreign keys of each table on SQLite; ``None`` elsewhere. No target column: the primary key is meant.

    The inspector overlooks ON DELETE of a key written without the column it refers to.
    """
    if connection.dialect.name != "sqlite":
        return None
    tables = _sqlite_tables(connection)
    spelt = {name.lower(): name for name in tables}  # SQLite does not mind how the key spells its target
    found: list[tuple[str, ForeignKey]] = []
    for table in tables:
        rows = _pragma(connection, "foreign_key_list", table)
        for _, group in groupby(sorted(rows, key=lambda row: (row[0], row[1])), key=lambda row: row[0]):
            parts = list(group)
            target = str(parts[0][2])
            columns = tuple(str(part[3]) for part in parts)
            targets = tuple(str(part[4]) for part in parts if part[4] is not None)
            on_delete = str(parts[0][6]).upper()
            found.append((table, ForeignKey(columns, spelt.get(target.lower(), target), targets, on_delete)))
    return by_table(found)


def sqlite_uniques(connection: sa.Connection) -> dict[str, tuple[Unique, ...]] | None:
    """The unique indexes of each table on SQLite, also those behind UNIQUE, of which the inspector overlooks some.

    An expression is given as the whole index was written. ``None`` elsewhere.
    """
    if connection.dialect.name != "sqlite":
        return None
    written = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    texts: dict[str, str] = {str(row[0]): str(row[1]) for row in connection.exec_driver_sql(written)}
    found: list[tuple[str, Unique]] = []
    for table in _sqlite_tables(connection):
        for _, name, is_unique, origin, partial, *_ in _pragma(connection, "index_list", table):
            if not is_unique or origin == "pk":
                continue
            columns = [row[2] for row in _pragma(connection, "index_info", name)]
            expressions = (texts[name].partition("(")[2],) if None in columns else ()
            plain = tuple(str(column) for column in columns if column is not None)
            found.append((table, Unique(plain, expressions, whole=not partial and not expressions)))
    return by_table(found)


def sqlite_checks(connection: sa.Connection) -> dict[str, tuple[str, ...]] | None:
    """The conditions on each table of SQLite, from its definition; ``None`` elsewhere."""
    if connection.dialect.name != "sqlite":
        return None
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'").all()
    return by_table((str(row[0]), condition) for row in rows for condition in _conditions(str(row[1])))


def _conditions(definition: str) -> Iterator[str]:
    """What stands between the parentheses after each CHECK."""
    bare = _OPAQUE.sub(lambda match: " " * len(match[0]), definition)
    for check in _CHECK.finditer(bare):
        depth, end = 1, check.end()
        while depth and end < len(bare):
            depth += {"(": 1, ")": -1}.get(bare[end], 0)
            end += 1
        yield definition[check.end() : end - 1].strip()


def _sqlite_tables(connection: sa.Connection) -> list[str]:
    rows = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").all()
    return [str(row[0]) for row in rows]


def _pragma(connection: sa.Connection, pragma: str, name: str) -> list[Any]:
    # As statements: the authorizer of a reading connection denies them as table-valued functions.
    quoted = connection.dialect.identifier_preparer.quote_identifier(name)
    return list(connection.exec_driver_sql(f"PRAGMA {pragma}({quoted})").all())

"""Rows whose column holds one of many values: one parameter, however many they are.

A statement with a place for each value is compiled anew for each length, and SQLite takes 32,766 places at most.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Integer, text


def within(connection: Connection, column: Column[Any], values: Sequence[str] | Sequence[int]) -> ColumnElement[bool]:
    """Where ``column`` holds one of ``values``, which are of its type."""
    name = f"values_of_{column.name}"
    if connection.dialect.name == "sqlite":
        query = f"SELECT value FROM json_each(:{name})"  # noqa: S608 - a name of ours
    else:
        kind = "bigint" if isinstance(column.type, Integer) else "text"
        query = f"SELECT CAST(value AS {kind}) FROM json_array_elements_text(CAST(:{name} AS json))"  # noqa: S608
    return column.in_(text(query).bindparams(**{name: json.dumps(list(values))}))

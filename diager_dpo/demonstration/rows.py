"""Writing whole columns into a table of the company."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from diager_dpo.domain.civil import Positions


def insert(connection: sqlite3.Connection, table: str, columns: Iterable[Sequence[Any] | NDArray[Any]]) -> None:
    """Insert whole columns of equal length, in the order of the table's definition."""
    values = [column.tolist() if isinstance(column, np.ndarray) else column for column in columns]
    marks = ", ".join("?" * len(values))
    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", zip(*values, strict=True))  # noqa: S608 our names


def numbers(first: int, count: int) -> NDArray[np.int64]:
    """``count`` consecutive numbers of objects."""
    return np.arange(first, first + count)


def references(positions: Positions, first: int) -> list[int | None]:
    """Positions as numbers of objects; ``None`` for -1."""
    return [None if position < 0 else position + first for position in positions.tolist()]

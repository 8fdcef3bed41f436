"""Many rows in or out of the store, as fast as its driver goes.

SQLite takes tuples, sorted by the key of the table; PostgreSQL takes COPY. The rest of the store does not know which.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import chain
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection as PostgresConnection
from sqlalchemy import Column, Connection, Table

CHUNK = 50_000


def insert(connection: Connection, table: Table, pieces: Iterable[Sequence[Sequence[object]]]) -> None:
    """Add rows, in the order of the table's columns. One piece is in memory at a time."""
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    if connection.dialect.name == "postgresql":
        with _driver(connection).cursor() as server, server.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
            for row in chain.from_iterable(pieces):
                copy.write_row(row)
        return
    places = ", ".join("?" for _ in table.columns)
    statement = f"INSERT INTO {table.name} ({columns}) VALUES ({places})"  # noqa: S608  (names of our own tables)
    with closing(connection.connection.cursor()) as cursor:
        for piece in pieces:
            cursor.executemany(statement, piece)


def integers(connection: Connection, column: Column[int], where: Column[str], value: str) -> NDArray[np.int64]:
    """All values of an integer column, in any order, of the rows in which ``where`` is ``value``."""
    table = column.table.name
    if connection.dialect.name == "postgresql":
        with _driver(connection).cursor(binary=True) as server:
            # One value of eight bytes a row: a million of them arrive in one piece, without a million objects.
            packing = f"SELECT string_agg(int8send({column.name}), ''::bytea)"
            server.execute(f"{packing} FROM {table} WHERE {where.name} = %s", (value,))
            packed = cast("tuple[bytes | None]", server.fetchone())[0]
        return np.frombuffer(packed or b"", ">i8").astype(np.int64)
    pieces = chunks(connection, (column,), where, value)
    parts = [np.fromiter(chain.from_iterable(rows), np.int64, len(rows)) for rows in pieces]
    return np.concatenate([np.empty(0, np.int64), *parts])


def chunks(
    connection: Connection, columns: Sequence[Column[Any]], where: Column[str], value: str
) -> Iterator[Sequence[tuple[Any, ...]]]:
    """Columns of the rows in which ``where`` is ``value``, in pieces that are never empty."""
    names = ", ".join(column.name for column in columns)
    statement = f"SELECT {names} FROM {where.table.name} WHERE {where.name} = "  # noqa: S608
    if connection.dialect.name == "postgresql":
        with _driver(connection).cursor(name="chunks") as server:
            server.execute(statement + "%s", (value,))
            while pieces := server.fetchmany(CHUNK):
                yield pieces
        return
    with closing(connection.connection.cursor()) as cursor:
        cursor.execute(statement + "?", (value,))
        while rows := cursor.fetchmany(CHUNK):
            yield rows


def _driver(connection: Connection) -> PostgresConnection[Any]:
    return cast("PostgresConnection[Any]", connection.connection.dbapi_connection)

"""What stops an erasure, as codes and values: tables and kinds of constraints, never a value of a row."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from diager_dpo.source.errors import DRIVER_ERRORS, SourceError, describe

# By SQLSTATE of PostgreSQL, number of MariaDB, name of SQLite. SQLite says TRIGGER for ON DELETE RESTRICT too.
_KINDS = {
    "23503": "foreign_key", "23001": "foreign_key", "23505": "unique", "23502": "not_null", "23514": "check",
    "1451": "foreign_key", "1452": "foreign_key", "1062": "unique", "1048": "not_null", "4025": "check",
    "3819": "check",
    "SQLITE_CONSTRAINT_FOREIGNKEY": "foreign_key", "SQLITE_CONSTRAINT_TRIGGER": "foreign_key",
    "SQLITE_CONSTRAINT_UNIQUE": "unique", "SQLITE_CONSTRAINT_PRIMARYKEY": "unique",
    "SQLITE_CONSTRAINT_NOTNULL": "not_null", "SQLITE_CONSTRAINT_CHECK": "check",
}  # fmt: skip


class SourceErasureError(SourceError):
    """An erasure cannot begin, or was refused. What the transaction did must be rolled back."""


@contextmanager
def told_by(table: str) -> Iterator[None]:
    """Errors of the driver become a ``SourceErasureError`` that names ``table``; no value of a row is kept."""
    failure: SourceErasureError
    try:
        yield
    except DRIVER_ERRORS as error:
        failure = _failure(error, table)
    else:
        return
    raise failure  # not chained: the text of a driver may quote a row


def constraint_kind(error: BaseException) -> str | None:
    """Which kind of constraint refused: ``foreign_key``, ``unique``, ``not_null``, ``check``; ``None`` if none did."""
    origin: Any = error.orig if isinstance(error, DBAPIError) else error
    arguments = getattr(origin, "args", ())
    marks = (getattr(origin, "sqlstate", None), getattr(origin, "sqlite_errorname", None), *arguments[:1])
    return next((_KINDS[str(mark)] for mark in marks if str(mark) in _KINDS), None)


def rows_of(connection: sa.Connection, statement: sa.Executable, table: str) -> list[Any]:
    """All rows of a SELECT on ``table``; ``SourceErasureError``."""
    with told_by(table):
        return list(connection.execute(statement).all())
    raise AssertionError  # told_by always raises where the block did not return


def changed(connection: sa.Connection, statement: sa.Executable, table: str) -> int:
    """How many rows a DELETE or UPDATE of ``table`` reached; ``SourceErasureError``.

    PostgreSQL gives up the whole transaction at the first refusal, unless a savepoint stands before it; then the
    database can still be asked which rows were in the way.
    """
    with told_by(table):
        if connection.dialect.name == "postgresql":
            with connection.begin_nested():
                return int(connection.execute(statement).rowcount)
        return int(connection.execute(statement).rowcount)
    raise AssertionError


def _failure(error: BaseException, table: str) -> SourceErasureError:
    kind = constraint_kind(error)
    if kind is not None:
        return SourceErasureError("erasure_refused", table=table, constraint=kind)
    told = describe(error, "erasure_failed")
    return SourceErasureError(told.code, table=table, **told.values)

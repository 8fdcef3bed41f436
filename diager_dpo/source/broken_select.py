"""Why a SELECT of the source file does not run: the fact, the name that is not known, and names that look like it."""

import difflib
import re
from collections.abc import Iterator

import sqlalchemy as sa

from diager_dpo.source.errors import DRIVER_ERRORS, SourceReadError, describe, identifier

_WORD = re.compile(r"\w+")


def driver_errors(connection: sa.Connection) -> tuple[type[BaseException], ...]:
    """Everything that may be raised while rows are read: SQLAlchemy's errors and, from a cursor, the driver's own."""
    driver = connection.dialect.loaded_dbapi
    return (*DRIVER_ERRORS, driver.Error)


def explain(connection: sa.Connection, fact: str, text: str, error: BaseException) -> SourceReadError:
    """What may be said of the failure of a fact; never a value."""
    failure = describe(error, "broken_select")
    unknown = identifier(error, text)
    if not unknown:  # which name it is, its text does not say
        code = "broken_select" if failure.code.startswith("unknown_") else failure.code
        return SourceReadError(code, fact=fact, **failure.values)
    known = _names(connection.engine, text, tables=failure.code == "unknown_table")
    return SourceReadError(
        failure.code,
        fact=fact,
        column=unknown,
        suggestions=", ".join(difflib.get_close_matches(unknown, sorted(known), cutoff=0.5)),
        **failure.values,
    )


def _names(engine: sa.Engine, text: str, *, tables: bool) -> set[str]:
    """Tables of the source, or columns of those that the statement names; through a connection of its own."""
    try:
        with engine.connect() as connection:
            inspector = sa.inspect(connection)
            names = {*inspector.get_table_names(), *inspector.get_view_names()}
            return names if tables else set(_columns(inspector, names & set(_WORD.findall(text))))
    except DRIVER_ERRORS:
        return set()


def _columns(inspector: sa.Inspector, tables: set[str]) -> Iterator[str]:
    for table in tables:
        for column in inspector.get_columns(table):
            yield column["name"]

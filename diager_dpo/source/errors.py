"""What can go wrong with a source, as codes and values. Never a value of a person.

An error of a driver is replaced, not chained: its text may quote a row (PostgreSQL's DETAIL, SQLite's undecodable
text). What remains is its class, its SQLSTATE and a correlation id, which the log holds too.
"""

import logging
import re
import secrets
from typing import Any, Self

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

_log = logging.getLogger(__name__)

# By SQLSTATE of PostgreSQL, number of MariaDB, name of SQLite.
_CODES = {
    "42501": "not_allowed", "25006": "not_allowed", "1044": "not_allowed", "1142": "not_allowed", "1143": "not_allowed",
    "1792": "not_allowed", "SQLITE_AUTH": "not_allowed", "SQLITE_READONLY": "not_allowed",
    "57014": "source_timed_out", "55P03": "source_timed_out", "1969": "source_timed_out", "3024": "source_timed_out",
    "1205": "source_timed_out", "SQLITE_BUSY": "source_timed_out",
    "42703": "unknown_column", "1054": "unknown_column", "42P01": "unknown_table", "1146": "unknown_table",
    "1060": "duplicate_column", "42701": "duplicate_column",
    "2002": "source_unavailable", "2003": "source_unavailable", "2006": "source_unavailable",
    "2013": "source_unavailable", "SQLITE_CANTOPEN": "source_unavailable", "SQLITE_NOTADB": "source_unavailable",
    "SQLITE_IOERR": "source_unavailable", "SQLITE_CORRUPT": "source_unavailable",
}  # fmt: skip
_IDENTIFIERS = (
    re.compile(r"no such (?P<what>column|table): (?P<name>[\w.$]+)"),
    re.compile(r'(?P<what>column|relation) "?(?P<name>[\w.$]+)"? does not exist'),
    re.compile(r"Unknown (?P<what>column) '(?P<name>[\w.$]+)'"),
    re.compile(r"(?P<what>Table) '(?P<name>[\w.$]+)' doesn't exist"),
    re.compile(r"Could not decode to UTF-8 (?P<what>column) '(?P<name>[\w.$]+)'"),
)


class SourceError(Exception):
    """``code`` names the sentence, ``values`` fill it."""

    def __init__(self, code: str, **values: str | int) -> None:
        self.code = code
        self.values = values
        details = ", ".join(f"{name}={value}" for name, value in values.items())
        super().__init__(f"{code} ({details})" if details else code)


class SourceReadError(SourceError):
    """A fact cannot be read; ``values`` hold at least ``fact``."""


class SourceConnectionError(SourceError):
    """The source cannot be reached, or not as its file says."""

    @classmethod
    def of(cls, error: BaseException) -> Self:
        """What may be said of a failure to connect."""
        failure = describe(error, "source_unavailable")
        return cls(failure.code, **failure.values)


def describe(error: BaseException, otherwise: str) -> SourceError:
    """What may be said of an error of a driver: a code, and class, SQLSTATE and correlation id. Logged likewise."""
    origin: Any = error.orig if isinstance(error, DBAPIError) else error
    state = _state(origin)
    code = _code(error, origin, state, otherwise)
    correlation = secrets.token_hex(4)
    name = type(origin).__name__
    _log.warning("source: %s, class %s, state %s, correlation %s", code, name, state, correlation)
    return SourceError(code, error=name, state=state, correlation=correlation)


def identifier(error: BaseException, statement: str) -> str:
    """The table or column that a database does not know: a word of the statement itself, else nothing."""
    text = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    for pattern in _IDENTIFIERS:
        match = pattern.search(text)
        if match:
            name = match["name"].rpartition(".")[2]
            return name if name.casefold() in statement.casefold() else ""
    return ""


def _state(origin: Any) -> str:
    """SQLSTATE; SQLite has names instead."""
    return str(getattr(origin, "sqlstate", None) or getattr(origin, "sqlite_errorname", None) or _number(origin))


def _number(origin: Any) -> str:
    arguments = getattr(origin, "args", ())
    return str(arguments[0]) if arguments and isinstance(arguments[0], int) else ""


def _code(error: BaseException, origin: Any, state: str, otherwise: str) -> str:
    if isinstance(origin, UnicodeDecodeError) or "Could not decode to UTF-8" in str(origin):
        return "not_utf8"
    if state == "SQLITE_ERROR":
        match = _IDENTIFIERS[0].search(str(origin))
        return f"unknown_{match['what']}" if match else otherwise
    if state.startswith(("08", "57P")) or (isinstance(error, DBAPIError) and error.connection_invalidated):
        return "source_unavailable"
    known = (_CODES.get(place) for place in (_number(origin), state, "_".join(state.split("_")[:2])))
    return next((code for code in known if code), otherwise)


#: What a driver may raise while rows are read.
DRIVER_ERRORS = (SQLAlchemyError, UnicodeDecodeError, OverflowError)

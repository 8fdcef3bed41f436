"""The columns of the fact ``sales`` as expressions of each engine: month, cents, labels.

The month is that of the day in Paris. Amounts are rounded line by line to whole cents, halves away from zero, and
summed as integers or decimals: the same lines give the same cents on every engine. Text in place of a number, and on
servers text in place of a date, is refused rather than read as 0.
"""

import re
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import sqlalchemy as sa
from pymysql.constants import FIELD_TYPE

from diager_dpo.domain.civil import is_day
from diager_dpo.source.broken_select import driver_errors, explain
from diager_dpo.source.connection import server_side_cursor, timezone_of
from diager_dpo.source.errors import SourceReadError
from diager_dpo.source.instants import parse
from diager_dpo.source.narrowing import checked_select
from diager_dpo.source.shapes import FACTS
from diager_dpo.source.source_file import SourceFile
from diager_dpo.source.zones import zone

SALES = "sales"
PARIS = "Europe/Paris"
FIRST_YEAR, LAST_YEAR = 1971, 2199
"""A sale outside of these years has no month that could be published."""

_PG_DATE, _PG_TIMESTAMP, _PG_TIMESTAMPTZ = 1082, 1114, 1184
_PG_NUMBERS = frozenset({20, 21, 23, 700, 701, 1700})
_MARIADB_DATES = frozenset({FIELD_TYPE.DATE, FIELD_TYPE.NEWDATE, FIELD_TYPE.DATETIME, FIELD_TYPE.TIMESTAMP})
_MARIADB_NUMBERS = frozenset({
    FIELD_TYPE.TINY, FIELD_TYPE.SHORT, FIELD_TYPE.INT24, FIELD_TYPE.LONG, FIELD_TYPE.LONGLONG, FIELD_TYPE.FLOAT,
    FIELD_TYPE.DOUBLE, FIELD_TYPE.DECIMAL, FIELD_TYPE.NEWDECIMAL,
})  # fmt: skip
_MINUTE = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d)(?::\d\d(?:[.,]\d+)?)?(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SalesColumns:
    """Where the fact is selected from, and its columns as expressions. No expression holds a value of a caller."""

    dialect: str
    relation: str  # what follows FROM
    names: Mapping[str, str]  # as the fact's columns are quoted
    month: str  # "2026-10", NULL where there is no such day
    cents: str  # of one line

    def label(self, column: str) -> str:
        """A label without blanks around it; empty where there is none. A lone asterisk would read as a total."""
        name = self.names[column]
        if self.dialect in ("mariadb", "mysql"):  # by bytes: its collations take labels for one another
            text = f"TRIM(CONVERT({name} USING utf8mb4)) COLLATE utf8mb4_bin"
        elif self.dialect == "postgresql":
            text = f"TRIM(CAST({name} AS text))"
        else:
            text = f"TRIM(CAST({name} AS TEXT))"
        return f"CASE WHEN {name} IS NULL THEN '' WHEN {text} = '*' THEN '(*)' ELSE {text} END"


def sales_columns(connection: sa.Connection, source: SourceFile) -> SalesColumns:
    """The columns of the fact on this engine.

    Raises:
        SourceReadError: ``missing_fact``, ``missing_column``, ``duplicate_column``, ``wrong_type``, or what the
            database says of the SELECT.
    """
    if SALES not in source.facts:
        raise SourceReadError("missing_fact", fact=SALES)
    text = checked_select(SALES, source.facts[SALES])
    dialect = connection.dialect.name
    described = _described(connection, text)
    found = [str(column[0]).casefold() for column in described]
    quote = connection.dialect.identifier_preparer.quote
    names, types = {}, {}
    for name in FACTS[SALES].required:
        if found.count(name) != 1:
            code = "duplicate_column" if name in found else "missing_column"
            raise SourceReadError(code, fact=SALES, column=name, suggestions=", ".join(sorted(set(found))))
        column = described[found.index(name)]
        names[name], types[name] = f"fact.{quote(str(column[0]))}", column[1]
    relation = f"(\n{text}\n) AS fact"
    if dialect == "sqlite":
        _add_month_function(connection, source.timezone)
        month, cents = _sqlite_month(names["booked_on"]), _sqlite_cents(names["amount"])
    elif dialect == "postgresql":
        month = _postgresql_month(names["booked_on"], types["booked_on"], source.timezone)
        cents = _server_cents(names["amount"], types["amount"] in _PG_NUMBERS, "numeric")
    else:
        local = timezone_of(connection, types["booked_on"], source.timezone)
        month = _mariadb_month(names["booked_on"], types["booked_on"], local)
        cents = _server_cents(names["amount"], types["amount"] in _MARIADB_NUMBERS, "DECIMAL(38, 10)")
    return SalesColumns(dialect, relation, names, month, cents)


def rows(connection: sa.Connection, text: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """All rows of a grouping; ``?`` stands for a parameter. ``SourceReadError``."""
    if connection.dialect.paramstyle != "qmark":
        text = text.replace("%", "%%").replace("\0", "%s") if parameters else text
    else:
        text = text.replace("\0", "?")
    failure: SourceReadError | None = None
    try:
        with closing(server_side_cursor(connection)) as cursor:
            cursor.execute(text, *([tuple(parameters)] if parameters else []))
            return list(cursor.fetchall())
    except driver_errors(connection) as error:
        failure = explain(connection, SALES, text, error)
    raise failure


MARK = "\0"
"""Where a parameter stands in the text that ``rows`` is given: no SELECT of a source file holds this character."""


def _described(connection: sa.Connection, text: str) -> Sequence[Any]:
    """What the driver says of the columns, without a row."""
    asked = text if connection.dialect.name == "sqlite" else f"SELECT * FROM (\n{text}\n) AS fact WHERE 1 = 0"  # noqa: S608
    failure: SourceReadError | None = None
    try:
        with closing(server_side_cursor(connection)) as cursor:
            cursor.execute(asked)
            cursor.fetchmany(1)
            return list(cursor.description or ())
    except driver_errors(connection) as error:
        failure = explain(connection, SALES, text, error)
    raise failure


def _wrong(column: str, expected: str) -> SourceReadError:
    return SourceReadError("wrong_type", fact=SALES, column=column, expected=expected)


def _sqlite_month(name: str) -> str:
    """By the text alone where it holds no time and a day that every month has, or a time far from both ends."""
    day, month = f"substr({name}, 9, 2)", f"substr({name}, 6, 2)"
    plain = f"{name} GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]*' AND {month} BETWEEN '01' AND '12'"
    far = f"(length({name}) = 10 AND {day} BETWEEN '01' AND '28' OR {day} BETWEEN '03' AND '26')"
    return f"CASE WHEN {plain} AND {far} THEN substr({name}, 1, 7) ELSE diager_dpo_month({name}) END"


def _add_month_function(connection: sa.Connection, timezone: str) -> None:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)

    @lru_cache(maxsize=65_536)
    def month_of(text: str) -> str | None:
        day = parse([text], timezone).day
        return str(day.astype("datetime64[D]").astype("datetime64[M]")[0]) if is_day(day)[0] else None

    def month(value: object) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str):
            raise TypeError
        parts = _MINUTE.fullmatch(value)
        return month_of(parts[1] + parts[2] if parts else value)

    driver.create_function("diager_dpo_month", 1, month, deterministic=True)


def _sqlite_cents(name: str) -> str:
    """Whole cents; ``abs`` of what overflows is an error, and so is the JSON of what is no number."""
    known = f"typeof({name}) IN ('integer', 'real') AND abs({name}) < 9e13"
    wrong = f"CASE WHEN {name} IS NULL THEN 0 ELSE abs(-9223372036854775807 - 1) END"
    return f"CASE WHEN {known} THEN CAST(round({name} * 100.0) AS INTEGER) ELSE {wrong} END"


def _server_cents(name: str, is_number: bool, decimal: str) -> str:
    if not is_number:
        raise _wrong("amount", "number")
    return f"ROUND(CAST({name} AS {decimal}) * 100)"


def _postgresql_month(name: str, kind: object, timezone: str) -> str:
    if kind == _PG_DATE:
        local = name
    elif kind == _PG_TIMESTAMP:
        if not re.fullmatch(r"[A-Za-z0-9_+/-]+", timezone):
            raise _wrong("booked_on", "date")
        local = f"(({name} AT TIME ZONE '{timezone}') AT TIME ZONE '{PARIS}')"
    elif kind == _PG_TIMESTAMPTZ:
        local = f"({name} AT TIME ZONE '{PARIS}')"
    else:
        raise _wrong("booked_on", "date, or timestamp")
    inside = f"{name} >= '{FIRST_YEAR}-01-01' AND {name} < '{LAST_YEAR}-01-01'"
    return f"CASE WHEN {inside} THEN to_char({local}, 'YYYY-MM') END"


def _mariadb_month(name: str, kind: object, timezone: str) -> str:
    """In another zone than Paris its readings are moved by what lies between the two, a case a change of either."""
    if kind not in _MARIADB_DATES:
        raise _wrong("booked_on", "date, or datetime")
    inside = f"{name} >= '{FIRST_YEAR}-01-01' AND {name} < '{LAST_YEAR}-01-01'"
    local = name
    if kind in (FIELD_TYPE.DATETIME, FIELD_TYPE.TIMESTAMP) and timezone != PARIS:
        local = f"DATE_ADD({name}, INTERVAL ({_seconds_to_paris(name, timezone)}) SECOND)"
    return f"CASE WHEN {inside} AND DAY({name}) > 0 AND MONTH({name}) > 0 THEN DATE_FORMAT({local}, '%Y-%m') END"


@lru_cache(maxsize=8)
def _seconds_to_paris(name: str, timezone: str) -> str:
    here, paris = zone(timezone), zone(PARIS)
    changes = np.unique(np.concatenate([here.changes, paris.changes]))
    low, high = (np.datetime64(f"{year}-01-01", "s").astype(np.int64) for year in (1990, 2100))
    changes = changes[(changes > low) & (changes < high)]
    starts = here.to_wall(changes).astype("datetime64[s]")  # of an hour that occurs twice, as the first
    first = changes[:1] - 1
    before = int((paris.to_wall(first) - here.to_wall(first))[0])
    after = (paris.to_wall(changes) - here.to_wall(changes)).tolist()
    cases = [
        f"WHEN {name} >= '{str(start).replace('T', ' ')}' THEN {seconds}"
        for start, seconds in zip(starts[::-1], after[::-1], strict=True)
    ]
    return f"CASE {' '.join(cases)} ELSE {before} END"

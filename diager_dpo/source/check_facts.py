"""Does each SELECT of the source file run, and return what the rules need?"""

from collections import Counter
from collections.abc import Iterator

import sqlalchemy as sa
from psycopg.postgres import types as postgresql_types
from pymysql.constants import FIELD_TYPE
from sqlalchemy.exc import DBAPIError

from diager_dpo.source.errors import describe
from diager_dpo.source.problems import Code, Problem, problem
from diager_dpo.source.sampling import ROWS, ask, look
from diager_dpo.source.shapes import FACTS, Holds
from diager_dpo.source.source_file import SourceFile

# What ``columns`` reads. The text of a date is the date it spells; whether a number is a whole one, reading tells.
_ACCEPTED: dict[Holds, frozenset[str]] = {
    Holds.KEY: frozenset({"integer", "number", "text", "uuid", "binary"}),
    Holds.DAY: frozenset({"date", "timestamp", "text"}),
    Holds.MOMENT: frozenset({"date", "timestamp", "text"}),
    Holds.BOOLEAN: frozenset({"boolean", "integer", "number"}),
    Holds.WORD: frozenset({"text"}),
    Holds.DURATION: frozenset({"text", "interval"}),
    Holds.TEXT: frozenset({"text", "uuid", "integer", "number", "date", "timestamp"}),
    Holds.NUMBER: frozenset({"integer", "number"}),
}
_POSTGRESQL = {
    "integer": ("int2", "int4", "int8"),
    "number": ("numeric", "float4", "float8"),
    "boolean": ("bool",),
    "text": ("text", "varchar", "bpchar", "name"),
    "uuid": ("uuid",),
    "date": ("date",),
    "timestamp": ("timestamp", "timestamptz"),
    "interval": ("interval",),
    "binary": ("bytea",),
    "json": ("json", "jsonb"),
}
_MARIADB = {
    "integer": (FIELD_TYPE.TINY, FIELD_TYPE.SHORT, FIELD_TYPE.INT24, FIELD_TYPE.LONG, FIELD_TYPE.LONGLONG),
    "number": (FIELD_TYPE.DECIMAL, FIELD_TYPE.NEWDECIMAL, FIELD_TYPE.FLOAT, FIELD_TYPE.DOUBLE),
    "date": (FIELD_TYPE.DATE, FIELD_TYPE.NEWDATE),
    "timestamp": (FIELD_TYPE.DATETIME, FIELD_TYPE.TIMESTAMP),
    "text": (FIELD_TYPE.VARCHAR, FIELD_TYPE.VAR_STRING, FIELD_TYPE.STRING),
    "time": (FIELD_TYPE.TIME,),
    "year": (FIELD_TYPE.YEAR,),
}
_OWN_KEY = {"persons": "person", "operations": "operation", "sales": "unit"}
_SQLITE = {"integer": "integer", "real": "number", "text": "text", "blob": "binary"}
_FAMILIES: dict[str, dict[int, str]] = {
    "postgresql": {postgresql_types[name].oid: family for family, names in _POSTGRESQL.items() for name in names},
    "mysql": {code: family for family, codes in _MARIADB.items() for code in codes},
}


def fact_problems(connection: sa.Connection, source: SourceFile) -> Iterator[Problem]:
    """Each fact: it runs, returns every required column once and of a type that can hold it, and no unknown one."""
    for fact, statement in source.facts.items():
        try:
            described = _describe(connection, statement)
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
            connection.rollback()
            failure = describe(error, "statement_fails")
            yield problem(Code.FACT_FAILS, fact=fact, reason=failure.code, **failure.values)
            continue
        yield from _columns(fact, [name.casefold() for name, _ in described])
        yield from _types(connection, fact, statement, described)
        yield from _key_values(connection, fact, statement, {name for name, _ in described})


def _describe(connection: sa.Connection, statement: str) -> list[tuple[str, object]]:
    """Name and type code of each column; no row is read."""
    # The statement is the administrator's own, and stands on lines of its own: a comment may end it.
    result = connection.execute(sa.text(f"SELECT * FROM (\n{_escaped(statement)}\n) fact LIMIT 0"))  # noqa: S608
    with result:
        return [(str(column[0]), column[1]) for column in result.cursor.description or ()]


def _escaped(statement: str) -> str:
    return statement.replace(":", "\\:")


def _columns(fact: str, names: list[str]) -> Iterator[Problem]:
    shape = FACTS[fact]
    for name in shape.required:
        if name not in names:
            yield problem(Code.FACT_COLUMN_MISSING, "", name, fact=fact)
    # SQLite numbers the second column of one name: "label:1".
    plain = [name.partition(":")[0] if name.partition(":")[2].isdigit() else name for name in names]
    for name, count in Counter(plain).items():
        if name not in shape.columns:
            yield problem(Code.FACT_COLUMN_UNKNOWN, "", name, fact=fact)
        elif count > 1:
            yield problem(Code.FACT_COLUMN_DOUBLE, "", name, fact=fact)


def _types(
    connection: sa.Connection, fact: str, statement: str, described: list[tuple[str, object]]
) -> Iterator[Problem]:
    """Types the driver tells; on SQLite, where a column has none, the types of the values of a sample."""
    for name, code in described:
        holds = FACTS[fact].columns.get(name.casefold())
        if holds is None:
            continue
        if connection.dialect.name == "sqlite":
            found = _of_values(connection, statement, name)
        else:
            dialect = "postgresql" if connection.dialect.name == "postgresql" else "mysql"
            family = _FAMILIES[dialect].get(code) if isinstance(code, int) else None
            found = {family} if family is not None else set()
        if not found or found & _ACCEPTED[holds] or (found == {"text"} and _empty(connection, statement, name)):
            continue
        types = ", ".join(sorted(found))
        yield problem(Code.FACT_COLUMN_TYPE, "", name, fact=fact, expected=holds.value, found=types)


def _values(statement: str, column: str) -> sa.Subquery:
    return sa.text(_escaped(statement)).columns(sa.column(column)).subquery("fact")


def _of_values(connection: sa.Connection, statement: str, column: str) -> set[str]:
    fact = _values(statement, column)
    first = sa.select(fact.c[column].label("value")).limit(ROWS).subquery("first_rows")
    filled = sa.select(first.c.value).where(first.c.value.is_not(None)).subquery("filled")
    kinds = sa.select(sa.func.typeof(filled.c.value).label("kind")).distinct().subquery("kinds")
    row = ask(connection, sa.select(sa.func.group_concat(kinds.c.kind)))
    return {_SQLITE[kind] for kind in str(row[0]).split(",")} if row and row[0] else set()


def _empty(connection: sa.Connection, statement: str, column: str) -> bool:
    """Whether nothing but NULL stands there: NULL has no type of its own, and PostgreSQL calls it a text."""
    fact = _values(statement, column)
    filled = sa.select(sa.literal_column("1")).select_from(fact).where(fact.c[column].is_not(None)).exists()
    row = ask(connection, sa.select(sa.case((filled, 1), else_=0)))
    return row is not None and not row[0]


def _key_values(connection: sa.Connection, fact: str, statement: str, names: set[str]) -> Iterator[Problem]:
    """Keys that read like an e-mail address, or like a name: the store would hold them."""
    name = _OWN_KEY.get(fact)
    seen = look(connection, _values(statement, name).c[name]) if name is not None and name in names else None
    if name is None or seen is None:
        return
    if seen.emails:
        yield problem(Code.FACT_KEY_LIKE_EMAIL, "", name, fact=fact, found=seen.emails, sampled=seen.sampled)
    elif name == "person" and seen.names * 2 > seen.sampled:
        yield problem(Code.FACT_KEY_LIKE_NAME, "", name, fact=fact, found=seen.names, sampled=seen.sampled)

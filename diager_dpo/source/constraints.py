"""What stands beside the columns of a table: unique and foreign keys, checks, triggers, engines.

What SQLAlchemy's inspector does not see is asked in the database's own words; for SQLite, in ``sqlite_schema``.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa

_Item = TypeVar("_Item")


# What a DELETE of the row referred to does to the rows that refer to it, beyond refusing.
CASCADING = frozenset({"CASCADE", "SET NULL", "SET DEFAULT"})


@dataclass(frozen=True, slots=True)
class Unique:
    """A unique constraint or index. ``whole``: of all rows and of plain columns."""

    columns: tuple[str, ...]
    expressions: tuple[str, ...] = ()
    whole: bool = True
    nulls_distinct: bool = True


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """``columns`` refer to ``target`` (with its schema where that is another one)."""

    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
    on_delete: str


@dataclass(frozen=True, slots=True)
class Trigger:
    """Code the database runs by itself when ``table`` changes."""

    table: str
    name: str


_TRIGGERS = {
    "sqlite": "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": """
        SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace
        UNION ALL
        SELECT tablename, rulename FROM pg_rules WHERE schemaname = current_schema() AND rulename <> '_RETURN'""",
    "mysql": """
        SELECT event_object_table, trigger_name FROM information_schema.triggers
        WHERE event_object_schema = database()""",
}
_WITHOUT_TRANSACTIONS = """
    SELECT t.table_name FROM information_schema.tables t JOIN information_schema.engines e ON e.engine = t.engine
    WHERE t.table_schema = database() AND coalesce(e.transactions, 'NO') <> 'YES'"""
# MariaDB shows an account the tables it may read, and triggers to those who may make them.
_PRIVILEGES = """
    SELECT privilege_type FROM information_schema.user_privileges
    WHERE replace(grantee, "'", '') = current_user() OR grantee = current_role()
    UNION
    SELECT privilege_type FROM information_schema.schema_privileges
    WHERE database() LIKE table_schema AND (replace(grantee, "'", '') = current_user() OR grantee = current_role())"""
_PARTITIONS = """
    SELECT relname FROM pg_class WHERE relispartition AND relnamespace = current_schema()::regnamespace"""

# The inspector overlooks a condition that stands with its column.
_MARIADB_CHECKS = """
    SELECT table_name, check_clause FROM information_schema.check_constraints WHERE constraint_schema = database()"""


def _family(connection: sa.Connection) -> str:
    return "mysql" if connection.dialect.name == "mariadb" else connection.dialect.name


def triggers(connection: sa.Connection) -> tuple[Trigger, ...]:
    """Triggers (and rewrite rules of PostgreSQL) of the default schema; none where the dialect is not known."""
    statement = _TRIGGERS.get(_family(connection))
    rows = connection.exec_driver_sql(statement).all() if statement else ()
    return tuple(sorted((Trigger(str(row[0]), str(row[1])) for row in rows), key=lambda it: (it.table, it.name)))


def without_transactions(connection: sa.Connection) -> frozenset[str]:
    """Tables whose engine knows no transaction: an erasure that stops half-way could not be undone (MariaDB)."""
    if _family(connection) != "mysql":
        return frozenset()
    return frozenset(str(row[0]) for row in connection.exec_driver_sql(_WITHOUT_TRANSACTIONS))


def hidden_parts(connection: sa.Connection) -> tuple[str, ...]:
    """What of the schema this account cannot see whole: ``tables``, ``triggers``; none but on MariaDB."""
    if _family(connection) != "mysql":
        return ()
    held = {str(row[0]) for row in connection.exec_driver_sql(_PRIVILEGES)}
    return tuple(part for part, privilege in (("tables", "SELECT"), ("triggers", "TRIGGER")) if privilege not in held)


def partitions(connection: sa.Connection) -> frozenset[str]:
    """Tables that are parts of a partitioned one (PostgreSQL)."""
    if connection.dialect.name != "postgresql":
        return frozenset()
    return frozenset(str(row[0]) for row in connection.exec_driver_sql(_PARTITIONS))


def mariadb_checks(connection: sa.Connection) -> dict[str, tuple[str, ...]] | None:
    """The conditions on each table of MariaDB; ``None`` elsewhere."""
    if not getattr(connection.dialect, "is_mariadb", False):
        return None
    rows = connection.exec_driver_sql(_MARIADB_CHECKS).all()
    return by_table((str(row[0]), str(row[1])) for row in rows)


def by_table(items: Iterable[tuple[str, _Item]]) -> dict[str, tuple[_Item, ...]]:
    """Items gathered by the table each stands beside."""
    found: defaultdict[str, list[_Item]] = defaultdict(list)
    for table, item in items:
        found[table].append(item)
    return {table: tuple(values) for table, values in found.items()}

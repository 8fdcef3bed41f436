"""Foreign keys that SQLite looks at when the transaction ends, looked at before: a dry run never gets that far.

PostgreSQL is told to look at once (``SET CONSTRAINTS``); MariaDB knows no such keys; SQLite has no such statement.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import sqlalchemy as sa

from diager_dpo.source.erasure_errors import SourceErasureError, rows_of
from diager_dpo.source.erasure_plan import ErasurePlan

_DEFERRED = re.compile(r"\bINITIALLY\s+DEFERRED\b", re.IGNORECASE)

#: Rows that refer to nothing: table, the table meant, and which.
_Dangling: TypeAlias = Counter[tuple[str, str, Any, int]]


@contextmanager
def deferred_keys_hold(connection: sa.Connection, plan: ErasurePlan) -> Iterator[None]:
    """What refers to nothing after the block must have done so before it: old faults of the source are not its own.

    Costs two looks at each table that has such a key, and nothing where there is none.

    Raises:
        SourceErasureError: ``rows_still_refer``: ``table``, ``column`` (empty: SQLite does not say), ``target``
            and ``rows``.
    """
    tables = _with_deferred_keys(connection) if plan.dialect == "sqlite" else []
    before = _dangling(connection, tables)
    yield
    new = _dangling(connection, tables) - before
    for table, target, _row, _key in new:
        rows = sum(n for (here, there, *_), n in new.items() if (here, there) == (table, target))
        raise SourceErasureError("rows_still_refer", table=table, column="", target=target, rows=rows)


def _with_deferred_keys(connection: sa.Connection) -> list[str]:
    """More rather than fewer: a comment that says so counts."""
    tables = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL")
    return [name for name, sql in rows_of(connection, tables, "sqlite_master") if _DEFERRED.search(sql)]


def _dangling(connection: sa.Connection, tables: list[str]) -> _Dangling:
    found: _Dangling = Counter()
    look = sa.text('SELECT "parent", "rowid", "fkid" FROM pragma_foreign_key_check(:name)')
    for table in tables:
        found.update((table, *row) for row in rows_of(connection, look.bindparams(name=table), table))
    return found

"""Rows that stay and refer to rows that would go: a foreign key refuses the deletion, or takes them along."""

from collections.abc import Iterator

import sqlalchemy as sa

from diager_dpo.source.erasure_batch import chunks
from diager_dpo.source.erasure_errors import SourceErasureError, rows_of
from diager_dpo.source.erasure_keys import of_rows
from diager_dpo.source.erasure_plan import TablePlan, key_of
from diager_dpo.source.erasure_rows import Erasing, RowKey
from diager_dpo.source.sampling import place
from diager_dpo.source.schema import CASCADING, ForeignKey, Table


def look_before_deleting(erasing: Erasing, table: TablePlan, keys: list[RowKey]) -> None:
    """Nothing that stays is taken along: rows of declared tables that go have gone before.

    Raises:
        SourceErasureError: ``cascade_takes_more``: ``table`` and ``column`` of the foreign key, ``target``, ``rows``.
    """
    for child, key in table.referred:
        if key.on_delete == "CASCADE" and (count := _staying(erasing, table, keys, (child, key))):
            raise _error("cascade_takes_more", table, child, key, count)


def told_why(erasing: Erasing, table: TablePlan, keys: list[RowKey], error: SourceErasureError) -> SourceErasureError:
    """``rows_still_refer`` with the table whose rows are in the way, where a foreign key refused; else ``error``."""
    if error.values.get("constraint") != "foreign_key":
        return error
    for child, key in erasing.plan.schema.foreign_keys_to(table.name):
        if key.on_delete not in CASCADING and (count := _staying(erasing, table, keys, (child, key))):
            return _error("rows_still_refer", table, child, key, count)
    return error


def _error(code: str, table: TablePlan, child: Table, key: ForeignKey, count: int) -> SourceErasureError:
    columns = ", ".join(key.columns)
    return SourceErasureError(code, table=child.name, column=columns, target=table.name, rows=count)


def _staying(erasing: Erasing, table: TablePlan, keys: list[RowKey], reference: tuple[Table, ForeignKey]) -> int:
    """How many rows refer to rows that go, and do not go themselves."""
    found = list(_referring(erasing, table, keys, reference))
    return len(set(found) - set(keys)) if reference[0].name == table.name else len(found)


def _referring(
    erasing: Erasing, table: TablePlan, keys: list[RowKey], reference: tuple[Table, ForeignKey]
) -> Iterator[RowKey]:
    child, key = reference
    target = place(table.name, *(column.name for column in table.schema.columns)).alias("going")
    referring = place(child.name, *(column.name for column in child.columns)).alias("referring")
    same = [referring.c[here] == target.c[there] for here, there in zip(key.columns, key.target_columns, strict=True)]
    names = [column.name for column in table.key] if child.name == table.name else list(key.columns)
    for chunk in chunks(keys):
        going = of_rows(erasing.plan.dialect, table.key, key_of(table, target), chunk)
        statement = (
            sa.select(*(referring.c[name] for name in names))
            .select_from(referring.join(target, sa.and_(*same)))
            .where(going)
        )
        for row in rows_of(erasing.connection, statement, child.name):
            yield tuple(row)

"""The fence in the source: of the workers that one purge has had, only the last can still commit.

A lock of the store cannot stop a worker that lost it without noticing, such as one that was suspended for an hour. So
each purge has one row among the receipts that every erasing transaction locks and compares with its own fence, and that
whoever takes the purge over raises. Raising it waits for a transaction that is under way: once it is raised, what the
former worker did is there for good, or never will be.
"""

from datetime import UTC, datetime

import sqlalchemy as sa

from diager_dpo.source.erasure_errors import SourceErasureError, changed, rows_of, told_by
from diager_dpo.source.receipts import receipts_table

TAKEN_OVER = "purge_taken_over"
_ITEM = 0


def raise_fence(connection: sa.Connection, table_name: str, purge: str, fence: int, at: datetime) -> None:
    """Shut out every worker of a lower fence; the caller commits.

    Raises:
        SourceErasureError: ``purge_taken_over`` where a worker with this fence or a higher one was here already.
    """
    table = receipts_table(table_name)
    here = (table.c.purge == _name(purge)) & (table.c.item == _ITEM)
    instant = at.astimezone(UTC).isoformat()
    raised = sa.update(table).where(here, table.c.fence < fence).values(fence=fence, done_at=instant)
    if changed(connection, raised, table_name):
        return
    if rows_of(connection, sa.select(table.c.fence).where(here), table_name):
        raise SourceErasureError(TAKEN_OVER)
    with told_by(table_name):
        first = {"purge": _name(purge), "item": _ITEM, "fence": fence, "counts": "{}", "done_at": instant}
        connection.execute(sa.insert(table), [first])


def stand_at_fence(connection: sa.Connection, table_name: str, purge: str, fence: int) -> None:
    """The first statement of an erasing transaction: nobody takes the purge over before it has ended.

    Raises:
        SourceErasureError: ``purge_taken_over`` where another worker did so already.
    """
    table = receipts_table(table_name)
    asked = sa.select(table.c.fence).where(table.c.purge == _name(purge), table.c.item == _ITEM).with_for_update()
    found = rows_of(connection, asked, table_name)
    if not found or int(found[0][0]) != fence:
        raise SourceErasureError(TAKEN_OVER)


def _name(purge: str) -> str:
    """Its row among the receipts is no receipt: it stands under a name that no purge has."""
    return f"fence:{purge}"

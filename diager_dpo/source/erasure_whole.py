"""The plain case: a table that leads to one person by one integer or UUID of its own, whose rows go as a whole.

They are counted and deleted by person, without their keys: at the cost of the deletion itself and one look.
"""

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from diager_dpo.domain.civil import Mask
from diager_dpo.domain.erasure import bit, ends
from diager_dpo.source.erasure_batch import Batch, People, chunks, keys_as_text
from diager_dpo.source.erasure_errors import SourceErasureError, changed, rows_of
from diager_dpo.source.erasure_keys import of_keys
from diager_dpo.source.erasure_plan import ErasurePlan, TablePlan
from diager_dpo.source.schema import TypeKind


def goes_whole(plan: ErasurePlan, table: TablePlan, batch: Batch) -> Mask:
    """Of which persons every row of the table goes; nobody where the rows must be looked at one by one."""
    link, kind = table.ways[0].link, table.ways[0].person_column.kind
    exact = kind is TypeKind.INTEGER or (kind is TypeKind.UUID and plan.dialect == "postgresql")
    cascades = any(key.on_delete == "CASCADE" for _, key in table.referred)
    if not table.goes or table.shared or link.where or table.operation or table.untied or cascades or not exact:
        return np.zeros(len(batch.persons), np.bool_)
    return ends(table.serves, bit(batch.purpose), batch.live)


def count_whole(
    connection: sa.Connection, plan: ErasurePlan, table: TablePlan, people: People, whole: Mask
) -> NDArray[np.int64]:
    """How many rows each of these persons has in the table."""
    found, way = np.zeros(len(whole), np.int64), table.ways[0]
    if not whole.any():
        return found
    person = table.clause.c[way.link.column.column]
    for chunk in chunks(people.of_kind(way.kind, whole)):
        leads = of_keys(plan.dialect, way.person_column, person, chunk)
        read = rows_of(connection, sa.select(person, sa.func.count()).where(leads).group_by(person), table.name)
        positions = people.positions(way.kind, keys_as_text(table.name, [row[0] for row in read]))
        known = positions >= 0
        np.add.at(found, positions[known], np.array([row[1] for row in read], np.int64)[known])
    return found


def delete_whole(
    connection: sa.Connection, plan: ErasurePlan, table: TablePlan, people: People, counts: NDArray[np.int64]
) -> None:
    """Delete the rows that were counted; ``rows_changed`` where there are others by now."""
    way, reached = table.ways[0], 0
    if not counts.any():
        return
    person = table.clause.c[way.link.column.column]
    for chunk in chunks(people.of_kind(way.kind, counts > 0)):
        leads = of_keys(plan.dialect, way.person_column, person, chunk)
        reached += changed(connection, sa.delete(table.clause).where(leads), table.name)
    if reached != counts.sum():
        raise SourceErasureError("rows_changed", table=table.name)

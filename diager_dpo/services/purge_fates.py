"""What becomes of the data of one record when its purpose is erased: from the source file alone."""

import numpy as np

from diager_dpo.domain.erasure import bit, bits, ends
from diager_dpo.domain.words import RECORD_PURPOSES, Purpose
from diager_dpo.services.purge_views import Fate
from diager_dpo.source.source_file import ColumnRole, RowEnd, SourceFile, SourceTable


def live_on(live: int) -> tuple[Purpose, ...]:
    """The purposes behind their bits, in their usual order."""
    return tuple(purpose for purpose in RECORD_PURPOSES if live & bit(purpose))


def fate(source: SourceFile, purpose: Purpose, live: int) -> Fate:
    """What goes and what stays of a person with these other purposes: places, not values.

    A place that serves purposes other than the one that ends is not spoken of, unless both serve it.
    """
    goes: list[tuple[str, str]] = []
    stays: list[tuple[str, str, tuple[Purpose, ...]]] = []
    for table in source.tables.values():
        served = _served(table)
        for column, serves in served.items():
            if not serves & bit(purpose):
                continue
            if not _ends(serves, purpose, live):
                stays.append((table.name, column, live_on(live & serves)))
            elif column or table.when_no_purpose_is_left is RowEnd.DELETE:
                goes.append((table.name, column))
    return Fate(tuple(goes), tuple(stays))


def _ends(serves: int, purpose: Purpose, live: int) -> bool:
    return bool(ends(serves, bit(purpose), np.array([live], np.int16))[0])


def _served(table: SourceTable) -> dict[str, int]:
    """The purposes of the row (under the empty name; it lives while a column of it does) and of each column."""
    columns = {name: bits(use.purposes) for name, use in table.columns.items() if use.role is ColumnRole.SERVES}
    row = bits(table.purposes)
    for serves in columns.values():
        row |= serves
    return {"": row, **columns}

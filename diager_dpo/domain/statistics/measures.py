"""Measures beside net revenue: they inherit the pattern of the published block, hidden in one, hidden in all.

A ratio only where both its parts are shown. Never a minimum, a maximum, a median or a ranking of customers.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from diager_dpo.domain.statistics.block import PublishedBlock, PublishedCell, Sales
from diager_dpo.domain.statistics.cube import Cube
from diager_dpo.domain.statistics.plan import PublicationPlan

_BANDS = (3, 6, 11, 21, 51, 101, 201, 501, 1001)  # the first number of each band of enterprises

#: A cell of a table: (table, family, region, channel), labels as published.
CellName = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Band:
    """How many enterprises, no nearer than this; ``most`` is ``None`` for the last band. 0 to 0 for an empty cell."""

    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Measures:
    """One cell with all it may show. ``None`` everywhere where the cell is hidden.

    ``revenue`` in cents; ``basket``: cents an order, rounded half up, ``None`` without orders.
    """

    cell: PublishedCell
    revenue: int | None
    orders: int | None
    enterprises: Band | None
    basket: int | None


def measures(
    block: PublishedBlock, sales: Sales, plan: PublicationPlan, orders: Mapping[CellName, int]
) -> tuple[Measures, ...]:
    """Every cell of a block with the measures that inherit its pattern; ``sales`` as they were published.

    ``orders``: distinct orders of each cell, counted cell by cell, as an order may stand in several families; absent is
    0. Enterprises are those with a net revenue, without anonymous sales. A cell without net revenue of anybody is 0 in
    every measure.
    """
    cube = Cube.of(sales, plan)
    counts = iter(np.concatenate([_enterprises(cube)[places] for _, places in cube.tables]).tolist())
    return tuple(_measured(cell, next(counts), orders) for cell in block)


def band(count: int) -> Band:
    """The band of a number of enterprises; below the first band only 0 has one, as no such cell is shown."""
    if count < _BANDS[0]:
        return Band(0, 0)
    place = sum(least <= count for least in _BANDS)
    return Band(_BANDS[place - 1], _BANDS[place] - 1 if place < len(_BANDS) else None)


def _enterprises(cube: Cube) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Known enterprises with a net revenue in each published cell."""
    present = abs(cube.members @ cube.contributions).sign()
    return np.asarray(present @ cube.is_known.astype(np.int64), dtype=np.int64)


def _measured(cell: PublishedCell, count: int, orders: Mapping[CellName, int]) -> Measures:
    if cell.value is None:
        return Measures(cell, None, None, None, None)
    if count == 0:
        return Measures(cell, cell.value, 0, band(0), None)
    placed = orders.get((cell.table, *cell.key), 0)
    basket = (2 * cell.value + placed) // (2 * placed) if placed else None
    return Measures(cell, cell.value, placed, band(count), basket)

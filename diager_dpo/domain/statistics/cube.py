"""The block of a month: three-way cells as unknowns, published cells as their sums, who contributes what."""

from dataclasses import dataclass
from itertools import product
from typing import Self, TypeAlias

import numpy as np
from scipy.sparse import coo_array, csr_array

from diager_dpo.domain.statistics.block import (
    ANONYMOUS,
    TOTAL,
    Cents,
    Indices,
    Mask,
    PublishedBlock,
    PublishedCell,
    Sales,
)
from diager_dpo.domain.statistics.plan import DIMENSIONS, PublicationPlan, Table

#: Rows of sums over three-way cells, or three-way cells over enterprises; integers.
Sums: TypeAlias = "csr_array[np.int64, tuple[int, int]]"

_ALL = -1


@dataclass(frozen=True, slots=True)
class Relation:
    """A published cell that is the sum of others: indices into ``Cube.cells``."""

    total: int
    parts: Indices


@dataclass(frozen=True, slots=True)
class Cube:
    """One month. ``P`` published cells, ``A`` three-way cells, ``E`` enterprises; everything in a fixed order.

    ``cells``: P by 3, the position on each dimension or -1 for a total. ``members``: P by A, 0/1. ``contributions``:
    A by E, net cents of an enterprise in a three-way cell, none stored that is 0.
    """

    period: str
    labels: tuple[tuple[str, ...], ...]
    tables: tuple[tuple[Table, Indices], ...]  # with the cells of each
    cells: Indices
    members: Sums
    contributions: Sums
    is_known: Mask  # of E: not the anonymous
    is_natural: Mask  # of E
    relations: tuple[Relation, ...]

    @classmethod
    def of(cls, sales: Sales, plan: PublicationPlan) -> Self:
        """The cube of a month: labels merged as the plan says, enterprises numbered in ascending order."""
        columns = (sales.family, sales.region, sales.channel)
        pairs = [
            np.unique(plan.merged(dimension, column.tolist()), return_inverse=True)
            for dimension, column in zip(DIMENSIONS, columns, strict=True)
        ]
        labels = tuple(tuple(names.tolist()) for names, _ in pairs)
        shape = tuple(len(names) for names in labels)
        atom = np.ravel_multi_index([places for _, places in pairs], shape) if len(sales.cents) else sales.enterprise
        numbers, enterprise = np.unique(sales.enterprise, return_inverse=True)
        size = (int(np.prod(shape)), len(numbers))
        contributions = csr_array(coo_array((sales.cents.astype(np.int64), (atom, enterprise)), shape=size))
        contributions.sum_duplicates()
        contributions.eliminate_zeros()
        tables, cells = _cells(plan, shape)
        return cls(
            period=sales.period,
            labels=labels,
            tables=tables,
            cells=cells,
            members=_members(cells, shape),
            contributions=contributions,
            is_known=numbers != ANONYMOUS,
            is_natural=np.bincount(enterprise, weights=~sales.is_natural_person, minlength=len(numbers)) == 0,
            relations=_relations(tables, cells),
        )

    @property
    def values(self) -> Cents:
        """Net revenue of each published cell."""
        return np.asarray((self.members @ self.contributions).sum(axis=1), dtype=np.int64)

    @property
    def atoms(self) -> Cents:
        """Net revenue of each three-way cell."""
        return np.asarray(self.contributions.sum(axis=1), dtype=np.int64)

    @property
    def can_be_negative(self) -> Mask:
        """Three-way cells in which an enterprise has more credit notes than sales."""
        return np.asarray((self.contributions < 0).sum(axis=1) > 0, dtype=np.bool_)

    @property
    def never_negative(self) -> Mask:
        """Published cells in which nobody has more credit notes than sales."""
        return np.asarray(((self.members @ self.contributions) < 0).sum(axis=1) == 0, dtype=np.bool_)

    @property
    def is_empty(self) -> Mask:
        """Published cells in which no enterprise has a net revenue: shown as 0."""
        return np.asarray(abs(self.members @ self.contributions).sum(axis=1) == 0, dtype=np.bool_)

    def block(self, hidden: Mask, plan: PublicationPlan) -> PublishedBlock:
        """What may be published, where ``hidden`` (of P) is not."""
        values = self.values.tolist()
        cells = []
        for table, places in self.tables:
            for place in places.tolist():
                family, region, channel = (
                    TOTAL if position == _ALL else self.labels[dimension][position]
                    for dimension, position in enumerate(self.cells[place].tolist())
                )
                value = None if hidden[place] else values[place]
                cells.append(PublishedCell(table.name, self.period, family, region, channel, value))
        return PublishedBlock(self.period, plan.version, tuple(cells))


def _cells(plan: PublicationPlan, shape: tuple[int, ...]) -> tuple[tuple[tuple[Table, Indices], ...], Indices]:
    """The cells of each table, its totals last; a total that tables share is one cell."""
    places: dict[tuple[int, ...], int] = {}
    tables = []
    for table in plan.tables:
        axes = [DIMENSIONS.index(dimension) for dimension in table.dimensions]
        steps = [[*range(size), _ALL] if axis in axes else [_ALL] for axis, size in enumerate(shape)]
        keys = list(product(*steps))
        tables.append((table, np.array([places.setdefault(key, len(places)) for key in keys], dtype=np.int64)))
    return tuple(tables), np.array(list(places), dtype=np.int64).reshape(-1, len(shape))


def _members(cells: Indices, shape: tuple[int, ...]) -> Sums:
    positions = np.indices(shape).reshape(len(shape), -1)
    inside = np.ones((len(cells), positions.shape[1]), dtype=np.bool_)
    for dimension, position in enumerate(positions):
        place = cells[:, dimension, None]
        inside &= (place == _ALL) | (place == position)
    return csr_array(inside.astype(np.int64))


def _relations(tables: tuple[tuple[Table, Indices], ...], cells: Indices) -> tuple[Relation, ...]:
    """In each table, every total with its parts along one dimension."""
    found: dict[tuple[int, int], Relation] = {}
    for table, places in tables:
        for dimension in table.dimensions:
            axis = DIMENSIONS.index(dimension)
            for total in places[cells[places, axis] == _ALL].tolist():
                others = np.delete(cells[places] == cells[total], axis, axis=1).all(axis=1)
                parts = places[others & (cells[places, axis] != _ALL)]
                found.setdefault((total, int(parts.min()) if len(parts) else -1), Relation(total, parts))
    return tuple(found.values())

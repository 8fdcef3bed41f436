"""What the audit knows and an attacker does not: who is behind each cell. Shares no code with the protection."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csc_array

from diager_dpo.domain.statistics.block import ANONYMOUS, TOTAL, Indices, Mask, PublishedBlock, Sales
from diager_dpo.domain.statistics.plan import DIMENSIONS, PublicationPlan, Rules

Key: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Spread:
    """How far below and above its value a sum must stay uncertain, in cents."""

    below: int
    above: int


@dataclass(frozen=True, slots=True)
class Truth:
    """The finest cells a month has (``keys``, in order) and who contributes what to each (keys by enterprises)."""

    keys: tuple[Key, ...]
    amounts: "csc_array[np.int64]"
    enterprises: Indices
    natural: Mask
    inside: NDArray[np.bool_]  # published keys by finest keys
    published: tuple[Key, ...]

    @classmethod
    def of(cls, sales: Sequence[Sales], plan: PublicationPlan, blocks: tuple[PublishedBlock, ...]) -> Self:
        """The truth at the finest level that the published labels tell apart, empty cells included."""
        published = tuple(dict.fromkeys(cell.key for block in blocks for cell in block))
        names = [sorted({key[axis] for key in published} - {TOTAL}) or [TOTAL] for axis in range(len(DIMENSIONS))]
        keys = tuple((family, region, channel) for family in names[0] for region in names[1] for channel in names[2])
        labels = [
            np.concatenate([np.zeros(0, dtype=np.str_), *(getattr(one, dimension) for one in sales)]).tolist()
            for dimension in DIMENSIONS
        ]
        columns = [
            plan.merged(dimension, column).tolist() if names[axis] != [TOTAL] else [TOTAL] * len(column)
            for axis, (dimension, column) in enumerate(zip(DIMENSIONS, labels, strict=True))
        ]
        place = {key: number for number, key in enumerate(keys)}
        outside = len(keys)  # sales under a label that was never published
        rows = np.array([place.get(key, outside) for key in zip(*columns, strict=True)], dtype=np.int64)
        cents = np.concatenate([np.zeros(0, dtype=np.int64), *(one.cents for one in sales)])
        everybody = np.concatenate([np.zeros(0, dtype=np.int64), *(one.enterprise for one in sales)])
        persons = np.concatenate([np.zeros(0, dtype=np.bool_), *(one.is_natural_person for one in sales)])
        enterprises, who = np.unique(everybody, return_inverse=True)
        natural = np.ones(len(enterprises), dtype=np.bool_)
        natural[who[~persons]] = False
        amounts = csc_array(coo_array((cents, (rows, who)), shape=(outside + 1, len(enterprises))))[:outside]
        amounts.sum_duplicates()
        inside = np.array(
            [
                [all(mine in (TOTAL, its) for mine, its in zip(key, cell, strict=True)) for cell in keys]
                for key in published
            ],
            dtype=np.bool_,
        ).reshape(len(published), len(keys))
        return cls(keys, amounts, enterprises, natural, inside, published)

    @property
    def totals(self) -> Indices:
        """Net revenue of each finest cell."""
        return np.asarray(self.amounts.sum(axis=1), dtype=np.int64)

    @property
    def may_be_negative(self) -> Mask:
        """Finest cells in which somebody has more credit notes than sales."""
        return np.asarray((self.amounts < 0).sum(axis=1) > 0, dtype=np.bool_)

    @property
    def never_negative(self) -> Mask:
        """Published cells in which nobody has more credit notes than sales."""
        shares = np.asarray(self.inside.astype(np.int64) @ self.amounts, dtype=np.int64)
        return np.asarray((shares >= 0).all(axis=1), dtype=np.bool_)

    def shares(self, cells: Mask) -> Indices:
        """The net amount of each enterprise in a set of finest cells."""
        return np.asarray(cells.astype(np.int64) @ self.amounts, dtype=np.int64).ravel()

    def danger(self, cells: Mask, rules: Rules) -> Spread | None:
        """Whether a set of finest cells, seen as one cell, gives somebody away, and the spread it then needs."""
        shares = np.abs(self.shares(cells))
        there = shares > 0
        if not there.any():
            return None
        amounts = sorted((int(amount) for amount in shares[there]), reverse=True)
        whole, most = sum(amounts), amounts[0]
        left = whole - sum(amounts[:2])
        named = there & (self.enterprises != ANONYMOUS)
        least = rules.natural_persons.number if self.natural[named].all() else rules.frequency.number
        least = max(least, rules.frequency.number)
        dominance, p = Fraction(rules.dominance.number, 100), Fraction(rules.p_percent.number, 100)
        is_few = int(named.sum()) < least
        if not (is_few or most >= dominance * whole or left < p * most):
            return None
        above = max(
            most / dominance - whole, p * most - left, Fraction(whole, 100), Fraction(whole, 10) if is_few else 0
        )
        return Spread(below=min(ceil(above), whole), above=ceil(above))

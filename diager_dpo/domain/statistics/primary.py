"""When a cell gives a contributor away by itself (statistics rules, "What is unsafe").

A cell, or any sum of three-way cells, is judged by the absolute net amounts x1 ≥ x2 ≥ … of its enterprises; X is
their sum.
"""

from dataclasses import dataclass

import numpy as np

from diager_dpo.domain.statistics.block import Cents, Indices, Mask
from diager_dpo.domain.statistics.cube import Cube, Sums
from diager_dpo.domain.statistics.plan import Rules

_FREQUENCY_PERCENT = 10  # how far a cell of too few enterprises must stay uncertain
_LEAST_PERCENT = 1


@dataclass(frozen=True, slots=True)
class Judgement:
    """One row a sum. An unsafe one must stay uncertain from ``down`` cents below its value to ``up`` above."""

    unsafe: Mask
    up: Cents
    down: Cents
    size: Cents  # X


def judge(cube: Cube, sums: Sums, rules: Rules) -> Judgement:
    """Judge sums of three-way cells (rows by A, 0/1). A sum without contributors is safe: it is shown as 0."""
    x = abs(sums @ cube.contributions)
    x.eliminate_zeros()
    row = np.repeat(np.arange(x.shape[0]), np.diff(x.indptr))
    known = np.bincount(row, weights=cube.is_known[x.indices], minlength=x.shape[0])
    legal = np.bincount(row, weights=cube.is_known[x.indices] & ~cube.is_natural[x.indices], minlength=x.shape[0])
    largest, second = _two_largest(x, row)
    total = np.asarray(x.sum(axis=1), dtype=np.int64)
    rest = total - largest - second
    dominance, p_percent = rules.dominance.number, rules.p_percent.number

    few = (known < rules.frequency.number) | ((legal == 0) & (known < rules.natural_persons.number))
    dominated = 100 * largest >= dominance * total
    guessed = 100 * rest < p_percent * largest
    up = np.maximum.reduce(
        [
            np.where(few, _percent(_FREQUENCY_PERCENT, total), 0),
            -(-100 * largest // dominance) - total,
            _percent(p_percent, largest) - rest,
            _percent(_LEAST_PERCENT, total),
        ]
    )
    unsafe = (few | dominated | guessed) & (total > 0)
    return Judgement(unsafe, np.where(unsafe, up, 0), np.where(unsafe, np.minimum(up, total), 0), total)


def _percent(percent: int, cents: Cents) -> Cents:
    """A percentage, rounded up to the cent."""
    return np.asarray(-(-percent * cents // 100), dtype=np.int64)


def _two_largest(x: Sums, row: Indices) -> tuple[Cents, Cents]:
    count = np.diff(x.indptr)
    ordered = np.append(x.data[np.lexsort((-x.data, row))], 0)
    start = x.indptr[:-1]
    first = np.where(count > 0, ordered[start], 0)
    second = np.where(count > 1, ordered[np.minimum(start + 1, len(ordered) - 1)], 0)
    return first, second

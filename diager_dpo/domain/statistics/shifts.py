"""The linear program behind the protection: shifts of the three-way cells that keep every shown cell as it is.

An attacker who sees the shown cells cannot tell the truth from truth + shift. One program is built for a month and
changed from question to question, so that each starts where the last one ended.
"""

from dataclasses import dataclass
from typing import TypeAlias

import highspy
import numpy as np
from numpy.typing import NDArray

from diager_dpo.domain.statistics.block import Cents, Indices, Mask, NotPublishable, Reason
from diager_dpo.domain.statistics.cube import Cube

Numbers: TypeAlias = NDArray[np.float64]

_MOVED = 1e-6  # in the program's unit; the solver's own tolerance is a tenth of it
_TINY = 1e-4  # the cost of a hidden cell beside a shown one, where few moves are wanted


@dataclass(frozen=True, slots=True)
class Target:
    """A sum of three-way cells that must stay uncertain over [value - down, value + up], in cents; 0: no matter.

    ``floor`` (of A, or ``None``): what an insider knows each three-way cell to hold at least, its own contributions.
    """

    atoms: Indices
    up: int
    down: int
    size: int
    floor: Cents | None = None

    @property
    def sides(self) -> tuple[int, ...]:
        """The shifts to be possible, in cents, up first."""
        return tuple(side for side in (self.up, -self.down) if side)


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift of the three-way cells (A, in cents) and the published cells it moves (mask of P)."""

    atoms: Numbers
    moved: Mask


class ShiftProgram:
    """All shifts of a month's cells. Not to be shared between threads."""

    def __init__(self, cube: Cube, iteration_limit: int) -> None:
        values, atoms = cube.values, cube.atoms
        empty = cube.is_empty
        self._rows = np.flatnonzero(~empty)  # published cells that can move
        under_zero = np.asarray(empty @ cube.members, dtype=np.int64) > 0
        self._columns = np.flatnonzero(~under_zero)
        self._count = cube.members.shape
        self._unit = float(10 ** max(0, int(np.log10(max(int(np.abs(values).max(initial=1)), 1))) - 4))
        self._costs = np.log10(1 + np.abs(values[self._rows]).astype(np.float64))
        bounded = cube.never_negative[self._rows]
        self._furthest_fall = np.where(bounded, np.abs(values[self._rows]), np.inf)
        self._members = cube.members[self._rows]
        self._lowest = np.where(cube.can_be_negative, -np.inf, -atoms)[self._columns]
        self._atoms = atoms[self._columns]
        self._targets: dict[bytes, int] = {}
        self._floor: bytes = b""
        self._solver = self._build(cube, iteration_limit)

    def cheapest(self, target: Target, side: int, hidden: Mask) -> Mask:
        """The cells to hide for a target to move by ``side`` cents: the cheapest, hidden ones for nothing."""
        self._price(np.where(hidden[self._rows], 0.0, self._costs))
        self._free(np.ones(len(self._rows), dtype=np.bool_), target.floor)
        shift = self._solve(target, side, side)
        if shift is None:
            raise NotPublishable(Reason.NO_SOLUTION)
        return shift.moved

    def possible(self, target: Target, side: int, hidden: Mask) -> Shift | None:
        """A shift of ``side`` cents that moves hidden cells only, and few of them; ``None`` where there is none."""
        self._price(self._costs * _TINY)
        self._free(hidden[self._rows], target.floor)
        return self._solve(target, side, side)

    def furthest(self, target: Target, side: int, hidden: Mask) -> Shift:
        """The longest shift of a target towards ``side`` cents, and no further, that moves hidden cells only."""
        self._price(np.zeros(len(self._rows)))
        self._free(hidden[self._rows], target.floor)
        shift = self._solve(target, min(side, 0), max(side, 0), towards=-1.0 if side > 0 else 1.0)
        if shift is None:  # no shift at all is always one
            raise NotPublishable(Reason.NO_SOLUTION)
        return shift

    def _build(self, cube: Cube, iteration_limit: int) -> highspy.Highs:
        """Columns: three-way cells, then the rise and the fall of each published cell, then the target's shift."""
        inner = cube.members[self._rows][:, self._columns].tocsc()
        published, size = len(self._rows), len(self._columns)
        sides = np.arange(published, dtype=np.int32)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = size + 2 * published, published
        lp.col_cost_ = np.zeros(lp.num_col_)
        lp.col_lower_ = np.concatenate([self._lowest / self._unit, np.zeros(2 * published)])
        lp.col_upper_ = np.full(lp.num_col_, np.inf)
        lp.row_lower_ = lp.row_upper_ = np.zeros(published)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.concatenate([inner.indptr, inner.nnz + np.arange(1, 2 * published + 1)]).astype(
            np.int32
        )
        lp.a_matrix_.index_ = np.concatenate([inner.indices, sides, sides]).astype(np.int32)
        lp.a_matrix_.value_ = np.concatenate([inner.data, -np.ones(published), np.ones(published)])
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("solver", "simplex"),
            ("random_seed", 0),
            ("simplex_iteration_limit", iteration_limit),
        ):
            solver.setOptionValue(option, value)
        solver.passModel(lp)
        return solver

    def _solve(self, target: Target, low: int, high: int, towards: float = 0.0) -> Shift | None:
        """The shift with the target between ``low`` and ``high`` cents; ``None`` where there is none."""
        row = self._row(target)
        self._hold(target.floor)
        column = self._target_column(row)
        self._solver.changeColBounds(column, low / self._unit, high / self._unit)
        self._solver.changeColCost(column, towards)
        self._solver.run()
        status = self._solver.getModelStatus()
        values = np.array(self._solver.getSolution().col_value) if status == highspy.HighsModelStatus.kOptimal else None
        self._solver.changeColBounds(column, -np.inf, np.inf)
        self._solver.changeColCost(column, 0.0)
        if values is None:
            if status in {highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible}:
                return None
            raise NotPublishable(Reason.ITERATION_LIMIT)
        return self._shift(values)

    def _shift(self, values: Numbers) -> Shift:
        published, size = len(self._rows), len(self._columns)
        atoms = np.zeros(self._count[1])
        atoms[self._columns] = values[:size] * self._unit
        moved = np.zeros(self._count[0], dtype=np.bool_)
        moved[self._rows] = (
            np.abs(values[size : size + published] - values[size + published : size + 2 * published]) > _MOVED
        )
        return Shift(atoms, moved)

    def _row(self, target: Target) -> int:
        """The row that measures a target, added at its first question: sum of three-way cells - shift = 0."""
        key = target.atoms.tobytes()
        if key not in self._targets:
            places = np.flatnonzero(np.isin(self._columns, target.atoms)).astype(np.int32)
            row = len(self._rows) + len(self._targets)
            self._solver.addRow(0.0, 0.0, len(places), places, np.ones(len(places)))
            self._solver.addCol(0.0, -np.inf, np.inf, 1, np.array([row], dtype=np.int32), np.array([-1.0]))
            self._targets[key] = row
        return self._targets[key]

    def _target_column(self, row: int) -> int:
        return len(self._columns) + 2 * len(self._rows) + row - len(self._rows)

    def _hold(self, floor: Cents | None) -> None:
        """Bound the three-way cells from below by what an insider knows; the program's own bounds without one."""
        key = b"" if floor is None else floor.tobytes()
        if key != self._floor:
            lowest = self._lowest
            if floor is not None:
                lowest = np.where(np.isinf(lowest), lowest, floor[self._columns] - self._atoms)
            places = np.arange(len(self._columns), dtype=np.int32)
            upper = np.full(len(places), np.inf)
            self._solver.changeColsBounds(len(places), places, lowest / self._unit, upper)
            self._floor = key

    def _price(self, costs: Numbers) -> None:
        """What it costs to move each published cell."""
        self._solver.changeColsCost(2 * len(costs), self._sides, np.concatenate([costs, costs]))

    def _free(self, movable: Mask, floor: Cents | None) -> None:
        """Let only these published cells move, and none fall below zero, or what an insider has in it, that cannot."""
        fall = self._furthest_fall if floor is None else np.maximum(self._furthest_fall - self._members @ floor, 0.0)
        rise = np.full(len(movable), np.inf)
        upper = np.where(np.concatenate([movable, movable]), np.concatenate([rise, fall / self._unit]), 0.0)
        self._solver.changeColsBounds(len(upper), self._sides, np.zeros(len(upper)), upper)

    @property
    def _sides(self) -> NDArray[np.int32]:
        first = len(self._columns)
        return np.arange(first, first + 2 * len(self._rows), dtype=np.int32)

"""What somebody with a linear-programming solver gets out of shown cells. Shares no code with the protection."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import null_space
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, hstack, vstack

from diager_dpo.domain.statistics.block import Indices, Mask
from diager_dpo.domain.statistics.truth import Truth

Matrix: TypeAlias = "csr_array[np.float64, tuple[int, int]]"

_OPTIMAL, _UNBOUNDED = 0, 3  # what linprog says


class Undecided(Exception):
    """The solver reached its iteration limit, or found that what is shown contradicts itself."""


@dataclass(frozen=True, slots=True)
class _Program:
    """``known`` times the unknowns is what is shown; ``below`` times them at most ``limits``."""

    known: Matrix
    below: Matrix
    limits: NDArray[np.float64]
    lowest: NDArray[np.float64]


class Attacker:
    """Knows the sums of some sets of unknown cells (rows by cells), and that most cells are not below 0.

    Amounts are in cents; inside, in a unit that keeps the largest near a hundred thousand.
    """

    def __init__(self, truth: Truth, values: Indices, known: Mask, iteration_limit: int) -> None:
        """``values`` of all published cells; only those in ``known`` are used."""
        sets = truth.inside[known].astype(np.float64)
        self.unit = 10.0 ** max(0, len(str(int(np.abs(values[known]).max(initial=1)))) - 5)
        self.noise = 1.0 + self.unit * 1e-5  # cents below which the solver's figures say nothing
        self.sums = values[known] / self.unit
        self.lowest = np.where(truth.may_be_negative, -np.inf, 0.0)
        doubtful = truth.inside[:, truth.may_be_negative].any(axis=1) & ~known & truth.never_negative
        self._sets = csr_array(sets)
        self._not_negative = csr_array(truth.inside[doubtful].astype(np.float64))
        zero = (self.sums == 0) & (sets[:, truth.may_be_negative] == 0).all(axis=1)
        self._empty = np.asarray((sets[zero] > 0).any(axis=0), dtype=np.bool_)
        self._limit = iteration_limit
        self._moves = null_space(sets[:, ~self._empty])

    def determines(self, cells: Mask) -> bool:
        """Whether elimination alone gives the sum of these cells."""
        return bool(np.abs(self.effects(cells[None, :])).max(initial=0.0) < 1e-7)

    def effects(self, sets: NDArray[np.bool_]) -> NDArray[np.float64]:
        """How sums of cells (rows by cells) move along each direction that nothing shown rules out."""
        return np.asarray(sets[:, ~self._empty].astype(np.float64) @ self._moves, dtype=np.float64)

    def bound(self, weights: NDArray[np.float64], own: NDArray[np.float64] | None = None) -> tuple[float, float]:
        """Least and most, in cents, of a weighted sum of cells, for an insider with ``own`` cents in each."""
        mine = np.zeros(len(self.lowest)) if own is None else own
        program = self._program(mine)
        return self._extreme(weights, program), -self._extreme(-weights, program)

    def most_of_one(self, places: Mask, own: NDArray[np.float64]) -> float:
        """The most, in cents, that one enterprise can have in cells where it may stand, for an insider with ``own``.

        Unknown beside the cells: the part of that enterprise in each, at most what the insider leaves of the cell.
        """
        count = int(places.sum())
        program = self._program(own, np.flatnonzero(places))
        return -self._extreme(np.concatenate([np.zeros(len(places)), -np.ones(count)]), program)

    def _program(self, own: NDArray[np.float64], parts: Indices | None = None) -> _Program:
        """What an insider knows: sums, what is not below its own; the unknown part of each cell in ``parts``."""
        places = np.zeros(0, dtype=np.int64) if parts is None else parts
        count, size = len(places), len(self.lowest)
        part = csr_array((np.ones(count), (np.arange(count), places)), shape=(count, size))
        below = vstack([-self._not_negative, -part], format="csr")
        beside = vstack([csr_array((self._not_negative.shape[0], count)), eye_array(count)], format="csr")
        lowest = np.where(np.isinf(self.lowest), self.lowest, np.maximum(own, 0) / self.unit)
        return _Program(
            hstack([self._sets, csr_array((self._sets.shape[0], count))], format="csr"),
            hstack([below, beside], format="csr"),
            np.concatenate([-(self._not_negative @ own), -own[places]]) / self.unit,
            np.concatenate([lowest, np.where(np.isinf(self.lowest[places]), -np.inf, 0.0)]),
        )

    def _extreme(self, weights: NDArray[np.float64], program: _Program) -> float:
        """The least of a weighted sum, in cents."""
        answer = linprog(  # type: ignore[call-overload] # the stubs know no sparse matrix
            weights,
            A_ub=program.below,
            b_ub=program.limits,
            A_eq=program.known,
            b_eq=self.sums,
            bounds=np.stack([program.lowest, np.full(len(program.lowest), np.inf)], axis=1),
            method="highs-ds",
            options={"maxiter": self._limit},
        )
        if answer.status == _UNBOUNDED:
            return -np.inf
        if answer.status != _OPTIMAL:
            raise Undecided
        return float(answer.fun) * self.unit

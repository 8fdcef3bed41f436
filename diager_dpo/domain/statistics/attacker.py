"""What somebody with a linear-programming solver gets out of shown cells. Shares no code with the protection."""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import null_space
from scipy.optimize import linprog
from scipy.sparse import csr_array

from diager_dpo.domain.statistics.block import Indices, Mask
from diager_dpo.domain.statistics.truth import Truth

_OPTIMAL, _UNBOUNDED = 0, 3  # what linprog says


class Undecided(Exception):
    """The solver reached its iteration limit, or found that what is shown contradicts itself."""


class Attacker:
    """Knows the sums of some sets of unknown cells (rows by cells), and that most cells are not below 0.

    Amounts are in cents; inside, in a unit that keeps the largest near a hundred thousand.
    """

    def __init__(self, truth: Truth, values: Indices, known: Mask, iteration_limit: int) -> None:
        """``values`` of all published cells; only those in ``known`` are used."""
        self.sets = truth.inside[known].astype(np.float64)
        self.unit = 10.0 ** max(0, len(str(int(np.abs(values[known]).max(initial=1)))) - 5)
        self.noise = 1.0 + self.unit * 1e-5  # cents below which the solver's figures say nothing
        self.sums = values[known] / self.unit
        self.lowest = np.where(truth.may_be_negative, -np.inf, 0.0)
        doubtful = truth.inside[:, truth.may_be_negative].any(axis=1) & ~known & truth.never_negative
        self.not_negative = truth.inside[doubtful].astype(np.float64)
        self._limit = iteration_limit
        self._moves = null_space(self.sets[:, ~self._certainly_empty()])

    def _certainly_empty(self) -> Mask:
        """Cells below a sum of 0 none of whose cells can be negative."""
        zero = (self.sums == 0) & (self.sets[:, np.isinf(self.lowest)] == 0).all(axis=1)
        return np.asarray((self.sets[zero] > 0).any(axis=0), dtype=np.bool_)

    def determines(self, cells: Mask) -> bool:
        """Whether elimination alone gives the sum of these cells."""
        return bool(np.abs(self.effects(cells[None, :])).max(initial=0.0) < 1e-7)

    def effects(self, sets: NDArray[np.bool_]) -> NDArray[np.float64]:
        """How sums of cells (rows by cells) move along each direction that nothing shown rules out."""
        return np.asarray(sets[:, ~self._certainly_empty()].astype(np.float64) @ self._moves, dtype=np.float64)

    def bound(self, weights: NDArray[np.float64], at_least: NDArray[np.float64] | None = None) -> tuple[float, float]:
        """Least and most, in cents, of a weighted sum of cells; ``at_least``: what an insider has in each."""
        lowest = self.lowest if at_least is None else self._floor(at_least)
        return self._extreme(weights, lowest, 1), self._extreme(weights, lowest, -1)

    def _floor(self, own: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where no cell can be negative, each holds at least what the insider has there."""
        return np.where(np.isinf(self.lowest), self.lowest, np.maximum(own, 0) / self.unit)

    def most_of_one(self, places: Mask, own: NDArray[np.float64]) -> float:
        """The most, in cents, that one enterprise can have in cells where it may stand, for an insider with ``own``.

        Unknown beside the cells: the part of that enterprise in each, at most what the insider leaves of the cell.
        """
        size, count = len(places), int(places.sum())
        part = np.zeros((count, size))
        part[np.arange(count), np.flatnonzero(places)] = 1.0
        lowest = np.concatenate([self._floor(own), np.where(np.isinf(self.lowest[places]), -np.inf, 0.0)])
        weights = np.concatenate([np.zeros(size), np.ones(count)])
        return self._extreme(weights, lowest, -1, np.hstack([-part, np.eye(count)]), -own[places] / self.unit)

    def _extreme(
        self,
        weights: NDArray[np.float64],
        lowest: NDArray[np.float64],
        sign: int,
        at_most: NDArray[np.float64] | None = None,
        limits: NDArray[np.float64] | None = None,
    ) -> float:
        """Least (sign 1) or most (-1) of a weighted sum, in cents; further rows are ``at_most`` their limits."""
        further = np.zeros((len(self.sets), len(weights) - self.sets.shape[1]))
        above = np.zeros((len(self.not_negative), further.shape[1]))
        rows = [np.hstack([-self.not_negative, above]), *([] if at_most is None else [at_most])]
        ends = [np.zeros(len(self.not_negative)), *([] if limits is None else [limits])]
        answer = linprog(  # type: ignore[call-overload] # the stubs know no sparse matrix
            sign * weights,
            A_ub=csr_array(np.vstack(rows)),
            b_ub=np.concatenate(ends),
            A_eq=csr_array(np.hstack([self.sets, further])),
            b_eq=self.sums,
            bounds=np.stack([lowest, np.full(len(lowest), np.inf)], axis=1),
            method="highs-ds",
            options={"maxiter": self._limit},
        )
        if answer.status == _UNBOUNDED:
            return -sign * np.inf
        if answer.status != _OPTIMAL:
            raise Undecided
        return sign * float(answer.fun) * self.unit

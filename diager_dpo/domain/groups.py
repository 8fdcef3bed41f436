"""Rows grouped by a position: what holds for each person, from several rows a person."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from diager_dpo.domain.anomalies import Bits
from diager_dpo.domain.civil import Days, Mask


@dataclass(frozen=True, slots=True)
class Groups:
    """``size`` groups; ``order`` sorts the rows by group, ``first`` is where each group that has rows begins."""

    size: int
    order: NDArray[np.intp]
    first: NDArray[np.intp]
    group: NDArray[np.intp]  # the group that begins at each ``first``

    @classmethod
    def of(cls, position: NDArray[np.integer], size: int) -> Self:
        """Groups of rows by the position they name, 0 … ``size`` - 1."""
        order = np.argsort(position, kind="stable")
        ordered = position[order]
        first = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ordered) else order
        return cls(size, order, first, ordered[first].astype(np.intp))

    def present(self) -> Mask:
        """Which groups have a row at all."""
        answer = np.zeros(self.size, np.bool_)
        answer[self.group] = True
        return answer

    def latest(self, days: Days, none: int) -> Days:
        """The largest value of each group, ``none`` for a group without rows."""
        return self._reduced(np.maximum, days, np.full(self.size, none, np.int32))

    def earliest(self, days: Days, none: int) -> Days:
        """The smallest value of each group, ``none`` for a group without rows."""
        return self._reduced(np.minimum, days, np.full(self.size, none, np.int32))

    def some(self, mask: Mask) -> Mask:
        """Whether any row of each group holds."""
        return self._reduced(np.logical_or, mask, np.zeros(self.size, np.bool_))

    def bits(self, values: Bits) -> Bits:
        """All bits that any row of each group sets."""
        return self._reduced(np.bitwise_or, values, np.zeros(self.size, np.int16))

    def _reduced(self, how: np.ufunc, values: NDArray[Any], answer: NDArray[Any]) -> NDArray[Any]:
        if len(self.first):
            answer[self.group] = how.reduceat(values[self.order], self.first)
        return answer

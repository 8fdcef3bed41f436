"""How near an enterprise that knows its own figures comes to those of another.

An insider knows its own contributions, everything shown, and who contributes to each published cell. Amounts of
others are tied to each other by cell sums alone, so bounds on one enterprise's amount follow from shifts of cells:
at most, everything in the cells where it stands but the insider's own; at least, what is left of the cells where it
stands alone, or with the insider only. Anonymous sales are nobody's target and no insider.
"""

from dataclasses import dataclass

import numpy as np

from diager_dpo.domain.statistics.block import Cents, Indices, Mask
from diager_dpo.domain.statistics.cube import Cube
from diager_dpo.domain.statistics.exposure import Exposure, exposures
from diager_dpo.domain.statistics.plan import Rules
from diager_dpo.domain.statistics.shifts import Numbers, Shift, ShiftProgram, Target

_OUTSIDER = -1


@dataclass(frozen=True, slots=True)
class Nearness:
    """``to_guard``: sums that must move further. ``reported``: enterprises bounded between guard and report level."""

    to_guard: tuple[Target, ...]
    reported: int


def nearness(cube: Cube, program: ShiftProgram, hidden: Mask, rules: Rules) -> Nearness:
    """Every amount that some enterprise, or an outsider, bounds too tightly when these cells are hidden.

    One bound an amount is returned to be guarded, and guarded up to the report level; others show in the next round.
    Enterprises to report are counted once nothing is left to guard.
    """
    question = _Question(cube, program, hidden)
    guard, report = rules.insider_guard.number, rules.insider_report.number
    targets = []
    for exposure in exposures(cube, hidden, guard):
        insider = question.who_is_near(exposure, _part(exposure, guard))
        if insider is not None:
            targets.append(question.target(exposure, insider, _part(exposure, report)))
    if targets:
        return Nearness(tuple(targets), 0)
    reported: set[int] = set()
    for exposure in exposures(cube, hidden, report):
        if exposure.enterprise not in reported and question.who_is_near(exposure, _part(exposure, report)) is not None:
            reported.add(exposure.enterprise)
    return Nearness((), len(reported))


def _part(exposure: Exposure, percent: int) -> int:
    """A percentage of the amount, rounded up to the cent."""
    return -(-exposure.amount * percent // 100)


class _Question:
    """Who bounds an amount more tightly than wanted, when these cells are hidden?"""

    def __init__(self, cube: Cube, program: ShiftProgram, hidden: Mask) -> None:
        self._cube = cube
        self._program = program
        self._hidden = hidden
        self._atoms = cube.atoms
        self._negative = cube.can_be_negative
        self._by_enterprise = cube.contributions.tocsc()

    def who_is_near(self, exposure: Exposure, wanted: int) -> int | None:
        """An enterprise whose bound is nearer than ``wanted`` cents, -1 where an outsider's is, ``None`` for nobody.

        One shift answers for all whose own contributions it leaves possible, shortened to what each needs.
        """
        missing = self._missing(exposure, wanted)
        alone = wanted - exposure.apart
        insiders = np.flatnonzero(self._cube.is_known & (missing > 0))
        insiders = insiders[insiders != exposure.enterprise]
        if exposure.insider != _OUTSIDER:
            insiders = insiders[insiders == exposure.insider]
        needed = missing[insiders].tolist() + ([alone] if exposure.insider == _OUTSIDER else [])
        furthest = max(needed, default=0)
        if furthest <= 0:
            return None
        shift, gain = self._shift(exposure, furthest, None)
        if exposure.insider == _OUTSIDER and gain < alone - 1:
            return _OUTSIDER
        doubtful = (missing > gain + 1) | self._contradicted(shift, missing / max(gain, 1.0))
        return self._nearest(exposure, insiders[doubtful[insiders]], missing)

    def target(self, exposure: Exposure, insider: int, wanted: int) -> Target:
        """What must become possible so that this bound stays ``wanted`` cents away."""
        known = insider != _OUTSIDER
        missing = int(self._missing(exposure, wanted)[insider]) if known else wanted - exposure.apart
        up, down = (missing, 0) if exposure.side > 0 else (0, missing)
        floor = self._floor(np.array([insider])) if known else None
        return Target(exposure.atoms, up, down, exposure.amount, floor)

    def _missing(self, exposure: Exposure, wanted: int) -> Cents:
        """How far each insider's bound must be shifted: its own part of the sum is no doubt to it."""
        overlap = np.asarray(self._cube.contributions[exposure.atoms].sum(axis=0), dtype=np.int64)
        return wanted - exposure.apart + (overlap if exposure.side > 0 else 0 * overlap)

    def _nearest(self, exposure: Exposure, insiders: Indices, missing: Cents) -> int | None:
        """The first of these insiders who is near. What a group that knew everything together cannot do, none can."""
        if not len(insiders):
            return None
        asked = int(missing[insiders].max())
        _, gain = self._shift(exposure, asked, self._floor(insiders))
        if gain >= asked - 1:
            return None
        if len(insiders) == 1:
            return int(insiders[0])
        half = len(insiders) // 2
        first = self._nearest(exposure, insiders[:half], missing)
        return self._nearest(exposure, insiders[half:], missing) if first is None else first

    def _shift(self, exposure: Exposure, asked: int, floor: Cents | None) -> tuple[Shift, float]:
        target = Target(exposure.atoms, 0, 0, exposure.amount, floor)
        shift = self._program.furthest(target, exposure.side * asked, self._hidden)
        return shift, exposure.side * float(shift.atoms[exposure.atoms].sum())

    def _floor(self, insiders: Indices) -> Cents:
        """What the best informed of these enterprises knows each three-way cell to hold at least."""
        return np.asarray(self._by_enterprise[:, insiders].max(axis=1).toarray().ravel(), dtype=np.int64)

    def _contradicted(self, shift: Shift, share: Numbers) -> Mask:
        """Enterprises that know their share of this shift to be impossible: it leaves less than they put there."""
        falling = np.flatnonzero((shift.atoms < -1) & ~self._negative)
        own = self._cube.contributions[falling].tocoo()
        left = self._atoms[falling][own.row] + np.minimum(share[own.col], 1.0) * shift.atoms[falling][own.row]
        return np.bincount(own.col, weights=left < own.data - 1, minlength=len(share)) > 0

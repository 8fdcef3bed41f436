"""Which cells of a month must not be shown: the loop of statistics rules, "What must also be hidden"."""

from dataclasses import dataclass

import numpy as np

from diager_dpo.domain.statistics.block import Mask, NotPublishable, Reason
from diager_dpo.domain.statistics.cleanup import show_again
from diager_dpo.domain.statistics.cube import Cube
from diager_dpo.domain.statistics.insider import nearness
from diager_dpo.domain.statistics.plan import PublicationPlan
from diager_dpo.domain.statistics.residuals import unsafe_residuals, unsafe_sums
from diager_dpo.domain.statistics.shifts import ShiftProgram, Target


@dataclass(frozen=True, slots=True)
class Protection:
    """``hidden``: the cells not to be shown (mask of P). ``primary``: those unsafe by themselves.

    ``near``: enterprises of which another knows a bound between the guard and the report level. ``rounds`` it took.
    """

    hidden: Mask
    primary: Mask
    near: int
    rounds: int


def protect(cube: Cube, plan: PublicationPlan) -> Protection:
    """The pattern of a month; ``NotPublishable`` where none is found within the limits of the plan.

    Targets only grow: unsafe cells, then sums that are known exactly, then sums an insider bounds too tightly.
    """
    program = ShiftProgram(cube, plan.simplex_iteration_limit)
    targets = list(unsafe_sums(cube, cube.members, plan.rules))
    primary = _cells_of(cube, targets)
    hidden = primary.copy()
    for rounds in range(1, plan.round_limit + 1):
        hidden = _hide(cube, program, targets, hidden, plan)
        hidden = show_again(cube, program, targets, hidden, primary, plan.rules)
        found = nearness(cube, program, hidden, plan.rules)
        if not found.to_guard:
            return Protection(hidden, primary, found.reported, rounds)
        targets.extend(found.to_guard)
    raise NotPublishable(Reason.NO_CONVERGENCE, cube.period)


def _hide(cube: Cube, program: ShiftProgram, targets: list[Target], hidden: Mask, plan: PublicationPlan) -> Mask:
    """Hide what lets every target move; then what makes sums that are known exactly safe. Adds these to the targets."""
    fresh = targets
    for _ in range(plan.round_limit):
        for target in fresh:
            for side in target.sides:
                hidden = hidden | program.cheapest(target, side, hidden)
        fresh = list(unsafe_residuals(cube, hidden, plan.rules))
        if not fresh:
            return hidden
        targets.extend(fresh)
    raise NotPublishable(Reason.NO_CONVERGENCE, cube.period)


def _cells_of(cube: Cube, targets: list[Target]) -> Mask:
    """The published cells that are targets."""
    keys = {target.atoms.tobytes() for target in targets}
    members = cube.members
    rows = (
        np.sort(members.indices[start:end]) for start, end in zip(members.indptr[:-1], members.indptr[1:], strict=True)
    )
    return np.array([row.astype(np.int64).tobytes() in keys for row in rows], dtype=np.bool_)

"""Showing again what turns out unnecessary, dearest first."""

import numpy as np

from diager_dpo.domain.statistics.block import Mask
from diager_dpo.domain.statistics.cube import Cube
from diager_dpo.domain.statistics.plan import Rules
from diager_dpo.domain.statistics.residuals import unsafe_residuals
from diager_dpo.domain.statistics.shifts import ShiftProgram, Target


def show_again(  # noqa: PLR0917 what a pattern is judged by
    cube: Cube, program: ShiftProgram, targets: list[Target], hidden: Mask, primary: Mask, rules: Rules
) -> Mask:
    """The pattern without the complements that no target needs and no residual.

    Each target keeps the cells that its last shift moved: only those whose shift moves the cell in question are asked
    again without it.
    """
    hidden = hidden.copy()
    questions = [(target, side) for target in targets for side in target.sides]
    moved = np.zeros((len(questions), len(hidden)), dtype=np.bool_)
    for number, (target, side) in enumerate(questions):
        shift = program.possible(target, side, hidden)
        moved[number] = hidden if shift is None else shift.moved
    values = np.abs(cube.values)
    for cell in np.flatnonzero(hidden & ~primary)[np.argsort(-values[hidden & ~primary], kind="stable")].tolist():
        hidden[cell] = False
        hidden[cell] = bool(unsafe_residuals(cube, hidden, rules)) or not _holds(
            program, questions, moved, hidden, cell
        )
    return hidden


def _holds(program: ShiftProgram, questions: list[tuple[Target, int]], moved: Mask, hidden: Mask, cell: int) -> bool:
    """Whether every target that moved ``cell`` can do without; their new shifts replace the old ones in ``moved``."""
    for number in np.flatnonzero(moved[:, cell]).tolist():
        target, side = questions[number]
        shift = program.possible(target, side, hidden)
        if shift is None:
            return False
        moved[number] = shift.moved
    return True

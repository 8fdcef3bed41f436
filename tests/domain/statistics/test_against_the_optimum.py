"""The value hidden, against the least possible: mixed-integer programming on small tables.

Only intervals around unsafe cells are asked for, as in the optimum: residuals, closure and insiders are off.
"""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack, vstack

from diager_dpo.domain.statistics import cleanup, protect
from diager_dpo.domain.statistics.cube import Cube
from diager_dpo.domain.statistics.insider import Nearness
from diager_dpo.domain.statistics.residuals import unsafe_sums
from tests.domain.statistics.selling import ONE_TABLE, random_sales

SEEDS = range(24)
BOUND = 1.3


def least_value(cube):
    """The least value of hidden cells that lets every unsafe cell move as far as it must; no credit notes, one table.

    In one table a shift is a flow, and needs to move no cell further than its target.
    """
    targets = unsafe_sums(cube, cube.members, ONE_TABLE.rules)
    questions = [(target, side) for target in targets for side in target.sides]
    values = np.abs(cube.values).astype(float)
    cells, atoms = cube.members.shape
    members = cube.members.astype(float)
    blocks, fixed, lowest, highest = [], [], [np.zeros(cells)], [np.ones(cells)]
    for number, (target, side) in enumerate(questions):
        reach = abs(side)
        for sign in (1, -1):  # a cell that is not hidden does not move
            row = [csr_array(-np.diag(np.full(cells, float(reach))))]
            row += [members * sign if other == number else csr_array((cells, atoms)) for other in range(len(questions))]
            blocks.append(hstack(row))
        one = np.zeros((1, cells + atoms * len(questions)))
        one[0, cells + atoms * number + target.atoms] = 1.0
        fixed.append((csr_array(one), side))
        lowest.append(np.maximum(-cube.atoms.astype(float), -reach))
        highest.append(np.where(cube.atoms > 0, reach, 0.0))
    for cell in np.flatnonzero(protect._cells_of(cube, list(targets))):
        lowest[0][cell] = 1.0
    scale = 1e-3
    answer = milp(
        np.concatenate([values, np.zeros(atoms * len(questions))]) / values.sum(),
        integrality=np.concatenate([np.ones(cells), np.zeros(atoms * len(questions))]),
        bounds=Bounds(
            np.concatenate([lowest[0], *(low * scale for low in lowest[1:])]),
            np.concatenate([highest[0], *(high * scale for high in highest[1:])]),
        ),
        constraints=[
            LinearConstraint(vstack([scaled(block, cells, scale) for block in blocks]), -np.inf, 0.0),
            LinearConstraint(vstack([row for row, _ in fixed]), *[[side * scale for _, side in fixed]] * 2),
        ],
        options={"mip_rel_gap": 0.0},
    )
    assert answer.status == 0, answer.message
    return float(answer.fun) * values.sum()


def scaled(block, cells, scale):
    """The rows with shifts in thousands of cents: what hides a cell is measured like its shift."""
    factors = np.ones(block.shape[1])
    factors[:cells] = scale
    return csr_array(block.multiply(factors[None, :]))


def test_the_value_hidden_is_near_the_least_possible(monkeypatch):
    monkeypatch.setattr(protect, "unsafe_residuals", lambda *_: ())
    monkeypatch.setattr(cleanup, "unsafe_residuals", lambda *_: ())
    monkeypatch.setattr(protect, "nearness", lambda *_: Nearness((), 0))
    ratios = []
    for seed in SEEDS:
        month = random_sales(seed, families=4, regions=4, channels=1, customers=120, orders=130, credit_notes=0.0)
        cube = Cube.of(month, ONE_TABLE)
        found = protect.protect(cube, ONE_TABLE)
        if not found.primary.any():
            continue
        hidden = found.hidden
        ratios.append(np.abs(cube.values[hidden]).sum() / least_value(cube))
    assert min(ratios) > 1 - 1e-6
    assert np.mean(ratios) <= BOUND

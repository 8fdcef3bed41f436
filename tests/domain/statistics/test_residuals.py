"""Sums of hidden cells that are known exactly."""

import numpy as np

from diager_dpo.domain.statistics.closure import known_sums
from diager_dpo.domain.statistics.cube import Cube
from diager_dpo.domain.statistics.residuals import residual_sums, unsafe_residuals, with_differences
from tests.domain.statistics.selling import ONE_TABLE, sales
from tests.domain.statistics.test_known_answers import grid, replaced


def pattern_of(cube, cells):
    return np.array([tuple(cell[:2]) in cells for cell in cube.cells.tolist()])


def sums_of(cube, sums):
    """Each sum as the (family, region) positions it covers."""
    size = len(cube.labels[1])
    return {tuple(divmod(atom, size) for atom in np.flatnonzero(row).tolist()) for row in sums.toarray()}


def month(size, *changes):
    rows, first = grid(size, cents=10_000)
    for family, region, contributions in changes:
        rows = replaced(rows, family, region, [(first + who, cents) for who, cents in contributions])
    return Cube.of(sales(rows), ONE_TABLE)


def test_the_hidden_part_of_a_shown_total_is_known():
    cube = month(3)
    hidden = pattern_of(cube, {(0, 0), (0, 1), (1, 0), (1, 1)})
    known = sums_of(cube, residual_sums(cube, hidden))
    assert {((0, 0), (0, 1)), ((0, 0), (1, 0)), ((0, 0), (0, 1), (1, 0), (1, 1))} <= known


def test_hidden_totals_are_taken_apart_into_their_hidden_parts():
    cube = month(3)
    hidden = pattern_of(cube, {(0, -1), (1, -1), (0, 0), (1, 0)})
    assert ((0, 0), (1, 0)) in sums_of(cube, residual_sums(cube, hidden))


def test_a_known_sum_less_known_sums_within_it_is_known():
    cube = month(4)
    hidden = pattern_of(cube, {(0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (2, 3), (3, 2), (3, 3)})
    known = with_differences(residual_sums(cube, hidden))
    assert ((0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (2, 3)) in sums_of(cube, known)  # all but the last line


def test_elimination_finds_the_cell_that_a_pattern_gives_away():
    cube = month(4)
    cells = {(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 0), (2, 3), (3, 0), (3, 3)}
    closure = known_sums(cube, pattern_of(cube, cells))
    assert [tuple(cell[:2]) for cell in cube.cells[closure.recomputable].tolist()] == [(0, 0)]


def test_elimination_finds_nothing_where_every_cell_can_move():
    cube = month(3)
    closure = known_sums(cube, pattern_of(cube, {(0, 0), (0, 1), (1, 0), (1, 1)}))
    assert not closure.recomputable.any()


def test_sums_that_no_line_shows_are_found():
    """(f0, r0) and (f0, r3) of one customer, and crumbs: a line less a column plus a line."""
    crumbs = [("f1", "r2", [(6, 600)]), ("f2", "r2", [(7, 200), (8, 200), (9, 200)])]
    cube = month(4, ("f0", "r0", [(0, 50_000)]), ("f0", "r3", [(0, 50_000)]), *crumbs)
    cells = {(0, 0), (0, 1), (0, 3), (1, 1), (1, 2), (2, 2), (2, 0), (3, 0), (3, 3)}
    hidden = pattern_of(cube, cells)
    unsafe = unsafe_residuals(cube, hidden, ONE_TABLE.rules)
    assert [divmod(atom, 4) for atom in unsafe[0].atoms.tolist()] == [(0, 0), (0, 3), (1, 2)]


def test_elimination_finds_pairs_whose_sum_is_known_although_each_is_free():
    cube = month(3)
    closure = known_sums(cube, pattern_of(cube, {(0, 0), (0, 1), (1, 0), (1, 1)}))
    assert {((0, 0), (0, 1)), ((0, 0), (1, 0)), ((0, 1), (1, 1)), ((1, 0), (1, 1))} <= sums_of(cube, closure.sums)


def test_sums_are_judged_once_and_the_largest_first():
    cube = month(
        3, ("f0", "r0", [(0, 500)]), ("f0", "r1", [(0, 700)]), ("f1", "r0", [(1, 90)]), ("f1", "r1", [(1, 80)])
    )
    targets = unsafe_residuals(cube, pattern_of(cube, {(0, 0), (0, 1), (1, 0), (1, 1)}), ONE_TABLE.rules)
    sizes = [target.size for target in targets]
    assert sizes == sorted(sizes, reverse=True)
    assert len({target.atoms.tobytes() for target in targets}) == len(targets) > 2

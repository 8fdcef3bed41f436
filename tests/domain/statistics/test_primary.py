"""When a cell gives a contributor away by itself."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from diager_dpo.domain.statistics.block import ANONYMOUS
from diager_dpo.domain.statistics.cube import Cube
from diager_dpo.domain.statistics.primary import judge
from diager_dpo.domain.statistics.truth import Spread, Truth
from tests.domain.statistics.selling import ONE_TABLE, sales


def judged(amounts, persons=(), enterprises=None):
    """(unsafe, up, down) of one cell; the audit, which shares no code, must say the same."""
    who = enterprises or range(1, len(amounts) + 1)
    rows = [("f", "r", "c", enterprise, cents) for enterprise, cents in zip(who, amounts, strict=True)]
    month = sales(rows, persons=persons)
    cube = Cube.of(month, ONE_TABLE)
    judgement = judge(cube, csr_array(np.ones((1, 1), dtype=np.int64)), ONE_TABLE.rules)
    verdict = (bool(judgement.unsafe[0]), int(judgement.up[0]), int(judgement.down[0]))
    block = cube.block(np.zeros(len(cube.cells), dtype=np.bool_), ONE_TABLE)
    truth = Truth.of([month], ONE_TABLE, (block,))
    danger = truth.danger(np.ones(len(truth.keys), dtype=np.bool_), ONE_TABLE.rules)
    assert danger == (Spread(verdict[2], verdict[1]) if verdict[0] else None)
    return verdict


@pytest.mark.parametrize(("count", "unsafe"), [(1, True), (2, True), (3, False), (10, False), (12, False)])
def test_fewer_than_three_enterprises_are_not_shown(count, unsafe):
    assert judged([1_000] * count)[0] is unsafe


@pytest.mark.parametrize(("count", "unsafe"), [(3, True), (10, True), (11, False)])
def test_fewer_than_eleven_natural_persons_are_not_shown_where_nobody_else_contributes(count, unsafe):
    assert judged([1_000] * count, persons=range(1, 20))[0] is unsafe


def test_one_company_among_natural_persons_lifts_the_threshold_of_eleven():
    assert not judged([1_000] * 3, persons=(1, 2))[0]


@pytest.mark.parametrize(("largest", "unsafe"), [(849, False), (850, True), (860, True)])
def test_an_enterprise_may_make_84_9_percent_of_a_cell_but_not_85(largest, unsafe):
    rest = 1_000 - largest
    amounts = [largest * 1_000, *[rest * 1_000 // 10] * 10]
    assert judged(amounts)[0] is unsafe


@pytest.mark.parametrize(("rest", "unsafe"), [(99, True), (100, False)])
def test_what_the_two_largest_leave_must_be_ten_percent_of_the_largest(rest, unsafe):
    assert judged([1_000, 900, rest - 50, 50])[0] is unsafe


def test_anonymous_sales_are_an_enterprise_that_does_not_help_to_reach_the_threshold():
    assert judged([1_000, 1_000, 1_000], enterprises=[1, 2, ANONYMOUS])[0]
    assert not judged([1_000, 1_000, 1_000, 1_000], enterprises=[1, 2, 3, ANONYMOUS])[0]
    assert judged([1_000, 1_000, 1_000, 90_000], enterprises=[1, 2, 3, ANONYMOUS])[0]  # but it can dominate
    assert judged([1_000] * 4, persons=(1, 2, 3, ANONYMOUS), enterprises=[1, 2, 3, ANONYMOUS])[0]


def test_credit_notes_count_by_their_absolute_amounts():
    assert not judged([1_000, -900, 800, -700])[0]  # 200 in all, of which nobody makes more than 1,000 of 3,400
    assert judged([10_000, -900, 100])[0]


def test_an_enterprise_whose_sales_and_credit_notes_cancel_is_not_there():
    assert judged([500, 500, 500, -500], enterprises=[1, 2, 3, 3])[0]


def test_a_cell_of_zeros_is_safe():
    assert judged([500, -500], enterprises=[1, 1]) == (False, 0, 0)


def test_an_unsafe_cell_stays_uncertain_as_far_as_its_worst_rule_asks():
    assert judged([100_000]) == (True, 17_648, 17_648)  # 100,000 / 0.85 - 100,000
    assert judged([500, 500]) == (True, 100, 100)  # 10 % of the cell, as there are too few
    assert judged([1_000, 900, 49, 50]) == (True, 20, 20)  # 1 % of the cell; p % asks for 1 cent
    assert judged([10, -10_000_000]) == (True, 1_764_696, 1_764_696)


def test_a_cell_never_stays_uncertain_below_nothing():
    assert judged([1]) == (True, 1, 1)

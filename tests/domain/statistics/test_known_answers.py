"""Months whose right answer is known: what must be hidden, and what the audit says of anything less."""

from dataclasses import replace

import numpy as np
import pytest

from diager_dpo.domain.statistics.audit import FindingCode, audit
from diager_dpo.domain.statistics.block import NotPublishable, Reason
from diager_dpo.domain.statistics.cube import Cube
from diager_dpo.domain.statistics.insider import nearness
from diager_dpo.domain.statistics.protect import protect
from diager_dpo.domain.statistics.publishing import publish
from diager_dpo.domain.statistics.residuals import unsafe_residuals
from diager_dpo.domain.statistics.shifts import ShiftProgram
from tests.domain.statistics.selling import ONE_TABLE, PLAN, crowd, sales, shown


def grid(size, *, cents=1_000, count=12, channels=("c",)):
    """A square of cells that are safe by themselves."""
    rows, first = [], 1
    for family in range(size):
        for region in range(size):
            for channel in channels:
                first = crowd(rows, first, f"f{family}", f"r{region}", channel, cents=cents, count=count)
    return rows, first


def replaced(rows, family, region, contributions, channel="c"):
    """The rows with other contributions to one cell."""
    kept = [row for row in rows if row[:3] != (family, region, channel)]
    return kept + [(family, region, channel, enterprise, cents) for enterprise, cents in contributions]


def hiding(month, plan, *cells):
    """The block with just these cells hidden, as (family, region) positions; -1 for a total."""
    cube = Cube.of(month, plan)
    hidden = np.zeros(len(cube.cells), dtype=np.bool_)
    for cell in cells:
        position = (*cell, -1) if len(cell) == 2 else cell
        hidden[(cube.cells == position).all(axis=1)] = True
    assert hidden.sum() == len(cells)
    return cube.block(hidden, plan)


def codes(blocks, months, plan):
    return {finding.code for finding in audit(blocks, months, plan)}


def hidden_cells(block, table="family_region"):
    return {key[:2] for key, value in shown(block, table).items() if value is None}


def test_a_cell_of_two_enterprises_beside_ten_and_twelve_takes_another_with_it():
    rows, first = [], 1
    first = crowd(rows, first, "f", "r1", count=2)
    first = crowd(rows, first, "f", "r2", count=10)
    first = crowd(rows, first, "f", "r3", count=12)
    cells = shown(publish(sales(rows), ONE_TABLE).block)
    assert cells["f", "r1", "*"] is None
    assert [cells["f", "r2", "*"], cells["f", "r3", "*"]].count(None) == 1
    assert cells["*", "*", "*"] == 24_000


def test_a_row_with_one_hidden_cell_is_solved_by_subtraction():
    rows, first = grid(3)
    month = sales(replaced(rows, "f0", "r0", [(first, 500), (first + 1, 700)]))
    assert FindingCode.TOO_NARROW in codes([hiding(month, ONE_TABLE, (0, 0))], [month], ONE_TABLE)
    hidden = hidden_cells(publish(month, ONE_TABLE).block)
    assert len([cell for cell in hidden if cell[0] == "f0"]) >= 2
    assert len([cell for cell in hidden if cell[1] == "r0"]) >= 2


def test_two_hidden_cells_in_every_line_can_still_be_solvable():
    """The two blocks of lines share nothing but one cell: their totals give it away."""
    rows, first = grid(4)
    month = sales(replaced(rows, "f0", "r0", [(first, 500), (first + 1, 700)]))
    # lines f0: r0 r1 r2; f1: r1 r2; r0: f0 f2 ... : f0 + f1 - r1 - r2 = (f0, r0)
    pattern = [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 0), (2, 3), (3, 0), (3, 3)]
    assert FindingCode.TOO_NARROW in codes([hiding(month, ONE_TABLE, *pattern)], [month], ONE_TABLE)
    assert codes([publish(month, ONE_TABLE).block], [month], ONE_TABLE) == set()


def test_a_subtotal_of_another_table_gives_a_hidden_total_away():
    rows, first = grid(2, channels=("c0", "c1"))
    rows = [row for row in rows if row[0] == "f0"]
    rows += [("f1", "r0", "c0", first, 5_000), ("f1", "r1", "c1", first + 1, 4_000)]
    month = sales(rows)
    block = publish(month, PLAN).block
    assert shown(block)["f1", "*", "*"] is None
    only_regions = [(1, 0, -1), (1, 1, -1), (1, -1, -1), (0, 0, -1), (0, 1, -1), (0, -1, -1)]
    found = audit([hiding(month, PLAN, *only_regions)], [month], PLAN)
    assert FindingCode.UNSAFE_SHOWN in {finding.code for finding in found}  # its channels
    channels_of_other = [*only_regions, (1, -1, 0), (1, -1, 1)]  # f0 by channel, shown, gives f0, hence f1
    found = audit([hiding(month, PLAN, *channels_of_other)], [month], PLAN)
    assert ("f1", "*", "*") in {cell for finding in found for cell in finding.cells}


def test_linked_tables_are_protected_together():
    rows, first = grid(3, channels=("c0", "c1", "c2"))
    for region, channel in (("r0", "c0"), ("r0", "c1"), ("r0", "c2"), ("r1", "c2"), ("r2", "c2")):
        rows = replaced(rows, "f0", region, [(first, 90_000), (first + 1, 100)], channel)
    month = sales(rows)
    block = publish(month, PLAN).block
    regions, channels = (
        hidden_cells(block),
        {key for key, value in shown(block, "family_channel").items() if value is None},
    )
    assert ("f0", "r0") in regions
    assert ("f0", "*", "c2") in channels
    assert codes([block], [month], PLAN) == set()


def test_one_customer_behind_two_hidden_cells_is_protected_as_one():
    """Each cell may be anything, as the other makes up for it; their sum is exactly the customer."""
    rows, first = grid(4)
    for family in ("f0", "f1"):
        for region in ("r0", "r1"):
            rows = replaced(rows, family, region, [(first, 50_000)])
    month = sales(rows)
    square = [(0, 0), (0, 1), (1, 0), (1, 1)]
    found = codes([hiding(month, ONE_TABLE, *square)], [month], ONE_TABLE)
    assert FindingCode.TOO_NARROW not in found
    assert {FindingCode.RESIDUAL, FindingCode.INSIDER} <= found
    assert len(hidden_cells(publish(month, ONE_TABLE).block)) > len(square)


def test_a_giant_learns_next_to_nothing_about_another_giant():
    """Alone in the hidden cells of two lines but for crumbs: each knows the other but for the crumbs."""
    rows, first = grid(4, cents=20_000)
    rows = replaced(rows, "f0", "r0", [(first, 900_000), (first + 2, 20), (first + 3, 30)])
    rows = replaced(rows, "f0", "r1", [(first + 1, 800_000), (first + 4, 20), (first + 5, 30)])
    rows = replaced(rows, "f1", "r0", [(first + 1, 700_000), (first + 6, 20), (first + 7, 30)])
    rows = replaced(rows, "f1", "r1", [(first, 600_000), (first + 8, 20), (first + 9, 30)])
    month = sales(rows)
    square = [(0, 0), (0, 1), (1, 0), (1, 1)]
    found = codes([hiding(month, ONE_TABLE, *square)], [month], ONE_TABLE)
    assert {FindingCode.RESIDUAL, FindingCode.INSIDER} <= found
    assert FindingCode.TOO_NARROW not in found
    assert codes([publish(month, ONE_TABLE).block], [month], ONE_TABLE) == set()


def hemmed_in():
    """A customer alone in two cells of a line whose third part is known but for crumbs, through another line.

    No cell is bounded too tightly and no sum that is known exactly is unsafe. Yet the two cells together are the line
    less (f0, r1), that is the line less a column but for (f1, r1), which is 6 euros and cannot be less than nothing:
    the customer has at least 99.4 % of its true amount.
    """
    rows, first = grid(4, cents=10_000)
    rows = replaced(rows, "f0", "r0", [(first, 50_000)])
    rows = replaced(rows, "f0", "r3", [(first, 50_000)])
    rows = replaced(rows, "f0", "r1", [(first + number, 10_000) for number in range(1, 6)])
    rows = replaced(rows, "f1", "r1", [(first + 6, 300), (first + 7, 300)])
    pattern = [(0, 0), (0, 1), (0, 3), (1, 1), (1, 2), (2, 2), (2, 0), (3, 0), (3, 3)]
    return sales(rows), pattern


def test_what_is_nearly_known_is_protected_as_what_is_known():
    month, pattern = hemmed_in()
    assert codes([hiding(month, ONE_TABLE, *pattern)], [month], ONE_TABLE) == {FindingCode.INSIDER}
    assert codes([publish(month, ONE_TABLE).block], [month], ONE_TABLE) == set()


def test_the_protection_sees_by_itself_what_is_nearly_known():
    month, pattern = hemmed_in()
    cube = Cube.of(month, ONE_TABLE)
    hidden = np.array([tuple(cell[:2]) in pattern for cell in cube.cells.tolist()])
    program = ShiftProgram(cube, ONE_TABLE.simplex_iteration_limit)
    assert unsafe_residuals(cube, hidden, ONE_TABLE.rules) == ()
    assert nearness(cube, program, hidden, ONE_TABLE.rules).to_guard


def test_who_knows_the_crumbs_knows_more_than_an_outsider():
    """48 euros leave an outsider 4.8 % in the dark, and the one enterprise that paid them not at all."""
    month, pattern = hemmed_in()
    rows = list(zip(month.family, month.region, month.channel, month.enterprise, month.cents, strict=True))
    payer = next(row[3] for row in rows if row[:2] == ("f1", "r1"))
    alone = sales(replaced(rows, "f1", "r1", [(payer, 4_800)]))
    cube = Cube.of(alone, ONE_TABLE)
    hidden = np.array([tuple(cell[:2]) in pattern for cell in cube.cells.tolist()])
    targets = nearness(cube, ShiftProgram(cube, 50_000), hidden, ONE_TABLE.rules).to_guard
    assert [0, 3] in [target.atoms.tolist() for target in targets if target.floor is not None]
    assert codes([hiding(alone, ONE_TABLE, *pattern)], [alone], ONE_TABLE) == {FindingCode.INSIDER}


def test_a_bound_between_guard_and_report_level_is_counted_and_left():
    month, pattern = hemmed_in()
    rows = list(zip(month.family, month.region, month.channel, month.enterprise, month.cents, strict=True))
    wider = sales([(*row[:4], row[4] * 8 if row[:2] == ("f1", "r1") else row[4]) for row in rows])
    cube = Cube.of(wider, ONE_TABLE)
    hidden = np.array([tuple(cell[:2]) in pattern for cell in cube.cells.tolist()])
    found = nearness(cube, ShiftProgram(cube, 50_000), hidden, ONE_TABLE.rules)
    assert found.to_guard == ()
    assert found.reported >= 1


def test_zeros_are_shown_and_never_hide_anything():
    rows, first = grid(3)
    rows = [row for row in rows if row[:2] not in {("f0", "r1"), ("f1", "r0")}]
    month = sales(replaced(rows, "f0", "r0", [(first, 500)]))
    cells = shown(publish(month, ONE_TABLE).block)
    assert cells["f0", "r1", "*"] == 0
    assert cells["f1", "r0", "*"] == 0
    assert cells["f0", "r0", "*"] is None
    assert cells["f0", "r2", "*"] is None or cells["f0", "*", "*"] is None


def test_a_cell_of_nothing_but_credit_notes_is_protected_below_zero():
    rows, first = grid(3, cents=50_000)
    month = sales(replaced(rows, "f0", "r0", [(first, -4_000), (first + 1, 3_900)]))
    block = publish(month, ONE_TABLE).block
    assert shown(block)["f0", "r0", "*"] is None
    assert codes([block], [month], ONE_TABLE) == set()


def test_sales_that_cancel_out_are_shown_as_nothing():
    rows, first = grid(2)
    month = sales([*rows, ("f2", "r0", "c", first, 700), ("f2", "r0", "c", first, -700)])
    assert shown(publish(month, ONE_TABLE).block)["f2", "r0", "*"] == 0


def test_a_month_of_one_customer_shows_nothing_but_zeros():
    month = sales([("f0", "r0", "c", 1, 500), ("f1", "r1", "c", 1, 700)])
    block = publish(month, ONE_TABLE).block
    assert set(shown(block).values()) == {0, None}


def test_a_month_without_sales_has_a_total_of_nothing():
    assert [cell.value for cell in publish(sales([]), ONE_TABLE).block] == [0]


def test_the_same_sales_in_another_order_give_the_same_block():
    rows, first = grid(3)
    rows = replaced(rows, "f0", "r0", [(first, 500), (first + 1, 700)])
    shuffled = [rows[place] for place in np.random.default_rng(1).permutation(len(rows))]
    assert publish(sales(rows), ONE_TABLE).block == publish(sales(shuffled), ONE_TABLE).block


@pytest.mark.parametrize(
    ("plan", "reason"),
    [
        (replace(ONE_TABLE, simplex_iteration_limit=1), Reason.ITERATION_LIMIT),
        (replace(ONE_TABLE, round_limit=1), Reason.NO_CONVERGENCE),
    ],
)
def test_a_month_that_reaches_a_limit_is_not_published(plan, reason):
    rows, first = grid(4)
    for family in ("f0", "f1"):
        for region in ("r0", "r1"):
            rows = replaced(rows, family, region, [(first, 50_000)])
    with pytest.raises(NotPublishable) as refusal:
        publish(sales(rows), plan)
    assert refusal.value.reason is reason
    assert refusal.value.period == "2026-10"


def test_a_block_that_the_audit_finds_fault_with_is_not_published(monkeypatch):
    rows, first = grid(3)
    month = sales(replaced(rows, "f0", "r0", [(first, 500), (first + 1, 700)]))

    def careless(cube, plan):
        found = protect(cube, plan)
        return replace(found, hidden=found.primary)

    monkeypatch.setattr("diager_dpo.domain.statistics.publishing.protect", careless)
    with pytest.raises(NotPublishable) as refusal:
        publish(month, ONE_TABLE)
    assert refusal.value.reason is Reason.AUDIT
    assert refusal.value.found
    assert "500" not in str(refusal.value)

"""Measures that inherit the pattern of net revenue."""

from dataclasses import replace

import pytest

from diager_dpo.domain.statistics.measures import Band, band, measures
from diager_dpo.domain.statistics.publishing import publish
from tests.domain.statistics.selling import ONE_TABLE, crowd, sales


def small_month():
    rows, first = [], 1
    for region in ("r1", "r2", "r3"):
        first = crowd(rows, first, "f1", region)
        first = crowd(rows, first, "f2", region, count=9)
    rows.append(("f3", "r1", "c", first, 5_000))
    return sales([row for row in rows if row[:2] != ("f1", "r1")] + [("f1", "r1", "c", first + 1, 4_000)])


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, Band(0, 0)), (3, Band(3, 5)), (5, Band(3, 5)), (6, Band(6, 10)), (10, Band(6, 10)), (11, Band(11, 20)),
        (20, Band(11, 20)), (21, Band(21, 50)), (1_000, Band(501, 1_000)), (1_001, Band(1_001, None)),
    ],
)  # fmt: skip
def test_enterprises_are_told_in_bands(count, expected):
    assert band(count) == expected


def test_what_is_hidden_in_revenue_is_hidden_in_every_measure():
    """Mean by count gives a total: neither is shown where the total is not."""
    month = small_month()
    block = publish(month, ONE_TABLE).block
    orders = {(cell.table, *cell.key): 7 for cell in block}
    found = measures(block, month, ONE_TABLE, orders)
    assert [one.cell for one in found] == list(block)
    hidden = [one for one in found if one.cell.value is None]
    assert hidden
    assert all((one.revenue, one.orders, one.enterprises, one.basket) == (None,) * 4 for one in hidden)


def test_shown_cells_have_orders_bands_and_the_mean_of_an_order():
    month = small_month()
    block = publish(month, ONE_TABLE).block
    found = {one.cell.key: one for one in measures(block, month, ONE_TABLE, {("family_region", "*", "*", "*"): 32})}
    total = found["*", "*", "*"]
    assert (total.orders, total.enterprises, total.basket) == (32, Band(51, 100), 1_875)
    assert total.revenue == 24_000 + 27_000 + 9_000
    other = next(one for one in found.values() if one.revenue and one is not total)
    assert (other.orders, other.basket) == (0, None)


def test_an_empty_cell_is_nothing_in_every_measure_whatever_orders_say():
    month = small_month()
    block = publish(month, ONE_TABLE).block
    orders = {("family_region", "f3", "r2", "*"): 2}
    empty = next(one for one in measures(block, month, ONE_TABLE, orders) if one.cell.key == ("f3", "r2", "*"))
    assert (empty.revenue, empty.orders, empty.enterprises, empty.basket) == (0, 0, Band(0, 0), None)


def test_a_hidden_cell_stays_hidden_whatever_the_sales_say():
    month = small_month()
    block = publish(month, ONE_TABLE).block
    dark = replace(block, cells=tuple(replace(cell, value=None) for cell in block))
    assert all(one.enterprises is None for one in measures(dark, month, ONE_TABLE, {}))

"""What people see of statistics: sums of shown cells, or nothing."""

import pytest

from diager_dpo.services.errors import NotPossible
from diager_dpo.services.publication import publish
from diager_dpo.services.publication_plan import load_plan
from diager_dpo.services.statistics import export, table
from diager_dpo.store import published
from diager_dpo.store.engine import writing
from diager_dpo.store.published import CellRow, MonthRow
from tests.services.sales_house import CLI, LARGE, MONTHS, SalesHouse


@pytest.fixture
def small(tmp_path, monkeypatch):
    with SalesHouse(tmp_path, monkeypatch).installed() as there:
        yield there


def write(there, month, cells):
    """A published month: (family, region) -> revenue; as many orders as cents."""
    plan = load_plan()
    with writing(there.store) as connection:
        published.keep_plan(connection, plan.digest, plan.text)
        row = MonthRow(month, published.PUBLISHED, "", "2026-11-20T00:00:00+00:00", plan.digest, 1, "")
        found = [
            CellRow(month, "family_region", family, region, "*", value, value, None if value is None else 6)
            for (family, region), value in cells.items()
        ]
        published.write(connection, "shop", row, found)


def test_a_total_is_the_sum_of_the_months_that_are_shown(small):
    publish(small, CLI)
    total = table(small, CLI, "family_region", MONTHS[0], MONTHS[-1]).total.now
    month = sum(100_000 + 977 * unit for unit in range(12)) * 3 + LARGE
    assert (total.revenue, total.shown, total.months) == (3 * month, 3, 3)
    assert total.orders == 3 * 37
    assert total.basket == round(3 * month / (3 * 37))


def test_what_is_hidden_is_nothing_whoever_asks_for_it(small):
    publish(small, CLI)
    hidden = table(small, CLI, "family_region", "2026-10", "2026-10", family="Forets", region="Ouest")
    for amount in (hidden.total.now, hidden.by_month[0].now):
        assert (amount.revenue, amount.orders, amount.basket, amount.enterprises) == (None, None, None, None)
    assert LARGE not in [it.value for it in export(small, CLI)]


@pytest.mark.parametrize(
    "asked",
    [
        {"table": "family_region", "channel": "web"},
        {"table": "family_channel", "region": "Est"},
        {"table": "region_channel"},
        {"table": "family_region", "family": "*"},
        {"table": "family_region", "from_month": "2026-12"},
        {"table": "family_region", "from_month": "soon"},
        {"table": ""},
    ],
)
def test_a_view_outside_the_plan_does_not_exist(small, asked):
    publish(small, CLI)
    with pytest.raises(NotPossible) as refused:
        table(small, CLI, **{"from_month": "2026-10", "to_month": "2026-10"} | asked)
    assert refused.value.code == "view_not_published"


def test_growth_is_told_only_where_both_years_are_shown_whole(small):
    write(small, "2025-01", {("*", "*"): 100, ("A", "*"): 60, ("B", "*"): None})
    write(small, "2026-01", {("*", "*"): 150, ("A", "*"): None, ("B", "*"): 90})
    found = table(small, CLI, "family_region", "2026-01", "2026-01")
    assert found.total.growth == pytest.approx(0.5)
    assert [(it.label, it.growth, it.share) for it in found.by[0][1]] == [("A", None, None), ("B", None, 0.6)]


def test_no_growth_is_told_over_a_month_that_is_missing(small):
    write(small, "2025-01", {("*", "*"): 100})
    write(small, "2026-01", {("*", "*"): 150})
    write(small, "2026-02", {("*", "*"): 150})
    found = table(small, CLI, "family_region", "2026-01", "2026-02")
    assert (found.total.now.revenue, found.total.growth) == (300, None)


def test_a_label_without_sales_in_a_published_month_is_zero_and_in_another_month_nothing(small):
    write(small, "2026-01", {("*", "*"): 100, ("A", "*"): 100})
    write(small, "2026-02", {("*", "*"): 100, ("B", "*"): 100})
    found = table(small, CLI, "family_region", "2026-01", "2026-03")
    assert dict(found.grid)["A"][1].revenue == 0
    assert dict(found.grid)["A"][2].revenue is None
    assert found.unpublished == ("2026-03",)


def test_the_share_of_what_is_shown_is_of_cells_below_the_totals(small):
    cells = {("*", "*"): 100, ("A", "*"): 100, ("*", "R"): 100, ("A", "R"): 70, ("A", "S"): None}
    write(small, "2026-01", cells)
    shown = table(small, CLI, "family_region", "2026-01", "2026-01").shown
    assert (shown.cells, shown.of_cells, shown.cents, shown.of_cents) == (1, 2, 70, 100)

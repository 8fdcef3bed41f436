"""On random months the audit finds nothing in what is published, and does as soon as one complement is shown again."""

import pytest

from diager_dpo.domain.statistics.audit import audit
from diager_dpo.domain.statistics.cube import Cube
from diager_dpo.domain.statistics.protect import protect
from tests.domain.statistics.selling import ONE_TABLE, PLAN, THREE_TABLES, random_sales

PLANS = {"one table": ONE_TABLE, "two tables": PLAN, "three tables": THREE_TABLES}


#: What takes a second or two; the others, up to half a minute each, run with ``--long``.
QUICK = {("one table", 0), ("one table", 1), ("one table", 2), ("two tables", 2)}


@pytest.mark.parametrize(
    ("name", "seed"),
    [
        pytest.param(name, seed, marks=[] if (name, seed) in QUICK else pytest.mark.long)
        for name in PLANS
        for seed in range(3)
    ],
)
def test_the_audit_finds_nothing_in_what_is_published_and_misses_no_complement(name, seed):
    plan = PLANS[name]
    sales = random_sales(seed)
    cube = Cube.of(sales, plan)
    protection = protect(cube, plan)
    assert protection.primary.any()
    assert audit([cube.block(protection.hidden, plan)], [sales], plan) == ()
    for complement in (protection.hidden & ~protection.primary).nonzero()[0].tolist():
        weaker = protection.hidden.copy()
        weaker[complement] = False
        assert audit([cube.block(weaker, plan)], [sales], plan), cube.cells[complement]

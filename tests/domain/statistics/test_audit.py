"""The audit of all that was ever published."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

import diager_dpo.domain.statistics as package
from diager_dpo.domain.statistics.audit import FindingCode, audit
from diager_dpo.domain.statistics.publishing import publish
from tests.domain.statistics.selling import PLAN, random_sales, sales, shown

SHAPES = {"block", "plan"}
AUDITORS = {"audit", "truth", "attacker", "insider_attack"}
FOLDER = Path(package.__file__).parent


def imports(module):
    tree = ast.parse((FOLDER / f"{module}.py").read_text(encoding="utf-8"))
    names = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return {name.rsplit(".", 1)[1] for name in names if name.startswith("diager_dpo.")}


@pytest.mark.parametrize("module", sorted(AUDITORS))
def test_the_audit_shares_nothing_with_the_protection_but_shapes(module):
    assert imports(module) <= SHAPES | AUDITORS


@pytest.mark.parametrize("module", sorted({path.stem for path in FOLDER.glob("*.py")} - AUDITORS - {"publishing"}))
def test_the_protection_uses_nothing_of_the_audit(module):
    assert not imports(module) & AUDITORS


def changed(block, key, value):
    return replace(block, cells=tuple(replace(cell, value=value) if cell.key == key else cell for cell in block))


def test_a_shown_value_that_is_not_that_of_the_sales_is_found():
    month = random_sales(1)
    block = publish(month, PLAN).block
    found = audit([changed(block, ("*", "*", "*"), 1)], [month], PLAN)
    assert [(finding.code, finding.cells) for finding in found] == [(FindingCode.UNLIKE_SALES, (("*", "*", "*"),))]


def test_two_publications_of_a_month_are_attacked_as_one():
    month = random_sales(1)
    block = publish(month, PLAN).block
    [first, *_] = [key for key, value in shown(block).items() if value is None]
    other = next(key for key, value in shown(block).items() if value)
    known = changed(changed(block, first, 0), other, None)
    codes = {finding.code for finding in audit([block, known], [month], PLAN)}
    assert FindingCode.UNLIKE_SALES in codes
    restated = {finding.code for finding in audit([block, changed(block, other, 5)], [month], PLAN)}
    assert FindingCode.RESTATED in restated


def test_a_cell_shown_in_one_publication_and_hidden_in_another_counts_as_shown():
    month = random_sales(1)
    block = publish(month, PLAN).block
    hidden = [key for key, value in shown(block).items() if value is None]
    for key, value in zip(hidden, true_values(month, hidden), strict=True):
        assert audit([block, changed(block, key, value)], [month], PLAN), key


def true_values(month, keys):
    columns = list(zip(month.family.tolist(), month.region.tolist(), month.cents.tolist(), strict=True))
    return [
        sum(cents for family, region, cents in columns if key[0] in {"*", family} and key[1] in {"*", region})
        for key in keys
    ]


def test_months_with_late_lines_new_customers_and_purges_between_are_audited_as_one_system():
    """What was published stays as it was, whatever becomes of the sales later: nothing is published twice."""
    months = [random_sales(seed, period=f"2026-{seed + 1:02d}", orders=150 + 20 * seed) for seed in range(4)]
    blocks = [publish(month, PLAN).block for month in months]
    assert audit(blocks, months, PLAN) == ()
    january = months[0]
    keep = january.enterprise != january.enterprise[0]  # one customer is purged from the source
    purged = replace(
        january,
        **{name: getattr(january, name)[keep] for name in ("family", "region", "channel", "enterprise", "cents")},
        is_natural_person=january.is_natural_person[keep],
    )
    again = publish(purged, PLAN).block
    assert {finding.code for finding in audit([*blocks, again], months, PLAN)} >= {FindingCode.RESTATED}


def test_a_month_that_publishing_left_alone_is_equal_before_and_after_a_purge():
    month = random_sales(2)
    before = publish(month, PLAN).block
    assert repr(before) == repr(publish(month, PLAN).block)


def test_a_block_without_its_sales_is_found():
    block = publish(random_sales(1), PLAN).block
    assert {finding.code for finding in audit([block], [], PLAN)} == {FindingCode.UNLIKE_SALES}


def test_nothing_published_has_nothing_to_find():
    assert audit([], [sales([])], PLAN) == ()


def test_a_solver_that_gives_up_is_a_finding():
    month = random_sales(1)
    block = publish(month, PLAN).block
    hurried = replace(PLAN, simplex_iteration_limit=1)
    assert FindingCode.UNDECIDED in {finding.code for finding in audit([block], [month], hurried)}

"""The independent audit: attacks exactly what would be published, or all that ever was, and says what it finds.

It shares the data shapes with the protection and no code. Months have no relation with each other: a quarter is the
sum of shown cells, and nothing tells January's cell from February's. So attacking everything as one system is attacking
each month with all that was ever shown of it; whoever cannot come near a customer in any month cannot in their sum.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from diager_dpo.domain.statistics.attacker import Attacker, Undecided
from diager_dpo.domain.statistics.block import TOTAL, Indices, Mask, PublishedBlock, Sales
from diager_dpo.domain.statistics.insider_attack import insider_attack
from diager_dpo.domain.statistics.plan import PublicationPlan, Rules
from diager_dpo.domain.statistics.truth import Key, Truth


class FindingCode(StrEnum):
    """What the audit can find."""

    UNLIKE_SALES = "unlike_sales"  # a shown value is not what the sales say
    RESTATED = "restated"  # two publications of a month show different values of one cell
    UNSAFE_SHOWN = "unsafe_shown"  # a shown cell fails the primary rules
    TOO_NARROW = "too_narrow"  # a hidden cell can be bounded more tightly than its rule allows
    RESIDUAL = "residual"  # hidden cells whose sum is known fail the primary rules together
    INSIDER = "insider"  # somebody bounds another's amount more tightly than the guard level
    UNDECIDED = "undecided"  # the solver gave no answer within its limit


@dataclass(frozen=True, slots=True)
class Finding:
    """One weakness: a code, the month and the cells concerned. No value and no enterprise."""

    code: FindingCode
    period: str
    cells: tuple[Key, ...] = ()


def audit(blocks: Sequence[PublishedBlock], sales: Sequence[Sales], plan: PublicationPlan) -> tuple[Finding, ...]:
    """Attack blocks of any months, several of one month as one; ``sales`` of each month as they were published.

    An empty answer means that nothing was found. Months without sales are compared with none: everything shown differs.
    """
    findings: list[Finding] = []
    for period in sorted({block.period for block in blocks}):
        mine = tuple(block for block in blocks if block.period == period)
        truth = Truth.of([one for one in sales if one.period == period], plan, mine)
        try:
            findings.extend(_attack(period, mine, truth, plan))
        except Undecided:
            findings.append(Finding(FindingCode.UNDECIDED, period))
    return tuple(findings)


def _attack(period: str, blocks: tuple[PublishedBlock, ...], truth: Truth, plan: PublicationPlan) -> Iterator[Finding]:
    """Everything found in one month, of which ``blocks`` were shown."""
    values = truth.inside.astype(np.int64) @ truth.totals
    said: dict[Key, set[int]] = {}
    for cell in (cell for block in blocks for cell in block):
        said.setdefault(cell.key, set()).update(() if cell.value is None else (cell.value,))
    unlike = [key for key, value in zip(truth.published, values.tolist(), strict=True) if said[key] - {value}]
    if unlike:  # the rest would attack something else than what was shown
        yield from (Finding(FindingCode.RESTATED, period, (key,)) for key in unlike if len(said[key]) > 1)
        yield Finding(FindingCode.UNLIKE_SALES, period, tuple(unlike))
        return
    is_shown = np.array([bool(said[key]) for key in truth.published], dtype=np.bool_)
    for place in np.flatnonzero(is_shown).tolist():
        if truth.danger(truth.inside[place], plan.rules):
            yield Finding(FindingCode.UNSAFE_SHOWN, period, (truth.published[place],))
    if not is_shown.all():
        yield from _attack_hidden(period, truth, values, is_shown, plan)


def _attack_hidden(
    period: str, truth: Truth, values: Indices, is_shown: Mask, plan: PublicationPlan
) -> Iterator[Finding]:
    """Bound each hidden cell; then count as shown what is known exactly and try sums; then attack from inside."""
    limit = plan.simplex_iteration_limit
    attacker = Attacker(truth, values, is_shown, limit)
    known = is_shown.copy()
    for place in np.flatnonzero(~is_shown).tolist():
        low, high = attacker.bound(truth.inside[place].astype(np.float64))
        known[place] = high - low <= 2 * attacker.noise
        danger, value = truth.danger(truth.inside[place], plan.rules), int(values[place])
        if danger and (low > value - danger.below + attacker.noise or high < value + danger.above - attacker.noise):
            yield Finding(FindingCode.TOO_NARROW, period, (truth.published[place],))
    wiser = Attacker(truth, values, known, limit)
    for places in _known_sums(truth, known, wiser, plan.rules):
        yield Finding(FindingCode.RESIDUAL, period, tuple(truth.published[place] for place in places))
    for key in insider_attack(truth, attacker, is_shown, plan.rules):
        yield Finding(FindingCode.INSIDER, period, key)


def _known_sums(truth: Truth, known: Mask, attacker: Attacker, rules: Rules) -> Iterator[tuple[int, ...]]:
    """Disjoint unknown cells whose sum elimination gives, and which fail the rules as one cell.

    Also what is left of such a sum when others within it are subtracted; the cells are then those of the larger.
    """
    sums: dict[frozenset[int], tuple[int, ...]] = {}
    for places in _candidates(truth, known, attacker):
        together = truth.inside[list(places)].sum(axis=0)
        if together.max(initial=0) == 1 and attacker.determines(together > 0):
            sums.setdefault(frozenset(np.flatnonzero(together).tolist()), places)
    checked: set[frozenset[int]] = set()
    for whole, places in sums.items():
        for rest in _rests(whole, sorted(sums, key=lambda one: (len(one), sorted(one)))):
            if rest not in checked:
                checked.add(rest)
                cells = np.zeros(truth.inside.shape[1], dtype=np.bool_)
                cells[list(rest)] = True
                if truth.danger(cells, rules):
                    yield places


def _rests(whole: frozenset[int], others: list[frozenset[int]]) -> Iterator[frozenset[int]]:
    """A known sum; less one other; less one other and all that still fits."""
    yield whole
    inner = [one for one in others if one < whole]
    for one in inner:
        rest = whole - one
        yield rest
        for another in inner:
            rest = rest - another if another <= rest else rest
        yield rest


def _candidates(truth: Truth, known: Mask, attacker: Attacker) -> Iterator[tuple[int, ...]]:
    """For each known cell the unknown ones within it, by shape; one enterprise's cells; pairs."""
    unknown = np.flatnonzero(~known)
    shapes = np.array([[label != TOTAL for label in key] for key in truth.published])
    for whole in np.flatnonzero(known).tolist():
        within = unknown[~(truth.inside[unknown] & ~truth.inside[whole]).any(axis=1)]
        for shape in np.unique(shapes[within], axis=0) if len(within) else ():
            yield tuple(within[(shapes[within] == shape).all(axis=1)].tolist())
    for shape in np.unique(shapes[unknown], axis=0) if len(unknown) else ():
        alike = unknown[(shapes[unknown] == shape).all(axis=1)]
        largest = [int(np.abs(truth.shares(truth.inside[place])).argmax()) for place in alike.tolist()]
        for enterprise in sorted(set(largest)):
            yield tuple(place for place, one in zip(alike.tolist(), largest, strict=True) if one == enterprise)
    yield from _pairs(attacker.effects(truth.inside[unknown]), unknown.tolist())


def _pairs(effects: NDArray[np.float64], unknown: list[int]) -> Iterator[tuple[int, int]]:
    """Pairs of unknown cells that always move against each other by the same amount."""
    length = np.linalg.norm(effects, axis=1)
    against = (effects @ effects.T + np.outer(length, length) < 1e-7) & (np.abs(length[:, None] - length) < 1e-7)
    for first, second in zip(*np.nonzero(np.triu(against, 1)), strict=True):
        yield unknown[first], unknown[second]

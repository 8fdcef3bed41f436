"""The audit's attack by insiders: somebody who contributes, knows its own amounts, and knows who stands in each cell.

Shares no code with the protection: the amount sought is an unknown of its own beside those of the cells.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from diager_dpo.domain.statistics.attacker import Attacker
from diager_dpo.domain.statistics.block import ANONYMOUS, TOTAL, Indices, Mask
from diager_dpo.domain.statistics.plan import Rules
from diager_dpo.domain.statistics.truth import Key, Truth

_TRIED = (
    5  # insiders tried against one enterprise: those who share most of its cells, and the largest behind hidden ones
)


def insider_attack(truth: Truth, attacker: Attacker, is_shown: Mask, rules: Rules) -> Iterator[tuple[Key, ...]]:
    """The hidden cells of each enterprise whose amount can be bounded more tightly than the guard level."""
    finest = _finest(truth)
    stands = _stands(truth, finest)
    behind_hidden = np.abs(truth.shares(np.asarray(truth.inside[~is_shown].any(axis=0)))).astype(np.float64)
    largest = sorted({int(np.abs(truth.shares(cells)).argmax()) for cells in truth.inside[~is_shown]})
    for enterprise in np.flatnonzero(truth.enterprises != ANONYMOUS).tolist():
        if _from_above(truth, attacker, stands, behind_hidden, enterprise, rules.insider_guard.number) or _from_below(
            truth, attacker, finest, largest, enterprise, rules.insider_guard.number
        ):
            behind = (truth.inside[:, _amounts(truth, enterprise) != 0].any(axis=1)) & ~is_shown
            yield tuple(truth.published[place] for place in np.flatnonzero(behind).tolist())
    for place in np.flatnonzero(~is_shown & truth.never_negative).tolist():  # others' credit notes would hide all
        if _in_a_cell(truth, attacker, truth.inside[place], behind_hidden, rules.insider_guard.number):
            yield (truth.published[place],)


def _finest(truth: Truth) -> list[Indices]:
    """Published cells that no other shape of cell tells further apart, shape by shape."""
    shapes = np.array([[label != TOTAL for label in key] for key in truth.published])
    every = np.unique(shapes, axis=0)
    finest = [one for one in every if not any((one <= other).all() and (one < other).any() for other in every)]
    return [np.flatnonzero((shapes == one).all(axis=1)) for one in finest]


def _stands(truth: Truth, finest: list[Indices]) -> NDArray[np.bool_]:
    """Cells by enterprises: whether the enterprise contributes to every published cell around it."""
    stands = np.ones(truth.amounts.shape, dtype=np.bool_)
    for places in finest:
        shares = np.asarray(truth.inside[places].astype(np.int64) @ truth.amounts, dtype=np.int64)
        stands &= (truth.inside[places].T.astype(np.int64) @ (shares != 0).astype(np.int64)) > 0
    return stands


def _amounts(truth: Truth, enterprise: int) -> NDArray[np.float64]:
    return np.asarray(truth.amounts[:, [enterprise]].toarray()[:, 0], dtype=np.float64)


def _others(truth: Truth, overlap: NDArray[np.float64], enterprise: int) -> list[int]:
    """Who shares most with an enterprise, most first."""
    overlap = np.where(truth.enterprises == ANONYMOUS, 0, overlap)  # a copy
    overlap[enterprise] = 0
    first = np.argsort(-overlap, kind="stable")[:_TRIED].tolist()
    return [one for one in first if overlap[one] > 0]


def _from_above(  # noqa: PLR0917 who, where, and how near
    truth: Truth,
    attacker: Attacker,
    stands: NDArray[np.bool_],
    behind_hidden: NDArray[np.float64],
    enterprise: int,
    guard: int,
) -> bool:
    places = stands[:, enterprise]
    amount = abs(_amounts(truth, enterprise).sum())
    overlap = np.asarray(places.astype(np.int64) @ truth.amounts, dtype=np.float64)
    others = _others(truth, overlap, enterprise)
    left = float(truth.totals[places].sum()) - amount
    if amount == 0 or left - overlap[others].max(initial=0.0) >= amount * guard / 100:
        return False  # the true amounts of others alone hide it
    others = list(dict.fromkeys(others + _others(truth, behind_hidden, enterprise)))
    owns = [np.zeros(len(places)), *(_amounts(truth, other) for other in others)]
    needed = amount * (1 + guard / 100) - attacker.noise
    return any(attacker.most_of_one(places, own) < needed for own in owns)


def _from_below(  # noqa: PLR0917 who, where, and how near
    truth: Truth, attacker: Attacker, finest: list[Indices], largest: list[int], enterprise: int, guard: int
) -> bool:
    """Tried by an outsider, by whoever shares a cell with it alone, and by the largest behind each hidden cell."""
    amount = abs(_amounts(truth, enterprise).sum())
    if amount == 0:
        return False
    mine = np.concatenate([places[truth.inside[places] @ (_amounts(truth, enterprise) != 0)] for places in finest])
    beside = [set(np.flatnonzero(truth.shares(truth.inside[place])).tolist()) - {enterprise} for place in mine.tolist()]
    pairs = sorted(({next(iter(one)) for one in beside if len(one) == 1} | set(largest)) - {enterprise})
    for insider in [-1, *(one for one in pairs if truth.enterprises[one] != ANONYMOUS)]:
        alone = [place for place, one in zip(mine.tolist(), beside, strict=True) if one <= {insider}]
        places: Mask = np.asarray(truth.inside[alone].any(axis=0), dtype=np.bool_)
        if amount - abs(_amounts(truth, enterprise)[places].sum()) >= amount * guard / 100:
            continue
        own = _amounts(truth, insider) if insider >= 0 else np.zeros(len(places))
        least = attacker.bound(places.astype(np.float64), own)[0] - float(own[places].sum())
        if amount - least < amount * guard / 100 - attacker.noise:
            return True
    return False


def _in_a_cell(truth: Truth, attacker: Attacker, cells: Mask, behind_hidden: NDArray[np.float64], guard: int) -> bool:
    """The largest enterprise of a hidden cell, bounded from above by those who share it or are large elsewhere."""
    shares = np.where(truth.enterprises == ANONYMOUS, 0, truth.shares(cells)).astype(np.float64)
    largest = int(shares.argmax())
    amount = shares[largest]
    others = _others(truth, shares, largest)
    left = float(truth.totals[cells].sum()) - amount
    if amount <= 0 or left - shares[others].max(initial=0.0) >= amount * guard / 100:
        return False
    others = list(dict.fromkeys(others + _others(truth, behind_hidden, largest)))
    owns = [np.zeros(len(cells)), *(_amounts(truth, other) for other in others)]
    needed = amount * (1 + guard / 100) - attacker.noise
    return any(attacker.bound(cells.astype(np.float64), own)[1] - own[cells].sum() < needed for own in owns)

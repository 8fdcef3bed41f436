"""Which amounts of which enterprises an insider could bound tightly: those that plain sums do not clear."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from diager_dpo.domain.statistics.block import Cents, Indices, Mask
from diager_dpo.domain.statistics.cube import Cube, Sums

_AT_ONCE = 512  # enterprises compared with all others at a time: memory stays small


@dataclass(frozen=True, slots=True)
class Exposure:
    """An amount of one enterprise, bounded by the sum of ``atoms``: from above (side 1) or from below (side -1).

    ``apart``: what the true cells leave between the amount and its bound, in cents, before any insider subtracts its
    own. ``insider``: the only one whose bound this is; -1: anybody's.
    """

    enterprise: int
    atoms: Indices
    side: int
    amount: int
    apart: int
    insider: int = -1


def exposures(cube: Cube, hidden: Mask, report: int) -> Iterator[Exposure]:
    """Amounts that the true cells leave nearer than ``report`` percent to a bound: of a whole month, and of a cell."""
    yield from _whole_from_above(cube, report)
    yield from _whole_from_below(cube, report)
    yield from _in_a_cell(cube, hidden, report)


def _inner(cube: Cube) -> list[Indices]:
    """For each table, its cells that are no totals."""
    fewest = (cube.cells < 0).sum(axis=1).min(initial=3)
    return [places[(cube.cells[places] < 0).sum(axis=1) == fewest] for _, places in cube.tables]


def _amounts(cube: Cube) -> Cents:
    return np.abs(np.asarray(cube.contributions.sum(axis=0), dtype=np.int64))


def _places(cube: Cube) -> Sums:
    """E by A, 0/1: three-way cells all of whose published cells an enterprise contributes to."""
    inner = _inner(cube)
    count = csr_array((cube.contributions.shape[1], cube.contributions.shape[0]), dtype=np.int64)
    for published in inner:
        members = cube.members[published]
        present = abs(members @ cube.contributions).sign()
        count = csr_array(count + (members.T @ present).T)
    count.data = (count.data == len(inner)).astype(np.int64)
    count.eliminate_zeros()
    return count


def _whole_from_above(cube: Cube, report: int) -> Iterator[Exposure]:
    places, amounts = _places(cube), _amounts(cube)
    others = np.asarray(places @ cube.atoms, dtype=np.int64) - amounts
    for start in range(0, len(amounts), _AT_ONCE):
        chunk = np.arange(start, min(start + _AT_ONCE, len(amounts)))
        overlap = (places[chunk] @ cube.contributions).toarray() * cube.is_known
        overlap[np.arange(len(chunk)), chunk] = 0
        worst = overlap.max(axis=1, initial=0)
        near = (100 * (others[chunk] - worst) < report * amounts[chunk]) & (amounts[chunk] > 0) & cube.is_known[chunk]
        for enterprise in chunk[near].tolist():
            atoms = places.indices[places.indptr[enterprise] : places.indptr[enterprise + 1]]
            yield Exposure(
                enterprise, np.sort(atoms).astype(np.int64), 1, int(amounts[enterprise]), int(others[enterprise])
            )


def _whole_from_below(cube: Cube, report: int) -> Iterator[Exposure]:
    """Cells where an enterprise stands alone, or with one other, who then knows its part: of all tables together."""
    amounts = _amounts(cube)
    alone: dict[int, list[int]] = {}
    beside: dict[tuple[int, int], list[int]] = {}
    for inner in _inner(cube):
        x = csr_array(cube.members[inner] @ cube.contributions)
        x.eliminate_zeros()
        for row, place in enumerate(inner.tolist()):
            who = x.indices[x.indptr[row] : x.indptr[row + 1]].tolist()
            if len(who) == 1:
                alone.setdefault(who[0], []).append(place)
            elif len(who) == 2:
                beside.setdefault((who[0], who[1]), []).append(place)
                beside.setdefault((who[1], who[0]), []).append(place)
    groups = [(one, -1, places) for one, places in alone.items()]
    groups += [(one, other, places + alone.get(one, [])) for (one, other), places in beside.items()]
    for enterprise, insider, places in sorted(groups):
        if not cube.is_known[enterprise] or (insider >= 0 and not cube.is_known[insider]):
            continue
        atoms = np.flatnonzero(np.asarray(cube.members[places].sum(axis=0))).astype(np.int64)
        own = int(cube.contributions[atoms][:, [enterprise]].sum())
        apart = int(amounts[enterprise]) - own
        if 100 * apart < report * amounts[enterprise]:
            yield Exposure(enterprise, atoms, -1, int(amounts[enterprise]), apart, insider)


def _in_a_cell(cube: Cube, hidden: Mask, report: int) -> Iterator[Exposure]:
    """The largest enterprise of each hidden cell, by what the others but one leave in it.

    Where somebody has credit notes in it, an amount may exceed the cell: nothing follows from the cell's bounds.
    """
    x = csr_array(cube.members @ cube.contributions)
    values = cube.values
    for place in np.flatnonzero(hidden & cube.never_negative).tolist():
        row = slice(x.indptr[place], x.indptr[place + 1])
        known = cube.is_known[x.indices[row]]
        who, own = x.indices[row][known], x.data[row][known]
        if not len(who) or own.max() <= 0:
            continue
        largest = int(own.argmax())
        enterprise, amount = int(who[largest]), int(own[largest])
        apart = int(abs(values[place]) - amount)
        second = int(np.delete(own, largest).max(initial=0))
        atoms = np.flatnonzero(cube.members[[place]].toarray()[0]).astype(np.int64)
        if 100 * (apart - second) < report * amount:
            yield Exposure(enterprise, atoms, 1, amount, apart)
        others = np.delete(who, largest).tolist()
        if len(others) <= 1 and known.all():
            yield Exposure(enterprise, atoms, -1, amount, 0, others[0] if others else -1)

"""What elimination recomputes: hidden cells, and sums of hidden cells, that the shown ones determine exactly."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from diager_dpo.domain.statistics.block import Indices, Mask
from diager_dpo.domain.statistics.cube import Cube, Sums
from diager_dpo.domain.statistics.shifts import Numbers

_ZERO = 1e-9


@dataclass(frozen=True, slots=True)
class Closure:
    """``recomputable``: hidden cells that are determined (mask of P). ``sums``: known sums (rows by A, 0/1)."""

    recomputable: Mask
    sums: Sums


def known_sums(cube: Cube, hidden: Mask) -> Closure:
    """Eliminate over all relations between hidden cells.

    A cell is determined exactly where its unit vector is a row of the reduced echelon form, whatever the order of
    columns. Of the other known combinations, those are returned that are sums: rows of the form in two orders with
    equal signs, and every pair of cells whose sum is determined. Differences say nothing about a single enterprise.
    """
    places = np.flatnonzero(hidden & ~cube.is_empty)
    if not len(places):
        return Closure(np.zeros(len(hidden), dtype=np.bool_), csr_array((0, cube.members.shape[1]), dtype=np.int64))
    relations = _relations(cube, hidden, places)
    forms = [_echelon(relations), _echelon(relations[:, ::-1])[:, ::-1]]
    rows = np.concatenate([form for form in forms if len(form)] or [np.zeros((0, len(places)))])
    support = np.abs(rows) > _ZERO
    same = np.abs(rows - support * np.take_along_axis(rows, support.argmax(axis=1)[:, None], axis=1)) < _ZERO
    known = support[same.all(axis=1) & support.any(axis=1)]
    recomputable = np.zeros(len(hidden), dtype=np.bool_)
    recomputable[places[known[known.sum(axis=1) == 1].any(axis=0)]] = True
    pairs = _pairs(forms[0], len(places))
    selected = np.zeros((len(known) + len(pairs), len(hidden)), dtype=np.int64)
    selected[: len(known), places] = known
    for row, (first, second) in enumerate(pairs.tolist(), start=len(known)):
        selected[row, places[[first, second]]] = 1
    atoms = np.asarray(selected @ cube.members.toarray(), dtype=np.int64)
    disjoint = (atoms <= 1).all(axis=1)  # a total and its own part are no sum of cells
    return Closure(recomputable, csr_array(atoms[disjoint]))


def _relations(cube: Cube, hidden: Mask, places: Indices) -> Numbers:
    """Total - parts = something shown, restricted to hidden cells."""
    rows = []
    for relation in cube.relations:
        row = np.zeros(len(hidden))
        row[relation.parts] = -1.0
        row[relation.total] = 1.0
        rows.append(row[places])
    return np.array([row for row in rows if row.any()]).reshape(-1, len(places))


def _echelon(matrix: Numbers) -> Numbers:
    """The reduced row echelon form without rows of zeros."""
    form = matrix.copy()
    rank = 0
    for column in range(form.shape[1]):
        if rank == len(form):
            break
        pivot = rank + int(np.abs(form[rank:, column]).argmax())
        if abs(form[pivot, column]) < _ZERO:
            continue
        form[[rank, pivot]] = form[[pivot, rank]]
        form[rank] /= form[rank, column]
        others = form[:, column].copy()
        others[rank] = 0.0
        form -= np.outer(others, form[rank])
        form[np.abs(form) < _ZERO] = 0.0
        rank += 1
    return form[:rank]


def _pairs(form: Numbers, size: int) -> Indices:
    """Pairs of cells whose sum is determined: their rows in a basis of the null space are opposite and not zero."""
    pivots = (np.abs(form) > _ZERO).argmax(axis=1) if len(form) else np.zeros(0, dtype=np.int64)
    free = np.setdiff1d(np.arange(size), pivots)
    null = np.zeros((size, len(free)))
    null[free, np.arange(len(free))] = 1.0
    null[pivots] = -form[:, free]
    found = []
    twins: dict[bytes, int] = {}
    for place, row in enumerate(np.round(null, 6) + 0.0):  # + 0.0: no negative zeros
        if row.any():
            opposite = twins.get((0.0 - row).tobytes())
            if opposite is not None:
                found.append((opposite, place))
            twins.setdefault(row.tobytes(), place)
    return np.array(found, dtype=np.int64).reshape(-1, 2)

"""What an attacker gets by subtraction and elimination: sums of hidden cells that are known exactly.

Wherever a total is shown, its hidden parts together are known; a hidden part that is a total itself may be replaced by
its own parts. What elimination over all relations gives beyond that is in ``closure``.
"""

import numpy as np
from scipy.sparse import csr_array, vstack

from diager_dpo.domain.statistics.block import Indices, Mask
from diager_dpo.domain.statistics.closure import known_sums
from diager_dpo.domain.statistics.cube import Cube, Relation, Sums
from diager_dpo.domain.statistics.plan import Rules
from diager_dpo.domain.statistics.primary import judge
from diager_dpo.domain.statistics.shifts import Target


def unsafe_residuals(cube: Cube, hidden: Mask, rules: Rules) -> tuple[Target, ...]:
    """Sums of hidden cells that are known exactly and fail the primary rules as one cell, each once."""
    closure = known_sums(cube, hidden)
    sums = vstack([residual_sums(cube, hidden & ~closure.recomputable), closure.sums], format="csr")
    return unsafe_sums(cube, with_differences(csr_array(sums)), rules)


def with_differences(sums: Sums) -> Sums:
    """Known sums (rows by A, 0/1), and what is left of each when others within it are subtracted.

    From each, every other is subtracted once alone, and once first, followed by whatever else still fits, the smallest
    first. What is left last matters most: a sum of disjoint safe sums is safe by every primary rule.
    """
    masks = sorted({_mask(row) for row in sums.toarray()} - {0}, key=lambda mask: (mask.bit_count(), mask))
    found = set(masks)
    for whole in masks:
        parts = [part for part in masks if part | whole == whole and part != whole]
        for first in parts:
            rest = whole ^ first
            found.add(rest)
            for part in parts:
                if part | rest == rest:
                    rest ^= part
            found.add(rest)
    width = (sums.shape[1] + 7) // 8
    packed = b"".join(mask.to_bytes(width, "big") for mask in sorted(found - {0}))
    bits = np.unpackbits(np.frombuffer(packed, dtype=np.uint8).reshape(-1, width), axis=1)
    return csr_array(bits[:, : sums.shape[1]].astype(np.int64))


def _mask(row: Indices) -> int:
    """A row of 0 and 1 as the bits of a number."""
    return int.from_bytes(np.packbits(row.astype(np.uint8)).tobytes(), "big")


def unsafe_sums(cube: Cube, sums: Sums, rules: Rules) -> tuple[Target, ...]:
    """Those of the sums that fail the primary rules, the largest first."""
    judgement = judge(cube, sums, rules)
    targets: dict[bytes, Target] = {}
    for row in np.flatnonzero(judgement.unsafe).tolist():
        atoms = np.sort(sums.indices[sums.indptr[row] : sums.indptr[row + 1]]).astype(np.int64)
        size = int(judgement.size[row])
        targets[atoms.tobytes()] = Target(atoms, int(judgement.up[row]), int(judgement.down[row]), size)
    return tuple(sorted(targets.values(), key=lambda target: (-target.size, target.atoms.tolist())))


def residual_sums(cube: Cube, hidden: Mask) -> Sums:
    """For each shown total: its hidden parts as one sum, also with hidden parts that are totals taken apart in turn.

    Rows by A, 0/1. Hidden cells that can be recomputed are to be given as shown.
    """
    by_total: dict[int, list[Relation]] = {}
    for relation in cube.relations:
        by_total.setdefault(relation.total, []).append(relation)
    known = np.zeros((0, len(hidden)), dtype=np.bool_)
    rows = []
    for relation in cube.relations:
        if hidden[relation.total]:
            continue
        parts = relation.parts[hidden[relation.parts]]
        rows.append(parts)
        for choice in range(max((len(by_total.get(part, ())) for part in parts.tolist()), default=0)):
            finer = [_split(part, by_total, choice, hidden, relation) for part in parts.tolist()]
            rows.append(np.unique(np.concatenate(finer)) if finer else parts)
    known = np.zeros((len(rows), len(hidden)), dtype=np.bool_)
    for row, parts in enumerate(rows):
        known[row, parts] = True
    return csr_array(((known.astype(np.int64) @ cube.members) > 0).astype(np.int64))


def _split(part: int, by_total: dict[int, list[Relation]], choice: int, hidden: Mask, whole: Relation) -> list[int]:
    """The hidden parts of a hidden total along one of its relations; itself where it has none."""
    relations = by_total.get(part, [])
    if not relations or part == whole.total:
        return [part]
    parts = relations[min(choice, len(relations) - 1)].parts
    return [int(finer) for finer in parts.tolist() if hidden[finer]]

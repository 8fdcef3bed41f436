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
    if not found - {0}:
        return csr_array((0, sums.shape[1]), dtype=np.int64)
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
    """What subtraction gives: of each shown total the hidden parts, these taken apart, and all hidden cells within.

    Rows by A, 0/1. Hidden cells that can be recomputed are to be given as shown.
    """
    by_total: dict[int, list[Relation]] = {}
    for relation in cube.relations:
        by_total.setdefault(relation.total, []).append(relation)
    rows = []
    for relation in cube.relations:
        if hidden[relation.total]:
            continue
        coarse = relation.parts[hidden[relation.parts]].tolist()
        rows.append(coarse)
        for choice in range(max((len(by_total.get(part, ())) for part in relation.parts.tolist()), default=0)):
            rows.extend(_finer(parts, by_total, choice, hidden) for parts in (coarse, relation.parts.tolist()))
    known = np.zeros((len(rows), len(hidden)), dtype=np.int64)
    for row, parts in enumerate(rows):
        known[row, parts] = 1
    return csr_array((known @ cube.members).astype(bool).astype(np.int64))


def _finer(parts: list[int], by_total: dict[int, list[Relation]], choice: int, hidden: Mask) -> list[int]:
    """The hidden cells one level below these, along one of the relations of each; a part without any stays itself."""
    finer: list[int] = []
    for part in parts:
        relations = by_total.get(part, [])
        below = relations[min(choice, len(relations) - 1)].parts.tolist() if relations else [part]
        finer.extend(one for one in below if hidden[one])
    return finer

"""A 64-bit digest of each row of the index.

A scan that finds the same digest finds the same row: it reads back eight bytes a row instead of the whole row. Two rows
of one company share a digest by chance once in 10^7 installations of a million records; a scan that meets such a pair
rebuilds the index instead.
"""

import numpy as np
from numpy.typing import NDArray
from pandas.util import hash_array

from diager_dpo.domain.civil import Positions
from diager_dpo.domain.facts import Keys
from diager_dpo.domain.verdicts import Records

Words = NDArray[np.uint64]


def fingerprints(persons: Keys, operations: Keys, records: Records, rule: NDArray[np.int32]) -> NDArray[np.int64]:
    """The digest of each record: its key, its verdict and ``rule``, the store's number of its rule."""
    operation_digests = np.append(_digests(operations), np.uint64(0))  # position -1: no operation
    digest = _mixed(_digests(persons)[records.person])
    digest = _mixed(digest ^ operation_digests[records.operation])
    for word in (
        _pair(records.anchor_on, records.running_until),
        _pair(records.last_day, records.inactive_from),
        _pair(rule, _side_by_side(records.flags, records.anomalies)),
        _pair(_side_by_side(records.purpose, records.category), _side_by_side(records.kind, records.anchor)),
    ):
        digest = _mixed(digest ^ word)
    return digest.view(np.int64)


def key_digests(
    persons: Keys,
    purpose: NDArray[np.integer],
    operations: Keys,
    person: Positions | slice = slice(None),
    operation: Positions | slice = slice(None),
) -> Words:
    """A digest of each record's key; ``person`` and ``operation`` are positions where keys are not given by record."""
    digest = _mixed(_digests(persons)[person])
    digest = _mixed(digest ^ _digests(operations)[operation])
    return _mixed(digest ^ purpose.astype(np.uint64))


def _digests(keys: Keys) -> Words:
    return hash_array(keys, categorize=False) if len(keys) else np.empty(0, np.uint64)


def _pair(high: NDArray[np.signedinteger], low: NDArray[np.signedinteger]) -> Words:
    words: Words = high.astype(np.uint32).astype(np.uint64) << np.uint64(32) | low.astype(np.uint32)
    return words


def _side_by_side(high: NDArray[np.signedinteger], low: NDArray[np.signedinteger]) -> NDArray[np.int32]:
    return (high.astype(np.int32) << 16) | low


def _mixed(words: Words) -> Words:
    """Every bit of the answer depends on every bit of the word, and no two words give one answer (splitmix64)."""
    mixed = words + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def keyed_marks(persons: Keys, key: bytes) -> NDArray[np.int64]:
    """A 64-bit hash of each key that says nothing without ``key``: it finds candidates among millions of keys."""
    if not len(persons):
        return np.empty(0, np.int64)
    return hash_array(persons, hash_key=key.hex()[:16], categorize=False).view(np.int64)

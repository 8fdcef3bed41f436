"""Persons of whom one purpose ends together, and what an erasure did to each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diager_dpo.domain.civil import Mask
from diager_dpo.domain.erasure import PurposeBits
from diager_dpo.domain.words import Purpose
from diager_dpo.source.columns import KeyColumn, WrongTypeError
from diager_dpo.source.erasure_errors import SourceErasureError
from diager_dpo.source.erasure_keys import AT_ONCE
from diager_dpo.source.erasure_plan import Place

Places = NDArray[np.intp]
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Batch:
    """Who loses which purpose.

    ``operation``: the contest that ends, empty outside contests. ``persons``: keys as the facts have them, ``kind:key``
    where kinds exist. ``live``: for each person the bits of the purposes that live on; one that is held, undetermined,
    or ended and not erased yet counts. For a contest the bit of CONTESTS is set where the person has another entry that
    is not erased yet.
    """

    purpose: Purpose
    operation: str
    persons: tuple[str, ...]
    live: PurposeBits

    def __post_init__(self) -> None:
        if len(self.live) != len(self.persons) or len(set(self.persons)) != len(self.persons):
            raise ValueError("each person once, each with the purposes that live on")
        if (self.purpose is Purpose.CONTESTS) != bool(self.operation):
            raise ValueError("an operation for contests, and for nothing else")


@dataclass(frozen=True, slots=True)
class Erased:
    """What really went.

    ``gone``: persons x places, rows deleted and values erased that were not empty; a row of several persons counts for
    the first of them. ``unlinked``: persons x ``tables``, rows that stay although no purpose keeps them any more.
    """

    places: tuple[Place, ...]
    gone: NDArray[np.int64]
    tables: tuple[str, ...]
    unlinked: NDArray[np.int64]


class People:
    """The persons of a batch, by kind of key."""

    def __init__(self, batch: Batch) -> None:
        self._persons = batch.persons
        self._of_kind: dict[str | None, tuple[pd.Index[Any], Places]] = {}

    def of_kind(self, kind: str | None, wanted: Mask | None = None) -> list[str]:
        """Keys as a column for this kind holds them, of all or of the ``wanted`` persons."""
        keys, positions = self._kind(kind)
        if wanted is not None:
            keys = keys[wanted[positions]]
        return list(keys)

    def positions(self, kind: str | None, keys: NDArray[np.object_]) -> Places:
        """Where in the batch the persons of these keys stand; -1 where they do not."""
        known, positions = self._kind(kind)
        if not len(known):
            return np.full(len(keys), -1, np.intp)
        found = known.get_indexer(pd.Index(keys, dtype=object))
        return np.where(found >= 0, positions[found], -1)

    def _kind(self, kind: str | None) -> "tuple[pd.Index[Any], Places]":
        if kind not in self._of_kind:
            start = "" if kind is None else f"{kind}:"
            found = [(key.removeprefix(start), at) for at, key in enumerate(self._persons) if key.startswith(start)]
            keys = pd.Index([key for key, _ in found], dtype=object)
            self._of_kind[kind] = keys, np.array([at for _, at in found], np.intp)
        return self._of_kind[kind]


def keys_as_text(table: str, values: Sequence[Any]) -> NDArray[np.object_]:
    """Values of a column as keys of persons, as the facts read them; ``None`` where there is none."""
    column = KeyColumn()
    try:
        column.add(values)
        keys: NDArray[np.object_] = column.whole()
    except WrongTypeError:
        pass
    else:
        return keys
    raise SourceErasureError("key_of_another_type", table=table)


def chunks(items: Sequence[_Item], size: int = AT_ONCE) -> Iterator[Sequence[_Item]]:
    """As many at once as a statement takes."""
    for start in range(0, len(items), size):
        yield items[start : start + size]

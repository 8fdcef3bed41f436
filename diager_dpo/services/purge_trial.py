"""Erases for a dry run, and finds the few persons whom a constraint of the database does not let go.

A batch that is refused is tried again in halves, each behind a savepoint, down to single persons; those are tried once
more at the end, when the others are gone: one may have been in the way of another.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import sqlalchemy as sa

from diager_dpo.source.erasure import Batch, Erased, companions, erase
from diager_dpo.source.erasure_errors import SourceErasureError
from diager_dpo.source.erasure_plan import ErasurePlan

#: What lives on for persons outside the list, as bits by key; who is missing keeps everything.
LiveOf: TypeAlias = Callable[[Sequence[str]], Mapping[str, int]]

MOST_REFUSED = 50
"""More than so many are no exceptions: the source file does not fit the database, and the list is refused."""

#: Faults of rows, which other persons may escape. All else is one of everybody.
_OF_ROWS = frozenset({"erasure_refused", "rows_still_refer", "cascade_takes_more"})


@dataclass(slots=True)
class Trial:
    """One transaction that will be rolled back. ``done``: what was erased; ``refused``: who was not, and why."""

    connection: sa.Connection
    plan: ErasurePlan
    live_of: LiveOf
    done: list[tuple[Batch, Erased]] = field(default_factory=list)
    refused: dict[str, SourceErasureError] = field(default_factory=dict)
    _batches: dict[str, Batch] = field(default_factory=dict)
    _lives: dict[str, int] = field(default_factory=dict)

    def erase(self, batch: Batch) -> None:
        """Erase these persons, or those of them that can be.

        Raises:
            SourceErasureError: what stops everybody, or more than ``MOST_REFUSED``.
        """
        waiting = [batch]
        while waiting:
            part = waiting.pop()
            error = self._tried(part)
            if error is None:
                continue
            if error.code not in _OF_ROWS or len(self.refused) >= MOST_REFUSED:
                raise error
            half = len(part.persons) // 2
            if half:
                waiting += [_part(part, slice(half, None)), _part(part, slice(half))]
            else:
                self.refused[part.persons[0]], self._batches[part.persons[0]] = error, part

    def again(self) -> None:
        """Try those who were refused together, then one by one, as long as that helps; all of a list refuses it.

        Raises:
            SourceErasureError: nobody of the list can be erased.
        """
        before = len(self.refused) + 1
        while self.refused and len(self.refused) < before:
            before = len(self.refused)
            for batch in (_together(list(self._batches.values())), *self._batches.values()):
                if not self.refused.keys().isdisjoint(batch.persons) and self._tried(batch) is None:
                    for person in batch.persons:
                        del self.refused[person]
            self._batches = {person: self._batches[person] for person in self.refused}
        if self.refused and not self.done:
            raise next(iter(self.refused.values()))

    def _tried(self, batch: Batch) -> SourceErasureError | None:
        """Erase all of them, or nothing. Who was erased a moment ago has lost the purpose, who comes later has not."""
        others = companions(self.connection, self.plan, batch)
        beside = dict(self.live_of(others)) | {key: self._lives[key] for key in others if key in self._lives}
        try:
            with self.connection.begin_nested():
                erased = erase(self.connection, self.plan, batch, beside)
        except SourceErasureError as error:
            return error
        self.done.append((batch, erased))
        self._lives.update(zip(batch.persons, batch.live.tolist(), strict=True))
        return None


def _part(batch: Batch, which: slice) -> Batch:
    return Batch(batch.purpose, batch.operation, batch.persons[which], batch.live[which])


def _together(batches: Sequence[Batch]) -> Batch:
    persons = tuple(person for batch in batches for person in batch.persons)
    first = batches[0]
    return Batch(first.purpose, first.operation, persons, np.concatenate([batch.live for batch in batches]))

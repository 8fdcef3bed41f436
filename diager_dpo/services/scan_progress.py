"""Where a scan is, written into its row while it runs, at most twice a second."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from diager_dpo.services.installation import Installation
from diager_dpo.store import scans
from diager_dpo.store.engine import writing

_INTERVAL_S = 0.5


class Phase(StrEnum):
    """What a scan is doing."""

    READING = "reading"
    DECIDING = "deciding"
    WRITING = "writing"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far: rows read so far. ``expected`` is ``None`` where nobody knows."""

    phase: Phase
    done: int
    expected: int | None


Listener: TypeAlias = Callable[[Progress], None]


@dataclass(slots=True)
class ProgressWriter:
    """Tells the store, and whoever listens. ``expected``: the rows the last scan read.

    A writer of SQLite shuts out all others: nothing is written while the index is.
    """

    installation: Installation
    scan: int
    listener: Listener | None
    expected: int | None = None
    _read: dict[str, int] = field(default_factory=dict)
    _written_at: float = 0.0

    def reading(self, fact: str, rows: int) -> None:
        """So many rows of one fact were read."""
        self._read[fact] = rows
        if time.monotonic() - self._written_at >= _INTERVAL_S:
            self.enter(Phase.READING)

    def enter(self, phase: Phase) -> None:
        """A phase begins, or goes on."""
        self._written_at = time.monotonic()
        now, rows = self.installation.now().isoformat(), sum(self._read.values())
        with writing(self.installation.store) as connection:
            scans.progress(connection, self.scan, now=now, phase=phase, done=rows, expected=self.expected)
        self._tell(phase)

    def finished(self) -> None:
        """The scan is over, and its row says so already."""
        self._tell(Phase.DONE)

    def _tell(self, phase: Phase) -> None:
        if self.listener:
            self.listener(Progress(phase, sum(self._read.values()), self.expected))

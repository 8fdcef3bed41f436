"""One execution of a purge: what every step of it needs, and what it tells."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from sqlalchemy import Engine

from diager_dpo.domain.permissions import Identity
from diager_dpo.domain.purges import Ground, Skip
from diager_dpo.domain.words import Purpose
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.installation import Installation
from diager_dpo.source.erasure_plan import ErasurePlan, Place
from diager_dpo.source.source_file import SourceFile
from diager_dpo.store.purge_settlements import PurgeRow

CHUNK = 5_000
"""Items that share a transaction of the source."""


class Step(StrEnum):
    """What an execution has just done, or is about to do: whoever listens hears each, in this order for each chunk."""

    TAKEN_OVER = "taken_over"
    FENCE_RAISED = "fence_raised"
    SETTLED = "settled"
    INTENT_WRITTEN = "intent_written"
    LOCKED = "locked"
    DECIDED = "decided"
    ERASED_UNCOMMITTED = "erased_uncommitted"
    RECEIPTS_WRITTEN = "receipts_written"
    COMMITTED = "committed"
    RESULT_UNCOMMITTED = "result_uncommitted"
    RESULT_WRITTEN = "result_written"
    VERIFIED = "verified"
    FORGOTTEN_UNCOMMITTED = "forgotten_uncommitted"
    FINISHED = "finished"


Listener: TypeAlias = Callable[[Step], None]


class Stop(Exception):
    """The execution stops by itself; ``code`` says why. What the chunk under way did is rolled back.

    ``skipped``: items of that chunk that are no longer what was approved, each with its reason.
    """

    def __init__(self, code: str, skipped: Sequence[tuple[int, Skip]] = ()) -> None:
        self.code = code
        self.skipped = tuple(skipped)
        super().__init__(code)


@dataclass(slots=True)
class Run:
    """One worker with one purge in its hands. ``skipped`` and ``failures``: of this run alone."""

    installation: Installation
    actor: Identity
    source: SourceFile
    engine: Engine
    plan: ErasurePlan
    purge: PurgeRow
    fence: int
    items: int
    chunk: int = CHUNK
    listener: Listener | None = None
    skipped: int = 0
    failures: int = 0
    _places: dict[str, Place] = field(default_factory=dict)
    _tried: set[int] = field(default_factory=set)

    @property
    def purpose(self) -> Purpose:
        """The purpose that ends."""
        return Purpose(self.purge.purpose)

    @property
    def ground(self) -> Ground:
        """Why."""
        return Ground(self.purge.ground)

    @property
    def receipts(self) -> str:
        """The table of receipts.

        Raises:
            NotPossible: ``purge_by_hand`` where the source has none.
        """
        if self.source.receipts is None:
            raise NotPossible("purge_by_hand")
        return self.source.receipts

    def now(self) -> str:
        """This instant, as the store has it."""
        return self.installation.now().isoformat()

    def reached(self, step: Step) -> None:
        """Tell whoever listens."""
        if self.listener is not None:
            self.listener(step)

    def tries_again(self, item: int) -> bool:
        """Whether an item that a fault stopped has its second try before it; asked once for each fault."""
        again = item not in self._tried
        self._tried.add(item)
        return again

    def place(self, name: str) -> tuple[str, str]:
        """The place that a receipt names."""
        if not self._places:
            self._places = {str(place): place for place in self.plan.places(self.purpose)}
        found = self._places.get(name)
        if found is None:
            table, _, column = name.partition(".")
            return table, column
        return found.table, found.column

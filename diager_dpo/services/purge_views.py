"""What is said of purges: plain values that a screen or the command line draws. Keys and dates; never a name."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from diager_dpo.domain.charter import Text
from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.domain.purges import LARGE_SHARE, Ground, ItemState, PurgeState
from diager_dpo.domain.verdicts import AppliedRule
from diager_dpo.domain.words import Anchor, Category, Purpose


@dataclass(frozen=True, slots=True)
class DueLine:
    """What is due for one purpose; of contests, for one operation.

    ``proposed``: how many records stand in an open purge of it. ``late_from``: since when the oldest due one is late.
    """

    purpose: Purpose
    operation: str
    operation_name: str
    due: int
    proposed: int
    held: int
    undetermined: int
    late_from: date | None


@dataclass(frozen=True, slots=True)
class NextStep:
    """What must be done next: by whom who may and did not propose it, and until when, where there is an end.

    ``people``: what they are called; empty where nobody may. ``mine``: whether the reader is one of them.
    """

    action: Action
    people: tuple[str, ...]
    mine: bool
    until: datetime | None


@dataclass(frozen=True, slots=True)
class PurgeLine:
    """One purge in a list. ``items``: what it is about now, without what was set aside."""

    number: int
    purpose: Purpose
    operation: str
    operation_name: str
    ground: Ground
    by_hand: bool
    state: PurgeState
    version: int
    as_of: date
    items: int
    erased: int
    proposer: str
    proposed_at: datetime
    expires_at: datetime | None
    finished_at: datetime | None
    next: NextStep | None


@dataclass(frozen=True, slots=True)
class PurgeBoard:
    """What is due and not yet proposed, what is under way, what is over (newest first)."""

    as_of: date
    scanned_at: datetime
    due: tuple[DueLine, ...]
    open: tuple[PurgeLine, ...]
    history: tuple[PurgeLine, ...]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something that makes a purge impossible now. ``code`` names its sentence, ``values`` fill it."""

    code: str
    values: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class PurgePreview:
    """What a purge would take, and what it would leave and why. Numbers of records.

    ``taken``: their person stands in another open purge; ``kept``: a reviewer set them aside until a later day;
    ``blocked``: of a category that the charter's open questions block; ``held``, ``undetermined``: of the purpose, or
    of the named persons; ``unknown``: named persons without such a record. ``people``: all records of the purpose.
    """

    purpose: Purpose
    operation: str
    as_of: date
    ground: Ground
    items: int
    taken: int
    kept: int
    blocked: int
    held: int
    undetermined: int
    unknown: int
    people: int
    obstacles: tuple[Obstacle, ...]

    @property
    def share(self) -> float:
        """The part of the purpose's records, between 0 and 1."""
        return self.items / self.people if self.people else 0.0

    @property
    def is_large(self) -> bool:
        """Whether it must be confirmed with its figure: ``share_confirmed`` is then ``items``."""
        return is_large(self.items, self.people)

    def also(self, obstacles: tuple[Obstacle, ...]) -> "PurgePreview":
        """The same with more in its way."""
        return replace(self, obstacles=(*obstacles, *self.obstacles))


def is_large(items: int, people: int) -> bool:
    """Whether so many items are a large share of a purpose's records."""
    return items > LARGE_SHARE * people


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One place: a column, or whole rows where ``column`` is empty. ``remaining``: ``None`` until it was looked at."""

    table: str
    column: str
    planned: int
    unlinked: int
    gone: int
    remaining: int | None


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """Somebody who must be told. ``text``: the recipient as the charter in force words it, where it still does."""

    purge: int
    purpose: Purpose
    recipient: str
    text: Text | None
    told_at: datetime | None
    told_by: str


@dataclass(frozen=True, slots=True)
class PurgeView:
    """All that is said of one purge. ``states``: items by state. ``may_not_approve``: a code; empty where one may.

    ``digest``: what an approval names; ``short_digest``: for people to compare. ``large``: whether an approval asks for
    ``share_confirmed`` (the number of ``items``).
    """

    line: PurgeLine
    digest: str
    charters: tuple[str, ...]
    proposed: int
    people: int
    large: bool
    proposer: Identity
    approver: Identity | None
    approver_name: str
    decided_at: datetime | None
    started_at: datetime | None
    heartbeat_at: datetime | None
    stopped: str
    proposal_reason: str
    decision_reason: str
    states: Mapping[ItemState, int]
    places: tuple[PlaceLine, ...]
    residue: int
    notices: tuple[NoticeLine, ...]
    may_not_approve: str
    may_propose: bool
    may_execute: bool
    may_see_names: bool

    @property
    def short_digest(self) -> str:
        """The first sixteen digits, in fours."""
        return " ".join(self.digest[at : at + 4] for at in range(0, 16, 4))


@dataclass(frozen=True, slots=True)
class ResiduePlace:
    """Where else a value of the person stands; never which."""

    table: str
    column: str
    key: str


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of the data of one item. ``goes``: places that go; ``stays``: those that another purpose keeps."""

    goes: tuple[tuple[str, str], ...]
    stays: tuple[tuple[str, str, tuple[Purpose, ...]], ...]


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One record of a purge: why it is due, what goes, what stays and for which purposes.

    ``person`` is ``None`` once it is erased.
    """

    item: int
    person: str | None
    category: Category
    state: ItemState
    why: str
    until: date | None
    reason: str
    anchor: Anchor
    anchor_on: date | None
    last_day: date | None
    due_from: date | None
    rule: AppliedRule
    live: tuple[Purpose, ...]
    fate: Fate
    residue: tuple[ResiduePlace, ...]


@dataclass(frozen=True, slots=True)
class ItemPage:
    """One page of the items of a purge, in their order."""

    purge: int
    items: tuple[ItemLine, ...]
    page: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(-(-self.total // self.size), 1)

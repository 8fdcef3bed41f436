"""The life of a purge: its states, who acts next, what is approved, and when an execution stops by itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from diager_dpo.domain.civil import Days, Mask
from diager_dpo.domain.facts import Codes
from diager_dpo.domain.permissions import Action
from diager_dpo.domain.words import Status

#: An approval is good for this long.
APPROVAL_LASTS = timedelta(days=7)

#: A right younger than this cannot approve (rules, "Who may").
RIGHT_RIPENS = timedelta(hours=24)

#: An execution stops by itself when more than this share of its items is skipped.
MOST_SKIPPED = 0.01

#: A purge of more than this share of a purpose's records asks for a confirmation that shows the figure.
LARGE_SHARE = 0.20


class Ground(StrEnum):
    """Why records are to be erased."""

    DUE = "due"  # their last day has passed
    REQUEST = "request"  # of the person (GDPR 17)


class PurgeState(StrEnum):
    """Where a purge stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    EXECUTING = "executing"  # by hand: the order is with the operator of the source, a scan has yet to verify
    EXECUTED = "executed"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    NEEDS_ATTENTION = "needs_attention"


_S = PurgeState

#: From which state a purge may come into which.
TRANSITIONS: Mapping[PurgeState, frozenset[PurgeState]] = MappingProxyType(
    {
        _S.PROPOSED: frozenset({_S.APPROVED, _S.REJECTED, _S.CANCELLED}),
        _S.APPROVED: frozenset({_S.EXECUTING, _S.EXPIRED, _S.CANCELLED}),
        _S.EXECUTING: frozenset({_S.EXECUTED, _S.NEEDS_ATTENTION}),
        _S.NEEDS_ATTENTION: frozenset({_S.EXECUTING, _S.EXECUTED, _S.CANCELLED}),
        _S.EXECUTED: frozenset(),
        _S.REJECTED: frozenset(),
        _S.EXPIRED: frozenset(),
        _S.CANCELLED: frozenset(),
    }
)

#: A record stands in one purge of these states at a time.
OPEN_STATES = frozenset({_S.PROPOSED, _S.APPROVED, _S.EXECUTING, _S.NEEDS_ATTENTION})

#: What somebody must do next; nothing where the purge is over.
NEXT_ACTION: Mapping[PurgeState, Action] = MappingProxyType(
    {
        _S.PROPOSED: Action.APPROVE_PURGE,
        _S.APPROVED: Action.EXECUTE_PURGE,
        _S.EXECUTING: Action.EXECUTE_PURGE,
        _S.NEEDS_ATTENTION: Action.EXECUTE_PURGE,
    }
)


class ItemState(StrEnum):
    """Where one record of a purge stands."""

    PLANNED = "planned"
    SET_ASIDE = "set_aside"  # by the reviewer, with a reason: not part of what is approved
    INTENT = "intent"  # the store says it is about to be erased; the receipt alone says whether it was
    ERASED = "erased"
    SKIPPED = "skipped"
    FAILED = "failed"


class Skip(StrEnum):
    """Why an item that was approved is not erased."""

    GONE = "gone"  # the record is no longer in scope
    HELD = "held"
    NOT_DUE = "not_due"
    LAST_DAY_CHANGED = "last_day_changed"
    ANCHOR_CHANGED = "anchor_changed"
    RULE_CHANGED = "rule_changed"  # another charter, duration or clause
    OTHER_PURPOSES_CHANGED = "other_purposes_changed"  # what else keeps their data is not what was approved


@dataclass(frozen=True, slots=True)
class ItemVerdicts:
    """What is known of the items of a purge, a row an item; ``present`` where a record exists at all.

    ``status``: words.Status on the day; ``rule``: any numbering, the same on both sides of a comparison; ``live``:
    the purposes that live on, as bits.
    """

    present: Mask
    status: Codes
    last_day: Days
    anchor: Codes
    anchor_on: Days
    rule: NDArray[np.int32]
    live: NDArray[np.int16]


def changes(approved: ItemVerdicts, now: ItemVerdicts, ground: Ground) -> NDArray[np.object_]:
    """For each item the ``Skip`` that forbids erasing it now, else ``None``: what was approved must still be so.

    A request of the person needs no last day to have passed; a suspension stops it all the same.
    """
    dates = [
        (now.last_day != approved.last_day, Skip.LAST_DAY_CHANGED),
        ((now.anchor != approved.anchor) | (now.anchor_on != approved.anchor_on), Skip.ANCHOR_CHANGED),
        (now.rule != approved.rule, Skip.RULE_CHANGED),
    ]
    not_due = (now.status != Status.DUE) & (ground is Ground.DUE)
    reasons = [
        (~now.present, Skip.GONE),
        (now.status == Status.HELD, Skip.HELD),
        (not_due, Skip.NOT_DUE),
        *dates,
        (now.live != approved.live, Skip.OTHER_PURPOSES_CHANGED),
    ]
    answer = np.full(len(now.present), None, np.object_)
    for where, why in reversed(reasons):
        answer[where] = why
    return answer


def too_many_skipped(skipped: int, items: int) -> bool:
    """Whether an execution must stop: the world is not what was approved."""
    return skipped > MOST_SKIPPED * items


@dataclass(frozen=True, slots=True)
class ListedItem:
    """One record of a list as its digest sees it; ``person``: a keyed hash of the key, hexadecimal."""

    person: str
    last_day: int | None
    anchor: str
    anchor_on: int | None
    rule: str  # duration, charter, clause
    live: int


def canonical(head: Mapping[str, str | int], items: Iterable[ListedItem]) -> bytes:
    r"""What a digest is taken of: ``name=value`` lines sorted, then one line an item, sorted.

    Numbers in decimal, days since 1970-01-01, ``-`` where there is none; fields of an item separated by tabs; UTF-8;
    every line ends in a line feed. Tabs, line ends and backslashes in a value are written ``\t``, ``\n``, ``\\``.
    """
    lines = [f"{name}={_plain(value)}" for name, value in sorted(head.items())]
    lines += sorted(
        "\t".join(
            _plain(value) for value in (item.person, item.last_day, item.anchor, item.anchor_on, item.rule, item.live)
        )
        for item in items
    )
    return "".join(f"{line}\n" for line in lines).encode()


def _plain(value: str | int | None) -> str:
    if value is None:
        return "-"
    return str(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")

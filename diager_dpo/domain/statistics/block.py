"""The shapes that go in and out: the sales of a month, and the block of cells that may be published."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Cents: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]
Indices: TypeAlias = NDArray[np.int64]

ANONYMOUS = -1  # the enterprise of a sale that names nobody
TOTAL = "*"


@dataclass(frozen=True, slots=True)
class Sales:
    """Net revenue of one closed month, as columns: one row a (family, region, channel, enterprise); rows may repeat.

    The enterprise is the group where it is known, else the unit, under any number; ``ANONYMOUS`` where nobody is named.
    Labels are those of the source, before merges; ``""`` where it gives none.
    """

    period: str  # "2026-10"
    family: NDArray[np.str_]
    region: NDArray[np.str_]
    channel: NDArray[np.str_]
    enterprise: Indices
    is_natural_person: Mask
    cents: Cents


@dataclass(frozen=True, slots=True)
class PublishedCell:
    """One cell of one table: labels, ``"*"`` for a total; ``value`` in cents, ``None`` where it is not shown."""

    table: str
    period: str
    family: str
    region: str
    channel: str
    value: int | None

    @property
    def key(self) -> tuple[str, str, str]:
        """What the cell sums: tables share their totals, which have one key."""
        return (self.family, self.region, self.channel)


@dataclass(frozen=True, slots=True)
class PublishedBlock:
    """Every cell of every table of a month, in the order of the plan, with the version of the plan. Frozen.

    It holds no enterprise, no count behind a rule and nothing of a hidden cell but that it is hidden. A cell without
    sales is shown as 0. Which cells are hidden is the pattern that every other measure inherits.
    """

    period: str
    plan: str
    cells: tuple[PublishedCell, ...]

    def __iter__(self) -> Iterator[PublishedCell]:
        return iter(self.cells)


class Reason(StrEnum):
    """Why a month is not published."""

    NO_CONVERGENCE = "no_convergence"  # after the rounds the plan allows
    NO_SOLUTION = "no_solution"  # a linear program without one
    ITERATION_LIMIT = "iteration_limit"  # of the simplex, as the plan sets it
    AUDIT = "audit"  # the audit found something in what would have been published


class NotPublishable(Exception):
    """A month that must not be published. ``found`` counts what the audit found, by code; no value, no enterprise."""

    def __init__(self, reason: Reason, period: str = "", found: tuple[str, ...] = ()) -> None:
        self.reason = reason
        self.period = period
        self.found = found
        super().__init__(f"{period}: {reason} {' '.join(found)}".strip())

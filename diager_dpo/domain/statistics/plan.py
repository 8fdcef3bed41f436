"""The publication plan: which tables of sales exist, what is merged first, and when a cell gives a customer away.

What is not in the plan does not exist. ``data/publication.toml`` holds it; ``plan_file.parse_plan`` reads it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from diager_dpo.domain.charter import Text


class Dimension(StrEnum):
    """What sales are told apart by. The order is that of every index of a cell."""

    FAMILY = "family"
    REGION = "region"
    CHANNEL = "channel"


DIMENSIONS = tuple(Dimension)


@dataclass(frozen=True, slots=True)
class Table:
    """A two-way table of each month, with its totals. ``dimensions`` in the order of ``DIMENSIONS``."""

    name: str
    dimensions: tuple[Dimension, Dimension]


@dataclass(frozen=True, slots=True)
class Merge:
    """Members of a dimension that are published as one, because each alone would mostly be hidden."""

    dimension: Dimension
    label: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One number of disclosure control and where it comes from."""

    number: int
    source: Text


@dataclass(frozen=True, slots=True)
class Rules:
    """When a cell is unsafe, and how near to another's figures an enterprise may come (percentages are whole)."""

    frequency: Rule  # fewer enterprises than this are not shown
    natural_persons: Rule  # the same, where every contributor is a natural person
    dominance: Rule  # the largest makes this percentage of the cell or more
    p_percent: Rule  # what is left after the two largest is below this percentage of the largest
    insider_guard: Rule  # nearer than this percentage is repaired
    insider_report: Rule  # nearer than this percentage is reported


@dataclass(frozen=True, slots=True)
class PublicationPlan:
    """Everything that decides what is published, readable by a DPO."""

    version: str
    publish_after_days: int
    round_limit: int
    simplex_iteration_limit: int
    not_given: str  # the label of what the source leaves empty, such as the region of an anonymous sale
    tables: tuple[Table, ...]
    merges: tuple[Merge, ...]
    rules: Rules

    def merged(self, dimension: Dimension, labels: Collection[str | None]) -> NDArray[np.str_]:
        """The published label of each label of the source, in the same order."""
        names = {
            member: merge.label for merge in self.merges if merge.dimension is dimension for member in merge.members
        }
        return np.array(
            [names.get(label or self.not_given, label or self.not_given) for label in labels], dtype=np.str_
        )

    def published_from(self, year: int, month: int) -> date:
        """The first day on which a month may be published: ``publish_after_days`` whole days after its last day."""
        following = date(year + month // 12, month % 12 + 1, 1)
        return following + timedelta(days=self.publish_after_days)

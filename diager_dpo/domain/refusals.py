"""Objections and withdrawals: from which day a person's refusal stands (rules, order of decision, 3)."""

import numpy as np
from numpy.typing import NDArray

from diager_dpo.domain.civil import NO_DAY, Days, Mask
from diager_dpo.domain.facts import Moments
from diager_dpo.domain.groups import Groups

_REST_OF_A_DAY = 86_399_999_999  # microseconds: a refusal without a time counts until the day is over


def standing_since(group: NDArray[np.integer], refuses: Mask, at: Moments, size: int) -> Days:
    """For each of ``size`` groups, the day of the first refusal that no later choice has undone, else ``NO_DAY``.

    Events stand in any order; every event has a day. Of two at the same instant the refusal counts as the later one: a
    refusal is undone only by a later explicit choice.
    """
    row = standing_row(group, refuses, at, size)
    answer = np.full(size, NO_DAY, np.int32)
    found = row >= 0
    answer[found] = at.day[row[found]]
    return answer


def standing_row(group: NDArray[np.integer], refuses: Mask, at: Moments, size: int) -> NDArray[np.intp]:
    """The same refusal as a row of the events, -1 where none stands."""
    order = np.lexsort((refuses, instants(at, refuses), group))
    ordered, refusal = group[order], refuses[order]
    rank = np.arange(len(order), dtype=np.int32)
    groups = Groups.of(ordered, size)
    last_choice = groups.latest(np.where(refusal, np.int32(-1), rank), -1)
    stands = refusal & (rank > last_choice[ordered])
    first = groups.earliest(np.where(stands, rank, np.int32(len(order))), len(order))
    answer = np.full(size, -1, np.intp)
    found = first < len(order)
    answer[found] = order[first[found]]
    return answer


def instants(at: Moments, refuses: Mask) -> NDArray[np.int64]:
    """The instant by which each event is ordered: a refusal without a time counts as the last of its day."""
    return at.micros + np.where(at.pure & refuses, _REST_OF_A_DAY, 0)

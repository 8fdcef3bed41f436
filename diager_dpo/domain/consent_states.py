"""The state of consents at an instant: given or withdrawn, per person, operation and subject (GDPR 7)."""

from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from diager_dpo.domain.civil import Days, Positions, day_date, is_day
from diager_dpo.domain.facts import Codes, Consents, Moments
from diager_dpo.domain.refusals import instants
from diager_dpo.domain.words import ConsentEvent, Subject

_PARIS = ZoneInfo("Europe/Paris")
_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class ConsentStates:
    """A row a person, operation and subject that something was said of by then.

    ``state``: words.ConsentEvent; ``since``: the civil day of the event that made it so. Sorted by person, operation
    and subject.
    """

    person: Positions
    operation: Positions
    subject: Codes
    state: Codes
    since: Days


def end_of_day(day: int) -> int:
    """The last microsecond of a civil day in Paris, since 1970 in UTC."""
    following = datetime.combine(day_date(day + 1), time(0), _PARIS)
    return int(following.timestamp()) * _SECOND - 1


def states_at(consents: Consents, instant: int) -> ConsentStates:
    """What stands at ``instant``: the last event that is not after it, in whatever order events are stored.

    Args:
        consents: events; those without a true day are set aside.
        instant: microseconds since 1970 in UTC; ``end_of_day`` for a day.

    An event without a time begins with its day; a withdrawal without one outlasts whatever was given that day. Of two
    at one instant the withdrawal counts: it is undone by a later choice only [K].
    """
    known = is_day(consents.at.day) & (consents.at.micros <= instant)
    withdrawn = consents.event == ConsentEvent.WITHDRAWN
    rows = np.flatnonzero(known)
    order = rows[
        np.lexsort(
            (
                withdrawn[rows],
                instants(consents.at, withdrawn)[rows],
                consents.subject[rows],
                consents.operation[rows],
                consents.person[rows],
            )
        )
    ]
    last = _ends(consents.person[order], consents.operation[order], consents.subject[order])
    chosen = order[last]
    return ConsentStates(
        consents.person[chosen],
        consents.operation[chosen],
        consents.subject[chosen],
        consents.event[chosen],
        consents.at.day[chosen],
    )


def standing(states: ConsentStates, subject: Subject) -> int:
    """How many consents of one subject stand."""
    return int(np.count_nonzero((states.subject == subject) & (states.state == ConsentEvent.GIVEN)))


def _ends(*columns: NDArray[np.integer]) -> NDArray[np.intp]:
    """The last row of each run of equal rows."""
    if not len(columns[0]):
        return np.empty(0, np.intp)
    differs = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return np.flatnonzero(np.append(differs, True))


def start_of_day(day: int) -> int:
    """The first microsecond of a civil day in Paris, since 1970 in UTC."""
    return end_of_day(day - 1) + 1


def pure_moments(days: Days) -> Moments:
    """Days without a time, as moments."""
    known, place = np.unique(days, return_inverse=True)
    starts = np.array([start_of_day(int(day)) for day in known], np.int64)
    return Moments(days.astype(np.int32), starts[place] if len(days) else starts, np.ones(len(days), np.bool_))

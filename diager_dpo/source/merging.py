"""Persons that a source returns twice: one person, the same whatever the order of the rows."""

from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diager_dpo.domain.civil import NO_DAY, OPEN_END, UNREADABLE, ZERO_DATE, Days, is_day
from diager_dpo.domain.facts import Codes, Keys, Persons
from diager_dpo.domain.words import Origin

_Number = TypeVar("_Number", np.int32, np.int8)

# Known otherwise than by a contest wins: a contest is what a person may be known by alone (GDPR 5, 6).
_ORIGINS = (Origin.CONTEST, Origin.UNKNOWN, Origin.OTHER, Origin.PROSPECT)
# Of what is no day, what the rules list as an anomaly wins over what says nothing.
_NOT_DAYS = (NO_DAY, ZERO_DATE, OPEN_END, UNREADABLE)


def merge_persons(persons: Persons, today: int) -> tuple[Persons, list[str]]:
    """Each key once, and the keys that came more than once.

    The latest day of collection and of contact, among days not after ``today`` where there are such; the first origin
    that is not a contest.
    """
    which, distinct = pd.factorize(persons.key)
    if len(distinct) == len(persons.key):
        return persons, []
    several = np.bincount(which, minlength=len(distinct)) > 1
    merged = Persons(
        key=np.asarray(distinct, dtype=object),
        collected=_best(which, persons.collected, _rank_of_days(persons.collected, today)),
        contact=_best(which, persons.contact, _rank_of_days(persons.contact, today)),
        origin=_best(which, persons.origin, _rank_of_origins(persons.origin)),
        several=several,
    )
    return merged, [str(key) for key in merged.key[several]]


def _best(which: NDArray[np.intp], values: NDArray[_Number], rank: NDArray[np.int64]) -> NDArray[_Number]:
    """For each person, the value of the highest rank."""
    order = np.lexsort((rank, which))
    last = np.flatnonzero(np.append(np.diff(which[order]) != 0, True))
    return values[order[last]]


def _rank_of_days(days: Days, today: int) -> NDArray[np.int64]:
    past = np.int64(2**40)
    rank = np.where(is_day(days), days.astype(np.int64) + np.where(days <= today, past, 2**34), 0)
    for place, value in enumerate(_NOT_DAYS):
        rank[days == value] = place - len(_NOT_DAYS)
    return rank


def _rank_of_origins(origins: Codes) -> NDArray[np.int64]:
    rank = np.zeros(len(origins), np.int64)
    for place, origin in enumerate(_ORIGINS):
        rank[origins == origin] = place
    return rank


def examples(keys: "Keys | list[str]", at_most: int) -> tuple[str, ...]:
    """A few distinct keys, the same whatever their order."""
    return tuple(sorted(set(keys))[:at_most])

"""Facts that cannot be: set aside, counted and listed (rules, order of decision, 1)."""

import heapq
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from diager_dpo.domain.civil import NO_DAY, OPEN_END, UNREADABLE, ZERO_DATE, Days, Mask, is_day
from diager_dpo.domain.facts import EXAMPLES, Finding, Keys
from diager_dpo.domain.words import Anomaly

Bits: TypeAlias = NDArray[np.int16]

_PLACEHOLDER_UNTIL = 0  # 1970-01-01: the day on which databases are born, not people's deeds


@dataclass(frozen=True, slots=True)
class Checked:
    """A column of days without those that cannot be (``NO_DAY`` instead), and what was wrong with each."""

    day: Days
    anomalies: Bits

    def without(self, impossible: Mask, anomaly: Anomaly) -> "Checked":
        """The same column with more of its days set aside."""
        return Checked(
            np.where(impossible, np.int32(NO_DAY), self.day),
            (self.anomalies | np.where(impossible, np.int16(anomaly), np.int16(0))).astype(np.int16),
        )


def checked_events(days: Days, today: int, *, required: bool = False) -> Checked:
    """Days on which something happened: none after the scan, none on or before 1970-01-01.

    ``required``: a fact that consists of its date, so that a missing one is unreadable.
    """
    checked = _readable(days)
    checked = checked.without((days == ZERO_DATE) | _placeholder(days), Anomaly.PLACEHOLDER_DATE)
    checked = checked.without(days > min(today, OPEN_END - 1), Anomaly.FUTURE_DATE)  # "no end" is never a past day
    return checked.without(days == NO_DAY, Anomaly.UNREADABLE_DATE) if required else checked


def checked_ends(days: Days) -> Checked:
    """Days on which something ends or will end. ``0000-00-00``, infinity and 9999-12-31 mean "no end"."""
    checked = _readable(days).without(_placeholder(days), Anomaly.PLACEHOLDER_DATE)
    return Checked(np.where(is_day(checked.day), checked.day, np.int32(NO_DAY)), checked.anomalies)


def checked_plans(days: Days) -> Checked:
    """Days on which something begins or will begin."""
    return checked_events(days, OPEN_END - 1)


def findings_of(fact: str, column: str, anomalies: Bits, keys: Keys) -> tuple[Finding, ...]:
    """The anomalies of one column, one finding each; ``keys`` are those of the rows, the smallest serve as examples."""
    found = np.bitwise_or.reduce(anomalies, initial=0)
    return tuple(
        _finding(fact, column, anomaly, keys[(anomalies & anomaly) != 0]) for anomaly in Anomaly if found & anomaly
    )


def _finding(fact: str, column: str, anomaly: Anomaly, keys: Keys) -> Finding:
    return Finding(anomaly, fact, column, len(keys), tuple(heapq.nsmallest(EXAMPLES, set(keys.tolist()))))


def _readable(days: Days) -> Checked:
    return Checked(days, np.zeros(len(days), np.int16)).without(days == UNREADABLE, Anomaly.UNREADABLE_DATE)


def _placeholder(days: Days) -> Mask:
    return is_day(days) & (days <= _PLACEHOLDER_UNTIL)

"""Days as the company writes them, and ways to spread events over them."""

from typing import TypeAlias

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from diager_dpo.domain.civil import NO_DAY, Days, later

Texts: TypeAlias = list[str | None]
Seconds: TypeAlias = NDArray[np.int64]


def day_texts(days: Days) -> Texts:
    """``YYYY-MM-DD``; ``None`` where there is no day."""
    known = days != NO_DAY
    texts = np.datetime_as_string(np.where(known, days, 0).astype("datetime64[D]")).astype(object)
    texts[~known] = None
    return list(texts)


def at_work(rng: Generator, days: Days) -> Seconds:
    """Seconds since 1970 in UTC, within the working day: the civil day in Paris is the same."""
    return days.astype(np.int64) * 86_400 + rng.integers(7 * 3600, 16 * 3600, len(days))


def instant_texts(seconds: Seconds) -> list[str]:
    """``YYYY-MM-DDTHH:MM:SSZ``."""
    return list(np.datetime_as_string(seconds.astype("datetime64[s]")).astype(object) + "Z")


def between(rng: Generator, low: Days | int, high: Days | int, count: int, power: float = 1.0) -> Days:
    """A day from ``low`` to ``high``, inclusive; a power below 1 leans towards ``high``, above 1 towards ``low``."""
    span = np.maximum(np.asarray(high) - np.asarray(low) + 1, 1)
    days = np.asarray(low) + np.floor(rng.random(count) ** power * span)
    return np.asarray(days, dtype=np.int32)


def none(count: int) -> Days:
    """No day, ``count`` times."""
    return np.full(count, NO_DAY, dtype=np.int32)


def start_of(last_days: Days, months: int) -> Days:
    """The day from which a retention of ``months`` leads to each last day."""
    return later(last_days, -months)

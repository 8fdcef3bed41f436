"""Civil days in Europe/Paris, as integers: days since 1970-01-01.

An array of days is ``int32``. Four values are not days and pass through every function unchanged; they are written by
whoever reads a source, and understood here:

- ``NO_DAY``: there is none (NULL);
- ``UNREADABLE``: there is a value, and it is no date;
- ``ZERO_DATE``: MariaDB's ``0000-00-00``;
- ``OPEN_END``: ``infinity`` or 9999-12-31. As an end it means "no end".
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

Days: TypeAlias = NDArray[np.int32]
Positions: TypeAlias = NDArray[np.int32]
Mask: TypeAlias = NDArray[np.bool_]

NO_DAY = -(2**31)
UNREADABLE = NO_DAY + 1
ZERO_DATE = NO_DAY + 2
OPEN_END = 2_932_896  # 9999-12-31

_EPOCH = date(1970, 1, 1)
_LATEST = OPEN_END - 1
_DURATION = re.compile(r"P(?=\d)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?", re.ASCII)


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - _EPOCH).days


def day_date(number: int) -> date:
    """The civil date of a day number; the inverse of ``day_number``."""
    return _EPOCH + timedelta(days=int(number))


def optional_date(number: int) -> date | None:
    """The civil date of a day number, ``None`` for the four values that are not days."""
    return day_date(number) if is_day(np.int32(number)) else None


def is_day(days: Days | np.int32) -> Mask:
    """Where an array holds a true day."""
    return (days > ZERO_DATE) & (days < OPEN_END)  # type: ignore[return-value]


@dataclass(frozen=True, order=True, slots=True)
class Duration:
    """A calendar duration: whole months, then days. ``str`` gives its ISO 8601 form."""

    months: int
    days: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """From ISO 8601 (``P3Y``, ``P6M``, ``P1M15D``, ``P2W``); ``ValueError`` otherwise."""
        match = _DURATION.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"{text!r} is not a duration such as P3Y, P6M or P1M15D")
        years, months, weeks, days = (int(part or 0) for part in match.groups())
        return cls(12 * years + months, 7 * weeks + days)

    def __str__(self) -> str:
        years, months = divmod(self.months, 12)
        parts = ((years, "Y"), (months, "M"), (self.days, "D"))
        return "P" + ("".join(f"{count}{unit}" for count, unit in parts if count) or "0D")


def later(days: Days, months: Days | int, extra_days: Days | int = 0) -> Days:
    """The same day of the month, ``months`` later, then ``extra_days`` later.

    Where that day of the month does not exist, the last day of the month (code de procédure civile, art. 641;
    Regulation 1182/71, art. 3). Always from the anchor, never year by year. What is not a day stays as it is; what
    would lie after the last day a calendar can show is that day.
    """
    month = _months(days)
    first, target = _first_day(month), month + months
    length = _first_day(target + 1) - _first_day(target)
    result = _first_day(target) + np.minimum(days - first, length - 1) + extra_days
    return np.where(is_day(days), np.minimum(result, _LATEST), days).astype(np.int32)


def add(days: Days, duration: Duration) -> Days:
    """The last day of a retention of ``duration`` that starts from each day (see ``later``).

    Many people share few days: each day between the first and the last is computed once and looked up.
    """
    known = is_day(days)
    if not known.any():
        return days.astype(np.int32)
    first, last = int(days[known].min()), int(days[known].max())
    if last - first > len(days):
        return later(days, duration.months, duration.days)
    answers = later(np.arange(first, last + 1, dtype=np.int32), duration.months, duration.days)
    return np.where(known, answers[np.where(known, days, np.int32(first)) - first], days).astype(np.int32)


def yearly_close(days: Days, month: int, day_of_month: int) -> Days:
    """The first day on or after each day that is the yearly close (``month``, ``day_of_month``).

    A close on 29 February is the 28th in a common year. What is not a day stays as it is.
    """
    january = _months(days) // 12 * 12
    this, following = (_close(start + month - 1, day_of_month) for start in (january, january + 12))
    return np.where(is_day(days), np.where(days > this, following, this), days).astype(np.int32)


def _close(month: NDArray[np.int64], day_of_month: int) -> NDArray[np.int64]:
    return np.minimum(_first_day(month) + day_of_month, _first_day(month + 1)) - 1


def _months(days: Days) -> NDArray[np.int64]:
    """Months since January 1970."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _first_day(month: NDArray[np.int64]) -> NDArray[np.int64]:
    """The number of the first day of each month since January 1970."""
    return month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)

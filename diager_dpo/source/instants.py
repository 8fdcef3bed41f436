"""Dates and timestamps as text, read on arrays: ISO 8601, and the forms in which databases write it.

A timestamp is converted to Europe/Paris before its day is taken; a pure date is never shifted (K). A timestamp that
carries no offset is in the time zone it is said to be in. What is no date is told apart as ``domain.civil`` says.
"""

import re
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diager_dpo.domain.civil import NO_DAY, OPEN_END, UNREADABLE, ZERO_DATE, Days, is_day
from diager_dpo.domain.facts import Moments
from diager_dpo.source.zones import Seconds, Zone, zone

NO_INSTANT = np.iinfo(np.int64).min
"""``Moments.micros`` where there is no day."""

_Codes: TypeAlias = NDArray[np.uint32]  # one row a text, one column a character
_LONGEST = 40
_MIDNIGHT = 86_400
_PARIS = "Europe/Paris"
_NO_END = frozenset({"infinity", "+infinity"})
# What follows the date, digits written as 0.
_TIME = re.compile(
    r"[Tt ](?P<hour>00):(?P<minute>00)(?::(?P<second>00)(?:[.,](?P<fraction>0{1,9}))?)?"
    r"(?: ?(?:(?P<utc>[Zz])|"
    r"(?P<sign>[+-])(?P<offset_hour>00)(?::?(?P<offset_minute>00)(?::?(?P<offset_second>00))?)?))?"
)


def parse(texts: Sequence[str | None], timezone: str) -> Moments:
    """The day in Paris and the instant of each text; ``None`` gives ``NO_DAY``."""
    codes, distinct = pd.factorize(np.array(texts, dtype=object))
    found = _parse_distinct(list(distinct), zone(timezone))
    # A code of -1 (None) finds the last element.
    return Moments(
        np.append(found.day, np.int32(NO_DAY))[codes],
        np.append(found.micros, NO_INSTANT)[codes],
        np.append(found.pure, True)[codes],
    )


def _parse_distinct(texts: list[str], local: Zone) -> Moments:
    short = [text if len(text) <= _LONGEST else "" for text in texts]
    width = max(11, max(map(len, short), default=0))
    characters = np.array(short, dtype=f"U{width}").view(np.uint32).reshape(len(short), width)
    day, has_date = _dates(characters)
    found = Moments(day, np.full(len(short), NO_INSTANT, np.int64), np.ones(len(short), np.bool_))
    _settle_times(characters, np.flatnonzero(has_date & (characters[:, 10] != 0)), local, found)
    dated = found.pure & is_day(day)
    found.micros[dated] = 1_000_000 * zone(_PARIS).to_utc(day[dated].astype(np.int64) * _MIDNIGHT)
    for position in np.flatnonzero(~has_date):
        word = texts[position].strip().lower()
        if word in _NO_END:
            day[position] = OPEN_END
        elif not word:  # some databases write an empty text where there is no date
            day[position] = NO_DAY
    return found


def _dates(characters: _Codes) -> tuple[Days, NDArray[np.bool_]]:
    """The date that each text begins with, and where it does begin with one."""
    digits = characters[:, :10].astype(np.int64) - ord("0")
    places = digits[:, [0, 1, 2, 3, 5, 6, 8, 9]]
    has_form = ((places >= 0) & (places <= 9)).all(axis=1) & (characters[:, [4, 7]] == ord("-")).all(axis=1)
    year = np.where(has_form, places[:, :4] @ (1000, 100, 10, 1), 0)
    month = np.where(has_form, places[:, 4:6] @ (10, 1), 0)
    in_month = np.where(has_form, places[:, 6:] @ (10, 1), 0)
    count = (year - 1970) * 12 + month - 1
    first = count.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    following = (count + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    exists = has_form & (year >= 1) & (month >= 1) & (month <= 12) & (in_month >= 1) & (in_month <= following - first)
    day = np.where(exists, first + in_month - 1, UNREADABLE)
    zero = has_form & (year + month + in_month == 0)
    return np.where(zero, ZERO_DATE, day).astype(np.int32), exists | zero


def _settle_times(characters: _Codes, rows: NDArray[np.intp], local: Zone, found: Moments) -> None:
    """Settle the rows that hold more than a date, one form of writing after the other."""
    if not len(rows):
        return
    tails = characters[rows, 10:]
    forms = np.where((tails >= ord("0")) & (tails <= ord("9")), ord("0"), np.minimum(tails, 255)).astype(np.uint8)
    which, distinct = pd.factorize(np.ascontiguousarray(forms).view(f"S{forms.shape[1]}").ravel().astype(object))
    for number, form in enumerate(distinct):
        chosen = np.flatnonzero(which == number)
        at = rows[chosen]
        match = _TIME.fullmatch(form.decode("latin-1"))
        if match is None:
            found.day[at] = UNREADABLE
            continue
        written = found.day[at]
        utc, fraction, possible = _instants(tails[chosen], match, written.astype(np.int64), local)
        in_paris = np.where(is_day(written), zone(_PARIS).to_wall(utc) // _MIDNIGHT, written)
        found.day[at] = np.where(possible, in_paris, UNREADABLE)
        found.pure[at] = ~is_day(found.day[at])
        found.micros[at] = np.where(found.pure[at], NO_INSTANT, utc * 1_000_000 + fraction)


def _instants(
    tails: _Codes, match: re.Match[str], day: Seconds, local: Zone
) -> tuple[Seconds, Seconds, NDArray[np.bool_]]:
    """Seconds in UTC, microseconds within the second, and where the time of day can be."""

    def number(group: str) -> Seconds:
        start, end = match.span(group)
        powers = 10 ** np.arange(end - start - 1, -1, -1, dtype=np.int64)
        return (tails[:, start:end].astype(np.int64) - ord("0")) @ powers

    hour, minute, second = number("hour"), number("minute"), number("second")
    digits = len(match["fraction"] or "")
    fraction = number("fraction") * 10 ** max(0, 6 - digits) // 10 ** max(0, digits - 6)
    possible = (hour <= 23) & (minute <= 59) & (second <= 59)
    wall = np.where(possible, day * _MIDNIGHT + hour * 3600 + minute * 60 + second, 0)
    if match["utc"]:
        return wall, fraction, possible
    if not match["sign"]:
        return local.to_utc(wall), fraction, possible
    offset = number("offset_hour") * 3600 + number("offset_minute") * 60 + number("offset_second")
    possible &= (number("offset_minute") <= 59) & (number("offset_second") <= 59) & (offset <= 18 * 3600)
    return wall - np.where(match["sign"] == "-", -offset, offset), fraction, possible

"""The values of a column, chunk by chunk, brought to arrays whatever database they come from."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType, NoneType
from typing import Any, ClassVar
from uuid import UUID

import numpy as np
import pandas as pd

from diager_dpo.domain.civil import Duration
from diager_dpo.domain.facts import Moments
from diager_dpo.domain.words import ConsentEvent, Origin, Purpose, Subject
from diager_dpo.source.instants import parse


class WrongTypeError(Exception):
    """A column does not hold what it must; ``expected`` says what, and no value is kept."""

    def __init__(self, expected: str) -> None:
        self.expected = expected
        super().__init__(expected)


class Column(ABC):
    """Takes the chunks of one column, then gives them as one array. Columns without a value hold ``absent``."""

    dtype: ClassVar[Any]
    absent: Any

    def __init__(self) -> None:
        self._parts: list[Any] = []

    def add(self, values: Sequence[Any]) -> None:
        """Take a chunk of what the driver gave; ``WrongTypeError``."""
        self._parts.append(self._read(values))

    def missing(self, count: int) -> None:
        """Take a chunk of a fact that does not return the column."""
        self._parts.append(np.full(count, self.absent, self.dtype))

    def whole(self) -> Any:
        """Everything, in the order in which it came; ``WrongTypeError``."""
        return _joined(self._parts)

    @abstractmethod
    def _read(self, values: Sequence[Any]) -> Any: ...


class KeyColumn(Column):
    """Keys as text, ``None`` where there is none. UUIDs in their usual form, bytes in hexadecimal."""

    dtype = np.object_
    absent = None

    def _read(self, values: Sequence[Any]) -> Any:
        types = set(map(type, values))
        if types == {int}:
            values = list(map(str, values))
        elif types - {str} or "" in values:
            values = [_key(value) for value in values]
        return np.array(values, dtype=object)


def _key(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bytes | bytearray):
        return value.hex()
    if isinstance(value, float | Decimal) and value == value.__trunc__():
        return str(int(value))
    if isinstance(value, str | int | UUID):
        return str(value)
    raise WrongTypeError("integer, UUID or text")


class BooleanColumn(Column):
    """True and false, 1 and 0, or one bit. NULL is false."""

    dtype = np.bool_
    absent = False

    _KNOWN = frozenset({None, 0, 1, b"\x00", b"\x01"})

    def _read(self, values: Sequence[Any]) -> Any:
        if not set(values) <= self._KNOWN:
            raise WrongTypeError("boolean, or 0 and 1")
        raw = np.array(values, dtype=object)
        return ((raw == 1) | (raw == b"\x01")).astype(np.bool_)


class PresenceColumn(Column):
    """Where a text is given at all: neither NULL nor blank."""

    dtype = np.bool_
    absent = False

    def _read(self, values: Sequence[Any]) -> Any:
        codes, distinct = pd.factorize(np.array(values, dtype=object))
        return np.array([*(bool(str(value).strip()) for value in distinct), False], np.bool_)[codes]


class TextColumn(Column):
    """Text as it is; empty where there is none."""

    dtype = np.object_
    absent = ""

    def _read(self, values: Sequence[Any]) -> Any:
        return np.array(["" if value is None else str(value) for value in values], dtype=object)


class WordColumn(Column):
    """One of a few words, whatever their case. ``None`` for ``absent`` or ``unknown``: such a row is refused."""

    dtype = np.int8

    def __init__(self, words: Mapping[str, int], absent: int | None, unknown: int | None) -> None:
        super().__init__()
        self.absent = absent
        self._words = words
        self._unknown = unknown

    def _read(self, values: Sequence[Any]) -> Any:
        codes, distinct = pd.factorize(np.array(values, dtype=object))
        numbers = [self._words.get(str(value).strip().lower(), self._unknown) for value in distinct]
        if None in numbers or (self.absent is None and (codes < 0).any()):
            raise WrongTypeError(" | ".join(self._words))
        return np.array([*numbers, self.absent or 0], np.int8)[codes]


class DurationColumn(Column):
    """ISO 8601 durations, two columns: months and days. -1: none announced; -2: unreadable."""

    dtype = np.int32

    def missing(self, count: int) -> None:
        """Take a chunk without durations."""
        self._parts.append(np.full((count, 2), -1, np.int32))

    def _read(self, values: Sequence[Any]) -> Any:
        return np.array([_duration(value) for value in values], np.int32).reshape(len(values), 2)


def _duration(value: Any) -> tuple[int, int]:
    if value is None or (isinstance(value, str) and not value.strip()):
        return -1, -1
    try:
        duration = Duration.parse(str(value))
    except ValueError:
        return -2, -2
    return duration.months, duration.days


class MomentColumn(Column):
    """Dates and timestamps, as ``Moments``. Numbers are none: a column that holds nothing else is refused.

    ``day_only``: only the civil day is kept, as an array of days.
    """

    def __init__(self, timezone: str, *, day_only: bool) -> None:
        super().__init__()
        self._timezone = timezone
        self._day_only = day_only
        self._has_dates = self._has_numbers = False

    def missing(self, count: int) -> None:
        """Take a chunk without dates."""
        self.add([None] * count)

    def whole(self) -> Any:
        """Days or ``Moments``."""
        if self._has_numbers and not self._has_dates:
            raise WrongTypeError("date or timestamp")
        if self._day_only:
            return _joined(self._parts)
        parts: list[Moments] = self._parts
        return Moments(
            _joined([part.day for part in parts]),
            _joined([part.micros for part in parts]),
            _joined([part.pure for part in parts]),
        )

    def _read(self, values: Sequence[Any]) -> Any:
        types = set(map(type, values)) - {NoneType}
        if types == {str}:
            self._has_dates = True
        elif types:
            values = [self._text(value) for value in values]
        moments = parse(values, self._timezone)
        return moments.day if self._day_only else moments

    def _text(self, value: Any) -> str | None:
        if value is None:
            return None
        if isinstance(value, str | date | bytes):
            self._has_dates = True
            text = value.isoformat() if isinstance(value, date) else value
            return text if isinstance(text, str) else text.decode("ascii", "replace")
        self._has_numbers = True
        return "number"  # there is a value, and it is no date


def _joined(parts: list[Any]) -> Any:
    return np.concatenate(parts)


#: The words of each column that holds words: their numbers, then those of NULL and of an unknown word.
WORDS: Mapping[str, tuple[Mapping[str, int], int | None, int | None]] = MappingProxyType({
    "origin": (
        {word.code: word for word in Origin if word is not Origin.UNKNOWN}, Origin.UNKNOWN, Origin.OTHER,
    ),
    "purpose": ({word.code: word for word in Purpose}, 0, None),
    "subject": ({word.code: word for word in Subject}, Subject.OTHER, Subject.OTHER),
    "event": ({word.code: word for word in ConsentEvent}, None, None),
})  # fmt: skip

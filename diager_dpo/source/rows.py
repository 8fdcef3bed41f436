"""The rows of one fact: its SELECT run on the snapshot, its columns found by name, its chunks brought to arrays."""

import difflib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import sqlalchemy as sa

from diager_dpo.domain.civil import Mask
from diager_dpo.domain.facts import Keys, Moments
from diager_dpo.source import columns
from diager_dpo.source.broken_select import driver_errors, explain
from diager_dpo.source.connection import server_side_cursor, timezone_of
from diager_dpo.source.errors import SourceReadError
from diager_dpo.source.narrowing import Statement
from diager_dpo.source.shapes import FACTS, Holds

CHUNK = 5_000
"""Rows that are held as the driver gave them: few enough for the processor's cache."""

Progress: TypeAlias = Callable[[str, int], None]
"""Told the fact and how many of its rows were read so far."""


@dataclass(frozen=True, slots=True)
class FactRows:
    """One fact as columns: arrays, or ``Moments``. A column the SELECT does not return holds what stands for none.

    ``person`` holds ``kind:key`` where the fact returns ``kind``.
    """

    fact: str
    count: int
    has_kind: bool
    columns: Mapping[str, Any]

    def __getitem__(self, column: str) -> Any:
        return self.columns[column]

    def where(self, kept: Mask) -> "FactRows":
        """Only these rows."""
        if kept.all():
            return self
        chosen = {name: _where(values, kept) for name, values in self.columns.items()}
        return replace(self, count=int(kept.sum()), columns=chosen)


def read_rows(
    connection: sa.Connection,
    statements: Sequence[Statement],
    timezone: str,
    progress: Progress | None = None,
    *,
    texts: bool = False,
) -> FactRows:
    """All rows of one fact, through server-side cursors; several statements have their rows put together.

    ``texts``: what a proof is kept of as it is written, not only whether it is there.

    Raises:
        SourceReadError: naming the fact, and the column where there is one.
    """
    fact = statements[0].fact
    shape = FACTS[fact]
    collected: dict[str, columns.Column] = {}
    count, has_kind = 0, False
    for statement in statements:
        for names, chunk in _chunks(connection, statement, timezone):
            if not collected:
                zones = names.zones
                collected = {
                    name: _column(name, holds, zones.get(name, timezone), texts=texts)
                    for name, holds in shape.columns.items()
                }
            has_kind = "kind" in names.positions
            size = len(chunk[0]) if chunk else 0
            for name, column in collected.items():
                _take(fact, name, column, chunk[names.positions[name]] if name in names.positions else None, size)
            count += size
            if progress:
                progress(fact, count)
    whole = {name: _whole(fact, name, column) for name, column in collected.items()}
    if shape.is_personal and has_kind:
        whole["person"] = _with_kind(fact, whole["kind"], whole["person"])
    whole.pop("kind", None)
    return FactRows(fact, count, has_kind, whole)


_COLUMNS: Mapping[Holds, type[columns.Column]] = MappingProxyType(
    {
        Holds.KEY: columns.KeyColumn,
        Holds.BOOLEAN: columns.BooleanColumn,
        Holds.DURATION: columns.DurationColumn,
        Holds.TEXT: columns.TextColumn,
    }
)


@dataclass(frozen=True, slots=True)
class _Names:
    """Where each column of the fact stands in a row, and in which zone its timestamps without an offset are."""

    positions: Mapping[str, int]
    zones: Mapping[str, str]


def _chunks(connection: sa.Connection, statement: Statement, timezone: str) -> Iterator[tuple[_Names, list[Any]]]:
    """Chunks of columns; at least one, which may be empty."""
    failure: SourceReadError | None = None
    try:
        with closing(server_side_cursor(connection)) as cursor:
            # No parameters is not the same as none given: with them, a "%" of the text would begin one.
            cursor.execute(statement.text, *([statement.parameters] if statement.parameters else []))
            if cursor.description is None:
                raise SourceReadError("not_a_select", fact=statement.fact)
            names = _names(connection, statement.fact, cursor.description, timezone)
            empty: list[Any] = [() for _ in cursor.description]
            rows = cursor.fetchmany(CHUNK)
            yield names, list(zip(*rows, strict=True)) if rows else empty
            while rows := cursor.fetchmany(CHUNK):
                yield names, list(zip(*rows, strict=True))
    except driver_errors(connection) as error:
        failure = explain(connection, statement.fact, statement.text, error)
    if failure:
        raise failure


def _names(connection: sa.Connection, fact: str, description: Sequence[Any], timezone: str) -> _Names:
    """Columns by name, whatever their case; each once, none missing."""
    found = [str(column[0]).casefold() for column in description]
    for name, times in Counter(found).items():
        if times > 1:
            raise SourceReadError("duplicate_column", fact=fact, column=name)
    shape = FACTS[fact]
    for name in shape.required:
        if name not in found:
            nearest = difflib.get_close_matches(name, found, cutoff=0.5) or found
            raise SourceReadError("missing_column", fact=fact, column=name, suggestions=", ".join(nearest))
    positions = {name: found.index(name) for name in shape.columns if name in found}
    zones = {name: timezone_of(connection, description[at][1], timezone) for name, at in positions.items()}
    return _Names(positions, zones)


def _column(name: str, holds: Holds, timezone: str, *, texts: bool) -> columns.Column:
    if name in columns.WORDS and holds is Holds.WORD:
        words, absent, unknown = columns.WORDS[name]
        return columns.WordColumn(words, absent, unknown)
    if name in ("notice_version", "channel") and not texts:
        return columns.PresenceColumn()
    if holds in (Holds.DAY, Holds.MOMENT):
        return columns.MomentColumn(timezone, day_only=holds is Holds.DAY)
    if name == "kind":
        return columns.KeyColumn()
    return _COLUMNS[holds]()


def _take(fact: str, name: str, column: columns.Column, values: Sequence[Any] | None, size: int) -> None:
    try:
        if values is None:
            column.missing(size)
        else:
            column.add(values)
    except columns.WrongTypeError as error:
        expected = error.expected
    else:
        return
    raise SourceReadError("wrong_type", fact=fact, column=name, expected=expected)


def _whole(fact: str, name: str, column: columns.Column) -> Any:
    try:
        return column.whole()
    except columns.WrongTypeError as error:
        expected = error.expected
    raise SourceReadError("wrong_type", fact=fact, column=name, expected=expected)


def _with_kind(fact: str, kinds: Keys, keys: Keys) -> Keys:
    """``kind:key``; ``None`` where either is."""
    if any(":" in kind for kind in pd.unique(kinds) if kind is not None):
        raise SourceReadError("wrong_type", fact=fact, column="kind", expected="text without a colon")
    given = ~(pd.isna(kinds) | pd.isna(keys))
    whole = np.full(len(keys), None, dtype=object)
    whole[given] = kinds[given] + ":" + keys[given]
    return whole


def _where(values: Any, kept: Mask) -> Any:
    if isinstance(values, Moments):
        return Moments(values.day[kept], values.micros[kept], values.pure[kept])
    return values[kept]

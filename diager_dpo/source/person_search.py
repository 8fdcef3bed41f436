"""Persons of a source by name or contact point, live: the database looks, and nothing of the answer is kept.

Two SELECTs of the source file serve it, ``labels`` and ``contact_points``; a source may give either or both.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from diager_dpo.source.connection import snapshot
from diager_dpo.source.errors import SourceReadError
from diager_dpo.source.folding import Folding, digits, folded, like, pattern
from diager_dpo.source.narrowing import Statement, checked_select, sample, statements
from diager_dpo.source.rows import FactRows, read_rows
from diager_dpo.source.source_file import SourceFile

LABELS, CONTACT_POINTS = "labels", "contact_points"
_MOST_WORDS = 8
_BETWEEN_WORDS = re.compile(r"[\s\-'\u2019]+")
_TELEPHONE = re.compile(r"\+?[\d\s().\-/]+")
_FEWEST_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Match:
    """A person and what was found of them; ``point`` is empty where the name matched. Values stay out of ``repr``."""

    person: str
    label: str = field(repr=False)
    point: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for, ready to be compared: ``words`` of a name, a contact ``point``, a ``telephone`` number."""

    words: tuple[str, ...] = field(repr=False)
    point: str = field(repr=False)
    telephone: str = field(repr=False)

    @classmethod
    def of(cls, text: str) -> "Wanted":
        """What somebody typed."""
        typed = folded("".join(each if each.isprintable() else " " for each in text)).strip()
        words = tuple(word for word in _BETWEEN_WORDS.split(typed) if word)[:_MOST_WORDS]
        return cls(words, typed, _national(typed) if _TELEPHONE.fullmatch(typed) else "")

    @property
    def letters(self) -> int:
        """How many letters and digits there are to compare."""
        return sum(each.isalnum() for each in self.point)


def can_search(source: SourceFile) -> bool:
    """Whether the source file gives what a search needs."""
    return LABELS in source.facts or CONTACT_POINTS in source.facts


def search_persons(engine: sa.Engine, source: SourceFile, wanted: Wanted, most: int) -> tuple[tuple[Match, ...], bool]:
    """Who matches, by name first, in the order of names; and whether there may be more: ``most`` rows are read a fact.

    Raises:
        SourceConnectionError: the source cannot be reached.
        SourceReadError: a fact cannot be read; names it, and no value.
    """
    with snapshot(engine) as connection:
        search = _Search(connection, source, most)
        by_name = search.rows(LABELS, "label", wanted)
        by_point = search.rows(CONTACT_POINTS, "value", wanted)
    found: dict[str, Match] = {}
    for rows, column in ((by_name, "label"), (by_point, "value")):
        for person, value in zip(rows["person"], rows[column], strict=True) if rows else ():
            if person is not None:
                label, point = (value, "") if column == "label" else ("", value)
                found.setdefault(person, Match(person, label, point))
    return tuple(found.values()), any(rows is not None and rows.count >= most for rows in (by_name, by_point))


def labels_of(engine: sa.Engine, source: SourceFile, persons: Sequence[str]) -> dict[str, str]:
    """What persons are called, as far as the source says it. Raises as ``search_persons``."""
    if LABELS not in source.facts or not persons:
        return {}
    with snapshot(engine) as connection:
        planned = statements(connection, LABELS, source.facts[LABELS], persons)
        rows = read_rows(connection, planned, source.timezone)
    wanted = frozenset(persons)
    named = zip(rows["person"], rows["label"], strict=True)
    return {person: label for person, label in named if person in wanted}


@dataclass(slots=True)
class _Search:
    """One search under way."""

    connection: sa.Connection
    source: SourceFile
    most: int
    folding: Folding = field(init=False)

    def __post_init__(self) -> None:
        self.folding = Folding(self.connection)

    def rows(self, fact: str, column: str, wanted: Wanted) -> FactRows | None:
        """The rows of a fact that match; ``None`` where the source does not give it."""
        if fact not in self.source.facts:
            return None
        text = checked_select(fact, self.source.facts[fact])
        inner = f"SELECT * FROM (\n{text}\n) AS fact"  # noqa: S608 - the text of the source file is SQL by nature
        names, _ = sample(self.connection, fact, f"{inner} WHERE 1 = 0")
        spelled = {name.casefold(): name for name in names}
        if column not in spelled:
            raise SourceReadError("missing_column", fact=fact, column=column, suggestions=", ".join(names))
        value = f"fact.{self.connection.dialect.identifier_preparer.quote(spelled[column])}"
        if self.connection.dialect.paramstyle != "qmark":
            inner, value = inner.replace("%", "%%"), value.replace("%", "%%")
        compared = self.folding.folded(value)
        condition, patterns = self._condition(value, compared, column, wanted)
        asked = f"{inner} WHERE {condition} ORDER BY {compared} LIMIT {self.most:d}"
        return read_rows(self.connection, [Statement(fact, asked, patterns)], self.source.timezone)

    def _condition(self, value: str, compared: str, column: str, wanted: Wanted) -> tuple[str, tuple[str, ...]]:
        """Every word of a name, in whatever order; a contact point as it was typed, or by the digits of a number."""
        mark = "?" if self.connection.dialect.paramstyle == "qmark" else "%s"
        if column == "label":
            words = wanted.words or (wanted.point,)
            return " AND ".join(like(compared, mark) for _ in words), tuple(map(pattern, words))
        if not wanted.telephone:
            return like(compared, mark), (pattern(wanted.point),)
        either = f"({like(compared, mark)} OR {like(self.folding.digits(value), mark)})"
        return either, (pattern(wanted.point), pattern(wanted.telephone))


def _national(typed: str) -> str:
    """The digits that a number has at home and abroad: 06 12 34 56 78 and +33 6 12 34 56 78 share 612345678."""
    number = digits(typed)
    if len(number) < _FEWEST_DIGITS:
        return ""
    if typed.startswith(("+33", "0033")):
        number = number.removeprefix("00").removeprefix("33")
    return number.removeprefix("0")

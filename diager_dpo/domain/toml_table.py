"""Reading a configuration file with every problem noted: what is wrong, at which key and line, what is expected.

A reader asks a table for what it needs; where it is missing or wrong, the problem is noted and a harmless value is
returned, so that one reading finds all problems. Sentences are the catalogs' business: a problem is a code and values.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import Self

from diager_dpo.domain.toml_lines import KeyPath, key_lines, line_of


class ProblemCode(StrEnum):
    """What can be wrong with a key. The catalogs have a sentence for each."""

    SYNTAX = "syntax"  # the text is no TOML; found: what the parser says
    MISSING = "missing"
    UNKNOWN_KEY = "unknown_key"
    WRONG_TYPE = "wrong_type"  # found and expected: the words of ``TYPES``
    EMPTY = "empty"
    NOT_ALLOWED = "not_allowed"  # a word outside its list
    BAD_NAME = "bad_name"  # a name that must be lower-case letters, digits and _
    BAD_DATE = "bad_date"
    BAD_DURATION = "bad_duration"
    DOES_NOT_FIT = "does_not_fit"  # a right word in a place where the rules know no meaning for it
    DUPLICATE = "duplicate"
    NOT_DESCRIBED = "not_described"  # a rule of a purpose that the file does not describe


#: How a type is called in ``found`` and ``expected``.
TYPES = ("text", "date", "boolean", "table", "list", "number", "date_and_time", "table_or_list")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. ``key`` counts list elements from 1, as a reader does; ``line`` is ``None`` where unknown."""

    code: ProblemCode
    file: str
    key: str
    line: int | None
    found: str = ""
    expected: tuple[str, ...] = ()
    suggestion: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        parts = [f"{place}: {self.key}: {self.code}" if self.key else f"{place}: {self.code}"]
        if self.found:
            parts.append(f"found {self.found}")
        if self.expected:
            parts.append(f"expected {' | '.join(self.expected)}")
        if self.suggestion:
            parts.append(f"did you mean {self.suggestion}?")
        return "; ".join(parts)


class Notes:
    """The problems of one file, as they are found."""

    def __init__(self, file: str, lines: dict[KeyPath, int]) -> None:
        self._file = file
        self._lines = lines
        self.problems: list[Problem] = []

    def add(
        self, code: ProblemCode, path: KeyPath, *, found: str = "", expected: Iterable[str] = (), near: str = ""
    ) -> None:
        """Note a problem; ``near`` is looked up among ``expected`` for a suggestion."""
        choices = tuple(expected)
        close = get_close_matches(near.lower(), choices, n=1, cutoff=0.6) if near else []
        line = line_of(self._lines, path)
        self.problems.append(Problem(code, self._file, _dotted(path), line, found, choices, *close))


@dataclass(frozen=True, slots=True)
class TomlTable:
    """One table of a file, read key by key. Each method notes what is wrong with its key."""

    path: KeyPath
    values: dict[str, object]
    notes: Notes

    @classmethod
    def parse(cls, text: str, file: str) -> Self:
        """The whole file. Where it is no TOML, one problem and an empty table."""
        text = text.removeprefix("\ufeff")  # some editors of Windows begin a file with it
        try:
            values: dict[str, object] = tomllib.loads(text)
        except ValueError as error:  # TOMLDecodeError, or a number too long to read
            notes = Notes(file, {})
            notes.problems.append(_syntax_problem(str(error), file, text))
            return cls((), {}, notes)
        return cls((), values, Notes(file, key_lines(text)))

    def only(self, allowed: Iterable[str]) -> None:
        """Note every key that is not one of ``allowed``."""
        choices = tuple(allowed)
        for key in self.values:
            if key not in choices:
                self.notes.add(ProblemCode.UNKNOWN_KEY, (*self.path, key), expected=choices, near=key)

    def text(self, key: str, *, required: bool = True) -> str:
        """A text without the spaces around it; empty where there is none or it is wrong."""
        value = self._get(key, "text", required=required)
        if not isinstance(value, str):
            return ""
        if not value.strip():
            self.notes.add(ProblemCode.EMPTY, (*self.path, key), expected=("text",))
        return value.strip()

    def word(self, key: str, choices: Sequence[str], *, required: bool = True) -> str:
        """One of a list of words; empty where there is none or it is wrong."""
        word = self.text(key, required=required)
        return word if not word or self.is_one_of(word, (key,), choices) else ""

    def words(self, key: str, choices: Sequence[str]) -> tuple[str, ...]:
        """Several of a list of words; none where the key is absent."""
        items = self._get(key, "list", required=False)
        good = []
        for position, item in enumerate(items if isinstance(items, list) else []):
            path = (*self.path, key, position)
            if not isinstance(item, str):
                self.notes.add(ProblemCode.WRONG_TYPE, path, found=_type(item), expected=("text",))
            elif self.is_one_of(item, (key, position), choices):
                good.append(item)
        return tuple(good)

    def boolean(self, key: str, *, default: bool) -> bool:
        """True or false; the default where the key is absent or wrong."""
        value = self._get(key, "boolean", required=False)
        return value if isinstance(value, bool) else default

    def date(self, key: str) -> date | None:
        """A day, written without quotes."""
        value = self._get(key, "date", required=True)
        return value if isinstance(value, date) else None

    def table(self, key: str, *, required: bool = True) -> "TomlTable | None":
        """A table within this one."""
        value = self._get(key, "table", required=required)
        return TomlTable((*self.path, key), value, self.notes) if isinstance(value, dict) else None

    def tables(self, key: str, *, single: bool = False) -> tuple["TomlTable", ...]:
        """A list of tables, none where the key is absent; with ``single``, also one table."""
        value = self.values.get(key)
        if single and isinstance(value, dict):
            return (TomlTable((*self.path, key), value, self.notes),)
        items = self._get(key, "table_or_list" if single else "list", required=False)
        found = []
        for position, item in enumerate(items if isinstance(items, list) else []):
            path = (*self.path, key, position)
            if isinstance(item, dict):
                found.append(TomlTable(path, item, self.notes))
            else:
                self.notes.add(ProblemCode.WRONG_TYPE, path, found=_type(item), expected=("table",))
        if items == []:
            self.notes.add(ProblemCode.EMPTY, (*self.path, key), expected=("table",))
        return tuple(found)

    def name(self, key: str, pattern: str = r"[a-z][a-z0-9_]*") -> str:
        """A name for machines: lower-case letters, digits and _, unless another pattern is given."""
        name = self.text(key)
        if name and not re.fullmatch(pattern, name):
            self.note(ProblemCode.BAD_NAME, key, found=name, expected=(re.sub(r"[^a-z0-9]+", "_", name.lower()),))
        return name

    def note(self, code: ProblemCode, key: str, *, found: str, expected: Iterable[str] = ()) -> None:
        """Note a problem of one key of this table."""
        self.notes.add(code, (*self.path, key), found=found, expected=expected)

    def is_one_of(self, word: str, key: KeyPath, choices: Sequence[str]) -> bool:
        """Whether a word is one of a list; noted where it is not."""
        if word in choices:
            return True
        self.notes.add(ProblemCode.NOT_ALLOWED, (*self.path, *key), found=word, expected=choices, near=word)
        return False

    def _get(self, key: str, type_: str, *, required: bool) -> object:
        """The value of a key where it has the right type, else ``None``."""
        if key not in self.values:
            if required:
                self.notes.add(ProblemCode.MISSING, (*self.path, key), expected=(type_,))
            return None
        value = self.values[key]
        if _type(value) not in type_.split("_or_"):
            self.notes.add(ProblemCode.WRONG_TYPE, (*self.path, key), found=_type(value), expected=(type_,))
            return None
        return value


def note_twice(named: Iterable[tuple[TomlTable, str]], key: str) -> None:
    """Note the second and later tables of one name."""
    seen = set()
    for table, name in named:
        if name and name in seen:
            table.note(ProblemCode.DUPLICATE, key, found=name)
        seen.add(name)


def _type(value: object) -> str:
    """What TOML calls the type of a value."""
    names = {str: "text", bool: "boolean", datetime: "date_and_time", date: "date", dict: "table", list: "list"}
    return names.get(type(value), "number")


def _dotted(path: KeyPath) -> str:
    """``("rules", 1, "start")`` as a reader counts: ``rules[2].start``."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _syntax_problem(message: str, file: str, text: str) -> Problem:
    """The parser's message ends in "(at line 3, column 5)" or "(at end of document)"."""
    reason, _, place = message.rpartition(" (at ")
    numbers = [int(word.strip(",)")) for word in place.split() if word.strip(",)").isdigit()]
    line = numbers[0] if numbers else text.count("\n") + 1
    return Problem(ProblemCode.SYNTAX, file, "", line, found=reason or message)

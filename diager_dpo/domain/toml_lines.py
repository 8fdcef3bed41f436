"""Where each key of a TOML text stands, so that whoever wrote it can be sent to the line.

The standard parser gives values without positions. This one finds positions and no values, in texts the standard
parser has accepted: headers, keys at the beginning of a line, and where a value runs over several lines.
"""

import re
from typing import TypeAlias

#: ``("rules", 1, "start")``: names and, in a list, positions from 0.
KeyPath: TypeAlias = tuple[str | int, ...]

_NAME = r'(?:"(?:\\.|[^"\\])*"|\'[^\']*\'|[A-Za-z0-9_-]+)'
_NAMES = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_LIST_HEADER = re.compile(rf"\s*\[\[\s*({_NAMES})\s*\]\]")
_HEADER = re.compile(rf"\s*\[\s*({_NAMES})\s*\]")
_KEY = re.compile(rf"\s*({_NAMES})\s*=")
_TOKEN = re.compile(r'"""|\'\'\'|"(?:\\.|[^"\\])*"|\'[^\']*\'|#.*|[\[{]|[\]}]')


def key_lines(text: str) -> dict[KeyPath, int]:
    """The line, from 1, of each table and key of a valid TOML text. Keys within ``{…}`` are on their owner's line."""
    lines: dict[KeyPath, int] = {}
    lengths: dict[KeyPath, int] = {}
    table: KeyPath = ()
    value = _Value()
    for number, line in enumerate(text.split("\n"), start=1):
        if value.is_open:
            value.read(line)
        elif header := _LIST_HEADER.match(line):
            path = _resolve(header[1], lengths)
            table = (*path, lengths.get(path, 0))
            lengths[path] = lengths.get(path, 0) + 1
            lines.setdefault(path, number)
            lines[table] = number
        elif header := _HEADER.match(line):
            table = _resolve(header[1], lengths)
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            names = _names(key[1])
            for end in range(1, len(names) + 1):
                lines.setdefault((*table, *names[:end]), number)
            value.read(line[key.end() :])
    return lines


def line_of(lines: dict[KeyPath, int], path: KeyPath) -> int | None:
    """The line of a key, or of the nearest table around it."""
    return next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), None)


class _Value:
    """Follows a value from line to line until its brackets and quotes are closed."""

    def __init__(self) -> None:
        self._depth = 0
        self._quotes = ""

    @property
    def is_open(self) -> bool:
        return self._depth > 0 or self._quotes != ""

    def read(self, line: str) -> None:
        position = 0
        while True:
            if self._quotes:
                end = line.find(self._quotes, position)
                if end < 0:
                    return
                position, self._quotes = end + 3, ""
            token = _TOKEN.search(line, position)
            if token is None:
                return
            position = token.end()
            if token[0] in {'"""', "'''"}:
                self._quotes = token[0]
            elif token[0] in "[{":
                self._depth += 1
            elif token[0] in "]}":
                self._depth -= 1


def _names(dotted: str) -> list[str]:
    return [name.strip("\"'") for name in re.findall(_NAME, dotted)]


def _resolve(dotted: str, lengths: dict[KeyPath, int]) -> KeyPath:
    """A header's path: a table under a list belongs to the latest element of that list."""
    names = _names(dotted)
    path: KeyPath = ()
    for position, name in enumerate(names):
        path = (*path, name)
        if path in lengths and position < len(names) - 1:
            path = (*path, lengths[path] - 1)
    return path

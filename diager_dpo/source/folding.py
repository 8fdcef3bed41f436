"""Text as people search for it: without accents, and whatever its case. In Python, and in SQL where an engine can."""

import re
import sqlite3
import unicodedata

import sqlalchemy as sa

_LIGATURES = {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"}
_STROKES = {"ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d"}
_LATIN = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
_COMBINING = "".join(map(chr, range(0x300, 0x370)))


def _accented() -> dict[str, str]:
    """Every accented Latin letter, with the letter it is read as."""
    found = dict(_STROKES)
    for character in map(chr, _LATIN):
        base = unicodedata.normalize("NFD", character)[0]
        if base != character and base.isascii():
            found[character] = base.lower()
    return found


_ACCENTED = _accented()
_TABLE = str.maketrans(_LIGATURES | _ACCENTED | dict.fromkeys(_COMBINING, ""))
_NOT_A_DIGIT = re.compile(r"[^0-9]")


def folded(text: str) -> str:
    """Lower case, without accents."""
    return text.lower() if text.isascii() else text.translate(_TABLE).casefold()


def digits(text: str) -> str:
    """Its digits only: of a telephone number, whatever stands between them."""
    return _NOT_A_DIGIT.sub("", text)


class Folding:
    """The same as expressions of SQL, on one connection to a source. ``like`` takes what ``pattern`` gives."""

    def __init__(self, connection: sa.Connection) -> None:
        self._dialect = connection.dialect.name
        self._in_utf8 = True
        if self._dialect == "sqlite":
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.create_function("diager_dpo_folded", 1, lambda value: folded(_text(value)), deterministic=True)
            driver.create_function("diager_dpo_digits", 1, lambda value: digits(_text(value)), deterministic=True)
        elif self._dialect == "postgresql":
            self._in_utf8 = connection.exec_driver_sql("SHOW server_encoding").scalar_one() == "UTF8"

    def folded(self, column: str) -> str:
        """A column without accents and case, or what compares like it."""
        if self._dialect == "sqlite":  # as bytes: text that is not UTF-8 would end the statement
            return f"diager_dpo_folded(CAST({column} AS BLOB))"
        text = f"CAST({column} AS {'text' if self._dialect == 'postgresql' else 'CHAR'})"
        if self._dialect != "postgresql":
            return f"{_spelled_out(f'CONVERT({text} USING utf8mb4)')} COLLATE utf8mb4_unicode_ci"
        if not self._in_utf8:
            return f"lower({text})"
        letters, read_as = "".join(_ACCENTED) + _COMBINING, "".join(_ACCENTED.values())
        plain = f"lower(translate({_spelled_out(text)}, '{letters}', '{read_as}'))"
        return f"CASE WHEN octet_length({text}) = char_length({text}) THEN lower({text}) ELSE {plain} END"

    def digits(self, column: str) -> str:
        """The digits of a column."""
        if self._dialect == "sqlite":
            return f"diager_dpo_digits(CAST({column} AS BLOB))"
        if self._dialect == "postgresql":
            return f"regexp_replace(CAST({column} AS text), '[^0-9]', '', 'g')"
        return f"regexp_replace(CAST({column} AS CHAR), '[^0-9]', '')"


def like(expression: str, mark: str) -> str:
    """The condition that an expression holds the text of ``pattern``, bound at ``mark``."""
    return f"({expression}) LIKE {mark} ESCAPE '!'"


def pattern(text: str) -> str:
    """Whatever holds ``text`` as it stands: nothing in it is a wildcard."""
    return "%" + re.sub(r"([!%_])", r"!\1", text) + "%"


def _text(value: bytes | None) -> str:
    return "" if value is None else value.decode("utf-8", "replace")


def _spelled_out(expression: str) -> str:
    for ligature, letters in _LIGATURES.items():
        expression = f"replace({expression}, '{ligature}', '{letters}')"
    return expression

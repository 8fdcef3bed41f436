"""How one column is erased while its row stays, and how one sees that a value still stands there.

A value is gone where the column is NULL, an empty text, the constant, or a random value of the product's own shape: a
mark, then hexadecimal digits. Without the mark, a token that was stored there before could pass for an erased one.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from diager_dpo.domain.words import Purpose
from diager_dpo.source.erasure_keys import Condition, exactly, is_mysql
from diager_dpo.source.schema import Column, TypeKind
from diager_dpo.source.source_file import ColumnUse, EraseBy
from diager_dpo.source.trial import literal

_MARK, _SHORT_MARK = "erased-", "~"
_LONGEST, _FEWEST_DIGITS = 32, 16
_UUID_MARK = "e7a5edff"
"""The first digits of a random UUID; its version is 8, which is left to those who make it (RFC 9562)."""


@dataclass(frozen=True, slots=True)
class ErasableColumn:
    """A column of a table that an erasure may empty: what it serves (bits), its type and its manner of erasing."""

    name: str
    serves: int
    purposes: tuple[Purpose, ...]
    use: ColumnUse
    column: Column

    def stands(self, dialect: str, expression: sa.ColumnElement[Any]) -> Condition:
        """Where a value still stands that erasing would take."""
        filled: Condition = expression.is_not(None)
        if self.column.kind is TypeKind.TEXT:
            filled = _length(dialect, expression) > 0 if is_mysql(dialect) else expression != sa.literal_column("''")
        if self.use.erase_by is EraseBy.NULL:
            return filled
        if self.use.erase_by is EraseBy.RANDOM:
            return sa.and_(filled, sa.not_(_shaped(dialect, self.column, expression)))
        return sa.and_(filled, self._differs(dialect, expression))

    def erased(
        self, dialect: str, expression: sa.ColumnElement[Any], key: Sequence[sa.ColumnElement[Any]]
    ) -> sa.ColumnElement[Any]:
        """What the column becomes. Only a standing value is replaced: what is empty stays so."""
        if self.use.erase_by is EraseBy.NULL:
            return sa.literal_column("NULL")
        fresh = self._constant(dialect)
        if self.use.erase_by is EraseBy.RANDOM:
            fresh = _random(dialect, self.column, key)
        return sa.case((self.stands(dialect, expression), fresh), else_=expression)

    def _constant(self, dialect: str) -> sa.ColumnElement[Any]:
        value = self.use.constant
        return literal(value.isoformat() if isinstance(value, date) else value, dialect)

    def _differs(self, dialect: str, expression: sa.ColumnElement[Any]) -> Condition:
        constant = self._constant(dialect)
        if self.column.kind is TypeKind.JSON and dialect == "postgresql":  # the type json knows no equality
            document: sa.ColumnElement[Any] = sa.literal_column("jsonb")
            return expression.op("::")(document) != constant.op("::")(document)
        if is_mysql(dialect) and self.column.kind is TypeKind.TEXT:
            in_utf8 = sa.func.convert(constant.op("USING")(sa.literal_column("utf8mb4")))
            return exactly(dialect, self.column, expression) != sa.cast(in_utf8, sa.LargeBinary)
        return exactly(dialect, self.column, expression) != constant


def example(column: Column | None) -> str:
    """A value such as ``random`` leaves, to try the conditions of a table with."""
    digits = "0f1e2d3c4b5a49788796a5b4c3d2e1f0"
    if column is not None and column.kind is TypeKind.UUID:
        return f"{_UUID_MARK}-0f1e-82d3-8c4b-5a49788796a5"
    mark, count = _shape(column.length if column is not None else None)
    return mark + digits[:count]


def _shape(length: int | None) -> tuple[str, int]:
    """The mark, and how many digits follow it, in a column of so many characters."""
    room = length if length is not None else len(_MARK) + _LONGEST
    mark = _MARK if room >= len(_MARK) + _FEWEST_DIGITS else _SHORT_MARK
    return mark, min(_LONGEST, room - len(mark))


def _shaped(dialect: str, column: Column, expression: sa.ColumnElement[Any]) -> Condition:
    text = expression
    if column.kind is TypeKind.UUID:
        text = sa.cast(expression, sa.CHAR(36) if is_mysql(dialect) else sa.Text)
        return sa.and_(_begins(text, _UUID_MARK), sa.func.substr(text, 15, 1) == sa.literal_column("'8'"))
    mark, count = _shape(column.length)
    return sa.and_(_begins(text, mark), _length(dialect, text) == sa.literal_column(str(len(mark) + count)))


def _begins(text: sa.ColumnElement[Any], mark: str) -> Condition:
    return sa.func.substr(text, 1, len(mark)) == sa.literal_column(f"'{mark}'")


def _length(dialect: str, text: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.func.char_length(text) if is_mysql(dialect) else sa.func.length(text)


def _random(dialect: str, column: Column, key: Sequence[sa.ColumnElement[Any]]) -> sa.ColumnElement[Any]:
    """A value of its own for each row.

    On SQLite from its generator. On servers a hash of the row's key and a secret that is forgotten at once: the same on
    a replica, and never the same in two rows.
    """
    if dialect == "sqlite":
        digits: sa.ColumnElement[Any] = sa.func.lower(sa.func.hex(sa.func.randomblob(32)))
    else:
        text = sa.func.concat_ws("/", secrets.token_hex(32), *key)
        digits = sa.func.sha2(text, 256)
        if dialect == "postgresql":
            digits = sa.func.encode(sa.func.sha256(sa.func.convert_to(text, "UTF8")), "hex")
    if column.kind is TypeKind.UUID:
        return _as_uuid(dialect, digits)
    mark, count = _shape(column.length)
    return (
        sa.func.concat(mark, sa.func.substr(digits, 1, count))
        if dialect != "sqlite"
        else (sa.literal_column(f"'{mark}'").op("||")(sa.func.substr(digits, 1, count)))
    )


def _as_uuid(dialect: str, digits: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    def part(start: int, count: int) -> sa.ColumnElement[Any]:
        return sa.func.substr(digits, start, count)

    pieces: list[Any] = [f"{_UUID_MARK}-", part(1, 4), "-8", part(5, 3), "-8", part(8, 3), "-", part(11, 12)]
    if dialect == "sqlite":  # one call of the generator for each part: as random as one for all
        text: sa.ColumnElement[Any] = sa.literal_column("''")
        for piece in pieces:
            text = text.op("||")(sa.literal_column(f"'{piece}'") if isinstance(piece, str) else piece)
        return text
    text = sa.func.concat(*pieces)
    return text.op("::")(sa.literal_column("uuid")) if dialect == "postgresql" else text

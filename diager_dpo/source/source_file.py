"""What one source file says: how an existing database is read, and what may be erased in it.

Objects only; ``description.load_source`` makes them and refuses what is wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from diager_dpo.domain.civil import Duration
from diager_dpo.domain.words import Purpose

Scalar: TypeAlias = str | int | float | bool | date | datetime


class ErasureMode(StrEnum):
    """Who erases: the product itself, with receipts, or the operator of the source by an exported order."""

    DIRECT = "direct"
    BY_HAND = "by_hand"


class RowEnd(StrEnum):
    """What becomes of a row once no purpose of its person is left."""

    DELETE = "delete"
    KEEP = "keep"


class ColumnRole(StrEnum):
    """What a column is for. SERVES: its purposes are listed; the others are never erased on their own."""

    SERVES = "serves"
    KEY = "key"
    STRUCTURE = "structure"  # personal only through the row; goes with it
    REFUSAL = "refusal"  # stays as long as the row
    NOT_PERSONAL = "not_personal"


class EraseBy(StrEnum):
    """How the value of a column is erased while its row stays."""

    NULL = "null"
    CONSTANT = "constant"
    RANDOM = "random"


@dataclass(frozen=True, slots=True)
class Title:
    """The name of the source as people read it."""

    fr: str
    en: str


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of every year; 29 February is the last day of February."""

    month: int
    day: int


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a table, both as the database spells them."""

    table: str
    column: str

    def __str__(self) -> str:
        return f"{self.table}.{self.column}"


@dataclass(frozen=True, slots=True)
class Condition:
    """``column = value``, on a column of the table that carries the link."""

    column: str
    value: Scalar


@dataclass(frozen=True, slots=True)
class Step:
    """One join of a path: a column of the table reached so far equals a column of the next."""

    here: TableColumn
    there: TableColumn


@dataclass(frozen=True, slots=True)
class PersonLink:
    """How a row leads to a person.

    ``column`` holds the key: a column of the row's own table where ``steps`` is empty, else of the table that the last
    step reaches. The link counts only where every condition holds. ``kind`` says which persons the column names, where
    keys read ``kind:key``.
    """

    column: TableColumn
    where: tuple[Condition, ...] = ()
    steps: tuple[Step, ...] = ()
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """What one column is for; ``purposes`` and ``erase_by`` only where the role is SERVES."""

    role: ColumnRole
    purposes: tuple[Purpose, ...] = ()
    erase_by: EraseBy | None = None
    constant: Scalar | None = None


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A table that leads to persons.

    ``purposes`` are those the row itself serves. Without ``columns`` the row is erased as a whole.
    """

    name: str
    key: tuple[str, ...]
    persons: tuple[PersonLink, ...]
    operation: str | None
    purposes: tuple[Purpose, ...]
    columns: Mapping[str, ColumnUse]
    when_no_purpose_is_left: RowEnd

    @property
    def is_whole_row(self) -> bool:
        """Whether only whole rows are erased here, and columns need no declaration."""
        return not self.columns


@dataclass(frozen=True, slots=True)
class Seen:
    """What the database does or holds by itself, looked at by somebody and accepted for an erasure.

    ``triggers``: "table.trigger" of a declared table. ``cascades``: "table.column", a foreign key whose ON DELETE takes
    or changes rows of ``table`` with the row it refers to. ``keys``: "table.column" of a table about nobody that holds
    keys of persons, with the reason why they may stay.
    """

    triggers: frozenset[str] = frozenset()
    cascades: frozenset[str] = frozenset()
    keys: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One source, as its file describes it. ``digest`` is the SHA-256 of the file's bytes."""

    file: str
    digest: str
    name: str
    title: Title
    url_env: str
    erasure: ErasureMode
    receipts: str | None
    fiscal_year_closes: MonthDay
    timezone: str
    not_processed: frozenset[Purpose]
    backups_kept_for: Duration | None
    facts: Mapping[str, str]  # name of the fact -> its SELECT
    tables: Mapping[str, SourceTable]
    not_personal: Mapping[str, str]  # table -> reason
    other_persons: Mapping[str, str]  # table -> reason
    out_of_reach: Mapping[str, str]  # what no SQL erases -> reason
    residue: tuple[TableColumn, ...]
    seen: Seen = field(default_factory=Seen)

"""The charter as data: what the company promised, statement by statement, and what it leaves open.

A charter is a versioned document. Each statement carries the section it was read from, so that every figure on screen
can name its clause. A supplement has the same shape and adds what law or the CNIL requires beside the charter.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from diager_dpo.domain.civil import Duration
from diager_dpo.domain.words import Anchor, Category, Purpose


class Field(StrEnum):
    """What a register must say of a purpose (GDPR 13 and 30; CNIL's register)."""

    LEGAL_BASIS = "legal_basis"
    DURATION = "duration"
    START_EVENT = "start_event"
    RECIPIENTS = "recipients"
    DATA_CATEGORIES = "data_categories"
    PERSON_CATEGORIES = "person_categories"
    TRANSFERS = "transfers"
    SECURITY_MEASURES = "security_measures"
    DATA_SOURCE = "data_source"
    LEGITIMATE_INTEREST = "legitimate_interest"
    CONSENT_WITHDRAWAL = "consent_withdrawal"
    OPT_OUT_LIST = "opt_out_list"


class Origin(StrEnum):
    """Where a rule comes from; shown beside it."""

    CHARTER = "charter"
    LAW = "law"
    GDPR = "gdpr"
    CNIL = "cnil"
    CONVENTION = "convention"  # of this product, to be confirmed by the DPO


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in both languages of the app."""

    fr: str
    en: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What a charter says of one field of one purpose, and in which section."""

    text: Text
    clause: str


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """One clock: from which event, for how long. ``duration`` is ``None`` where it is announced for each operation."""

    purpose: Purpose
    category: Category
    start: Anchor
    duration: Duration | None
    clause: str
    origin: Origin
    text: Text
    archive: bool = False  # after the relation the data leave the active base (intermediate archive)
    start_stated: bool = True  # false where the document names no start event and a convention supplies it


@dataclass(frozen=True, slots=True)
class SubPurpose:
    """A sub-purpose the charter names."""

    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class PurposeEntry:
    """A purpose of one charter: its words, its sub-purposes, what is stated of it. A missing field is not stated."""

    purpose: Purpose
    title: Statement
    sub_purposes: tuple[SubPurpose, ...]
    statements: tuple[tuple[Field, Statement], ...]

    def stated(self, field: Field) -> tuple[Statement, ...]:
        """All statements of one field; empty where the charter does not state it, which never reads "none"."""
        return tuple(statement for name, statement in self.statements if name is field)


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """Something the charter leaves open, shown and never filled in silently.

    ``blocks_purge``: the categories whose records may not be purged while the question is open.
    """

    code: str
    purpose: Purpose | None  # None: the whole charter
    text: Text
    blocks_purge: tuple[Category, ...] = ()


@dataclass(frozen=True, slots=True)
class Completion:
    """What the DPO states of a field that the charter leaves out: who, when and why stand beside it."""

    purpose: Purpose
    field: Field
    text: Text
    by: str
    on: date
    why: Text


@dataclass(frozen=True, slots=True)
class Convention:
    """A choice of this product where no text decides [K]: in force, to be confirmed by the DPO."""

    code: str
    purpose: Purpose | None  # None: every purpose
    text: Text
    source: Text


@dataclass(frozen=True, slots=True)
class Charter:
    """One version of the charter, or a supplement to it.

    A supplement says what it adds and nothing of the company: its activity, controller, contact and link are empty.
    """

    version: str
    effective: date
    is_supplement: bool
    title: Text
    activity: Text
    controller: str
    contact: str
    general_charter: str
    applies_to_older_data: bool  # a longer duration also reaches data whose anchor precedes it
    purposes: tuple[PurposeEntry, ...]
    rules: tuple[RetentionRule, ...]
    open_questions: tuple[OpenQuestion, ...]
    conventions: tuple[Convention, ...]
    completions: tuple[Completion, ...] = ()


@dataclass(frozen=True, slots=True)
class CharterSet:
    """Every version side by side, oldest first, with the supplements."""

    charters: tuple[Charter, ...]

    def in_force(self, day: date) -> tuple[Charter, ...]:
        """Versions and supplements whose effective date is not after ``day``, oldest first."""
        return tuple(sorted((c for c in self.charters if c.effective <= day), key=lambda c: c.effective))

    def current(self, day: date) -> Charter:
        """The version of the charter in force on ``day``; the first one where none is yet."""
        versions = [c for c in sorted(self.charters, key=lambda c: c.effective) if not c.is_supplement]
        return next((c for c in reversed(versions) if c.effective <= day), versions[0])

    def supplements(self, day: date) -> tuple[Charter, ...]:
        """What stands beside the charter on ``day``, oldest first."""
        return tuple(charter for charter in self.in_force(day) if charter.is_supplement)

"""The register: what the documents in force say of each purpose, field by field, and what they do not say.

Whether a field is stated is judged on the charter alone; a supplement speaks for the purposes that only it describes.
"Not stated" never reads "none".
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from diager_dpo.domain.charter import (
    Charter,
    CharterSet,
    Completion,
    Convention,
    Field,
    OpenQuestion,
    PurposeEntry,
    RetentionRule,
    Statement,
    SubPurpose,
    Text,
)
from diager_dpo.domain.charter_rules import CLOCKS
from diager_dpo.domain.words import Purpose


class FieldState(StrEnum):
    """Where the content of a field comes from."""

    STATED = "stated"
    NOT_STATED = "not_stated"
    COMPLETED = "completed"  # by the DPO


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of one purpose.

    ``statements`` are those of the document that describes the purpose; ``additions`` those of supplements to it, which
    leave the state as it is; ``completion`` what the DPO states where the document does not.
    """

    field: Field
    state: FieldState
    statements: tuple[Statement, ...]
    additions: tuple[Statement, ...]
    completion: Completion | None


@dataclass(frozen=True, slots=True)
class Document:
    """The head of a charter or a supplement. A supplement says nothing of the company: those fields are empty."""

    version: str
    effective: date
    is_supplement: bool
    title: Text
    activity: Text
    controller: str
    contact: str
    general_charter: str


@dataclass(frozen=True, slots=True)
class Clock:
    """A retention rule and the document it stands in."""

    rule: RetentionRule
    charter: str
    is_supplement: bool


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One purpose in the register. ``is_supplement``: only a supplement describes it, and every screen says so."""

    purpose: Purpose
    title: Statement
    charter: str
    is_supplement: bool
    sub_purposes: tuple[SubPurpose, ...]
    clocks: tuple[Clock, ...]
    cells: tuple[Cell, ...]  # one a field, in the order of Field

    def cell(self, field: Field) -> Cell:
        """The cell of one field."""
        return next(cell for cell in self.cells if cell.field is field)


def entries(charters: CharterSet, day: date) -> tuple[RegisterEntry, ...]:
    """Every purpose that the charter in force, or a supplement to it, describes; in the order of ``Purpose``."""
    every = in_force(charters, day)
    found = (_entry(purpose, every) for purpose in Purpose)
    return tuple(entry for entry in found if entry)


def in_force(charters: CharterSet, day: date) -> tuple[Charter, ...]:
    """The charter in force, then its supplements."""
    return (charters.current(day), *charters.supplements(day))


def documents(charters: CharterSet, day: date) -> tuple[Document, ...]:
    """The heads of the documents in force: the charter first."""
    return tuple(
        Document(
            version=charter.version,
            effective=charter.effective,
            is_supplement=charter.is_supplement,
            title=charter.title,
            activity=charter.activity,
            controller=charter.controller,
            contact=charter.contact,
            general_charter=charter.general_charter,
        )
        for charter in in_force(charters, day)
    )


def conventions(charters: CharterSet, day: date, purposes: Collection[Purpose]) -> tuple[Convention, ...]:
    """The conventions in force that touch one of ``purposes``."""
    every = (convention for document in in_force(charters, day) for convention in document.conventions)
    return tuple(convention for convention in every if convention.purpose is None or convention.purpose in purposes)


def open_questions(charters: CharterSet, day: date, purposes: Collection[Purpose]) -> tuple[OpenQuestion, ...]:
    """What the documents in force leave open for one of ``purposes``, or block there."""
    every = (question for document in in_force(charters, day) for question in document.open_questions)
    return tuple(question for question in every if not touched(question).isdisjoint(purposes))


def _entry(purpose: Purpose, documents: tuple[Charter, ...]) -> RegisterEntry | None:
    """One purpose; ``None`` where no document in force describes it."""
    describing = [document for document in documents if _described(document, purpose)]
    if not describing:
        return None
    main = next((document for document in describing if not document.is_supplement), describing[-1])
    description = _described(main, purpose)[0]
    return RegisterEntry(
        purpose=purpose,
        title=description.title,
        charter=main.version,
        is_supplement=main.is_supplement,
        sub_purposes=description.sub_purposes,
        clocks=tuple(
            Clock(rule, document.version, document.is_supplement)
            for document in documents
            for rule in document.rules
            if rule.purpose is purpose
        ),
        cells=tuple(_cell(field, purpose, main, documents) for field in Field),
    )


def _described(document: Charter, purpose: Purpose) -> list[PurposeEntry]:
    return [entry for entry in document.purposes if entry.purpose is purpose]


def _cell(field: Field, purpose: Purpose, main: Charter, documents: Iterable[Charter]) -> Cell:
    statements = tuple(_stated(main, purpose, field))
    others = (document for document in documents if document is not main)
    additions = tuple(statement for document in others for statement in _stated(document, purpose, field))
    completed = [
        completion
        for document in documents
        for completion in document.completions
        if (completion.purpose, completion.field) == (purpose, field)
    ]
    state = FieldState.STATED if statements else FieldState.COMPLETED if completed else FieldState.NOT_STATED
    return Cell(field, state, statements, additions, completed[-1] if completed else None)


def _stated(document: Charter, purpose: Purpose, field: Field) -> Iterator[Statement]:
    """What a document says of a field. A rule states the duration and, unless it says not, the start event."""
    for entry in _described(document, purpose):
        yield from entry.stated(field)
    for rule in document.rules:
        if rule.purpose is purpose and (field is Field.DURATION or (field is Field.START_EVENT and rule.start_stated)):
            yield Statement(rule.text, rule.clause)


def touched(question: OpenQuestion) -> frozenset[Purpose]:
    """The purposes a question is about, and those of what it blocks."""
    if question.purpose is None:
        return frozenset(Purpose)
    return frozenset({question.purpose, *(CLOCKS[category][0] for category in question.blocks_purge)})

"""The register as the DPO completes it: what the charter states, what was added since, and what is still missing.

The charter is judged alone (``domain.register``); a change of the DPO fills what it leaves open and never covers what
it states. "Not stated" becomes "none" only where somebody confirms it. Lists follow CNIL's simplified register model.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from diager_dpo.domain.charter import Convention, OpenQuestion, Statement, SubPurpose
from diager_dpo.domain.register import Cell, Clock, Document, FieldState, RegisterEntry
from diager_dpo.domain.register_fields import RegisterField, Severity, default_severity
from diager_dpo.domain.words import Purpose


class EntryState(StrEnum):
    """Where the content of a field stands."""

    STATED = "stated"  # by the charter or a supplement
    COMPLETED = "completed"  # by the DPO
    CONFIRMED_NONE = "confirmed_none"  # the DPO says that there is none
    PROPOSED = "proposed"  # written, and not accepted yet
    NOT_STATED = "not_stated"


class ChangeKind(StrEnum):
    """What one version of the register changed."""

    COMPLETED = "completed"
    CONFIRMED_NONE = "confirmed_none"
    PROPOSED = "proposed"
    GAP_SET = "gap_set"
    ACTIVITY_ADDED = "activity_added"
    CONVENTION_CONFIRMED = "convention_confirmed"


#: Kinds that decide the content of a field.
_DECIDED = frozenset({ChangeKind.COMPLETED, ChangeKind.CONFIRMED_NONE})


@dataclass(frozen=True, slots=True)
class Change:
    """One version of the register: who changed what, when and why.

    ``activity``: the code of a purpose or of an added activity; empty for a convention that touches all.
    ``item``: the code of a field or of a convention; empty for an activity. ``text``: what was written, the title of an
    activity, the owner of a gap. ``choices``: codes of ``register_fields.CHOICES``.
    """

    version: int
    kind: ChangeKind
    activity: str
    item: str
    text: str
    choices: tuple[str, ...]
    by: str
    on: date
    why: str
    severity: Severity | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """What the register must say and does not yet: how grave, whose task, until when. Empty owner: nobody yet."""

    severity: Severity
    owner: str
    due: date | None
    version: int  # that set it; 0 where nobody did


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of one activity. ``statements`` and ``additions`` as in ``domain.register.Cell``.

    ``decided``: what the DPO stated; ``proposal``: written since and not accepted; ``gap``: ``None`` where nothing is
    missing. ``version``: of the last change of this field, 0 where there is none; a change of it names this version.
    """

    field: RegisterField
    state: EntryState
    statements: tuple[Statement, ...]
    additions: tuple[Statement, ...]
    decided: Change | None
    proposal: Change | None
    gap: Gap | None
    version: int


@dataclass(frozen=True, slots=True)
class Activity:
    """A processing activity. ``purpose`` is ``None`` for one of the general charter, which the DPO added.

    ``title``: of the charter, in both languages; ``name``: as the DPO wrote it. One of the two is there.
    """

    code: str
    purpose: Purpose | None
    title: Statement | None
    name: str
    charter: str
    is_supplement: bool
    sub_purposes: tuple[SubPurpose, ...]
    clocks: tuple[Clock, ...]
    entries: tuple[Entry, ...]  # one a field, in the order of RegisterField

    def entry(self, field: RegisterField) -> Entry:
        """The entry of one field."""
        return next(each for each in self.entries if each.field is field)


@dataclass(frozen=True, slots=True)
class ConfirmedConvention:
    """A convention [K], and who confirmed it by name; ``None`` until somebody does."""

    convention: Convention
    confirmed: Change | None


@dataclass(frozen=True, slots=True)
class RegisterContent:
    """The whole register on a day, as far as its reader may see it: what exports render."""

    version: int  # of the last change; 0 before the first
    as_of: date
    charter: Document
    supplements: tuple[Document, ...]
    activities: tuple[Activity, ...]
    conventions: tuple[ConfirmedConvention, ...]
    open_questions: tuple[OpenQuestion, ...]
    history: tuple[Change, ...]  # newest first


def activities(described: Iterable[RegisterEntry], changes: Sequence[Change]) -> tuple[Activity, ...]:
    """The purposes the documents describe, then the added activities in the order in which they came.

    ``changes``: oldest first.
    """
    of_item: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        of_item.setdefault((change.activity, change.item), []).append(change)
    purposes = tuple(
        Activity(
            code=each.purpose.code,
            purpose=each.purpose,
            title=each.title,
            name="",
            charter=each.charter,
            is_supplement=each.is_supplement,
            sub_purposes=each.sub_purposes,
            clocks=each.clocks,
            entries=_entries(each.purpose.code, {cell.field.value: cell for cell in each.cells}, of_item),
        )
        for each in described
    )
    added = tuple(
        Activity(change.activity, None, None, change.text, "", False, (), (), _entries(change.activity, {}, of_item))
        for change in changes
        if change.kind is ChangeKind.ACTIVITY_ADDED
    )
    return purposes + added


def confirmed(conventions: Iterable[Convention], changes: Sequence[Change]) -> tuple[ConfirmedConvention, ...]:
    """Each convention with its last confirmation."""
    by_code = {change.item: change for change in changes if change.kind is ChangeKind.CONVENTION_CONFIRMED}
    return tuple(ConfirmedConvention(each, by_code.get(each.code)) for each in conventions)


def _entries(
    code: str, cells: Mapping[str, Cell], of_item: Mapping[tuple[str, str], Sequence[Change]]
) -> tuple[Entry, ...]:
    return tuple(_entry(field, cells.get(field.value), of_item.get((code, field.value), ())) for field in RegisterField)


def _entry(field: RegisterField, cell: Cell | None, changes: Sequence[Change]) -> Entry:
    decided = next((each for each in reversed(changes) if each.kind in _DECIDED), None)
    last_proposal = next((each for each in reversed(changes) if each.kind is ChangeKind.PROPOSED), None)
    settled = decided.version if decided else 0
    proposal = last_proposal if last_proposal and last_proposal.version > settled else None
    state = _state(cell, decided, proposal)
    gap = next((each for each in reversed(changes) if each.kind is ChangeKind.GAP_SET), None)
    missing = state in (EntryState.NOT_STATED, EntryState.PROPOSED)
    return Entry(
        field=field,
        state=state,
        statements=cell.statements if cell else (),
        additions=cell.additions if cell else (),
        decided=decided or _of_file(cell),
        proposal=proposal,
        gap=_gap(field, gap) if missing else None,
        version=changes[-1].version if changes else 0,
    )


def _state(cell: Cell | None, decided: Change | None, proposal: Change | None) -> EntryState:
    if cell and cell.state is FieldState.STATED:
        return EntryState.STATED
    if decided:
        return EntryState(decided.kind.value)
    if cell and cell.completion:
        return EntryState.COMPLETED
    return EntryState.PROPOSED if proposal else EntryState.NOT_STATED


def _of_file(cell: Cell | None) -> Change | None:
    """What the charter's own file completes, by the DPO it names."""
    if not cell or not cell.completion:
        return None
    said = cell.completion
    return Change(
        0,
        ChangeKind.COMPLETED,
        said.purpose.code,
        said.field.value,
        said.text.fr,
        (),
        said.by,
        said.on,
        said.why.fr,
    )


def _gap(field: RegisterField, change: Change | None) -> Gap:
    if change is None:
        return Gap(default_severity(field), "", None, 0)
    return Gap(change.severity or default_severity(field), change.text, change.due, change.version)

"""What the DPO changes of the register: each change is one version of it, with author, date and reason.

A change names the version of the thing that its author had before them (``base``). Where somebody changed it since, the
change is refused, nothing is overwritten, and the author decides again in view of what is there now.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, insert, select

from diager_dpo.domain import register as stated
from diager_dpo.domain.civil import day_number
from diager_dpo.domain.journal import reason_digest
from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.domain.register_content import Activity, ChangeKind, Entry, EntryState, activities
from diager_dpo.domain.register_fields import CHOICES, MAY_BE_NONE, RegisterField, Severity
from diager_dpo.domain.words import Purpose
from diager_dpo.services import journal
from diager_dpo.services.access import require, require_in
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.installation import Installation
from diager_dpo.services.register_content import changes_in
from diager_dpo.store.engine import writing
from diager_dpo.store.locks import in_turn
from diager_dpo.store.tables import reason, register_version

CHANGED = "register_changed"
LONGEST = 4000  # characters of one text


@dataclass(frozen=True, slots=True)
class Point:
    """A field of an activity, and its version (``Entry.version``) as its author had it before them."""

    activity: str
    field: RegisterField
    base: int


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A change before it has a number."""

    kind: ChangeKind
    activity: str
    item: str
    text: str
    why: str
    choices: tuple[str, ...] = ()
    severity: Severity | None = None
    due: date | None = None


def complete(
    installation: Installation,
    actor: Identity,
    point: Point,
    text: str,
    why: str,
    *,
    choices: Collection[str] = (),
    proposed: bool = False,
) -> int:
    """State, or with ``proposed`` only propose, what the documents leave open; the new version of the register.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``register_changed`` (somebody changed it since ``point.base``), ``register_without_reason``,
            ``register_without_text``, ``register_text_too_long``, ``register_stated``, ``register_no_such_entry``,
            ``register_no_such_choice``.
    """
    require(installation, actor, Action.COMPLETE_REGISTER)
    kind = ChangeKind.PROPOSED if proposed else ChangeKind.COMPLETED
    picked = tuple(each for each in CHOICES.get(point.field, ()) if each in choices)
    if len(picked) != len(set(choices)):
        raise NotPossible("register_no_such_choice")
    if not text.strip() and not picked:
        raise NotPossible("register_without_text")
    return _changed(
        installation, actor, point.base, _Wanted(kind, point.activity, point.field.value, text, why, picked)
    )


def confirm_none(installation: Installation, actor: Identity, point: Point, why: str) -> int:
    """State that there is none: nothing but this makes "not stated" read "none". The new version.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``register_never_none``, and those of ``complete``.
    """
    require(installation, actor, Action.COMPLETE_REGISTER)
    if point.field not in MAY_BE_NONE:
        raise NotPossible("register_never_none")
    return _changed(
        installation, actor, point.base, _Wanted(ChangeKind.CONFIRMED_NONE, point.activity, point.field.value, "", why)
    )


def accept(installation: Installation, actor: Identity, point: Point, why: str) -> int:
    """Make a proposal the content of its field; the new version.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``register_no_proposal``, and those of ``complete``.
    """
    require(installation, actor, Action.COMPLETE_REGISTER)
    return _changed(
        installation, actor, point.base, _Wanted(ChangeKind.COMPLETED, point.activity, point.field.value, "", why)
    )


def set_gap(
    installation: Installation,
    actor: Identity,
    point: Point,
    why: str,
    *,
    severity: Severity = Severity.MEDIUM,
    owner: str = "",
    due: date | None = None,
) -> int:
    """Say how grave a gap is, whose task it is and until when; the new version.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``register_no_gap``, and those of ``complete``.
    """
    require(installation, actor, Action.COMPLETE_REGISTER)
    wanted = _Wanted(ChangeKind.GAP_SET, point.activity, point.field.value, owner, why, severity=severity, due=due)
    return _changed(installation, actor, point.base, wanted)


def add_activity(installation: Installation, actor: Identity, name: str, why: str) -> int:
    """Add an activity of the general charter, which the charter here does not describe; the new version.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``register_without_text``, ``register_without_reason``, ``register_text_too_long``,
            ``register_activity_exists``.
    """
    require(installation, actor, Action.COMPLETE_REGISTER)
    if not name.strip():
        raise NotPossible("register_without_text")
    return _changed(installation, actor, 0, _Wanted(ChangeKind.ACTIVITY_ADDED, "", "", name, why))


def confirm_convention(installation: Installation, actor: Identity, base: int, code: str, why: str) -> int:
    """Confirm one convention by name; the new version.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``register_no_such_entry``, ``register_changed``, ``register_without_reason``.
    """
    require(installation, actor, Action.COMPLETE_REGISTER)
    return _changed(installation, actor, base, _Wanted(ChangeKind.CONVENTION_CONFIRMED, "", code, "", why))


def _changed(installation: Installation, actor: Identity, base: int, wanted: _Wanted) -> int:
    """One version more, in one transaction with its entry in the journal."""
    with writing(installation.store) as connection:
        require_in(connection, actor, Action.COMPLETE_REGISTER)
        if not wanted.why.strip():
            raise NotPossible("register_without_reason")
        if max(len(wanted.text), len(wanted.why)) > LONGEST:
            raise NotPossible("register_text_too_long", most=LONGEST)
        in_turn(connection, "register")
        number = _last(connection) + 1
        text, choices, activity = wanted.text, wanted.choices, wanted.activity
        if wanted.kind is ChangeKind.ACTIVITY_ADDED:
            _not_twice(connection, text)
            activity = f"activity-{number}"
        else:
            _unchanged(connection, wanted, base)
        if wanted.kind is ChangeKind.CONVENTION_CONFIRMED:
            _known_convention(installation, wanted.item)
        elif wanted.kind is not ChangeKind.ACTIVITY_ADDED:
            entry = _open_entry(installation, connection, wanted)
            if wanted.kind is ChangeKind.COMPLETED and not text.strip() and not choices:
                if entry.proposal is None:
                    raise NotPossible("register_no_proposal")
                text, choices = entry.proposal.text, entry.proposal.choices
        text_id = journal.keep_reason(connection, text.strip())
        why_id = journal.keep_reason(connection, wanted.why.strip())
        salt = connection.scalar(select(reason.c.salt).where(reason.c.id == text_id))
        connection.execute(
            insert(register_version).values(
                number=number,
                kind=wanted.kind.value,
                activity=activity,
                item=wanted.item,
                choices=",".join(choices),
                severity=None if wanted.severity is None else wanted.severity.value,
                due=None if wanted.due is None else day_number(wanted.due),
                text=text_id,
                text_digest=reason_digest(str(salt), text.strip()),
                reason=why_id,
                at=installation.now().isoformat(),
                issuer=actor.issuer,
                subject=actor.subject,
            )
        )
        of_purpose = {purpose.code for purpose in Purpose}
        journal.record(
            installation,
            connection,
            actor,
            action=f"register_{wanted.kind.value}",
            about=f"register:{number}",
            details={
                "purpose": activity if activity in of_purpose else None,
                "activity": activity,
                "item": wanted.item,
                "base": base,
            },
            reason_id=why_id,
            changed=[(register_version, {"number": number})],
        )
    return number


def _last(connection: Connection) -> int:
    return int(connection.scalar(select(func.max(register_version.c.number))) or 0)


def _unchanged(connection: Connection, wanted: _Wanted, base: int) -> None:
    v = register_version.c
    of_item = select(func.max(v.number)).where(v.activity == wanted.activity, v.item == wanted.item)
    latest = int(connection.scalar(of_item) or 0)
    if latest != base:
        raise NotPossible(CHANGED, version=latest)


def _not_twice(connection: Connection, name: str) -> None:
    names = {each.text.casefold() for each in changes_in(connection) if each.kind is ChangeKind.ACTIVITY_ADDED}
    if name.strip().casefold() in names:
        raise NotPossible("register_activity_exists")


def _known_convention(installation: Installation, code: str) -> None:
    every = stated.conventions(installation.charters, installation.today(), frozenset(Purpose))
    if code not in {each.code for each in every}:
        raise NotPossible("register_no_such_entry")


def _open_entry(installation: Installation, connection: Connection, wanted: _Wanted) -> Entry:
    """The entry a change is about; refused where the documents state it, or where it is no gap and should be one."""
    described = stated.entries(installation.charters, installation.today())
    found: Activity | None = next(
        (each for each in activities(described, changes_in(connection)) if each.code == wanted.activity), None
    )
    if found is None:
        raise NotPossible("register_no_such_entry")
    entry = found.entry(RegisterField(wanted.item))
    if entry.state is EntryState.STATED:
        raise NotPossible("register_stated")
    if wanted.kind is ChangeKind.GAP_SET and entry.gap is None:
        raise NotPossible("register_no_gap")
    return entry

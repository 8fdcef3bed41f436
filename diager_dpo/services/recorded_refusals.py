"""Withdrawals and objections that arrive by mail, by telephone or in person: recorded here, in effect at once.

They stand whatever later scans read, until the person chooses otherwise; and they are handed to whoever looks after the
company's database.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Connection, select

from diager_dpo.domain.civil import day_date, day_number
from diager_dpo.domain.consent_states import start_of_day
from diager_dpo.domain.journal import Details
from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.domain.words import Purpose, Subject
from diager_dpo.services import journal, opt_out_scan
from diager_dpo.services.access import require, require_in
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.index_view import index_view, instant
from diager_dpo.services.installation import Installation
from diager_dpo.services.live_decision import decide_now, refresh_index
from diager_dpo.services.people import display_name
from diager_dpo.services.safe_sheets import csv_table, xlsx_table
from diager_dpo.services.source_engine import configured_source, source_engine
from diager_dpo.source.connection import snapshot
from diager_dpo.source.person_search import CONTACT_POINTS
from diager_dpo.store import opt_out
from diager_dpo.store import recorded_refusals as store
from diager_dpo.store.engine import writing
from diager_dpo.store.locks import take_turn
from diager_dpo.store.tables import entry_consent, record, recorded_refusal

RECORDED, TAKEN_BACK, EXPORTED = "refusal_recorded", "refusal_taken_back", "refusals_exported"


class RefusalKind(StrEnum):
    """What somebody refuses."""

    WITHDRAWAL = store.WITHDRAWAL  # a consent, GDPR 7
    OBJECTION = store.OBJECTION  # prospecting, GDPR 21


class RefusalChannel(StrEnum):
    """How it was received."""

    MAIL = "mail"
    EMAIL = "email"
    PHONE = "phone"
    IN_PERSON = "in_person"
    OTHER = "other"


class ExportFormat(StrEnum):
    """What a table is written as."""

    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class RecordedRefusal:
    """One refusal; ``subject`` and ``operation`` are ``None`` and empty for an objection."""

    id: int
    person: str
    kind: RefusalKind
    operation: str
    subject: Subject | None
    on: date
    channel: RefusalChannel
    reason: str
    at: datetime
    by: str
    exported_at: datetime | None
    taken_back_at: datetime | None


def recorded_refusals(installation: Installation, actor: Identity) -> tuple[RecordedRefusal, ...]:
    """Every refusal that was recorded, the latest first; those of purposes the actor may see.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``.
    """
    with index_view(installation, actor, Action.SEE_RECORDS) as view:
        rows = [each for each in store.every(view.connection, view.source) if _purpose(each.kind) in view.purposes]
    return tuple(_told(installation, row) for row in rows)


def record_refusal(  # noqa: PLR0917 - who said what when, how and why
    installation: Installation,
    actor: Identity,
    kind: RefusalKind,
    person: str,
    on: date,
    channel: RefusalChannel,
    reason: str,
    *,
    operation: str = "",
    subject: Subject | None = None,
) -> int:
    """Record what a person said on a day; its number. Prospecting, or the operation, ends for them at once.

    A withdrawal names its operation and its subject, the entry or the newsletter; an objection neither.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``refusal_without_reason``, ``date_cannot_be``, ``refusal_without_operation``,
            ``refusal_person_unknown``, ``refusal_without_entry``, or what is wrong with the source.
    """
    purpose = _purpose(kind)
    require(installation, actor, Action.RECORD_OBJECTION, purpose)
    source, day = configured_source(installation), day_number(on)
    if not reason.strip():
        raise NotPossible("refusal_without_reason")
    if on > installation.today() or day <= 0:
        raise NotPossible("date_cannot_be")
    of_consent = kind is RefusalKind.WITHDRAWAL
    if of_consent != bool(operation) or of_consent != (subject in (Subject.ENTRY, Subject.NEWSLETTER)):
        raise NotPossible("refusal_without_operation")
    about = int(subject or 0)
    with source_engine(installation) as engine, snapshot(engine) as facts, writing(installation.store) as connection:
        require_in(connection, actor, Action.RECORD_OBJECTION, purpose)
        take_turn(connection)
        _known(connection, source.name, person, operation if subject is Subject.ENTRY else "")
        reason_id = journal.keep_reason(connection, reason.strip())
        values: dict[str, str | int] = {
            "source": source.name,
            "person": person,
            "kind": kind.value,
            "operation": operation,
            "about": about,
            "on": day,
            "channel": channel.value,
            "reason": reason_id,
            "at": installation.now().isoformat(),
            "issuer": actor.issuer,
            "subject": actor.subject,
        }
        number = store.add(connection, values)
        if subject is not Subject.ENTRY:
            points = opt_out_scan.points_of(installation, source, facts, [person])
            read = int(CONTACT_POINTS in source.facts)
            opposed = opt_out.Opposed(person, day, start_of_day(day), 1, opt_out.RECORDED, read)
            listing = opt_out_scan.listing_of([opposed], points, day_number(installation.today()))
            opt_out.add(connection, source.name, listing.persons)
            opt_out.add_points(connection, source.name, listing.points)
        _take_effect(installation, connection, facts, person)
        details: Details = {
            "purpose": purpose.code,
            "kind": kind.value,
            "operation": operation,
            "on": day,
            "channel": channel.value,
        }
        _write_down(installation, connection, actor, RECORDED, number=number, details=details, reason_id=reason_id)
    return number


def take_back(installation: Installation, actor: Identity, number: int, reason: str) -> None:
    """Take back what was recorded by mistake: the person stands where the facts of this moment put them.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``no_such_refusal``, ``refusal_without_reason``, or what is wrong with the source.
    """
    require(installation, actor, Action.RECORD_OBJECTION)
    source = configured_source(installation)
    with source_engine(installation) as engine, snapshot(engine) as facts, writing(installation.store) as connection:
        require_in(connection, actor, Action.RECORD_OBJECTION)
        take_turn(connection)
        standing = {each.id: each for each in store.standing(connection, source.name)}
        if number not in standing:
            raise NotPossible("no_such_refusal")
        if not reason.strip():
            raise NotPossible("refusal_without_reason")
        refusal = standing.pop(number)
        reason_id = journal.keep_reason(connection, reason.strip())
        store.change(
            connection,
            [number],
            withdrawn_at=installation.now().isoformat(),
            withdrawer_issuer=actor.issuer,
            withdrawer_subject=actor.subject,
            withdraw_reason=reason_id,
        )
        others = [each for each in standing.values() if each.person == refusal.person and each.about != Subject.ENTRY]
        listed = opt_out.opposed(connection, source.name, [refusal.person])
        # What a scan saw in the source stays on the list: only what was recorded here is taken back.
        if not others and [each.origin for each in listed] == [opt_out.RECORDED]:
            opt_out.remove(connection, source.name, [refusal.person])
        _take_effect(installation, connection, facts, refusal.person)
        details: Details = {"purpose": _purpose(refusal.kind).code, "kind": refusal.kind, "on": refusal.on}
        _write_down(installation, connection, actor, TAKEN_BACK, number=number, details=details, reason_id=reason_id)


def export_refusals(
    installation: Installation, actor: Identity, form: ExportFormat, *, again: bool = False
) -> tuple[bytes, int]:
    """What is to be entered into the company's database, by key, and how many refusals that is; they are marked.

    ``again``: those that were exported before too.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``nothing_to_export``.
    """
    require(installation, actor, Action.RECORD_OBJECTION)
    source = configured_source(installation)
    with writing(installation.store) as connection:
        require_in(connection, actor, Action.RECORD_OBJECTION)
        rows = [each for each in store.standing(connection, source.name) if again or each.exported_at is None]
        if not rows:
            raise NotPossible("nothing_to_export")
        numbers = [each.id for each in rows]
        store.change(connection, numbers, exported_at=installation.now().isoformat())
        journal.record(
            installation,
            connection,
            actor,
            action=EXPORTED,
            about="refusals",
            details={"refusals": len(rows), "format": form.value},
            changed=[(recorded_refusal, {"id": number}) for number in numbers],
        )
    head = ("number", "person", "kind", "operation", "subject", "on", "channel")
    lines = [
        (each.id, each.person, each.kind, each.operation, _subject_code(each.about), day_date(each.on), each.channel)
        for each in rows
    ]
    content = csv_table(head, lines) if form is ExportFormat.CSV else xlsx_table("refusals", head, lines)
    return content, len(rows)


def _known(connection: Connection, source: str, person: str, operation: str) -> None:
    """Refuse somebody that the index does not know, or who has no entry of the operation."""
    e, r = entry_consent.c, record.c
    if operation:
        mine = (e.source == source, e.person == person, e.operation == operation)
        if connection.scalar(select(e.person).where(*mine)) is None:
            raise NotPossible("refusal_without_entry")
    elif connection.scalar(select(r.person).where(r.source == source, r.person == person).limit(1)) is None:
        raise NotPossible("refusal_person_unknown")


def _take_effect(installation: Installation, connection: Connection, facts: Connection, person: str) -> None:
    decision = decide_now(installation, connection, facts, [person], installation.today())
    refresh_index(installation, connection, [person], decision)


def _write_down(
    installation: Installation,
    connection: Connection,
    actor: Identity,
    action: str,
    *,
    number: int,
    details: Details,
    reason_id: int,
) -> None:
    journal.record(
        installation,
        connection,
        actor,
        action=action,
        about=f"refusal:{number}",
        details=details,
        reason_id=reason_id,
        changed=((recorded_refusal, {"id": number}),),
    )


def _purpose(kind: str) -> Purpose:
    return Purpose.CONTESTS if kind == store.WITHDRAWAL else Purpose.PROSPECTING


def _subject_code(about: int) -> str:
    return Subject(about).code if about else ""


def _told(installation: Installation, row: store.Refusal) -> RecordedRefusal:
    return RecordedRefusal(
        row.id,
        row.person,
        RefusalKind(row.kind),
        row.operation,
        Subject(row.about) if row.about else None,
        day_date(row.on),
        RefusalChannel(row.channel),
        row.reason,
        instant(row.at),
        display_name(installation, Identity(row.issuer, row.subject)),
        None if row.exported_at is None else instant(row.exported_at),
        None if row.withdrawn_at is None else instant(row.withdrawn_at),
    )

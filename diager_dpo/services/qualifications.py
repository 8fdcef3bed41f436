"""Stating a date that the source does not give, for one record or for all that lack it for the same reason.

What is stated survives scans until the source gives a date of its own; then the source wins, and both are shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from diager_dpo.domain.civil import day_date, day_number
from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.domain.words import Anchor, Anomaly, Category, Purpose
from diager_dpo.services import journal
from diager_dpo.services.access import require, require_in
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.index_view import IndexView, index_view, instant
from diager_dpo.services.installation import Installation
from diager_dpo.services.live_decision import decide_now, refresh_index
from diager_dpo.services.people import display_name
from diager_dpo.services.source_engine import configured_source, source_engine
from diager_dpo.services.source_state import alerts_in
from diager_dpo.source.connection import snapshot
from diager_dpo.store import qualifications as store
from diager_dpo.store.engine import writing
from diager_dpo.store.locks import take_turn
from diager_dpo.store.qualifications import UndeterminedGroup
from diager_dpo.store.tables import qualification, qualified_record, reason

QUALIFIED, WITHDRAWN = "records_qualified", "qualification_withdrawn"
_EXAMPLES = 5
_AT_ONCE = 20_000  # persons decided live at a time
_BY_HAND = "chosen"  # the cause of records that were named one by one


@dataclass(frozen=True, slots=True)
class Cause:
    """Undetermined records that lack their date for the same reason.

    ``code`` names it; ``operation``: the contest, empty outside contests; ``anomalies``: what was wrong with the dates
    there are; ``examples``: the first keys. ``facts_missing``: the source file says nothing of the purpose, so that no
    date can be stated: the file is what must be completed.
    """

    code: str
    purpose: Purpose
    category: Category
    operation: str
    anomalies: Anomaly
    count: int
    examples: tuple[str, ...]
    facts_missing: bool


@dataclass(frozen=True, slots=True)
class Qualification:
    """A date that was stated, and how many records it is about."""

    id: int
    purpose: Purpose
    stated_on: date
    reason: str
    at: datetime
    by: str
    records: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """A record to which the source now gives a date; ``anchor`` is ``NONE`` where its relation is on."""

    qualification: int
    person: str
    purpose: Purpose
    operation: str
    stated_on: date
    anchor: Anchor
    anchor_on: date | None


def causes(installation: Installation, actor: Identity) -> tuple[Cause, ...]:
    """Why records are undetermined, the most frequent reason first.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``never_scanned``.
    """
    with index_view(installation, actor, Action.SEE_RECORDS) as view:
        view.calendar()
        without = {each.purpose for each in alerts_in(view.connection, view.source) if each.code == "facts_missing"}
        groups = store.undetermined(view.connection, view.source, [int(purpose) for purpose in view.purposes])
        return tuple(_cause(view, group, Purpose(group.purpose) in without) for group in groups)


def qualifications(installation: Installation, actor: Identity) -> tuple[Qualification, ...]:
    """What was stated and stands, newest first.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``.
    """
    q = qualification.c
    with index_view(installation, actor, Action.SEE_RECORDS) as view:
        counted = select(qualified_record.c.qualification, func.count()).group_by(qualified_record.c.qualification)
        counts = {number: int(n) for number, n in view.connection.execute(counted)}
        rows = view.connection.execute(
            select(qualification, reason.c.text)
            .join(reason, reason.c.id == q.reason)
            .where(q.source == view.source, q.withdrawn_at.is_(None))
            .order_by(q.id.desc())
        ).all()
    return tuple(
        Qualification(
            row.id,
            Purpose(row.purpose),
            day_date(row.stated_on),
            row.text,
            instant(row.at),
            display_name(installation, Identity(row.issuer, row.subject)),
            counts.get(row.id, 0),
        )
        for row in rows
        if Purpose(row.purpose) in view.purposes
    )


def conflicts(installation: Installation, actor: Identity) -> tuple[Conflict, ...]:
    """The records for which the source has come to give a date: it wins, and what was stated waits to be withdrawn.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``.
    """
    with index_view(installation, actor, Action.SEE_RECORDS) as view:
        rows = store.conflicting(view.connection, view.source)
        days = {
            row.id: day_date(row.stated_on)
            for row in view.connection.execute(select(qualification.c.id, qualification.c.stated_on))
        }
    return tuple(
        Conflict(
            row.qualification,
            row.person,
            Purpose(row.purpose),
            row.operation,
            days[row.qualification],
            Anchor(row.anchor),
            None if row.anchor_on is None else day_date(row.anchor_on),
        )
        for row in rows
        if Purpose(row.purpose) in view.purposes
    )


def qualify(
    installation: Installation,
    actor: Identity,
    purpose: Purpose,
    stated_on: date | None,
    why: str,
    *,
    persons: Sequence[str] | None = None,
    cause: str | None = None,
    operation: str = "",
) -> int:
    """State the missing date of some records, at once; returns how many they are.

    Args:
        installation: whose store and source.
        actor: who states it.
        purpose: of the records.
        stated_on: the day of the missing event; for entries of a contest, their last day.
        why: the reason, in words.
        persons: the keys whose records are meant, or
        cause: the code of a cause: all its records.
        operation: the contest of the records, where persons are named.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``date_not_stated``, ``date_cannot_be``, ``date_without_reason``,
            ``nothing_to_qualify``, ``facts_missing_here``, or what is wrong with the source.
    """
    require(installation, actor, Action.QUALIFY)
    source = configured_source(installation)
    day = _stated_day(installation, purpose, stated_on)
    if not why.strip():
        raise NotPossible("date_without_reason")
    with source_engine(installation) as engine, snapshot(engine) as facts, writing(installation.store) as connection:
        require_in(connection, actor, Action.QUALIFY, purpose)
        take_turn(connection)
        if any(each.code == "facts_missing" and each.purpose is purpose for each in alerts_in(connection, source.name)):
            raise NotPossible("facts_missing_here")
        if cause is not None:
            group = _group_of(connection, source.name, purpose, cause)
            wanted, operation = store.persons_of(connection, source.name, group), group.operation
        else:
            named = sorted(set(persons or ()))
            wanted = store.undetermined_among(connection, source.name, named, purpose, operation)
        if not wanted:
            raise NotPossible("nothing_to_qualify")
        reason_id = journal.keep_reason(connection, why.strip())
        number = int(
            connection.execute(
                insert(qualification)
                .values(
                    source=source.name,
                    purpose=int(purpose),
                    cause=cause or _BY_HAND,
                    stated_on=day,
                    reason=reason_id,
                    at=installation.now().isoformat(),
                    issuer=actor.issuer,
                    subject=actor.subject,
                )
                .returning(qualification.c.id)
            ).scalar_one()
        )
        store.name_records(connection, source.name, number, wanted, purpose=purpose, operation=operation)
        _take_effect(installation, connection, facts, wanted)
        details: dict[str, str | int] = {"purpose": purpose.code, "operation": operation, "stated_on": day}
        journal.record(
            installation,
            connection,
            actor,
            action=QUALIFIED,
            about=f"qualification:{number}",
            details=details | {"cause": cause or _BY_HAND, "records": len(wanted)},
            reason_id=reason_id,
            changed=((qualification, {"id": number}),),
        )
    return len(wanted)


def withdraw(installation: Installation, actor: Identity, number: int, why: str) -> None:
    """Take back what was stated: its records are again what the facts of this moment make of them.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``no_such_qualification``, ``date_without_reason``, or what is wrong with the
            source.
    """
    require(installation, actor, Action.QUALIFY)
    source = configured_source(installation)
    q = qualification.c
    with source_engine(installation) as engine, snapshot(engine) as facts, writing(installation.store) as connection:
        require_in(connection, actor, Action.QUALIFY)
        take_turn(connection)
        stands = select(q.purpose).where(q.id == number, q.source == source.name, q.withdrawn_at.is_(None))
        purpose = connection.scalar(stands)
        if purpose is None:
            raise NotPossible("no_such_qualification")
        if not why.strip():
            raise NotPossible("date_without_reason")
        concerned = store.persons_named(connection, number)
        connection.execute(delete(qualified_record).where(qualified_record.c.qualification == number))
        connection.execute(
            update(qualification).where(q.id == number).values(withdrawn_at=installation.now().isoformat())
        )
        _take_effect(installation, connection, facts, concerned)
        journal.record(
            installation,
            connection,
            actor,
            action=WITHDRAWN,
            about=f"qualification:{number}",
            details={"purpose": Purpose(purpose).code, "records": len(concerned)},
            reason_id=journal.keep_reason(connection, why.strip()),
            changed=((qualification, {"id": number}),),
        )


def _take_effect(installation: Installation, connection: Connection, facts: Connection, persons: Sequence[str]) -> None:
    for start in range(0, len(persons), _AT_ONCE):
        some = persons[start : start + _AT_ONCE]
        decision = decide_now(installation, connection, facts, some, installation.today())
        refresh_index(installation, connection, some, decision)


def _stated_day(installation: Installation, purpose: Purpose, stated_on: date | None) -> int:
    """An event lies behind us; the last day of a contest may lie ahead. 1970-01-01 and before stand for no date."""
    if stated_on is None:
        raise NotPossible("date_not_stated")
    ahead = purpose is not Purpose.CONTESTS and stated_on > installation.today()
    if ahead or day_number(stated_on) <= 0:
        raise NotPossible("date_cannot_be")
    return day_number(stated_on)


def _cause(view: IndexView, group: UndeterminedGroup, facts_missing: bool) -> Cause:
    return Cause(
        _code(group),
        Purpose(group.purpose),
        Category(group.category),
        group.operation,
        Anomaly(group.anomalies),
        group.n,
        tuple(store.persons_of(view.connection, view.source, group, _EXAMPLES)),
        facts_missing,
    )


def _code(group: UndeterminedGroup) -> str:
    """The words of a group, the operation last: it may hold any sign."""
    anomalies = "+".join(Anomaly(group.anomalies).codes) or "no_date"
    return f"{Category(group.category).code}:{anomalies}:{group.operation}"


def _group_of(connection: Connection, source: str, purpose: Purpose, cause: str) -> UndeterminedGroup:
    for group in store.undetermined(connection, source, [int(purpose)]):
        if _code(group) == cause:
            return group
    raise NotPossible("nothing_to_qualify")

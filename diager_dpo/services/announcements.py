"""The duration of an operation as the DPO announces or corrects it: in force at once, and in every scan that follows.

What is announced here counts, also where the source says something else later; then both are shown.
"""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from sqlalchemy import Connection, delete, func, select, update

from diager_dpo.domain.civil import NO_DAY, Days, Duration, day_date, day_number, later
from diager_dpo.domain.evidence import ConsentState
from diager_dpo.domain.facts import Operations
from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.domain.words import Kind, Purpose
from diager_dpo.services import journal
from diager_dpo.services.access import require, require_in
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.index_view import index_view, instant
from diager_dpo.services.installation import Installation
from diager_dpo.services.live_decision import decide_now, refresh_index
from diager_dpo.services.people import display_name
from diager_dpo.services.rules_in_force import charters_in_force
from diager_dpo.services.source_engine import configured_source, source_engine
from diager_dpo.services.store_facts import completed
from diager_dpo.source.connection import snapshot
from diager_dpo.source.reader import read_facts_of
from diager_dpo.store import announcements as store
from diager_dpo.store import entry_consents
from diager_dpo.store.engine import writing
from diager_dpo.store.locks import take_turn
from diager_dpo.store.tables import alert, announcement, operation, scan

ANNOUNCED = "duration_announced"
_AT_ONCE = 20_000  # persons decided live at a time


@dataclass(frozen=True, slots=True)
class Announced:
    """What stands for an operation. ``source_last_day``: what follows from the source alone, as of the last scan.

    ``conflict``: the source has come to say something else than when this was announced.
    """

    operation: str
    keep_until: date | None
    keep_for: Duration | None
    reason: str
    at: datetime
    by: str
    source_last_day: date | None
    conflict: bool


@dataclass(frozen=True, slots=True)
class AnnouncementEffect:
    """What an announcement would change today: the last day, entries due before and after, undetermined ones settled.

    ``prolonged``: entries whose consent stands and was given for a shorter time.
    """

    operation: str
    entries: int
    last_day_before: date | None
    last_day_after: date
    due_before: int
    due_after: int
    undetermined_before: int
    prolonged: int


def announced(installation: Installation, actor: Identity) -> tuple[Announced, ...]:
    """What the DPO announced and stands, by operation.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``.
    """
    with index_view(installation, actor, Action.SEE_RECORDS) as view:
        if Purpose.CONTESTS not in view.purposes:
            return ()
        rows = store.standing(view.connection, view.source)
        days = _last_days(view.connection, view.source)
    return tuple(_told(installation, row, days.get(key)) for key, row in sorted(rows.items()))


def preview(
    installation: Installation,
    actor: Identity,
    of_operation: str,
    *,
    keep_until: date | None = None,
    keep_for: Duration | None = None,
) -> AnnouncementEffect:
    """The effect of an announcement, counted from the last scan; nothing is changed.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``operation_unknown``, ``duration_not_stated``, ``operation_without_close``,
            ``duration_before_opening``.
    """
    with index_view(installation, actor, Action.ANNOUNCE_DURATION) as view:
        return _effect(
            view.connection,
            view.source,
            of_operation,
            keep_until=keep_until,
            keep_for=keep_for,
            today=day_number(installation.today()),
        )


def announce(
    installation: Installation,
    actor: Identity,
    of_operation: str,
    reason: str,
    *,
    keep_until: date | None = None,
    keep_for: Duration | None = None,
) -> AnnouncementEffect:
    """Announce until when, or for how long from its closing, the entries of an operation are kept; what it changed.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``announcement_without_reason``, those of ``preview``, or what is wrong with the source.
    """
    require(installation, actor, Action.ANNOUNCE_DURATION, Purpose.CONTESTS)
    source = configured_source(installation)
    if not reason.strip():
        raise NotPossible("announcement_without_reason")
    with source_engine(installation) as engine, snapshot(engine) as facts, writing(installation.store) as connection:
        require_in(connection, actor, Action.ANNOUNCE_DURATION, Purpose.CONTESTS)
        take_turn(connection)
        today, now = day_number(installation.today()), installation.now().isoformat()
        effect = _effect(connection, source.name, of_operation, keep_until=keep_until, keep_for=keep_for, today=today)
        charters = charters_in_force(installation, installation.today())
        without_persons = read_facts_of(facts, source, [], today=today).facts
        before = completed(connection, source.name, without_persons, charters, today)
        says = _of(before.facts.operations, before.source_says, of_operation)
        reason_id = journal.keep_reason(connection, reason.strip())
        replaced = store.former(connection, source.name, of_operation)
        values = {
            "source": source.name,
            "operation": of_operation,
            "keep_until": None if keep_until is None else day_number(keep_until),
            "keep_for": None if keep_for is None else str(keep_for),
            "source_said": says,
            "source_says": says,
            "reason": reason_id,
            "at": now,
            "issuer": actor.issuer,
            "subject": actor.subject,
        }
        number = store.replace(connection, values, now)
        after = completed(connection, source.name, without_persons, charters, today)
        _in_force(connection, source.name, of_operation, after.facts.operations, effect.last_day_after)
        persons = entry_consents.persons_of(connection, source.name, of_operation)
        for start in range(0, len(persons), _AT_ONCE):
            some = persons[start : start + _AT_ONCE]
            decision = decide_now(installation, connection, facts, some, installation.today())
            refresh_index(installation, connection, some, decision)
        details = {
            "purpose": Purpose.CONTESTS.code,
            "operation": of_operation,
            "keep_until": values["keep_until"],
            "keep_for": values["keep_for"],
            "last_day": day_number(effect.last_day_after),
            "entries": effect.entries,
        }
        journal.record(
            installation,
            connection,
            actor,
            action=ANNOUNCED,
            about=f"operation:{of_operation}",
            details=details,
            reason_id=reason_id,
            changed=[(announcement, {"id": each}) for each in (*replaced, number)],
        )
    return effect


def _effect(
    connection: Connection,
    source: str,
    of_operation: str,
    *,
    keep_until: date | None,
    keep_for: Duration | None,
    today: int,
) -> AnnouncementEffect:
    o = operation.c
    row = connection.execute(select(operation).where(o.source == source, o.operation == of_operation)).one_or_none()
    if row is None:
        raise NotPossible("operation_unknown")
    if (keep_until is None) == (keep_for is None):
        raise NotPossible("duration_not_stated")
    if keep_for is not None and row.closes_on is None:
        raise NotPossible("operation_without_close")
    after = day_number(keep_until) if keep_until is not None else _from_close(row.closes_on, keep_for)
    if after <= 0 or after < max(row.opens_on or 0, 0):
        raise NotPossible("duration_before_opening")
    counts = entry_consents.counts(connection, source, of_operation)
    bound = [each for each in counts if each.kind != Kind.HELD]
    # A withdrawal ends an entry on its own day, whatever is announced.
    ends = [(min(after, each.withdrawn_on - 1) if each.withdrawn_on != NO_DAY else after, each.n) for each in bound]
    longer = row.last_day is not None and after > row.last_day
    standing = [each.n for each in counts if each.state == ConsentState.STANDING]
    return AnnouncementEffect(
        of_operation,
        sum(each.n for each in counts),
        None if row.last_day is None else day_date(row.last_day),
        day_date(after),
        sum(each.n for each in bound if each.kind == Kind.DATED and each.last_day < today),
        sum(n for last, n in ends if last < today),
        sum(each.n for each in bound if each.kind == Kind.UNDETERMINED),
        sum(standing) if longer else 0,
    )


def _from_close(closes_on: int, keep_for: Duration | None) -> int:
    assert keep_for is not None
    return int(later(np.array([closes_on], np.int32), keep_for.months, keep_for.days)[0])


def _in_force(connection: Connection, source: str, key: str, operations: Operations | None, last_day: date) -> None:
    """The operation as lists show it, and no alert of the last scan that it is without a duration."""
    o = operation.c
    prolonged = None if operations is None else _of(operations, operations.prolonged_on, key)
    connection.execute(
        update(operation)
        .where(o.source == source, o.operation == key)
        .values(last_day=day_number(last_day), prolonged_on=prolonged)
    )
    last = select(func.max(scan.c.id)).where(scan.c.source == source, scan.c.state == "done").scalar_subquery()
    settled = (alert.c.scan == last, alert.c.code == "no_announced_duration", alert.c.operation == key)
    connection.execute(delete(alert).where(*settled))


def _of(operations: Operations | None, days: Days, key: str) -> int | None:
    """The day of one operation among those of the source."""
    keys = [] if operations is None else operations.key.tolist()
    day = int(days[keys.index(key)]) if key in keys else NO_DAY
    return None if day == NO_DAY else day


def _last_days(connection: Connection, source: str) -> dict[str, int | None]:
    rows = connection.execute(select(operation.c.operation, operation.c.last_day).where(operation.c.source == source))
    return {row.operation: row.last_day for row in rows}


def _told(installation: Installation, row: store.Announcement, last_day: int | None) -> Announced:
    says = row.source_says
    return Announced(
        row.operation,
        None if row.keep_until is None else day_date(row.keep_until),
        None if row.keep_for is None else Duration.parse(row.keep_for),
        row.reason,
        instant(row.at),
        display_name(installation, Identity(row.issuer, row.subject)),
        None if says is None else day_date(says),
        says is not None and says not in (row.source_said, last_day),
    )

"""Suspensions of purges: placed by the DPO, lifted by somebody else, in force from the moment they are placed.

Placing one needs no source: its records are held in the index at once, and every purge looks at it again before it
erases. Lifting one looks at the source again, which may have suspensions of its own.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert, select, update

from diager_dpo.domain.civil import day_date, day_number
from diager_dpo.domain.holds import HoldKind
from diager_dpo.domain.permissions import Action, Identity, allowed_purposes
from diager_dpo.domain.words import RECORD_PURPOSES, Purpose
from diager_dpo.services import journal
from diager_dpo.services.access import grants_in, require, require_in
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.services.index_view import index_view, instant
from diager_dpo.services.installation import Installation
from diager_dpo.services.issuer import issuer_in_force
from diager_dpo.services.live_decision import decide_now, refresh_index
from diager_dpo.services.source_engine import configured_source, source_engine
from diager_dpo.source.connection import snapshot
from diager_dpo.source.reader import persons_named
from diager_dpo.store import holds as store
from diager_dpo.store.engine import writing
from diager_dpo.store.holds import Standing
from diager_dpo.store.locks import take_turn
from diager_dpo.store.tables import account, hold

PLACED, PROLONGED, LIFTED = "hold_placed", "hold_prolonged", "hold_lifted"


@dataclass(frozen=True, slots=True)
class Hold:
    """A suspension that stands. ``person`` is ``None`` for everybody, ``purpose`` for every purpose.

    ``records``: how many it holds now. ``may_lift``: whether the actor who asked may.
    """

    id: int
    person: str | None
    purpose: Purpose | None
    kind: HoldKind
    reason: str
    owner: str
    placer: str
    since: date
    placed_at: datetime
    review_on: date
    overdue: bool
    records: int
    may_lift: bool


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who may be named as the owner of a suspension."""

    subject: str
    display_name: str


def holds(installation: Installation, actor: Identity) -> tuple[Hold, ...]:
    """The suspensions that stand, those to be reviewed soonest first.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``.
    """
    today = installation.today()
    with index_view(installation, actor, Action.SEE_PURGES) as view:
        found = [
            each
            for each in store.standing(view.connection, view.source)
            if each.purpose is None or each.purpose in view.purposes
        ]
        counts = store.records_held(view.connection, view.source, found)
        names = _names(view.connection)
        lifts = allowed_purposes(grants_in(view.connection, actor), Action.LIFT_HOLD)
        answer = [
            Hold(
                each.id,
                each.person,
                Purpose(each.purpose) if each.purpose else None,
                HoldKind(each.kind),
                each.reason,
                names.get(each.owner, each.owner.subject),
                names.get(each.placer, each.placer.subject),
                day_date(each.since),
                instant(each.placed_at),
                day_date(each.review_on),
                each.review_on < day_number(today),
                records,
                _scope(each.purpose) <= lifts and each.placer != actor,
            )
            for each, records in zip(found, counts, strict=True)
        ]
    return tuple(sorted(answer, key=lambda each: (each.review_on, each.id)))


def owners(installation: Installation, actor: Identity) -> tuple[Owner, ...]:
    """Who may be named as an owner: every account that is open, by name.

    Raises:
        Refused: ``not_permitted``.
    """
    with index_view(installation, actor, Action.PLACE_HOLD) as view:
        rows = view.connection.execute(
            select(account.c.subject, account.c.display_name)
            .where(account.c.issuer == issuer_in_force(installation), account.c.disabled_at.is_(None))
            .order_by(account.c.display_name, account.c.subject)
        )
        return tuple(Owner(*row) for row in rows)


def place(
    installation: Installation,
    actor: Identity,
    kind: HoldKind,
    reason: str,
    *,
    owner: str = "",
    review_on: date | None = None,
    person: str | None = None,
    purpose: Purpose | None = None,
) -> int:
    """Suspend the purges of a person, of a purpose, of both, or of everything; at once. Returns its number.

    ``owner``: the subject of an account; ``review_on``: the day on which the owner looks at it again.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, and those of ``place_in``.
    """
    require(installation, actor, Action.PLACE_HOLD)
    with writing(installation.store) as connection:
        require_in(connection, actor, Action.PLACE_HOLD)
        return place_in(
            installation,
            connection,
            actor,
            kind,
            reason,
            owner=owner,
            review_on=review_on,
            person=person,
            purpose=purpose,
        )


def place_in(
    installation: Installation,
    connection: Connection,
    actor: Identity,
    kind: HoldKind,
    reason: str,
    *,
    owner: str = "",
    review_on: date | None = None,
    person: str | None = None,
    purpose: Purpose | None = None,
) -> int:
    """The same as a part of another decision, in its transaction: the caller has asked for the right.

    Raises:
        NotPossible: ``hold_without_reason``, ``hold_without_owner``, ``hold_without_review``, ``hold_holds_nothing``.
    """
    source = configured_source(installation).name
    if not reason.strip():
        raise NotPossible("hold_without_reason")
    owned = Identity(issuer_in_force(installation), owner)
    is_open = select(account.c.subject).where(
        account.c.issuer == owned.issuer, account.c.subject == owner, account.c.disabled_at.is_(None)
    )
    if connection.scalar(is_open) is None:
        raise NotPossible("hold_without_owner")
    take_turn(connection)
    if person is not None and not store.in_index(connection, source, person, purpose):
        raise NotPossible("hold_holds_nothing")
    day = _review_day(installation, review_on)
    reason_id = journal.keep_reason(connection, reason.strip())
    values = {
        "source": source,
        "person": person,
        "purpose": purpose and int(purpose),
        "kind": kind.value,
        "reason": reason_id,
        "owner_issuer": owned.issuer,
        "owner_subject": owner,
        "review_on": day,
        "since": day_number(installation.today()),
        "placed_at": installation.now().isoformat(),
        "placer_issuer": actor.issuer,
        "placer_subject": actor.subject,
    }
    number = int(connection.execute(insert(hold).values(values).returning(hold.c.id)).scalar_one())
    store.suspend(connection, source, person, purpose)
    details = {"kind": kind.value, "records": _held(connection, source, number), "review_on": day}
    _Change(installation, connection, actor, number).record(PLACED, details, reason_id)
    return number


def prolong(installation: Installation, actor: Identity, number: int, review_on: date | None, reason: str) -> None:
    """Say why a suspension stands for longer, and when it is looked at again.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``no_such_hold``, ``hold_without_reason``, ``hold_without_review``.
    """
    require(installation, actor, Action.PLACE_HOLD)
    source = configured_source(installation).name
    with writing(installation.store) as connection:
        require_in(connection, actor, Action.PLACE_HOLD)
        _standing(connection, source, number)
        if not reason.strip():
            raise NotPossible("hold_without_reason")
        day = _review_day(installation, review_on)
        connection.execute(update(hold).where(hold.c.id == number).values(review_on=day))
        reason_id = journal.keep_reason(connection, reason.strip())
        _Change(installation, connection, actor, number).record(PROLONGED, {"review_on": day}, reason_id)


def lift(installation: Installation, actor: Identity, number: int, reason: str) -> None:
    """End a suspension: its records are again what the facts of this moment make of them.

    By an approver of every purpose in its scope, never by who placed it.

    Raises:
        Refused: ``not_permitted``, ``own_hold``.
        NotPossible: ``no_source``, ``no_such_hold``, ``hold_without_reason``, or what is wrong with the source.
    """
    require(installation, actor, Action.LIFT_HOLD)
    source = configured_source(installation)
    with source_engine(installation) as engine, snapshot(engine) as facts:
        disputed = persons_named(facts, source, "litigations")
        with writing(installation.store) as connection:
            require_in(connection, actor, Action.LIFT_HOLD)
            take_turn(connection)
            found = _standing(connection, source.name, number)
            if not _scope(found.purpose) <= allowed_purposes(grants_in(connection, actor), Action.LIFT_HOLD):
                raise Refused("not_permitted", action=Action.LIFT_HOLD.value)
            if found.placer == actor:
                raise Refused("own_hold")
            if not reason.strip():
                raise NotPossible("hold_without_reason")
            reason_id = journal.keep_reason(connection, reason.strip())
            ended = {"lifted_at": installation.now().isoformat(), "lift_reason": reason_id}
            ended |= {"lifter_issuer": actor.issuer, "lifter_subject": actor.subject}
            connection.execute(update(hold).where(hold.c.id == number).values(ended))
            day = installation.today()
            released = store.release(connection, source.name, found.person, found.purpose, day_number(day))
            looked_at = sorted(disputed) if found.person is None else [found.person]
            if looked_at:
                decision = decide_now(installation, connection, facts, looked_at, day)
                refresh_index(installation, connection, looked_at, decision)
            _Change(installation, connection, actor, number).record(LIFTED, {"records": released}, reason_id)


def overdue_in(connection: Connection, source: str, today: date) -> tuple[Standing, ...]:
    """The suspensions past their review date, oldest review first; for services, which have asked for the right."""
    found = [each for each in store.standing(connection, source) if each.review_on < day_number(today)]
    return tuple(sorted(found, key=lambda each: each.review_on))


def _scope(purpose: int | None) -> frozenset[Purpose]:
    """The purposes that a suspension concerns."""
    return frozenset(RECORD_PURPOSES if purpose is None else (Purpose(purpose),))


def _standing(connection: Connection, source: str, number: int) -> Standing:
    for each in store.standing(connection, source):
        if each.id == number:
            return each
    raise NotPossible("no_such_hold")


def _held(connection: Connection, source: str, number: int) -> int:
    return store.records_held(connection, source, [_standing(connection, source, number)])[0]


def _review_day(installation: Installation, review_on: date | None) -> int:
    if review_on is None or review_on <= installation.today():
        raise NotPossible("hold_without_review")
    return day_number(review_on)


@dataclass(frozen=True, slots=True)
class _Change:
    """A decision about one suspension, in its transaction."""

    installation: Installation
    connection: Connection
    actor: Identity
    number: int

    def record(self, action: str, details: dict[str, str | int], reason_id: int) -> None:
        row = self.connection.execute(select(hold).where(hold.c.id == self.number)).one()
        purpose = None if row.purpose is None else Purpose(row.purpose).code
        scope = "everybody" if row.person is None else "person"
        journal.record(
            self.installation,
            self.connection,
            self.actor,
            action=action,
            about=f"hold:{self.number}",
            details=details | {"scope": scope, "purpose": purpose, "owner": row.owner_subject},
            reason_id=reason_id,
            changed=((hold, {"id": self.number}),),
        )


def _names(connection: Connection) -> dict[Identity, str]:
    rows = connection.execute(select(account.c.issuer, account.c.subject, account.c.display_name))
    return {Identity(row.issuer, row.subject): row.display_name for row in rows}

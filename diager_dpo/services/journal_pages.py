"""The journal a page at a time, for people: who decided what, about what, when and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, cast, func, literal, or_, select
from sqlalchemy import Text as TextType

from diager_dpo.domain.journal import Details, Entry, Payload, ToldRow
from diager_dpo.domain.permissions import Action, Identity, allowed_purposes
from diager_dpo.domain.words import Purpose
from diager_dpo.services.access import grants_in
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.services.installation import PARIS, Installation
from diager_dpo.services.journal_reading import payload_of
from diager_dpo.store import journal as store
from diager_dpo.store.engine import reading
from diager_dpo.store.tables import account, journal, purge, reason

MOST_ON_A_PAGE = 200


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries. ``about``: how their object begins; days are those of Paris, both inclusive."""

    who: Identity | None = None
    action: str = ""
    about: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry. ``reason``: what its author wrote, empty where it was erased, ``None`` where nothing was asked."""

    number: int
    at: datetime
    actor: Identity
    name: str
    action: str
    object: str
    details: Details
    rows: tuple[ToldRow, ...]
    reason: str | None
    hash: str


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One page, newest first. ``names``: everybody who did anything; ``actions``: whatever was done.

    ``since``: when the first of them was written. ``partly``: only what concerns the purposes of who asks is shown.
    """

    entries: tuple[EntryView, ...]
    names: Mapping[Identity, str]
    actions: tuple[str, ...]
    page: int
    size: int
    total: int
    since: datetime | None
    partly: bool

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(-(-self.total // self.size), 1)


def entries(
    installation: Installation,
    actor: Identity,
    wanted: EntryFilter | None = None,
    *,
    page: int = 1,
    size: int = 50,
) -> EntryPage:
    """One page of what was decided and changed; of their purposes only, to whom is bound to some.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_such_page``.
    """
    if page < 1 or not 1 <= size <= MOST_ON_A_PAGE:
        raise NotPossible("no_such_page", page=page, size=size)
    wanted = wanted or EntryFilter()
    with reading(installation.store) as connection:
        purposes = allowed_purposes(grants_in(connection, actor), Action.SEE_JOURNAL)
        if not purposes:
            raise Refused("not_permitted", action=Action.SEE_JOURNAL.value)
        shown = _of_purposes(purposes)
        those = and_(shown, *_conditions(wanted))
        total = connection.scalar(select(func.count()).select_from(journal).where(those)) or 0
        newest = select(journal).where(those).order_by(journal.c.number.desc()).limit(size).offset((page - 1) * size)
        found = [store.entry(row) for row in connection.execute(newest)]
        names = _names(connection, shown)
        first = connection.scalar(select(func.min(journal.c.at)).where(shown))
        actions = connection.scalars(select(journal.c.action).where(shown).distinct().order_by(journal.c.action)).all()
        told = [(entry, _payload(entry)) for entry in found]
        reasons = _reasons(connection, {payload.reason_id for _, payload in told if payload.reason_id is not None})
    views = tuple(_view(entry, payload, names, reasons) for entry, payload in told)
    since = None if first is None else datetime.fromisoformat(first)
    return EntryPage(views, names, tuple(actions), page, size, total, since, purposes != frozenset(Purpose))


def _of_purposes(purposes: frozenset[Purpose]) -> ColumnElement[bool]:
    """Entries that name one of these purposes, or a purge for one. In canonical JSON a name stands in one form only."""
    if purposes == frozenset(Purpose):
        return literal(value=True)
    named = [journal.c.payload.contains(f'"purpose":"{each.code}"', autoescape=True) for each in sorted(purposes)]
    theirs = select(literal("purge:") + cast(purge.c.id, TextType)).where(purge.c.purpose.in_(sorted(purposes)))
    return or_(*named, journal.c.object.in_(theirs))


def _conditions(wanted: EntryFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.who is not None:
        found += [journal.c.issuer == wanted.who.issuer, journal.c.subject == wanted.who.subject]
    if wanted.action:
        found.append(journal.c.action == wanted.action)
    if wanted.about:
        found.append(journal.c.object.startswith(wanted.about, autoescape=True))
    if wanted.first is not None:
        found.append(journal.c.at >= _midnight(wanted.first))
    if wanted.last is not None:
        found.append(journal.c.at < _midnight(wanted.last + timedelta(days=1)))
    return found


def _midnight(day: date) -> str:
    """When a civil day begins in Paris, as entries write instants."""
    return datetime.combine(day, time.min, PARIS).astimezone(UTC).isoformat()


def _names(connection: Connection, shown: ColumnElement[bool]) -> dict[Identity, str]:
    same = and_(account.c.issuer == journal.c.issuer, account.c.subject == journal.c.subject)
    known = (
        select(journal.c.issuer, journal.c.subject, account.c.display_name)
        .select_from(journal.outerjoin(account, same))
        .where(shown)
        .distinct()
    )
    return {Identity(row.issuer, row.subject): row.display_name or row.subject for row in connection.execute(known)}


def _reasons(connection: Connection, wanted: set[int]) -> dict[int, str]:
    rows: Any = connection.execute(select(reason.c.id, reason.c.text).where(reason.c.id.in_(wanted)))
    return {row.id: row.text for row in rows}


def _payload(entry: Entry) -> Payload:
    """What an entry tells; nothing where it was made unreadable, which a verification will say."""
    try:
        return payload_of(entry)
    except (ValueError, KeyError, TypeError, AttributeError, AssertionError):
        return Payload({})


def _view(entry: Entry, payload: Payload, names: Mapping[Identity, str], reasons: Mapping[int, str]) -> EntryView:
    actor = Identity(entry.issuer, entry.subject)
    return EntryView(
        entry.number,
        datetime.fromisoformat(entry.at),
        actor,
        names[actor],
        entry.action,
        entry.object,
        payload.details,
        payload.rows,
        None if payload.reason_id is None else reasons.get(payload.reason_id, ""),
        entry.hash,
    )

"""Contests: does each consent stand, and can it be proven? A card an operation, and its entries by key.

Everything is read from what the last scan counted, never from the source.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Row, select

from diager_dpo.domain.charter import Field, Text
from diager_dpo.domain.civil import NO_DAY, day_date, day_number
from diager_dpo.domain.evidence import INCOMPLETE, WITHOUT, ConsentState, Missing, score
from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.domain.verdicts import statuses
from diager_dpo.domain.words import Flag, Kind, Purpose, Status
from diager_dpo.services import announcements
from diager_dpo.services.access_log import note_list
from diager_dpo.services.announcements import Announced
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.services.index_view import IndexView, index_view
from diager_dpo.services.installation import Installation
from diager_dpo.services.recorded_refusals import ExportFormat
from diager_dpo.services.safe_sheets import Cell, csv_table, xlsx_table
from diager_dpo.source.folding import folded
from diager_dpo.store import entry_consents as store
from diager_dpo.store.entry_consents import EntryCount
from diager_dpo.store.tables import operation

MOST_ON_A_PAGE = 200
_EXPORTED_AT_ONCE = 20_000
_NOTHING = Missing(0)


@dataclass(frozen=True, slots=True)
class ContestCard:
    """One operation on a day, in entries; dates are the source's, ``last_day`` what was announced last.

    ``standing``, ``withdrawn``, ``none`` are disjoint and sum to ``entries``. ``incomplete``: a consent was given, and
    lacks the notice or came after the entry. ``missing``: each piece and how many entries lack it. ``score``: entries
    whose proof lacks nothing, in percent; ``None`` without entries. ``oldest_withdrawal``: of those not erased yet.
    ``prolonged``: entries whose consent was given for less time than is announced now.
    """

    operation: str
    name: str
    provider: str
    opens_on: date | None
    closes_on: date | None
    last_day: date | None
    prolonged_on: date | None
    entries: int
    standing: int
    withdrawn: int
    none: int
    incomplete: int
    due: int
    held: int
    undetermined: int
    prolonged: int
    oldest_withdrawal: date | None
    missing: tuple[tuple[Missing, int], ...]
    score: int | None
    announced: Announced | None

    @property
    def blocked(self) -> bool:
        """Whether nobody knows how long to keep it: nothing of it can be purged."""
        return self.last_day is None


@dataclass(frozen=True, slots=True)
class Contests:
    """Every operation on a day, by name, and who receives the data of contests as the charter says."""

    as_of: date
    recipients: tuple[Text, ...]
    cards: tuple[ContestCard, ...]


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries of an operation: in any of these states, with any of these pieces missing, due on the day."""

    states: frozenset[ConsentState] = frozenset()
    missing: Missing = _NOTHING
    due: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry by the key of its person."""

    person: str
    status: Status
    last_day: date | None
    state: ConsentState
    missing: Missing
    entered_on: date | None
    given_on: date | None
    withdrawn_on: date | None
    flags: Flag


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Some entries in the order of their keys; ``page`` from 1."""

    entries: tuple[Entry, ...]
    page: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(-(-self.total // self.size), 1)


def contests(installation: Installation, actor: Identity, as_of: date) -> Contests:
    """A card for each operation of the last scan, on a day; empty for who may not see contests.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``.
    """
    announced = {each.operation: each for each in announcements.announced(installation, actor)}
    with index_view(installation, actor, Action.SEE_RECORDS) as view:
        if Purpose.CONTESTS not in view.purposes:
            return Contests(as_of, (), ())
        counts: dict[str, list[EntryCount]] = {}
        for each in store.counts(view.connection, view.source):
            counts.setdefault(each.operation, []).append(each)
        rows = view.connection.execute(select(operation).where(operation.c.source == view.source)).all()
    by_key = {row.operation: row for row in rows}
    cards = [
        _card(row, counts.get(key, []), announced.get(key), day_number(as_of))
        for key, row in sorted(by_key.items(), key=lambda item: (folded(item[1].name), item[0]))
    ]
    return Contests(as_of, _recipients(installation, as_of), tuple(cards))


def entries(
    installation: Installation,
    actor: Identity,
    of_operation: str,
    wanted: EntryFilter,
    as_of: date,
    *,
    page: int = 1,
    size: int = 50,
) -> EntryPage:
    """One page of the entries of an operation; who looked is written down.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``no_such_page``.
    """
    if page < 1 or not 1 <= size <= MOST_ON_A_PAGE:
        raise NotPossible("no_such_page", page=page, size=size)
    with index_view(installation, actor, Action.SEE_RECORDS) as view:
        _may_see(view, Action.SEE_RECORDS)
        total = sum(
            each.n for each in store.counts(view.connection, view.source, of_operation) if _fits(each, wanted, as_of)
        )
        rows = _read(view, of_operation, wanted, as_of, first=(page - 1) * size, size=size)
    told = {
        "operation": of_operation,
        "as_of": as_of.isoformat(),
        "status": Status.DUE.code if wanted.due else "",
        "consent": ",".join(state.code for state in sorted(wanted.states)),
        "missing": ",".join(wanted.missing.codes),
    }
    criteria = {name: value for name, value in told.items() if value}
    note_list(installation, actor, Purpose.CONTESTS, criteria, total)
    return EntryPage(tuple(rows), page, size, total)


def export_statuses(
    installation: Installation, actor: Identity, as_of: date, form: ExportFormat, of_operation: str | None = None
) -> bytes:
    """The status of every entry by key, of one operation or of all.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``.
    """
    head = ("operation", "person", "status", "last_day", "consent", "entered_on", "given_on", "withdrawn_on", "missing")
    lines: list[Sequence[Cell]] = []
    with index_view(installation, actor, Action.EXPORT_RECORDS) as view:
        _may_see(view, Action.EXPORT_RECORDS)
        o = operation.c
        known = view.connection.scalars(
            operation.select().with_only_columns(o.operation).where(o.source == view.source)
        )
        keys = sorted(known) if of_operation is None else [of_operation]
        for key in keys:
            first = 0
            while rows := _read(view, key, EntryFilter(), as_of, first=first, size=_EXPORTED_AT_ONCE):
                lines += [_line(key, row) for row in rows]
                first += len(rows)
    return csv_table(head, lines) if form is ExportFormat.CSV else xlsx_table("contests", head, lines)


def _may_see(view: IndexView, action: Action) -> None:
    if Purpose.CONTESTS not in view.purposes:
        raise Refused("not_permitted", action=action.value)


def _line(key: str, row: Entry) -> Sequence[Cell]:
    return (
        key, row.person, row.status.code, row.last_day, row.state.code, row.entered_on, row.given_on, row.withdrawn_on,
        " ".join(row.missing.codes),
    )  # fmt: skip


def _read(
    view: IndexView, of_operation: str, wanted: EntryFilter, as_of: date, *, first: int, size: int
) -> list[Entry]:
    day = day_number(as_of)
    conditions = store.having(sorted(wanted.states), int(wanted.missing), day if wanted.due else None)
    rows = store.page(view.connection, view.source, of_operation, conditions, first=first, size=size)
    status = _statuses([row.kind for row in rows], [_number(row.last_day) for row in rows], day)
    return [
        Entry(
            row.person,
            its,
            _date(row.last_day),
            ConsentState(row.state),
            Missing(row.missing),
            _date(row.entered_on),
            _date(row.given_on),
            _date(row.withdrawn_on),
            Flag(row.flags),
        )
        for row, its in zip(rows, status, strict=True)
    ]


def _card(row: Row[Any], counts: Sequence[EntryCount], announced: Announced | None, day: int) -> ContestCard:
    status = _statuses([each.kind for each in counts], [each.last_day for each in counts], day)

    def count(*conditions: Iterable[bool]) -> int:
        return sum(each.n for each, *holds in zip(counts, *conditions, strict=True) if all(holds))

    def state(wanted: ConsentState) -> int:
        return count([each.state == wanted for each in counts])

    incomplete = [bool(each.missing & INCOMPLETE) and not each.missing & WITHOUT for each in counts]
    withdrawals = [each.withdrawn_on for each in counts if each.state == ConsentState.WITHDRAWN]
    total = sum(each.n for each in counts)
    return ContestCard(
        operation=row.operation,
        name=row.name,
        provider=row.provider,
        opens_on=_date(row.opens_on),
        closes_on=_date(row.closes_on),
        last_day=_date(row.last_day),
        prolonged_on=_date(row.prolonged_on),
        entries=total,
        standing=state(ConsentState.STANDING),
        withdrawn=state(ConsentState.WITHDRAWN),
        none=state(ConsentState.NONE),
        incomplete=count(incomplete),
        due=count([each is Status.DUE for each in status]),
        held=count([each is Status.HELD for each in status]),
        undetermined=count([each is Status.UNDETERMINED for each in status]),
        prolonged=count([bool(each.flags & Flag.OPERATION_PROLONGED) for each in counts]),
        oldest_withdrawal=_date(min(withdrawals)) if withdrawals else None,
        missing=tuple((piece, n) for piece in Missing if (n := count([bool(each.missing & piece) for each in counts]))),
        score=score(total, count([not each.missing for each in counts])),
        announced=announced,
    )


def _fits(each: EntryCount, wanted: EntryFilter, as_of: date) -> bool:
    due = each.kind == Kind.DATED and NO_DAY < each.last_day < day_number(as_of)
    return (
        (not wanted.states or each.state in wanted.states)
        and (not wanted.missing or bool(each.missing & wanted.missing))
        and (not wanted.due or due)
    )


def _statuses(kinds: Sequence[int], last_days: Sequence[int], day: int) -> list[Status]:
    running = np.full(len(kinds), NO_DAY, np.int32)
    found = statuses(np.array(kinds, np.int8), running, np.array(last_days, np.int32), day)
    return [Status(code) for code in found.tolist()]


def _recipients(installation: Installation, as_of: date) -> tuple[Text, ...]:
    charter = installation.charters.current(as_of)
    stated = [entry.stated(Field.RECIPIENTS) for entry in charter.purposes if entry.purpose is Purpose.CONTESTS]
    return tuple(statement.text for statements in stated for statement in statements)


def _number(day: int | None) -> int:
    return NO_DAY if day is None else day


def _date(day: int | None) -> date | None:
    return None if day is None or day == NO_DAY else day_date(day)

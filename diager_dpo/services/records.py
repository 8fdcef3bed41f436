"""The records behind every figure: lists of them by key and date, and the whole explanation of a person's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from diager_dpo.domain.civil import day_number, optional_date
from diager_dpo.domain.explanation import Explanation, due_from
from diager_dpo.domain.explanation import explain as explain_verdict
from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.domain.verdicts import AppliedRule, flags_on, statuses
from diager_dpo.domain.words import Anchor, Anomaly, Category, Flag, Purpose, Status
from diager_dpo.services.access_log import note_list, note_records
from diager_dpo.services.circumstances import Circumstances
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.services.index_view import IndexView, index_view, instant
from diager_dpo.services.installation import Installation
from diager_dpo.store.calendar_counts import Calendar
from diager_dpo.store.record_conditions import Conditions
from diager_dpo.store.record_queries import IndexRow, count_up_to, dated_page, records_of, rules, undated_page

#: Where the calendar cannot say how many records a filter finds, this many are counted, and can be paged through.
MOST_COUNTED = 10_000

MOST_ON_A_PAGE = 500

_NO_FLAG = Flag(0)
_NO_ANOMALY = Anomaly(0)


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Which records of one purpose. ``None``, zero and empty mean any; of several flags or anomalies, one is enough."""

    purpose: Purpose
    status: Status | None = None
    category: Category | None = None
    operation: str | None = None
    flags: Flag = _NO_FLAG
    anomalies: Anomaly = _NO_ANOMALY
    last_day_from: date | None = None
    last_day_to: date | None = None
    person_prefix: str = ""


@dataclass(frozen=True, slots=True)
class RecordPage:
    """One page of records, those with a last day first, oldest first; then by key.

    ``total_is_exact`` is false where there are ``MOST_COUNTED`` or more and the calendar cannot say how many.
    """

    records: tuple["RecordLine", ...]
    page: int
    size: int
    total: int
    total_is_exact: bool
    as_of: date
    scanned_at: datetime

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(-(-self.total // self.size), 1)


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One record in a list: its key and where it stands on the day. Never a name."""

    person: str
    operation: str
    category: Category
    status: Status
    last_day: date | None
    due_from: date | None
    anchor: Anchor
    anchor_on: date | None
    rule: AppliedRule
    flags: Flag
    anomalies: Anomaly


@dataclass(frozen=True, slots=True)
class PersonExplanation:
    """Every record of one person that the actor may see; none where the index does not know the person."""

    person: str
    as_of: date
    purposes: tuple[Explanation, ...]


def find(
    installation: Installation,
    actor: Identity,
    wanted: RecordFilter,
    as_of: date,
    horizon_days: int,
    *,
    page: int = 1,
    size: int = 50,
) -> RecordPage:
    """One page of the records a filter describes.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``never_scanned``, ``no_such_page``.
    """
    if page < 1 or not 1 <= size <= MOST_ON_A_PAGE:
        raise NotPossible("no_such_page", page=page, size=size)
    with index_view(installation, actor, Action.SEE_RECORDS) as view:
        if wanted.purpose not in view.purposes:
            raise Refused("not_permitted", action=Action.SEE_RECORDS.value)
        calendar = view.calendar()
        conditions = _conditions(wanted, as_of, horizon_days, archiving_rules(installation, view))
        skip = (page - 1) * size
        if conditions.known_to_the_calendar:
            rows, total = _calendar_page(view, calendar, conditions, skip, size)
        else:
            rows, total = _counted_page(view, conditions, skip, size)
    note_list(installation, actor, wanted.purpose, _criteria(wanted, as_of, horizon_days), total)
    return RecordPage(
        _lines(rows, as_of, horizon_days),
        page,
        size,
        total,
        conditions.known_to_the_calendar or total < MOST_COUNTED,
        as_of,
        instant(calendar.scan.finished_at),
    )


def explain(
    installation: Installation, actor: Identity, persons: Sequence[str], as_of: date
) -> list[PersonExplanation]:
    """Every record of each person, explained step by step, in the order asked.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``never_scanned``.
    """
    with index_view(installation, actor, Action.SEE_RECORDS) as view:
        view.calendar()
        found = records_of(view.connection, view.source, persons, archiving_rules(installation, view))
        circumstances = Circumstances.of(view.connection, view.source, persons)
    of_person: dict[str, list[Explanation]] = {person: [] for person in persons}
    for row in found:
        if row.verdict.purpose in view.purposes:
            verdict = circumstances.added_to(row.person, row.verdict)
            of_person[row.person].append(explain_verdict(verdict, as_of))
    note_records(installation, actor, {person: len(explained) for person, explained in of_person.items()})
    return [PersonExplanation(person, as_of, tuple(of_person[person])) for person in persons]


def archiving_rules(installation: Installation, view: IndexView) -> frozenset[int]:
    """The ids of the rules that provide for an intermediate archive, as their charter says."""
    archived = {
        (charter.version, rule.purpose, rule.category)
        for charter in installation.charters.charters
        for rule in charter.rules
        if rule.archive
    }
    applied = rules(view.connection)
    return frozenset(id_ for id_, rule in applied.items() if (rule.charter, rule.purpose, rule.category) in archived)


def _criteria(wanted: RecordFilter, as_of: date, horizon_days: int) -> dict[str, str]:
    """The filter for the access log: codes and days. Of a key, which may be somebody, only that one was given."""
    given = {
        "as_of": as_of.isoformat(),
        "horizon": str(horizon_days),
        "status": wanted.status.code if wanted.status else "",
        "category": wanted.category.code if wanted.category else "",
        "operation": wanted.operation or "",
        "flag": ",".join(wanted.flags.codes),
        "anomaly": ",".join(wanted.anomalies.codes),
        "last_day_from": wanted.last_day_from.isoformat() if wanted.last_day_from else "",
        "last_day_to": wanted.last_day_to.isoformat() if wanted.last_day_to else "",
        "key": "given" if wanted.person_prefix else "",
    }
    return {name: value for name, value in given.items() if value}


def _conditions(wanted: RecordFilter, as_of: date, horizon_days: int, archives: frozenset[int]) -> Conditions:
    return Conditions(
        purpose=wanted.purpose,
        today=day_number(as_of),
        horizon=horizon_days,
        archives=archives,
        status=wanted.status,
        category=wanted.category,
        operation=wanted.operation,
        flags=wanted.flags,
        anomalies=wanted.anomalies,
        last_day_from=None if wanted.last_day_from is None else day_number(wanted.last_day_from),
        last_day_to=None if wanted.last_day_to is None else day_number(wanted.last_day_to),
        person_prefix=wanted.person_prefix,
    )


def _calendar_page(
    view: IndexView, calendar: Calendar, conditions: Conditions, skip: int, size: int
) -> tuple[list[IndexRow], int]:
    """The calendar says on which last day the page begins: only records of that day are skipped one by one."""
    groups = calendar.groups(conditions)
    dated, total = calendar.dated(groups), int(calendar.n[groups].sum())
    rows: list[IndexRow] = []
    if skip < dated:
        from_day, within = calendar.day_at(groups, skip)
        rows = dated_page(view.connection, view.source, conditions, within, size, from_day=from_day)
    if len(rows) < size and total > dated:
        rows += undated_page(view.connection, view.source, conditions, max(skip - dated, 0), size - len(rows))
    return rows, total


def _counted_page(view: IndexView, conditions: Conditions, skip: int, size: int) -> tuple[list[IndexRow], int]:
    """The index itself is counted, as far as people turn pages."""
    dated = count_up_to(view.connection, view.source, conditions, MOST_COUNTED, dated=True)
    undated = 0
    if conditions.may_lack_a_last_day and dated < MOST_COUNTED:
        undated = count_up_to(view.connection, view.source, conditions, MOST_COUNTED - dated, dated=False)
    rows: list[IndexRow] = []
    if skip < dated:
        rows = dated_page(view.connection, view.source, conditions, skip, min(size, dated - skip))
    left = min(size, dated + undated - skip) - len(rows)
    if left > 0:
        rows += undated_page(view.connection, view.source, conditions, max(skip - dated, 0), left)
    return rows, dated + undated


def _lines(rows: Sequence[IndexRow], as_of: date, horizon_days: int) -> tuple[RecordLine, ...]:
    today = day_number(as_of)
    verdicts = [row.verdict for row in rows]
    running_until = np.array([verdict.running_until for verdict in verdicts], dtype=np.int32)
    last_day = np.array([verdict.last_day for verdict in verdicts], dtype=np.int32)
    status = statuses(
        np.array([verdict.kind for verdict in verdicts], dtype=np.int8),
        running_until,
        last_day,
        today,
        horizon_days,
    )
    flags = flags_on(
        np.array([verdict.flags for verdict in verdicts], dtype=np.int16),
        np.array([verdict.archives for verdict in verdicts], dtype=np.bool_),
        running_until,
        last_day,
        np.array([verdict.inactive_from for verdict in verdicts], dtype=np.int32),
        today=today,
    )
    return tuple(
        RecordLine(
            person=row.person,
            operation=row.verdict.operation,
            category=row.verdict.category,
            status=Status(int(status[position])),
            last_day=optional_date(row.verdict.last_day),
            due_from=due_from(row.verdict.last_day),
            anchor=row.verdict.anchor,
            anchor_on=optional_date(row.verdict.anchor_on),
            rule=row.verdict.rule,
            flags=Flag(int(flags[position])),
            anomalies=row.verdict.anomalies,
        )
        for position, row in enumerate(rows)
    )

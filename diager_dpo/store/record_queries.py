"""Questions to the deadline index: pages of records, and everything about a few persons.

Records with a last day come first, in its order, then those without one, in the order of their keys. Each of the
two is a range of the index on (source, purpose, last_day): nothing is sorted, and a page costs what it shows and skips.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, func, literal, select

from diager_dpo.domain.civil import NO_DAY, day_date
from diager_dpo.domain.explanation import Verdict
from diager_dpo.domain.verdicts import AppliedRule
from diager_dpo.domain.words import Anchor, Anomaly, Category, Flag, Kind, Purpose
from diager_dpo.store import tables
from diager_dpo.store.record_conditions import Conditions, meets

_record = tables.record
_rule = tables.rule

#: Keys asked for at a time; both databases take many more bound values than this.
_PERSONS_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One record as the index holds it."""

    person: str
    verdict: Verdict


def dated_page(
    connection: Connection, source: str, wanted: Conditions, skip: int, size: int, *, from_day: int | None = None
) -> list[IndexRow]:
    """Up to ``size`` records that have a last day, in its order, after the first ``skip`` ones from ``from_day`` on."""
    # SQLite starts its range at the first lower bound it is given, so the sharpest one comes first.
    start = _record.c.last_day.is_not(None) if from_day is None else _record.c.last_day >= from_day
    query = _columns().where(start, *meets(source, wanted))
    in_order = query.order_by(_record.c.last_day, _record.c.person, _record.c.operation)
    return [_row(row, wanted.archives) for row in connection.execute(in_order.limit(size).offset(skip))]


def undated_page(connection: Connection, source: str, wanted: Conditions, skip: int, size: int) -> list[IndexRow]:
    """Up to ``size`` records without a last day, in the order of their keys, after the first ``skip`` ones."""
    query = _columns().where(*meets(source, wanted), _record.c.last_day.is_(None))
    in_order = query.order_by(_record.c.person, _record.c.operation)
    return [_row(row, wanted.archives) for row in connection.execute(in_order.limit(size).offset(skip))]


def count_up_to(connection: Connection, source: str, wanted: Conditions, most: int, *, dated: bool) -> int:
    """How many wanted records have a last day, or have none; no more than ``most`` are counted."""
    last_day = _record.c.last_day.is_not(None) if dated else _record.c.last_day.is_(None)
    found = select(literal(1)).select_from(_record).where(*meets(source, wanted), last_day).limit(most).subquery()
    return connection.execute(select(func.count()).select_from(found)).scalar_one()


def records_of(connection: Connection, source: str, persons: Sequence[str], archives: frozenset[int]) -> list[IndexRow]:
    """Every record of these persons, in the order of person, purpose and operation."""
    rows: list[Row[Any]] = []
    for first in range(0, len(persons), _PERSONS_AT_A_TIME):
        some = list(persons[first : first + _PERSONS_AT_A_TIME])
        rows += connection.execute(
            _columns()
            .where(_record.c.source == source, _record.c.person.in_(some))
            .order_by(_record.c.person, _record.c.purpose, _record.c.operation)
        )
    return [_row(row, archives) for row in rows]


def purposes_of(connection: Connection, source: str, persons: Sequence[str]) -> dict[str, list[Purpose]]:
    """The purposes each of these persons has a record of, in their usual order; persons without one are left out."""
    found: dict[str, list[Purpose]] = {}
    for first in range(0, len(persons), _PERSONS_AT_A_TIME):
        some = list(persons[first : first + _PERSONS_AT_A_TIME])
        query = select(_record.c.person, _record.c.purpose).distinct()
        query = query.where(_record.c.source == source, _record.c.person.in_(some))
        for person, purpose in connection.execute(query.order_by(_record.c.person, _record.c.purpose)):
            found.setdefault(person, []).append(Purpose(purpose))
    return found


def rules(connection: Connection) -> dict[int, AppliedRule]:
    """Every rule a record may name, by its id."""
    return {row.id: _applied(row) for row in connection.execute(select(_rule))}


def _columns() -> Select[Any]:
    return select(
        _record,
        _rule.c.duration,
        _rule.c.charter,
        _rule.c.clause,
        func.coalesce(_rule.c.effective, 0).label("effective"),
    ).select_from(_record.outerjoin(_rule, _rule.c.id == _record.c.rule))


def _row(row: Row[Any], archives: frozenset[int]) -> IndexRow:
    verdict = Verdict(
        purpose=Purpose(row.purpose),
        operation=row.operation,
        category=Category(row.category),
        kind=Kind(row.kind),
        anchor=Anchor(row.anchor),
        anchor_on=_day(row.anchor_on),
        rule=_applied(row),
        running_until=_day(row.running_until),
        last_day=_day(row.last_day),
        inactive_from=_day(row.inactive_from),
        flags=Flag(row.flags),
        anomalies=Anomaly(row.anomalies),
        archives=row.rule in archives,
    )
    return IndexRow(row.person, verdict)


def _day(number: int | None) -> int:
    return NO_DAY if number is None else number


def _applied(row: Row[Any]) -> AppliedRule:
    return AppliedRule(
        purpose=Purpose(row.purpose),
        category=Category(row.category),
        duration=row.duration or "",
        charter=row.charter or "",
        clause=row.clause or "",
        effective=day_date(row.effective),
    )

"""The board of purges: what is due and not yet proposed, what is under way and who must act, what is over."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, select

from diager_dpo.domain.civil import NO_DAY, day_date, day_number
from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.domain.words import Kind, Purpose, Status
from diager_dpo.services.index_view import IndexView, index_view, instant
from diager_dpo.services.installation import Installation
from diager_dpo.services.purge_lines import lines, reader
from diager_dpo.services.purge_standing import expire, state_now
from diager_dpo.services.purge_views import DueLine, PurgeBoard, PurgeLine
from diager_dpo.store import purges
from diager_dpo.store.tables import operation, purge, purge_item, record, rule

_MOST_OPEN = 200
_LAST = 50


def board(installation: Installation, actor: Identity, as_of: date) -> PurgeBoard:
    """What is due on a day, for each purpose the actor may see (of contests, for each operation), and every purge.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``never_scanned``.
    """
    with index_view(installation, actor, Action.SEE_PURGES) as view:
        calendar = view.calendar()
        reads = reader(installation, view.connection, actor, view.source)
        opened = _listed(view, still_open=True, most=_MOST_OPEN)
        done = _listed(view, still_open=False, most=_LAST)
        known = lines(view.connection, [*opened, *done], reads)
        forgotten = any(state_now(row, reads.now) != row.state for row in opened)
        answer = PurgeBoard(
            as_of,
            instant(calendar.scan.finished_at),
            tuple(_due(installation, view, as_of)),
            tuple(each for each in known if each.next is not None),
            tuple(sorted((each for each in known if each.next is None), key=_newest)),
        )
    if forgotten:
        expire(installation)
    return answer


def _newest(line: PurgeLine) -> int:
    return -line.number


def _listed(view: IndexView, *, still_open: bool, most: int) -> list[Row[Any]]:
    return purges.listed(view.connection, view.source, view.purposes, still_open=still_open, most=most)


def _due(installation: Installation, view: IndexView, as_of: date) -> Iterator[DueLine]:
    today, calendar = day_number(as_of), view.calendar()
    proposed = _proposed(installation, view)
    totals, late = calendar.totals(today, -1), calendar.late_from(today)
    for purpose in view.purposes:
        if purpose is Purpose.CONTESTS:
            yield from _operations(view, today, proposed)
            continue
        since = late.get(purpose)
        yield DueLine(
            purpose=purpose,
            operation="",
            operation_name="",
            due=int(totals[purpose, Status.DUE]),
            proposed=proposed.get((purpose, ""), 0),
            held=int(totals[purpose, Status.HELD]),
            undetermined=int(totals[purpose, Status.UNDETERMINED]),
            late_from=None if since is None else day_date(since),
        )


def _proposed(installation: Installation, view: IndexView) -> dict[tuple[int, str], int]:
    """Records that stand in an open purge, by purpose and operation."""
    query = (
        select(purge.c.purpose, purge.c.operation, func.count())
        .select_from(purge.join(purge_item, purge_item.c.purge == purge.c.id))
        .where(
            purge.c.source == view.source,
            purges.is_open(installation.now().isoformat()),
            purge_item.c.state.in_([state.value for state in purges.STANDING]),
        )
        .group_by(purge.c.purpose, purge.c.operation)
    )
    return {(purpose, key): number for purpose, key, number in view.connection.execute(query)}


def _operations(view: IndexView, today: int, proposed: dict[tuple[int, str], int]) -> Iterator[DueLine]:
    """Each operation with something due, held or undetermined; by its name."""
    held = record.c.kind == Kind.HELD
    ended = ~held & (func.coalesce(record.c.running_until, NO_DAY) < today)
    due = ended & (record.c.last_day < today)
    since = case((record.c.last_day + 1 > rule.c.effective, record.c.last_day + 1), else_=rule.c.effective)
    query = (
        select(
            record.c.operation,
            operation.c.name,
            _count(due).label("due"),
            _count(held).label("held"),
            _count(ended & record.c.last_day.is_(None)).label("undetermined"),
            func.min(case((due, since))).label("late_from"),
        )
        .select_from(
            record.outerjoin(rule, rule.c.id == record.c.rule).outerjoin(
                operation, (operation.c.source == record.c.source) & (operation.c.operation == record.c.operation)
            )
        )
        .where(record.c.source == view.source, record.c.purpose == Purpose.CONTESTS)
        .group_by(record.c.operation, operation.c.name)
    )
    for row in sorted(view.connection.execute(query), key=lambda row: (row.name or "", row.operation)):
        if row.due or row.held or row.undetermined:
            yield DueLine(
                purpose=Purpose.CONTESTS,
                operation=row.operation,
                operation_name=row.name or row.operation,
                due=row.due,
                proposed=proposed.get((Purpose.CONTESTS, row.operation), 0),
                held=row.held,
                undetermined=row.undetermined,
                late_from=None if row.late_from is None else day_date(row.late_from),
            )


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))

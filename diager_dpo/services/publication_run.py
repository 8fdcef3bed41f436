"""The steps of one publication: what may be published, month by month from the latest back, and what came too late."""

import hashlib
import hmac
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.domain.statistics import publishing
from diager_dpo.domain.statistics.block import NotPublishable
from diager_dpo.domain.statistics.measures import measures
from diager_dpo.services import journal
from diager_dpo.services.access import require_in
from diager_dpo.services.errors import DpoError, NotPossible
from diager_dpo.services.installation import Installation
from diager_dpo.services.keys import secret
from diager_dpo.services.publication_plan import (
    INTERRUPTED,
    LOCK,
    Listener,
    Plan,
    Progress,
    PublicationResult,
    closed,
    earlier,
    load_plan,
)
from diager_dpo.services.source_engine import source_engine
from diager_dpo.source.connection import snapshot
from diager_dpo.source.sales import MonthLines, MonthSales, read_months, survey
from diager_dpo.source.source_file import SourceFile
from diager_dpo.store import published
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.locks import exclusive
from diager_dpo.store.published import CellRow, LateRow, MonthRow

MONTH_PUBLISHED, MONTH_NOT_PUBLISHABLE, LATE_FOUND = "month_published", "month_not_publishable", "late_sales_found"
_AT_ONCE = 12  # months that are read in one pass over the lines
_DEMONSTRATION = 24  # months that the made-up company publishes: a year, and the one it is compared with
_WAIT_S = 2.0
_KEY = "sales"


def run(
    installation: Installation, actor: Identity, source: SourceFile, until: str | None, listener: Listener | None
) -> PublicationResult:
    """One publication, refused while another runs; each month in a transaction of its own."""
    plan = load_plan()
    with exclusive(installation.store, LOCK, _WAIT_S) as taken:
        if not taken:
            raise NotPossible("publication_running")
        with _recorded(installation, source.name), source_engine(installation) as engine:
            with snapshot(engine) as connection:
                found = survey(connection, source)
            late = _late(installation, actor, source.name, found.months)
            pending = _pending(installation, source.name, found.months, plan, until)
            states: dict[str, list[str]] = {published.PUBLISHED: [], published.NOT_PUBLISHABLE: []}
            for start in range(0, len(pending), _AT_ONCE):
                months = pending[start : start + _AT_ONCE]
                with snapshot(engine) as connection:
                    read = {it.sales.period: it for it in read_months(connection, source, months, plan.plan)}
                for place, month in enumerate(months, start):
                    _tell(installation, source.name, listener, Progress(month, place, len(pending)))
                    states[_publish(installation, actor, source.name, read[month], plan)].append(month)
            _tell(installation, source.name, listener, Progress("", len(pending), len(pending)))
    of = states
    return PublicationResult(tuple(of[published.PUBLISHED]), tuple(of[published.NOT_PUBLISHABLE]), late, found.undated)


def mark_of(installation: Installation, month: str, whole: MonthLines) -> str:
    """What tells the lines of a month from others, and says nothing of their amount without the key."""
    text = f"{month}:{whole.lines}:{whole.cents}"
    return hmac.new(secret(installation, _KEY), text.encode(), hashlib.sha256).hexdigest()


def _pending(
    installation: Installation, source: str, known: Collection[str], plan: Plan, until: str | None
) -> list[str]:
    """Closed months to publish, latest first. One that could not be is tried again once the plan is another."""
    with reading(installation.store) as connection:
        settled = {
            row.month
            for row in published.months(connection, source)
            if row.state == published.PUBLISHED or row.plan == plan.digest
        }
    today = installation.today()
    months = sorted((it for it in known if closed(plan.plan, it, today)), reverse=True)
    if installation.settings.source is None and months:
        months = [it for it in months if it > earlier(months[0], _DEMONSTRATION)]
    return [it for it in months if it not in settled and (until is None or it <= until)]


def _publish(installation: Installation, actor: Identity, source: str, read: MonthSales, plan: Plan) -> str:
    """Protect and audit one month, then write what may be shown of it, or that nothing may; its state."""
    month = read.sales.period
    state, reason = published.PUBLISHED, ""
    found: tuple[str, ...] = ()
    cells: list[CellRow] = []
    try:
        block = publishing.publish(read.sales, plan.plan).block
    except NotPublishable as error:
        state, reason, found = published.NOT_PUBLISHABLE, error.reason.value, error.found
    else:
        for it in measures(block, read.sales, plan.plan, read.orders):
            least = it.enterprises.least if it.enterprises else None
            cells.append(CellRow(month, it.cell.table, *it.cell.key, it.revenue, it.orders, least))
    with writing(installation.store) as connection:
        require_in(connection, actor, Action.PUBLISH_STATISTICS)
        published.keep_plan(connection, plan.digest, plan.text)
        now = installation.now().isoformat()
        row = MonthRow(
            month, state, reason, now, plan.digest, read.whole.lines, mark_of(installation, month, read.whole)
        )
        published.write(connection, source, row, cells)
        details: dict[str, str | int | None] = {"month": month, "source": source, "plan": plan.digest}
        if state == published.PUBLISHED:
            shown = sum(it.revenue is not None for it in cells)
            details |= {"cells": len(cells), "shown": shown, "digest": digest_of(cells)}
        else:
            details |= {"reason": reason, "found": " ".join(found)}
        action = MONTH_PUBLISHED if state == published.PUBLISHED else MONTH_NOT_PUBLISHABLE
        journal.record(installation, connection, actor, action=action, about=f"statistics:{month}", details=details)
    return state


def digest_of(cells: Collection[CellRow]) -> str:
    """SHA-256 of the cells of a month, whatever their order."""
    lines = sorted(
        "\x1f".join(
            (it.month, it.table, it.family, it.region, it.channel, str(it.revenue), str(it.orders), str(it.enterprises))
        )
        for it in cells
    )
    return hashlib.sha256("\x1e".join(lines).encode()).hexdigest()


def _late(installation: Installation, actor: Identity, source: str, lines: Mapping[str, MonthLines]) -> tuple[str, ...]:
    """Published months whose lines are no longer those that were published: counted nowhere, told."""
    with writing(installation.store) as connection:
        known = {row.month: row for row in published.late(connection, source)}
        found = []
        for row in published.months(connection, source):
            whole = lines.get(row.month, MonthLines(0, 0))
            mark = mark_of(installation, row.month, whole)
            if row.state != published.PUBLISHED or mark == row.mark:
                continue
            before = known.get(row.month)
            if before is not None and before.mark == mark:
                found.append(before)
                continue
            at = installation.now().isoformat()
            found.append(LateRow(row.month, whole.lines - row.lines, mark, at))
        new = [it for it in found if known.get(it.month) != it]
        published.write_late(connection, source, found)
        for it in new:
            details: dict[str, str | int | None] = {"month": it.month, "source": source, "lines": it.lines}
            about = f"statistics:{it.month}"
            journal.record(installation, connection, actor, action=LATE_FOUND, about=about, details=details)
    return tuple(it.month for it in found)


def _tell(installation: Installation, source: str, listener: Listener | None, at: Progress) -> None:
    with writing(installation.store) as connection:
        published.advance(connection, source, at.month, at.done, at.expected)
    if listener:
        listener(at)


@contextmanager
def _recorded(installation: Installation, source: str) -> Iterator[None]:
    """The row of a publication, from running to done or failed."""

    def now() -> str:
        return installation.now().isoformat()

    with writing(installation.store) as connection:
        published.begin(connection, source, now())
    try:
        yield
    except BaseException as error:
        code = error.code if isinstance(error, DpoError) else INTERRUPTED
        with writing(installation.store) as connection:
            published.end(connection, source, now(), code)
        raise
    with writing(installation.store) as connection:
        published.end(connection, source, now())

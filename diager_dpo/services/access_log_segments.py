"""The access log by months: each is closed in the journal once it is over, and pruned whole.

A closed month that was changed is found; one that was pruned stays known by how many lines it had.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select

from diager_dpo.domain.journal import lines_digest
from diager_dpo.services import journal
from diager_dpo.services.installation import Installation
from diager_dpo.services.journal_reading import told
from diager_dpo.services.keys import ROWS, secret
from diager_dpo.store.engine import writing
from diager_dpo.store.tables import access_log

CLOSED, PRUNED = "access_log_closed", "access_log_pruned"
_LATEST_LINE = timedelta(days=1)  # a line may wait for another writer: a month is closed a day after its end
_CHUNK = 1000


def close_and_prune(installation: Installation, kept_for: timedelta) -> None:
    """Close every month that is over, and remove those that hold a line older than ``kept_for``, whole.

    So no line stays longer; the last of a month goes a little earlier.
    """
    now = installation.now()
    over, too_old = _month(now - _LATEST_LINE), (now - kept_for).isoformat()
    with writing(installation.store) as connection:
        first = connection.scalar(select(func.min(access_log.c.at)))
        if first is None:
            return
        closed = {str(each.details["month"]) for each in told(connection, CLOSED)}
        for month in _months(max(closed, default="") or first[:7], over):
            if month not in closed:
                _close(installation, connection, month)
        for month in _months(first[:7], over):
            oldest = connection.scalar(select(func.min(access_log.c.at)).where(_of(month)))
            if oldest is not None and oldest < too_old:
                _prune(installation, connection, month)


def digest_of(connection: Connection, month: str, key: bytes) -> tuple[int, str]:
    """How many lines a month has, and their keyed digest."""
    return lines_digest(key, _lines(connection, month))


def _close(installation: Installation, connection: Connection, month: str) -> None:
    lines, digest = digest_of(connection, month, secret(installation, ROWS))
    _record(installation, connection, CLOSED, {"month": month, "lines": lines, "digest": digest})


def _prune(installation: Installation, connection: Connection, month: str) -> None:
    gone = connection.execute(delete(access_log).where(_of(month))).rowcount
    _record(installation, connection, PRUNED, {"month": month, "lines": gone})


def _record(
    installation: Installation, connection: Connection, action: str, details: Mapping[str, str | int | None]
) -> None:
    about = f"access_log:{details['month']}"
    journal.record(installation, connection, journal.SYSTEM, action=action, about=about, details=details)


def _lines(connection: Connection, month: str) -> Iterator[Mapping[str, Any]]:
    """The lines of a month without the key of a person, which goes with the person."""
    columns = [column for column in access_log.columns if column.name != "person"]
    query = select(*columns).where(_of(month)).order_by(access_log.c.id)
    for row in connection.execute(query.execution_options(yield_per=_CHUNK)).mappings():
        yield dict(row)


def _of(month: str) -> Any:
    return (access_log.c.at >= month) & (access_log.c.at < _after(month))


def _months(first: str, end: str) -> Iterator[str]:
    """Months from ``first`` on, before ``end``."""
    while first < end:
        yield first
        first = _after(first)


def _after(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12:04}-{number % 12 + 1:02}"


def _month(instant: datetime) -> str:
    return instant.isoformat()[:7]

"""Scans: the row of each, what it counted, what it found. Instants are ISO 8601 text in UTC."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import Connection, insert, select, update

from diager_dpo.domain.facts import EXAMPLES, Finding
from diager_dpo.domain.lateness import late_from
from diager_dpo.domain.verdicts import Alert, statuses
from diager_dpo.domain.words import RECORD_PURPOSES, Status
from diager_dpo.store.calendar import Groups
from diager_dpo.store.index import Difference
from diager_dpo.store.tables import alert, finding, rule, scan, scan_total

RUNNING, DONE, FAILED = "running", "done", "failed"


@dataclass(frozen=True, slots=True)
class ScanRow:
    """One scan as the store knows it. ``expected``: how many rows the phase has, where that is known."""

    id: int
    source: str
    state: str
    day: int
    replayed: bool
    started_at: str
    finished_at: str | None
    heartbeat_at: str
    phase: str
    done: int
    expected: int | None
    persons: int | None
    records: int | None
    added: int | None
    changed: int | None
    removed: int | None
    error: str | None

    @property
    def failure(self) -> tuple[str | None, str]:
        """The code of why it failed, and the fact and column it failed on, as far as they are known."""
        code, _space, place = (self.error or "").partition(" ")
        return code or None, place


def begin(connection: Connection, source: str, *, day: int, replayed: bool, now: str, phase: str) -> int:
    """A scan that starts now; returns its number."""
    values = {"source": source, "state": RUNNING, "day": day, "replayed": int(replayed), "phase": phase, "done": 0}
    row = connection.execute(
        insert(scan).values(values | {"started_at": now, "heartbeat_at": now}).returning(scan.c.id)
    )
    return int(row.scalar_one())


def progress(connection: Connection, number: int, *, now: str, phase: str, done: int, expected: int | None) -> None:
    """Where a scan is."""
    values = {"heartbeat_at": now, "phase": phase, "done": done, "expected": expected}
    connection.execute(update(scan).where(scan.c.id == number).values(values))


def finish(
    connection: Connection, number: int, *, now: str, persons: int, records: int, difference: Difference
) -> None:
    """A scan that came to its end."""
    counted = {"persons": persons, "records": records}
    changes = {"added": difference.added, "changed": difference.changed, "removed": difference.removed}
    ended = {"state": DONE, "phase": DONE, "finished_at": now, "heartbeat_at": now}
    connection.execute(update(scan).where(scan.c.id == number).values(counted | changes | ended))


def fail(connection: Connection, number: int, now: str, error: str, place: str = "") -> None:
    """A scan that did not; ``error`` is a code, ``place`` the fact and column it failed on: never a value.

    Both stand in one column, with a space between them, which no code has: ``missing_column contacts.at``.
    """
    ended = {"state": FAILED, "finished_at": now, "heartbeat_at": now, "error": f"{error} {place}".strip()}
    connection.execute(update(scan).where(scan.c.id == number, scan.c.state == RUNNING).values(ended))


def bury_dead(connection: Connection, now: str, error: str) -> None:
    """Mark as failed what still says it runs; only for who holds the lock of scans, and so knows that nothing does."""
    ended = {"state": FAILED, "finished_at": now, "error": error}
    connection.execute(update(scan).where(scan.c.state == RUNNING).values(ended))


def history(connection: Connection, source: str, limit: int) -> tuple[ScanRow, ...]:
    """The scans of a source, newest first."""
    query = select(scan).where(scan.c.source == source).order_by(scan.c.id.desc()).limit(limit)
    return tuple(
        ScanRow(**{**row._mapping, "replayed": bool(row.replayed)})  # noqa: SLF001  (its documented mapping)
        for row in connection.execute(query)
    )


def rows_last_time(connection: Connection, source: str) -> int | None:
    """How many rows of the source the last finished scan read."""
    done = select(scan.c.done).where(scan.c.source == source, scan.c.state == DONE)
    return connection.scalar(done.order_by(scan.c.id.desc()).limit(1))


def write_totals(connection: Connection, number: int, groups: Groups, day: int) -> None:
    """What a scan counted on its own day, every purpose and status, also where there is none."""
    effective = {row.id: row.effective for row in connection.execute(select(rule.c.id, rule.c.effective))}
    status = statuses(groups.kind, groups.running_until, groups.last_day, day)
    since = late_from(groups.last_day, np.array([effective[number] for number in groups.rule.tolist()], np.int32))
    rows = []
    for purpose in RECORD_PURPOSES:
        for word in (word for word in Status if word is not Status.DUE_SOON):  # a scan knows no horizon
            here = (groups.purpose == purpose) & (status == word)
            oldest = int(since[here].min()) if word is Status.DUE and here.any() else None
            rows.append(
                {
                    "scan": number,
                    "purpose": int(purpose),
                    "status": int(word),
                    "n": int(groups.n[here].sum()),
                    "oldest_due_from": oldest,
                }
            )
    connection.execute(insert(scan_total), rows)


def write_findings(connection: Connection, number: int, findings: Iterable[Finding]) -> None:
    """The anomalies of a scan; those of one column that two readers found are one."""
    merged: dict[tuple[int, str, str], Finding] = {}
    for found in findings:
        key = (int(found.anomaly), found.fact, found.column)
        before = merged.get(key, Finding(found.anomaly, found.fact, found.column, 0, ()))
        examples = (*before.examples, *found.examples)[:EXAMPLES]
        merged[key] = replace(before, count=before.count + found.count, examples=examples)
    rows = [
        {
            "scan": number,
            "anomaly": anomaly,
            "fact": fact,
            "column": column,
            "n": found.count,
            "examples": json.dumps(found.examples),
        }
        for (anomaly, fact, column), found in merged.items()
    ]
    if rows:
        connection.execute(insert(finding), rows)


def write_alerts(connection: Connection, number: int, alerts: Iterable[Alert]) -> None:
    """What blocks a purge, as this scan saw it."""
    rows = [
        {"scan": number, "code": a.code, "purpose": int(a.purpose), "operation": a.operation, "n": a.count}
        for a in alerts
    ]
    if rows:
        connection.execute(insert(alert), rows)

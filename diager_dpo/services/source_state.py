"""What is known of the source: whether its file fits its schema, what its facts had wrong, what a person must settle.

The last check is kept as a report; findings and alerts are those of the last finished scan.
"""

import dataclasses
import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, and_, insert, select

from diager_dpo.domain.facts import Finding
from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.domain.words import Anomaly, Purpose
from diager_dpo.services.access import require, require_in
from diager_dpo.services.errors import FilesWrong, NotPossible
from diager_dpo.services.index_view import index_view, instant
from diager_dpo.services.installation import Installation
from diager_dpo.services.source_engine import configured_source, source_engine
from diager_dpo.source.check import CheckReport, Code, Problem, Severity, TableCounts
from diager_dpo.source.check import check as compare
from diager_dpo.source.connection import open_source, source_url
from diager_dpo.source.description import SourceFileError, load_source
from diager_dpo.source.errors import SourceError
from diager_dpo.source.grants import WriteAccess, probe_write_access
from diager_dpo.source.source_file import SourceFile
from diager_dpo.store import tables
from diager_dpo.store.calendar_counts import last_finished_scan
from diager_dpo.store.engine import writing


@dataclass(frozen=True, slots=True)
class SourceCheck:
    """What one run of ``sources check`` found, and when. Not clean: counts work, purges do not.

    ``database``: what the source runs on, as SQLAlchemy names it. ``writable``: the declared tables that the account
    could write; ``None`` where the database would not say.
    """

    checked_at: datetime
    report: CheckReport
    database: str
    writable: tuple[WriteAccess, ...] | None

    @property
    def blocking(self) -> tuple[Problem, ...]:
        """The problems that make an erasure impossible."""
        return tuple(problem for problem in self.report.problems if problem.severity is Severity.BLOCKING)


@dataclass(frozen=True, slots=True)
class SourceAlert:
    """Something that blocks purges and that only a person can settle; ``operation_name`` is empty outside contests."""

    code: str
    purpose: Purpose
    operation: str
    operation_name: str
    count: int


@dataclass(frozen=True, slots=True)
class _Probe:
    at: datetime
    writable: tuple[WriteAccess, ...] | None


#: By home: what the last start of this process was told.
_PROBED: dict[Path, _Probe] = {}


def check(installation: Installation, actor: Identity) -> SourceCheck:
    """Compare the configured source file with the live schema, and keep what was found.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, or why the source cannot be read.
    """
    require(installation, actor, Action.SCAN)
    source = configured_source(installation)
    with source_engine(installation) as engine:
        found = _compared(installation, engine, source)
    account = None if found.writable is None else [dataclasses.asdict(table) for table in found.writable]
    told = {"database": found.database, "writable": account, "source_digest": source.digest}
    report = dataclasses.asdict(found.report) | told
    with writing(installation.store) as connection:
        require_in(connection, actor, Action.SCAN)
        connection.execute(
            insert(tables.source_check).values(
                source=source.name,
                checked_at=found.checked_at.isoformat(),
                clean=int(found.report.clean),
                report=json.dumps(report),
            )
        )
    return found


def probe_account(installation: Installation) -> None:
    """Ask what the account could write, for ``last_check`` to tell: rights change between two checks.

    Whoever starts the server asks, and is told nothing: no right is needed.

    Raises:
        NotPossible: why the source cannot be read.
    """
    source = configured_source(installation)
    with source_engine(installation) as engine:
        writable = _writable(engine, source)
    _PROBED[installation.settings.home] = _Probe(installation.now(), writable)


def _compared(installation: Installation, engine: Engine, source: SourceFile) -> SourceCheck:
    return SourceCheck(installation.now(), compare(engine, source), engine.dialect.name, _writable(engine, source))


def _writable(engine: Engine, source: SourceFile) -> tuple[WriteAccess, ...] | None:
    """What the account could write; a database that hides its grants makes no check fail."""
    receipts = (source.receipts,) if source.receipts else ()
    try:
        return probe_write_access(engine, (*source.tables, *receipts))
    except SourceError:
        return None


def check_file(installation: Installation, actor: Identity, file: Path) -> SourceCheck:
    """The same for any source file, which becomes no one's source by it: nothing is kept.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``source_file_wrong``, or why the source cannot be read.
    """
    require(installation, actor, Action.SCAN)
    try:
        source = load_source(file)
        engine = open_source(source, source_url(source, os.environ, installation.settings.home))
        try:
            return _compared(installation, engine, source)
        finally:
            engine.dispose()
    except SourceFileError as error:
        raise FilesWrong(error.code, error.problems, file=error.file) from None
    except SourceError as error:
        raise NotPossible(error.code, **error.values) from None


def source_file(installation: Installation, actor: Identity) -> SourceFile:
    """What the source file says: how the source is read, and what stands outside it, each with its reason.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``.
    """
    require(installation, actor, Action.SEE_SOURCE)
    return configured_source(installation)


def last_check(installation: Installation, actor: Identity) -> SourceCheck | None:
    """The last check of the configured source, if it was ever checked; what its account could write, as known last.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``.
    """
    with index_view(installation, actor, Action.SEE_SOURCE) as view:
        found = last_check_in(view.connection, view.source)
    probed = _PROBED.get(installation.settings.home)
    if found is None or probed is None or probed.at <= found.checked_at:
        return found
    return dataclasses.replace(found, writable=probed.writable)


def last_check_in(connection: Connection, source: str) -> SourceCheck | None:
    """The same inside a transaction that is under way."""
    kept = tables.source_check.c
    row = connection.execute(
        select(kept.checked_at, kept.report).where(kept.source == source).order_by(kept.id.desc()).limit(1)
    ).one_or_none()
    return None if row is None else _read(instant(row.checked_at), row.report)


def findings(installation: Installation, actor: Identity) -> tuple[Finding, ...]:
    """The anomalies of the last finished scan, most frequent first, with a few keys each; empty without a scan.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``.
    """
    with index_view(installation, actor, Action.SEE_SOURCE) as view:
        return findings_in(view.connection, view.source)


def findings_in(connection: Connection, source: str) -> tuple[Finding, ...]:
    """The same inside a transaction that is under way."""
    scan, kept = last_finished_scan(connection, source), tables.finding.c
    if scan is None:
        return ()
    rows = connection.execute(
        select(kept.anomaly, kept.fact, kept.column, kept.n, kept.examples)
        .where(kept.scan == scan.id)
        .order_by(kept.n.desc(), kept.anomaly, kept.fact, kept.column)
    )
    return tuple(
        Finding(Anomaly(row.anomaly), row.fact, row.column, row.n, tuple(map(str, json.loads(row.examples))))
        for row in rows
    )


def alerts(installation: Installation, actor: Identity) -> tuple[SourceAlert, ...]:
    """The alerts of the last finished scan; empty without one.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``.
    """
    with index_view(installation, actor, Action.SEE_SOURCE) as view:
        return alerts_in(view.connection, view.source)


def alerts_in(connection: Connection, source: str) -> tuple[SourceAlert, ...]:
    """The same inside a transaction that is under way."""
    scan, kept, operation = last_finished_scan(connection, source), tables.alert.c, tables.operation.c
    if scan is None:
        return ()
    named = and_(operation.source == source, operation.operation == kept.operation)
    rows = connection.execute(
        select(kept.code, kept.purpose, kept.operation, operation.name, kept.n)
        .select_from(tables.alert.outerjoin(tables.operation, named))
        .where(kept.scan == scan.id)
        .order_by(kept.purpose, kept.code, kept.operation)
    )
    return tuple(SourceAlert(row.code, Purpose(row.purpose), row.operation, row.name or "", row.n) for row in rows)


def _read(checked_at: datetime, report: str) -> SourceCheck:
    kept = json.loads(report)
    problems = (
        Problem(
            code=Code(each["code"]),
            table=each["table"],
            column=each["column"],
            values=tuple((name, value) for name, value in each["values"]),
            severity=Severity(each["severity"]),
        )
        for each in kept["problems"]
    )
    account = kept.get("writable")
    return SourceCheck(
        checked_at,
        CheckReport(tuple(problems), TableCounts(**kept["tables"]), kept["fingerprint"]),
        kept.get("database", ""),
        None if account is None else tuple(WriteAccess(it["table"], tuple(it["privileges"])) for it in account),
    )

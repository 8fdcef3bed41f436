"""The steps of one scan: alone, recorded, read, decided, written."""

import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from sqlalchemy import Connection

from diager_dpo.domain.charter import Charter
from diager_dpo.domain.civil import Days, day_number
from diager_dpo.domain.facts import Facts, Finding
from diager_dpo.domain.operations import announced_retention
from diager_dpo.domain.retention import Policy, decide
from diager_dpo.domain.rulebook import Rulebook
from diager_dpo.domain.verdicts import Decision
from diager_dpo.services.errors import DpoError, NotPossible
from diager_dpo.services.installation import Installation
from diager_dpo.services.scan_progress import Listener, Phase, ProgressWriter
from diager_dpo.services.source_engine import source_engine
from diager_dpo.source.reader import read_facts
from diager_dpo.source.source_file import SourceFile
from diager_dpo.store import calendar, index, operations, scans
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.index import Difference
from diager_dpo.store.locks import exclusive

LOCK = "scan"
INTERRUPTED = "scan_interrupted"
_WAIT_S = 2.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What one scan did, in persons and records."""

    scan: int
    day: date
    persons: int
    records: int
    difference: Difference


@dataclass(frozen=True, slots=True)
class _Decided:
    """What a scan knows before it writes. ``announced``: the last day of each operation."""

    facts: Facts
    announced: Days
    decision: Decision
    findings: tuple[Finding, ...]


def run(
    installation: Installation, source: SourceFile, day: date, *, replayed: bool, listener: Listener | None
) -> ScanResult:
    """One scan from its first row to its last, refused while another runs.

    Raises:
        NotPossible: ``scan_running``, ``no_charter_in_force``, or what is wrong with the source.
    """
    charters = _charters(installation, day)
    with exclusive(installation.store, LOCK, _WAIT_S) as taken:
        if not taken:
            raise NotPossible("scan_running")
        with _recorded(installation, source, day, replayed) as number, _no_collector():
            writer = ProgressWriter(installation, number, listener, _rows_last_time(installation, source))
            decided = _decide(installation, source, charters, day_number(day), writer)
            writer.enter(Phase.WRITING)
            with writing(installation.store) as connection:
                result = _write(connection, source, number, day, decided, now=installation.now().isoformat())
            writer.finished()
            return result


@contextmanager
def _no_collector() -> Iterator[None]:
    """Without the cyclic garbage collector, which would walk the rows on their way through again and again.

    A scan makes millions of tuples and no cycle: half of its reading time went there.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def policy_of(source: SourceFile) -> Policy:
    """What the source file says beside the facts."""
    closes = source.fiscal_year_closes
    return Policy((closes.month, closes.day), source.not_processed)


def _charters(installation: Installation, day: date) -> tuple[Charter, ...]:
    charters = installation.charters.in_force(day)
    if all(charter.is_supplement for charter in charters):
        raise NotPossible("no_charter_in_force", day=day.isoformat())
    return charters


def _rows_last_time(installation: Installation, source: SourceFile) -> int | None:
    """How many rows the last scan that came to its end read: the best guess for this one."""
    with reading(installation.store) as connection:
        return scans.rows_last_time(connection, source.name)


@contextmanager
def _recorded(installation: Installation, source: SourceFile, day: date, replayed: bool) -> Iterator[int]:
    """The row of a scan, from running to failed where it does not end well; scans that died before it are buried."""

    def now() -> str:
        return installation.now().isoformat()

    with writing(installation.store) as connection:
        scans.bury_dead(connection, now(), INTERRUPTED)
        number = scans.begin(
            connection, source.name, day=day_number(day), replayed=replayed, now=now(), phase=Phase.READING
        )
    try:
        yield number
    except BaseException as error:
        code = _code(error)
        _log.error("scan %s failed: %s, %s", number, code, type(error).__name__)  # its text may quote a row
        with writing(installation.store) as connection:
            scans.fail(connection, number, now(), code)
        raise


def _code(error: BaseException) -> str:
    if isinstance(error, DpoError):
        return error.code
    return "unexpected" if isinstance(error, Exception) else INTERRUPTED


def _decide(
    installation: Installation, source: SourceFile, charters: tuple[Charter, ...], today: int, writer: ProgressWriter
) -> _Decided:
    writer.enter(Phase.READING)
    with source_engine(installation) as engine:
        found = read_facts(engine, source, progress=writer.reading, today=today)
    writer.enter(Phase.DECIDING)
    facts, announced = found.facts, np.empty(0, np.int32)
    if facts.operations is not None:
        announced = announced_retention(facts.operations, Rulebook(charters)).last_day
        with reading(installation.store) as connection:
            since = operations.prolonged_on(connection, source.name, facts.operations, announced, today)
        facts = replace(facts, operations=replace(facts.operations, prolonged_on=since))
    decision = decide(facts, charters, today, policy_of(source))
    return _Decided(facts, announced, decision, (*found.findings, *decision.findings))


def _write(
    connection: Connection, source: SourceFile, number: int, day: date, decided: _Decided, *, now: str
) -> ScanResult:
    """Everything a scan changes, in the transaction of ``connection``."""
    facts = decided.facts
    keys = np.empty(0, np.object_) if facts.operations is None else facts.operations.key
    new = index.new_index(connection, source.name, facts.persons.key, keys, decided.decision)
    difference = index.apply(connection, new)
    if facts.operations is not None:
        operations.replace(connection, source.name, facts.operations, decided.announced)
    scans.write_totals(connection, number, calendar.load(connection, source.name), day_number(day))
    scans.write_findings(connection, number, decided.findings)
    scans.write_alerts(connection, number, decided.decision.alerts)
    persons, records = len(facts.persons.key), len(new.records)
    scans.finish(connection, number, now=now, persons=persons, records=records, difference=difference)
    return ScanResult(number, day, persons, records, difference)

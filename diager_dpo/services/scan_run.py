"""The steps of one scan: alone, recorded, read, decided, written."""

import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Connection

from diager_dpo.domain.charter import Charter
from diager_dpo.domain.civil import day_number
from diager_dpo.domain.retention import decide
from diager_dpo.domain.verdicts import Decision
from diager_dpo.services import came_back, opt_out_scan
from diager_dpo.services.came_back import Return
from diager_dpo.services.contests_scan import write_contests
from diager_dpo.services.errors import DpoError, NotPossible
from diager_dpo.services.installation import Installation
from diager_dpo.services.opt_out_scan import Listing
from diager_dpo.services.rules_in_force import charters_in_force, policy_of
from diager_dpo.services.scan_progress import Listener, Phase, ProgressWriter
from diager_dpo.services.source_engine import source_engine
from diager_dpo.services.store_facts import Completed, Stamp, completed, stamp
from diager_dpo.source.reader import Reading, read_facts
from diager_dpo.source.source_file import SourceFile
from diager_dpo.store import calendar, index, operations, scans
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.index import Difference
from diager_dpo.store.locks import exclusive, take_turn

LOCK = "scan"
INTERRUPTED = "scan_interrupted"
_WAIT_S = 2.0
_MOST_READINGS = 5  # of the source, where something is erased while it is read

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
    """What a scan knows before it writes. ``stamp``: what the store knew beside the source when it was decided."""

    reading: Reading
    facts: Completed
    decision: Decision
    stamp: Stamp
    returns: tuple[Return, ...]
    listing: Listing


def run(
    installation: Installation, source: SourceFile, day: date, *, replayed: bool, listener: Listener | None
) -> ScanResult:
    """One scan from its first row to its last, refused while another runs.

    Raises:
        NotPossible: ``scan_running``, ``no_charter_in_force``, ``erased_meanwhile``, or what is wrong with the source.
    """
    job = _Job(installation, source, day, charters_in_force(installation, day))
    with exclusive(installation.store, LOCK, _WAIT_S) as taken:
        if not taken:
            raise NotPossible("scan_running")
        with _recorded(installation, source, day, replayed) as number, _no_collector():
            writer = ProgressWriter(installation, number, listener, _rows_last_time(installation, source))
            for _ in range(_MOST_READINGS):
                decided = _decide(job, writer)
                writer.enter(Phase.WRITING)
                with writing(installation.store) as connection:
                    result = _write(connection, job, number, decided)
                if result is not None:
                    writer.finished()
                    return result
            raise NotPossible("erased_meanwhile")


@dataclass(frozen=True, slots=True)
class _Job:
    """What a scan is told."""

    installation: Installation
    source: SourceFile
    day: date
    charters: tuple[Charter, ...]

    @property
    def today(self) -> int:
        return day_number(self.day)


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
            scans.fail(connection, number, now(), code, _place(error))
        raise


def _code(error: BaseException) -> str:
    if isinstance(error, DpoError):
        return error.code
    return "unexpected" if isinstance(error, Exception) else INTERRUPTED


def _place(error: BaseException) -> str:
    """The fact it failed on, and the column where that is known, as the source file spells them."""
    values = error.values if isinstance(error, DpoError) else {}
    return ".".join(str(values[name]) for name in ("fact", "column") if values.get(name))


def _decide(job: _Job, writer: ProgressWriter) -> _Decided:
    writer.enter(Phase.READING)
    with source_engine(job.installation) as engine:
        returns = came_back.undone(job.installation, job.source, engine)
        with reading(job.installation.store) as connection:
            before = stamp(connection, job.source.name)
        found = read_facts(engine, job.source, progress=writer.reading, today=job.today)
        found, listing = opt_out_scan.applied(job.installation, job.source, engine, found, job.today)
    writer.enter(Phase.DECIDING)
    returns += came_back.known_again(job.installation, job.source, found.facts.persons.key)
    with reading(job.installation.store) as connection:
        return _decided(connection, job, found, before.erasures, returns=returns, listing=listing)


def _decided(
    connection: Connection,
    job: _Job,
    found: Reading,
    erasures: tuple[int, ...],
    *,
    returns: tuple[Return, ...],
    listing: Listing,
) -> _Decided:
    """``erasures``: those of before the source was read."""
    now = stamp(connection, job.source.name)
    facts = completed(connection, job.source.name, found.facts, job.charters, job.today)
    decision = decide(facts.facts, job.charters, job.today, policy_of(job.source))
    return _Decided(found, facts, decision, Stamp(now.decisions, erasures), returns, listing)


def _write(connection: Connection, job: _Job, number: int, decided: _Decided) -> ScanResult | None:
    """Everything a scan changes, in the transaction of ``connection``; ``None`` where it must read once more.

    Of what was erased since the source was read, nothing may come back into the index. What was suspended or stated
    since then is decided anew here, where nobody else writes.
    """
    take_turn(connection)
    now = stamp(connection, job.source.name)
    if now.erasures != decided.stamp.erasures:
        return None
    if now.decisions != decided.stamp.decisions:
        former = decided
        decided = _decided(
            connection, job, former.reading, now.erasures, returns=former.returns, listing=former.listing
        )
    source, facts, decision = job.source, decided.facts.facts, decided.decision
    keys = np.empty(0, np.object_) if facts.operations is None else facts.operations.key
    new = index.new_index(connection, source.name, facts.persons.key, keys, decision)
    difference = index.apply(connection, new)
    if facts.operations is not None:
        operations.replace(connection, source.name, facts.operations, decided.facts.announced)
    write_contests(connection, source.name, decided.facts, decision, job.today)
    opt_out_scan.write(connection, source.name, decided.listing, facts, job.today)
    scans.write_totals(connection, number, calendar.load(connection, source.name), job.today)
    scans.write_findings(connection, number, (*decided.reading.findings, *decision.findings))
    scans.write_alerts(connection, number, decision.alerts)
    came_back.write(connection, number, decided.returns)
    persons, records = len(facts.persons.key), len(new.records)
    now_at = job.installation.now().isoformat()
    scans.finish(connection, number, now=now_at, persons=persons, records=records, difference=difference)
    return ScanResult(number, job.day, persons, records, difference)

"""Scanning: reading the facts, deciding every record, and bringing the index to what was decided.

One scan of an installation runs at a time. It changes the index in one transaction: one that fails or is killed leaves
the former result untouched.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from diager_dpo.domain.civil import day_date
from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.services import journal
from diager_dpo.services.access import require
from diager_dpo.services.access_log import forget_old_looks
from diager_dpo.services.anchors import anchor
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.index_view import index_view
from diager_dpo.services.installation import Installation
from diager_dpo.services.purge_orders import drop_pseudonyms, verify_orders
from diager_dpo.services.scan_progress import Listener, Phase, Progress
from diager_dpo.services.scan_run import INTERRUPTED, LOCK, ScanResult, run
from diager_dpo.services.source_engine import configured_source
from diager_dpo.services.worker import start_worker
from diager_dpo.source.description import SourceFile
from diager_dpo.store import scans
from diager_dpo.store.engine import writing
from diager_dpo.store.locks import is_held
from diager_dpo.store.scans import ScanRow

SCANNED = "scan_done"
FRESH_FOR = timedelta(hours=24)
_HISTORY = 200


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan. ``state``: running, done or failed; ``error``: the code of why it failed.

    ``place``: the fact it failed on, with its column where that is known.

    ``replayed``: its day was given instead of read from the clock. Counts are ``None`` until it is done.
    """

    id: int
    state: str
    day: date
    replayed: bool
    started_at: datetime
    finished_at: datetime | None
    progress: Progress | None
    persons: int | None
    records: int | None
    added: int | None
    changed: int | None
    removed: int | None
    error: str | None
    place: str


@dataclass(frozen=True, slots=True)
class ScanState:
    """The scan that runs now, the last one that came to its end, and the last one if it failed after that."""

    running: Scan | None
    last_done: Scan | None
    failed_since: Scan | None


def scan(
    installation: Installation, actor: Identity, *, day: date | None = None, progress: Listener | None = None
) -> ScanResult:
    """Read the source and bring the index up to date.

    ``day``: the day of the scan, where it is not today (tests, replays); recorded as such.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``scan_running``, ``no_charter_in_force``, or what is wrong with the source.
    """
    require(installation, actor, Action.SCAN)
    source = configured_source(installation)
    forget_old_looks(installation)  # every installation scans: no other moment is sure to come
    result = run(installation, source, day or installation.today(), replayed=day is not None, listener=progress)
    verify_orders(installation, actor)
    drop_pseudonyms(installation)
    _write_down(installation, actor, source, result, replayed=day is not None)
    anchor(installation)
    return result


def _write_down(
    installation: Installation, actor: Identity, source: SourceFile, result: ScanResult, *, replayed: bool
) -> None:
    """After the scan, not within it: it decides nothing, and holds up nobody who does."""
    details: dict[str, str | int | None] = {
        "source": source.name,
        "day": result.day.isoformat(),
        "replayed": int(replayed),
        "persons": result.persons,
        "records": result.records,
        "added": result.difference.added,
        "changed": result.difference.changed,
        "removed": result.difference.removed,
    }
    with writing(installation.store) as connection:
        about = f"scan:{result.scan}"
        journal.record(installation, connection, actor, action=SCANNED, about=about, details=details)


def start_scan(installation: Installation, actor: Identity) -> None:
    """Start a scan in a worker process, which goes on when whoever asked is gone; what it prints goes to the logs.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``scan_running``.
    """
    require(installation, actor, Action.SCAN)
    configured_source(installation)
    if is_held(installation.store, LOCK):
        raise NotPossible("scan_running")
    start_worker(installation.settings, "scan.log", "scan")


def scan_state(installation: Installation, actor: Identity) -> ScanState:
    """Where scanning stands.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``.
    """
    known = history(installation, actor)
    last_done = next((each for each in known if each.state == scans.DONE), None)
    running = next((each for each in known if each.state == scans.RUNNING), None)
    latest = next((each for each in known if each.state != scans.RUNNING), None)
    return ScanState(running, last_done, latest if latest and latest.state == scans.FAILED else None)


def history(installation: Installation, actor: Identity) -> tuple[Scan, ...]:
    """The last scans of the source, newest first.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``.
    """
    with index_view(installation, actor, Action.SEE_SOURCE) as view:
        rows = scans.history(view.connection, view.source, _HISTORY)
    alive = any(row.state == scans.RUNNING for row in rows) and is_held(installation.store, LOCK)
    return tuple(_scan(row, alive) for row in rows)


def needs_scan(installation: Installation, actor: Identity) -> bool:
    """Whether somebody should start one: none runs, and the last that came to its end is older than 24 hours.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``.
    """
    state = scan_state(installation, actor)
    last = state.last_done
    fresh = last is not None and last.finished_at is not None and installation.now() - last.finished_at < FRESH_FOR
    return state.running is None and not fresh


def _scan(row: ScanRow, alive: bool) -> Scan:
    """As people see it: a scan that says it runs while nothing holds the lock was killed."""
    dead = row.state == scans.RUNNING and not alive
    running = row.state == scans.RUNNING and alive
    error, place = row.failure
    return Scan(
        id=row.id,
        state=scans.FAILED if dead else row.state,
        day=day_date(row.day),
        replayed=row.replayed,
        started_at=datetime.fromisoformat(row.started_at),
        finished_at=datetime.fromisoformat(row.finished_at) if row.finished_at else None,
        progress=Progress(Phase(row.phase), row.done, row.expected) if running else None,
        persons=row.persons,
        records=row.records,
        added=row.added,
        changed=row.changed,
        removed=row.removed,
        error=INTERRUPTED if dead else error,
        place=place,
    )

"""Executing what two people decided, and nothing else: start, execute, watch, stop, recover.

``execute`` is run by a worker process only; the page starts it and watches. One purge of an installation is executed at
a time, and no scan runs beside it: one that had read before the erasure would bring erased records back into the index.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.domain.purges import ItemState, PurgeState
from diager_dpo.services import journal
from diager_dpo.services.access import COMMAND_LINE, require
from diager_dpo.services.came_back import undone
from diager_dpo.services.errors import DpoError, NotPossible
from diager_dpo.services.installation import Installation
from diager_dpo.services.purge_basis import live_fingerprint
from diager_dpo.services.purge_checks import still_approved
from diager_dpo.services.purge_conclusion import conclude
from diager_dpo.services.purge_run import CHUNK, Listener, Run, Step
from diager_dpo.services.purge_settling import abandon, settle_from_receipts, stop
from diager_dpo.services.purge_standing import expire, standing
from diager_dpo.services.purge_work import erase_all
from diager_dpo.services.scan_run import LOCK as SCAN_LOCK
from diager_dpo.services.source_engine import configured_source, erasing_engine, source_engine
from diager_dpo.services.worker import start_worker
from diager_dpo.source.erasure_errors import told_by
from diager_dpo.source.erasure_fence import raise_fence
from diager_dpo.source.erasure_plan import erasure_plan
from diager_dpo.source.errors import SourceError
from diager_dpo.source.source_file import ErasureMode
from diager_dpo.store import purge_settlements as settlements
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.locks import exclusive, is_held
from diager_dpo.store.purge_settlements import PurgeLostError, PurgeRow
from diager_dpo.store.tables import purge

LOCK = "purge"
STARTED, STOP_ASKED, RECOVERED = "purge_started", "purge_stop_asked", "purge_recovered"
ASKED_TO_STOP = "stop_asked"
INTERRUPTED = "worker_died"

_BY_ITSELF = Identity(COMMAND_LINE, "server")
_BUSY = frozenset({"purge_running", "scan_running", "purge_taken_over"})
_WAIT_S = 2.0
_WAIT_FOR_SCAN_S = 900.0
_UNSETTLED = (PurgeState.EXECUTING, PurgeState.NEEDS_ATTENTION)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an execution stands. ``alive``: whether a worker holds it; ``stopped``: the code of why it stopped.

    ``states``: items by state; ``why``: how many were skipped or failed, by reason. ``items``: what was approved.
    """

    number: int
    state: PurgeState
    version: int
    items: int
    states: Mapping[ItemState, int]
    why: Mapping[tuple[ItemState, str], int]
    alive: bool
    stopping: bool
    stopped: str
    started_at: datetime | None
    heartbeat_at: datetime | None
    finished_at: datetime | None

    @property
    def settled(self) -> int:
        """Items that have their result."""
        return sum(self.states[state] for state in (ItemState.ERASED, ItemState.SKIPPED, ItemState.FAILED))


def execute(
    installation: Installation, actor: Identity, number: int, listener: Listener | None = None, *, chunk: int = CHUNK
) -> Progress:
    """Erase what is approved: from the start, or from where a worker died or stopped.

    What was skipped before somebody started it again no longer counts against it; what failed is tried again.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``purge_unknown``, ``purge_running``, ``scan_running``, ``purge_by_hand``, what is
            no longer as it was approved (``purge_checks``), or what is wrong with the source.
    """
    _may(installation, actor, number)
    with _alone(installation, _WAIT_FOR_SCAN_S):
        fingerprint = live_fingerprint(installation)
        expire(installation)
        _see_who_came_back(installation)
        _take_over(installation, actor, number, fingerprint)
        with _attended(installation, actor, number), _run(installation, actor, number, listener, chunk) as run:
            if erase_all(run):
                conclude(run)
    return watch(installation, actor, number)


def start_execution(installation: Installation, actor: Identity, number: int) -> None:
    """Start an execution in a worker process, which goes on when whoever asked is gone; it prints to the logs.

    The worker acts for the system, and looks at everything again; who started it is in the journal.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: as ``execute``, where it can be told now.
    """
    _may(installation, actor, number)
    if is_held(installation.store, LOCK):
        raise NotPossible("purge_running")
    fingerprint = live_fingerprint(installation)
    with writing(installation.store) as connection:
        row = standing(installation, connection, actor, Action.EXECUTE_PURGE, number)
        _direct(installation, row.by_hand)
        still_approved(installation, connection, row, fingerprint)
        journal.record(
            installation, connection, actor, action=STARTED, about=f"purge:{number}", details={"fence": row.fence}
        )
    start_worker(installation.settings, "purge.log", "purge", "execute", str(number))


def watch(installation: Installation, actor: Identity, number: int) -> Progress:
    """Where an execution stands.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``purge_unknown``.
    """
    with reading(installation.store) as connection:
        standing(installation, connection, actor, Action.SEE_PURGES, number)
        row = settlements.purge_row(connection, number)
        states, why = settlements.states(connection, number), settlements.why_not(connection, number)
    assert row is not None
    executing = row.state is PurgeState.EXECUTING
    return Progress(
        number=number,
        state=row.state,
        version=row.version,
        items=sum(states.values()) - states[ItemState.SET_ASIDE],
        states=states,
        why=why,
        alive=executing and not row.by_hand and is_held(installation.store, LOCK),
        stopping=executing and row.stopped is not None,
        stopped=row.stopped or "",
        started_at=_instant(row.started_at),
        heartbeat_at=_instant(row.heartbeat_at),
        finished_at=_instant(row.finished_at),
    )


def request_stop(installation: Installation, actor: Identity, number: int) -> None:
    """Ask the worker to stop after the chunk it is at.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``purge_unknown``, ``purge_state_differs``.
    """
    with writing(installation.store) as connection:
        row = standing(installation, connection, actor, Action.EXECUTE_PURGE, number)
        if row.by_hand or not settlements.ask_to_stop(connection, number, ASKED_TO_STOP):
            raise NotPossible("purge_state_differs", purge=number, state=row.state)
        about, changed = f"purge:{number}", [(purge, {"id": number})]
        journal.record(installation, connection, actor, action=STOP_ASKED, about=about, details={}, changed=changed)


def recover(installation: Installation, actor: Identity, listener: Listener | None = None) -> tuple[int, ...]:
    """Settle from the receipts what a worker that died left behind; the purges that were touched.

    Each then waits for somebody to start it again. Done again, it changes nothing.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``purge_running``, or what is wrong with the source.
    """
    require(installation, actor, Action.EXECUTE_PURGE)
    source = configured_source(installation)
    if source.erasure is ErasureMode.BY_HAND:
        return ()
    with _alone(installation, _WAIT_S):
        with reading(installation.store) as connection:
            rows = settlements.purges_in(connection, source.name, _UNSETTLED)
            left = [row for row in rows if not row.by_hand and _is_unsettled(connection, row)]
        for row in left:
            why = row.stopped if row.state is PurgeState.NEEDS_ATTENTION and row.stopped else INTERRUPTED
            _take_over(installation, actor, row.id, None)
            with _attended(installation, actor, row.id), _run(installation, actor, row.id, listener) as run:
                stop(run, why)
    return tuple(row.id for row in left)


def unsettled(installation: Installation) -> bool:
    """Whether there is something for ``recover`` to do, asked when the server starts."""
    source = installation.source
    if source is None or source.erasure is ErasureMode.BY_HAND:
        return False
    with reading(installation.store) as connection:
        rows = settlements.purges_in(connection, source.name, _UNSETTLED)
        left = any(not row.by_hand and _is_unsettled(connection, row) for row in rows)
    return left and not is_held(installation.store, LOCK)


def recover_by_itself(installation: Installation) -> tuple[int, ...]:
    """Settle what a worker that died left, when the server starts; the purges that were touched.

    It shows nobody anything and decides nothing: what the receipts say is written down, and somebody must start each
    purge again. So it asks for no right, and acts as the command line of the account that runs the server. Of two
    servers that start at once, one does it; where a worker is alive, nobody does.

    Raises:
        NotPossible: what is wrong with the source.
    """
    if not unsettled(installation):
        return ()
    try:
        return recover(installation, _BY_ITSELF)
    except NotPossible as busy:
        if busy.code in _BUSY:  # another server does it, or a scan runs: the page offers the same by a button
            return ()
        raise


def expected_receipts(installation: Installation) -> Mapping[str, int]:
    """How many receipts the source must have for each purge, by its random id: a restored source has fewer."""
    source = configured_source(installation)
    with reading(installation.store) as connection:
        return settlements.erased_of_each(connection, source.name)


@contextmanager
def _attended(installation: Installation, actor: Identity, number: int) -> Iterator[None]:
    """Whatever ends an execution early is written down, as far as the store still answers; else recovery finds it."""
    with reading(installation.store) as connection:
        mine = settlements.purge_row(connection, number)
    assert mine is not None
    try:
        yield
    except PurgeLostError as lost:
        raise NotPossible(lost.code, **lost.values) from None
    except (DpoError, SourceError, SQLAlchemyError) as error:
        code = error.code if isinstance(error, DpoError | SourceError) else "store_unavailable"
        with suppress(SQLAlchemyError, PurgeLostError):
            abandon(installation, actor, mine, code)
        if isinstance(error, SourceError):
            raise NotPossible(error.code, **error.values) from None
        raise


@contextmanager
def _run(
    installation: Installation, actor: Identity, number: int, listener: Listener | None, chunk: int = CHUNK
) -> Iterator[Run]:
    """A purge that was just taken over, with nothing of it begun any more: every item is planned or has its result."""
    source = configured_source(installation)
    with reading(installation.store) as connection:
        row = settlements.purge_row(connection, number)
        states = settlements.states(connection, number)
    assert row is not None
    items = sum(states.values()) - states[ItemState.SET_ASIDE]
    with erasing_engine(installation) as engine:
        with told_by(""):
            with engine.connect() as connection:
                plan = erasure_plan(connection, source)
            run = Run(installation, actor, source, engine, plan, row, row.fence, items, chunk, listener)
            run.reached(Step.TAKEN_OVER)
            with engine.connect() as connection, connection.begin():
                raise_fence(connection, run.receipts, row.uuid, row.fence, installation.now())
        run.reached(Step.FENCE_RAISED)
        settle_from_receipts(run)
        yield run


def _take_over(installation: Installation, actor: Identity, number: int, fingerprint: str | None) -> None:
    """Make the purge this worker's; with ``fingerprint`` to execute it, if it still may be executed."""
    with writing(installation.store) as connection:
        row = standing(installation, connection, actor, Action.EXECUTE_PURGE, number)
        _direct(installation, row.by_hand)
        if fingerprint is not None:
            still_approved(installation, connection, row, fingerprint)
        former = settlements.purge_row(connection, number)
        assert former is not None
        fence = settlements.take_over(connection, former, installation.now().isoformat())
        if fingerprint is not None:
            settlements.move_all(connection, number, (ItemState.FAILED,), ItemState.PLANNED)
        action = RECOVERED if fingerprint is None else STARTED
        about, changed = f"purge:{number}", [(purge, {"id": number})]
        details = {"fence": fence}
        journal.record(installation, connection, actor, action=action, about=about, details=details, changed=changed)


def _may(installation: Installation, actor: Identity, number: int) -> None:
    with reading(installation.store) as connection:
        row = standing(installation, connection, actor, Action.EXECUTE_PURGE, number)
    _direct(installation, row.by_hand)


def _see_who_came_back(installation: Installation) -> None:
    """Where an old copy of the source was put back, what it brought counts as live again: no scan may have seen it.

    The re-check of each item then finds another purpose than was approved, and lets the item be.
    """
    with source_engine(installation) as engine:
        undone(installation, configured_source(installation), engine)


def _direct(installation: Installation, by_hand: int) -> None:
    if by_hand or configured_source(installation).erasure is ErasureMode.BY_HAND:
        raise NotPossible("purge_by_hand")


@contextmanager
def _alone(installation: Installation, wait_for_scan: float) -> Iterator[None]:
    with exclusive(installation.store, LOCK, _WAIT_S) as taken:
        if not taken:
            raise NotPossible("purge_running")
        with exclusive(installation.store, SCAN_LOCK, wait_for_scan) as no_scan:
            if not no_scan:
                raise NotPossible("scan_running")
            yield


def _is_unsettled(connection: Connection, row: PurgeRow) -> bool:
    begun = settlements.items_in(connection, row.id, (ItemState.INTENT,))
    return row.state is PurgeState.EXECUTING or bool(begun)


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

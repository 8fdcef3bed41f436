"""Publishing commercial statistics: closed months, once, frozen; where that stands; and attacking what was published.

Protection takes seconds of one core a month: a worker process does it, never a thread of the app.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.domain.statistics.block import PublishedBlock, PublishedCell
from diager_dpo.services.access import require
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.installation import Installation
from diager_dpo.services.publication_plan import INTERRUPTED, LOCK, Listener, Plan, Progress, PublicationResult, as_plan
from diager_dpo.services.source_engine import configured_source, source_engine
from diager_dpo.services.worker import start_worker
from diager_dpo.source.connection import snapshot
from diager_dpo.source.sales import read_months
from diager_dpo.source.sales_columns import SALES
from diager_dpo.source.source_file import SourceFile
from diager_dpo.store import published
from diager_dpo.store.engine import reading
from diager_dpo.store.locks import is_held

if TYPE_CHECKING:
    from diager_dpo.domain.statistics.audit import Finding

WORKER = ("statistics", "publish")
FRESH_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class PublicationState:
    """Where publishing stands. ``progress`` while it runs; ``error``: the code of why the last one failed."""

    running: bool
    progress: Progress | None
    started_at: datetime | None
    finished_at: datetime | None
    error: str | None


def publish(
    installation: Installation, actor: Identity, until: str | None = None, progress: Listener | None = None
) -> PublicationResult:
    """Publish the closed months that are not yet, from the latest back; what is published stays as it is.

    ``until``: a month, ``2026-10``: none after it.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``publication_running``, ``publication_plan_wrong``, or what is wrong with the
            source.
    """
    require(installation, actor, Action.PUBLISH_STATISTICS)
    from diager_dpo.services.publication_run import run  # noqa: PLC0415 - the solvers, which the app never loads

    return run(installation, actor, configured_source(installation), until, progress)


def start_publication(installation: Installation, actor: Identity) -> None:
    """Start publishing in a worker process of low priority, which goes on when whoever asked is gone.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``publication_running``.
    """
    require(installation, actor, Action.PUBLISH_STATISTICS)
    configured_source(installation)
    _start(installation)


def publish_by_itself(installation: Installation) -> bool:
    """Start a publication where one is needed, whoever opened the app; whether one was started.

    It shows nobody anything and decides nothing, as the plan says what is published: it asks for no right. The worker
    acts as the account of the system that runs the server. Off where the settings say so.
    """
    source = installation.source
    if not installation.settings.publishes_by_itself or source is None:
        return False
    if not _is_needed(installation, source, _state(installation, source)):
        return False
    try:
        _start(installation)
    except NotPossible:  # another server was faster
        return False
    return True


def has_sales(installation: Installation, actor: Identity) -> bool:
    """Whether the source says anything of sales; without, there is nothing to publish.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``.
    """
    require(installation, actor, Action.SEE_STATISTICS)
    return SALES in configured_source(installation).facts


def _start(installation: Installation) -> None:
    if is_held(installation.store, LOCK):
        raise NotPossible("publication_running")
    start_worker(installation.settings, "publication.log", *WORKER)


def publication_state(installation: Installation, actor: Identity) -> PublicationState:
    """Where publishing stands.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``.
    """
    require(installation, actor, Action.SEE_STATISTICS)
    return _state(installation, configured_source(installation))


def _state(installation: Installation, source: SourceFile) -> PublicationState:
    with reading(installation.store) as connection:
        row = published.run(connection, source.name)
    if row is None:
        return PublicationState(running=False, progress=None, started_at=None, finished_at=None, error=None)
    running = row.state == published.RUNNING and is_held(installation.store, LOCK)
    dead = row.state == published.RUNNING and not running
    return PublicationState(
        running=running,
        progress=Progress(row.month, row.done, row.expected) if running else None,
        started_at=datetime.fromisoformat(row.started_at),
        finished_at=datetime.fromisoformat(row.finished_at) if row.finished_at else None,
        error=INTERRUPTED if dead else row.error,
    )


def needs_publication(installation: Installation, actor: Identity) -> bool:
    """Whether somebody should start one: none runs, and a closed month is missing or a day has passed since the last.

    Where the source has no sales there is nothing to publish.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``.
    """
    state = publication_state(installation, actor)
    return _is_needed(installation, configured_source(installation), state)


def _is_needed(installation: Installation, source: SourceFile, state: PublicationState) -> bool:
    if state.running or SALES not in source.facts:
        return False
    last = state.finished_at
    return last is None or state.error == INTERRUPTED or installation.now() - last >= FRESH_FOR


def audit_published(installation: Installation, actor: Identity) -> "tuple[Finding, ...]":
    """Attack everything that was ever published, with the source at hand: seconds of one core a month.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, or what is wrong with the source.
    """
    require(installation, actor, Action.PUBLISH_STATISTICS)
    from diager_dpo.domain.statistics.audit import audit  # noqa: PLC0415 - likewise

    source = configured_source(installation)
    with reading(installation.store) as connection:
        rows = [it for it in published.months(connection, source.name) if it.state == published.PUBLISHED]
        cells = published.cells(connection, source.name)
        plans: dict[str, Plan] = {}
        for digest in {it.plan for it in rows}:
            plans[digest] = as_plan(published.plan_text(connection, digest) or "", "publication.toml")
    findings: list[Finding] = []
    with source_engine(installation) as engine, snapshot(engine) as connection:
        for digest, plan in sorted(plans.items()):
            months = [it.month for it in rows if it.plan == digest]
            sales = [it.sales for it in read_months(connection, source, months, plan.plan)]
            blocks = [
                PublishedBlock(
                    month,
                    plan.plan.version,
                    tuple(
                        PublishedCell(it.table, month, it.family, it.region, it.channel, it.revenue)
                        for it in cells
                        if it.month == month
                    ),
                )
                for month in months
            ]
            findings.extend(audit(blocks, sales, plan.plan))
    return tuple(findings)

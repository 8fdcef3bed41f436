"""What happens once, before the server answers anybody: the log is opened, and the set-up is looked at.

What is wrong is printed where the program was started, and the gate then answers nothing else. What the first visitor
would wait for is made ready beside it.
"""

import logging
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import date
from threading import Thread
from typing import Any

from starlette.concurrency import run_in_threadpool

from diager_dpo import __version__
from diager_dpo.services.errors import DpoError
from diager_dpo.services.logs import write_logs_to
from diager_dpo.services.purge_execution import recover_by_itself
from diager_dpo.services.source_state import probe_account
from diager_dpo.services.warming import warm
from diager_dpo.ui.language import Language, _, use
from diager_dpo.ui.self_check import require_safe
from diager_dpo.ui.sentences import sentence
from diager_dpo.ui.visit import installation

LOG = logging.getLogger("diager_dpo.server")


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncGenerator[None, None]:
    """Around everything the server does."""
    await run_in_threadpool(_look)
    Thread(target=_make_ready, name="make-ready", daemon=True).start()
    yield
    LOG.info("stopped")


def _look() -> None:
    try:
        house = installation()
        write_logs_to(house.settings.logs)
        LOG.info("started %s", __version__)
        require_safe(house)
    except DpoError as error:
        LOG.error("cannot_start %s", error.code)  # noqa: TRY400 - a stack trace tells an operator nothing
        print(sentence(error), file=sys.stderr)  # noqa: T201 - to whoever started the server


def _make_ready() -> None:
    """Load what costs the first script of a process seconds: the figures of the last scan, the words, the charts."""
    try:
        warm(installation())
        for language in Language:
            use(language)
            _("Overview")
        from diager_dpo.ui import charts  # noqa: PLC0415 - pandas and Plotly: the server listens before they are there

        charts.areas([date.min], [charts.Series("", [0])]).to_json()
    except Exception as error:  # noqa: BLE001 - nobody asked for anything yet; who does is told what is wrong
        LOG.warning("not_made_ready %s", type(error).__name__)
    _settle_purges()
    _probe_account()


def _settle_purges() -> None:
    """What a worker that died left begun is settled from its receipts before anybody asks."""
    try:
        for number in recover_by_itself(installation()):
            LOG.warning("purge_settled %s", number)
    except Exception as error:  # noqa: BLE001 - the page of the purge says what is wrong, and offers it again
        LOG.warning("purges_not_settled %s", getattr(error, "code", type(error).__name__))


def _probe_account() -> None:
    """Last, as a source may take long to answer: what its account could write, which the page of the source shows."""
    try:
        house = installation()
        if house.source is not None:
            probe_account(house)
    except Exception as error:  # noqa: BLE001 - a source that is down today is no reason not to start
        LOG.warning("account_not_probed %s", getattr(error, "code", type(error).__name__))

"""What happens once, before the server answers anybody: the log is opened, and the set-up is looked at.

What is wrong is printed where the program was started, and the gate then answers nothing else.
"""

import logging
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from starlette.concurrency import run_in_threadpool

from diager_dpo import __version__
from diager_dpo.services.errors import DpoError
from diager_dpo.services.logs import write_logs_to
from diager_dpo.ui.self_check import require_safe
from diager_dpo.ui.sentences import sentence
from diager_dpo.ui.visit import installation

LOG = logging.getLogger("diager_dpo.server")


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncGenerator[None, None]:
    """Around everything the server does."""
    await run_in_threadpool(_look)
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

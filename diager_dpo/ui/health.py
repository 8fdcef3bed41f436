"""Whether the server can do its work, for whoever watches it. Nothing else is said: anybody may ask."""

from http import HTTPStatus

from sqlalchemy import text
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from diager_dpo import __version__
from diager_dpo.store.engine import reading
from diager_dpo.ui.failures import report
from diager_dpo.ui.self_check import require_safe
from diager_dpo.ui.visit import installation


async def health(_request: Request) -> Response:
    """200 and ``ok`` where the store answers and the set-up is safe; else 503 and ``unavailable``."""
    ok = await run_in_threadpool(_is_well)
    body = {"status": "ok" if ok else "unavailable", "version": __version__}
    status = HTTPStatus.OK if ok else HTTPStatus.SERVICE_UNAVAILABLE
    return JSONResponse(body, status, headers={"Cache-Control": "no-store"})


def _is_well() -> bool:
    try:
        require_safe(installation())
        with reading(installation().store) as connection:
            return bool(connection.scalar(text("select 1")))
    except Exception as error:  # noqa: BLE001 - whatever it is, the answer is no; the log says why
        report(error)
        return False

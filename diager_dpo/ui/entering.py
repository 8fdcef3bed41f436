"""What every way of signing in ends with: a session, its cookie, and the page somebody wanted to see."""

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import wraps
from html import escape
from http import HTTPStatus
from typing import TypeAlias
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from diager_dpo.domain.permissions import Identity
from diager_dpo.services.errors import DpoError
from diager_dpo.services.sessions import ABSOLUTE, close_session, open_session
from diager_dpo.ui.entrance_html import notice, page
from diager_dpo.ui.front import client_of, is_secure
from diager_dpo.ui.gate import SIGN_IN, language_of
from diager_dpo.ui.language import _, from_code
from diager_dpo.ui.rate_limit import SIGN_IN_ATTEMPTS
from diager_dpo.ui.sentences import sentence
from diager_dpo.ui.visit import COOKIE, LANGUAGE_COOKIE, installation

LOG = logging.getLogger("diager_dpo.sign_in")

Handler: TypeAlias = Callable[[Request], Awaitable[Response]]

_LONGEST_FORM = 8192  # bytes


async def enter(
    request: Request,
    identity: Identity,
    target: str,
    proven_ago: timedelta | None = timedelta(0),
    provider_session: str | None = None,
) -> Response:
    """Open a session for somebody whose identity is established. A session this browser had before ends."""
    house = installation()
    await run_in_threadpool(close_session, house, request.cookies.get(COOKIE))
    token = await run_in_threadpool(open_session, house, identity, proven_ago, provider_session)
    LOG.info("signed_in")
    response = RedirectResponse(target, HTTPStatus.SEE_OTHER)
    age, secure = int(ABSOLUTE.total_seconds()), is_secure(request, house.sign_in)
    response.set_cookie(COOKIE, token, max_age=age, httponly=True, samesite="lax", secure=secure)
    return response


def limited(handler: Handler) -> Handler:
    """Count a request as an attempt to sign in, and refuse it where there were too many from its address."""

    @wraps(handler)
    async def counted(request: Request) -> Response:
        if SIGN_IN_ATTEMPTS.take(client_of(request, installation().sign_in)):
            return await handler(request)
        LOG.warning("too_many_requests")
        text = _("There were too many attempts from this network. Wait a minute and try again.")
        html = page(_("Sign in"), f'<p role="alert">{escape(text)}</p>' + link(SIGN_IN, _("Try again")), here=SIGN_IN)
        response = html_page(request, html, HTTPStatus.TOO_MANY_REQUESTS)
        response.headers["Retry-After"] = "60"
        return response

    return counted


def html_page(request: Request, html: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """A page that no cache keeps. A language chosen by the address is remembered."""
    response = HTMLResponse(html, status, headers={"Cache-Control": "no-store"})
    if from_code(request.query_params.get("language")) is not None:
        response.set_cookie(LANGUAGE_COOKIE, language_of(request), max_age=365 * 86400, samesite="lax")
    return response


def refusal(request: Request, error: DpoError) -> Response:
    """Why a sign-in came to nothing, and the way to another attempt."""
    LOG.warning("sign_in_refused %s", error.code)
    body = f'<p role="alert">{escape(sentence(error))}</p>' + link(SIGN_IN, _("Try again"))
    return html_page(request, page(_("You are not signed in"), body, here=SIGN_IN), HTTPStatus.FORBIDDEN)


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form; one that is too long has none. Never an error, whatever was sent."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_FORM:
            return {}
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20))
    except ValueError:
        return {}


def link(address: str, label: str) -> str:
    """A link to one of the gate's own pages."""
    return f'<p><a href="{escape(address)}">{escape(label)}</a></p>'


def hidden(name: str, value: str) -> str:
    """A field nobody sees."""
    return f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'


def alert(text: str) -> str:
    """A sentence that is read out at once."""
    return notice(text).replace("<p ", '<p role="alert" ', 1)

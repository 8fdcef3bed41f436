"""The gate: one ASGI middleware in front of everything Streamlit serves.

Nobody reaches a script, a file or a WebSocket before they are signed in. A page sends them to the sign-in and back to
where they wanted to go; anything else is refused. The gate also writes the page Streamlit's screens live in, because
Streamlit's own is English and carries an inline script, and adds the headers that keep browsers in.

How somebody proves who they are is the business of ``entrance``; the gate knows sessions only.
"""

import math
import re
import time
from functools import lru_cache
from html import escape
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config, file_util

from diager_dpo.domain.permissions import Identity
from diager_dpo.services.access import actor_grants
from diager_dpo.services.errors import DpoError
from diager_dpo.services.sessions import who
from diager_dpo.ui import threshold
from diager_dpo.ui.entrance_html import page
from diager_dpo.ui.failures import report, unforeseen
from diager_dpo.ui.front import is_secure
from diager_dpo.ui.language import Language, _, from_code, preferred, use
from diager_dpo.ui.registry import ADDRESSES, permitted
from diager_dpo.ui.sentences import sentence
from diager_dpo.ui.visit import COOKIE, LANGUAGE_COOKIE, installation

SIGN_IN, SIGN_OUT, STARTING, ASSETS = "/sign-in", "/sign-out", "/starting", "/entrance/"
HEALTH = "/healthz"
ENDED_BY_PROVIDER = "/backchannel-logout"

#: What anybody may ask for: the gate's own pages, and whether the server is up.
_OPEN = re.compile(
    r"/sign-in(/provider|/callback|/password)?|/sign-out|/starting(/state)?|/entrance/[a-z-]+\.[a-z0-9]+"
    r"|/healthz|/_stcore/health"
)

#: Everything of these that a browser may be shown waits until the installation opens.
_WITHOUT_INSTALLATION = re.compile(r"/starting/state|/entrance/.*|/healthz|/_stcore/health")

#: What Streamlit serves besides pages.
_SERVED = re.compile(r"/(static|media|component|_stcore)/|/favicon\.png$|/manifest\.json$")

# Streamlit needs inline styles (emotion writes them), images from data: and blob: (icons, charts), its own WebSocket.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; media-src 'self'; worker-src 'self' blob:; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Gate:
    """The middleware. Sessions are in the store; only Streamlit's own files are given out on a look a moment old."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, refuse it, or let it through."""
        if scope["type"] == "http":
            use(language_of(HTTPConnection(scope)))
            respond = await _answer(HTTPConnection(scope)) or self._let_through
            await respond(scope, receive, _with_headers(send, HTTPConnection(scope)))
        elif scope["type"] == "websocket":
            connection = HTTPConnection(scope)
            if host_allowed(connection) and same_origin(connection.headers) and await _has_session(connection):
                await self.app(scope, receive, send)
            else:  # closed before it is accepted: the browser sees 403
                await send({"type": "websocket.close", "code": 1008})
        else:
            await self.app(scope, receive, send)

    async def _let_through(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What is behind the gate answers; where it fails before its first word, a page says so."""
        begun = False

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, noting)
        except Exception as error:  # as everywhere: a visitor is told a code, the log the rest
            if begun:
                raise
            await _failure(HTTPConnection(scope), error)(scope, receive, send)


MIDDLEWARE = [Middleware(Gate)]


#: When a session was last seen alive: one page asks for sixty of Streamlit's own files within a second.
_lately: dict[str, float] = {}
_A_PAGE, _MANY = 2.0, 1_000


async def signed_in(request: HTTPConnection) -> Identity | None:
    """Who holds the session of this browser, if it is alive. Where nothing is installed yet, nobody does."""
    token = request.cookies.get(COOKIE)
    return await run_in_threadpool(_holder, token) if token else None


def _holder(token: str) -> Identity | None:
    actor = who(installation(), token) if threshold.is_ready() else None
    if actor is None:
        _lately.pop(token, None)
    else:
        if len(_lately) >= _MANY:
            _lately.clear()
        _lately[token] = time.monotonic()
    return actor


async def _answer(request: HTTPConnection) -> Response | None:
    """The gate's own answer, or ``None`` where the request may go on. What is wrong is told as a page."""
    if not host_allowed(request):
        return PlainTextResponse("Misdirected request", HTTPStatus.MISDIRECTED_REQUEST)
    try:
        return await _pass(request)
    except Exception as error:  # noqa: BLE001 - a visitor is told a code, the log the rest
        return _failure(request, error)


def _failure(request: HTTPConnection, error: Exception) -> Response:
    if isinstance(error, DpoError):
        return _word(request, _("The program cannot start"), sentence(error), HTTPStatus.SERVICE_UNAVAILABLE)
    return _word(request, _("Something went wrong"), unforeseen(error), HTTPStatus.INTERNAL_SERVER_ERROR)


async def _pass(request: HTTPConnection) -> Response | None:
    path = request.url.path
    # The provider's server has no cookie. Any other method would pass its route by and reach Streamlit.
    from_provider = path == ENDED_BY_PROVIDER and request.scope["method"] == "POST"
    if from_provider or _OPEN.fullmatch(path):
        if not _WITHOUT_INSTALLATION.fullmatch(path):
            await run_in_threadpool(threshold.is_ready)  # what is wrong with it is said here, as a page
        return None
    if path.startswith("/static/") and _was_here_lately(request):  # the same for everybody, of no company
        return None
    actor = await signed_in(request)
    if path.strip("/") in ADDRESSES:
        return await run_in_threadpool(_page, request, actor)
    if actor is None:
        return PlainTextResponse("Sign in first", HTTPStatus.UNAUTHORIZED)
    return None if _SERVED.match(path) else _nowhere(request)


def _was_here_lately(request: HTTPConnection) -> bool:
    return time.monotonic() - _lately.get(request.cookies.get(COOKIE, ""), -math.inf) < _A_PAGE


async def _has_session(request: HTTPConnection) -> bool:
    try:
        return await signed_in(request) is not None
    except Exception as error:  # noqa: BLE001 - whatever is wrong, nobody is let in
        report(error)
        return False


def language_of(request: HTTPConnection) -> Language:
    """The language asked for: by the address, else the reader's own."""
    return from_code(request.query_params.get("language")) or own_language(request)


def own_language(request: HTTPConnection) -> Language:
    """The language chosen in this browser earlier, else the one it prefers."""
    return from_code(request.cookies.get(LANGUAGE_COOKIE)) or preferred(request.headers.get("accept-language"))


def local_target(target: str | None) -> str:
    """Where to go after the sign-in: a page of this app with its filters, never another site."""
    try:
        parts = urlsplit(target or "/")
    except ValueError:  # "//[" is no address at all
        return "/"
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or parts.path.strip("/") not in ADDRESSES:
        return "/"
    query = "?" + quote(parts.query, safe="=&%+-_.~:,") if parts.query else ""
    return "/" + parts.path.strip("/") + query


def host_allowed(request: HTTPConnection) -> bool:
    """Whether the Host header names this server: another site may point its own name at this address."""
    allowed = {host.strip("[]").lower() for host in config.get_option("server.allowedHosts")}
    try:
        name = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    except ValueError:
        return False
    return not allowed or "*" in allowed or name.lower() in allowed


def same_origin(headers: Headers) -> bool:
    """Whether a form or a WebSocket comes from a page of this server; for SameSite, every port of a host is one."""
    origin = headers.get("origin")
    try:
        return origin is None or urlsplit(origin).netloc == headers.get("host")
    except ValueError:
        return False


@lru_cache
def shell(language: Language, own: Language) -> str:
    """Streamlit's page, in the language of its reader, without its inline script.

    ``own`` is the language of the screens where the address names none; ``shell.js`` needs it.
    """
    html = (Path(file_util.get_static_dir()) / "index.html").read_text(encoding="utf-8")
    noscript = f"<noscript><p>{escape(_('This dashboard needs JavaScript.'))}</p></noscript>"
    replacements: tuple[tuple[str, str], ...] = (
        (r"<!--.*?-->", ""),
        (r'<html lang="en">', f'<html lang="{language}" data-own-language="{own}">'),
        (r"<script>.*?</script>", f'<script src="{ASSETS}shell.js"></script>'),
        (r"<noscript>.*?</noscript>", noscript),
        (r"<title>.*?</title>", f"<title>{escape(_('DPO dashboard'))}</title>"),
        (r'<link rel="shortcut icon"[^>]*>', f'<link rel="icon" href="{ASSETS}icon.svg" />'),
        (r"</head>", f'<link rel="stylesheet" href="{ASSETS}shell.css" /></head>'),
        (r'<link rel="service-desc"[^>]*>', ""),
    )
    for pattern, replacement in replacements:
        html, found = re.subn(pattern, lambda _match, text=replacement: text, html, flags=re.DOTALL)  # type: ignore[misc]
        if not found:
            raise RuntimeError(f"this version of Streamlit has another page: {pattern} is not in it")
    return html


def _page(request: HTTPConnection, actor: Identity | None) -> Response:
    """One of the screens, or the way in, or the first screen this person may see, or a word on why there is none."""
    if actor is None:
        way_in = SIGN_IN if threshold.is_ready() else STARTING
        return RedirectResponse(f"{way_in}?next={quote(_here(request))}", HTTPStatus.SEE_OTHER)
    screens = permitted(actor_grants(installation(), actor))
    address = request.url.path.strip("/")
    if not address and screens:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/{screens[0].address}{query}", HTTPStatus.SEE_OTHER)
    if address not in {screen.address for screen in screens}:
        text = _("What you may see is in the menu of the first page.")
        return _word(request, _("Your role does not open this screen"), text, HTTPStatus.FORBIDDEN)
    return HTMLResponse(shell(language_of(request), own_language(request)), headers={"Cache-Control": "no-store"})


def _nowhere(request: HTTPConnection) -> Response:
    text = _("What you may see is in the menu of the first page.")
    return _word(request, _("This address leads nowhere"), text, HTTPStatus.NOT_FOUND)


def _word(request: HTTPConnection, title: str, text: str, status: HTTPStatus) -> Response:
    body = f'<p>{escape(text)}</p><p><a href="/">{escape(_("To the first page"))}</a></p>'
    return HTMLResponse(page(title, body, here=_here(request)), status, headers={"Cache-Control": "no-store"})


def _here(request: HTTPConnection) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _with_headers(send: Send, request: HTTPConnection) -> Send:
    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
            if threshold.is_open() and is_secure(request, installation().sign_in):
                headers["Strict-Transport-Security"] = "max-age=31536000"
        await send(message)

    return answer

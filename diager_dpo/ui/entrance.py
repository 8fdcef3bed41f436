"""The ways in and out: sign-in, sign-out, and the first run.

Today the only way in is the demonstration, whose people anybody at this machine may be. Other ways of proving who one
is are added here: each ends in ``_enter`` with an ``Identity``.
"""

from html import escape
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qsl, quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from diager_dpo.domain.permissions import Identity
from diager_dpo.services.people import Person
from diager_dpo.services.sessions import ABSOLUTE, close_session, open_session
from diager_dpo.ui import threshold
from diager_dpo.ui.entrance_html import notice, page
from diager_dpo.ui.gate import SIGN_IN, SIGN_OUT, STARTING, language_of, local_target, same_origin
from diager_dpo.ui.language import _, from_code
from diager_dpo.ui.phases import phase_name
from diager_dpo.ui.visit import COOKIE, LANGUAGE_COOKIE, installation
from diager_dpo.ui.words import role_name, role_sentence

_ASSETS = Path(__file__).with_name("assets")


async def sign_in_page(request: Request) -> Response:
    """Whom to be, in the demonstration; for any other source, what is missing."""
    target = local_target(request.query_params.get("next"))
    if not await run_in_threadpool(threshold.is_ready):
        return RedirectResponse(f"{STARTING}?next={quote(target)}", HTTPStatus.SEE_OTHER)
    people = await run_in_threadpool(threshold.people)
    here = f"{SIGN_IN}?next={quote(target)}"
    if not people:
        text = _(
            "Signing in is not part of this version yet. Until it is, the data of this source are shown to nobody."
        )
        hint = _(
            "To look around, start the program without a configured source: it then makes a demonstration company."
        )
        body = notice(text) + f"<p>{escape(hint)}</p>"
        return _answer(request, page(_("Nobody can sign in yet"), body, here=here))
    intro = _("This company and its data are made up. Choose as whom you want to look around.")
    body = notice(_("Demonstration")) + f"<p>{escape(intro)}</p>" + _choice(people, target)
    return _answer(request, page(_("Sign in"), body, here=here))


async def sign_in(request: Request) -> Response:
    """Become one of the people of the demonstration."""
    form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")[:4096]))
    people = await run_in_threadpool(threshold.people)
    chosen = next((person for person in people if person.identity.subject == form.get("person")), None)
    if chosen is None or not same_origin(request.headers):
        return RedirectResponse(SIGN_IN, HTTPStatus.SEE_OTHER)
    return await _enter(request, chosen.identity, local_target(form.get("next")))


async def sign_out_page(request: Request) -> Response:
    """Sign out when the link was followed within the app; ask first when it came from elsewhere."""
    if request.headers.get("sec-fetch-site") == "same-origin":
        return await sign_out(request)
    button = f'<form method="post" action="{SIGN_OUT}"><button>{escape(_("Sign out"))}</button></form>'
    return _answer(request, page(_("Sign out"), button, here=SIGN_OUT))


async def sign_out(request: Request) -> Response:
    """End the session, here and in every other window of this browser."""
    if not same_origin(request.headers):
        return RedirectResponse(SIGN_OUT, HTTPStatus.SEE_OTHER)
    if await run_in_threadpool(threshold.is_ready):
        await run_in_threadpool(close_session, installation(), request.cookies.get(COOKIE))
    response = RedirectResponse(SIGN_IN, HTTPStatus.SEE_OTHER)
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return response


async def starting_page(request: Request) -> Response:
    """The first run: what is being made, how far it is."""
    target = local_target(request.query_params.get("next"))
    onward = f"{SIGN_IN}?next={quote(target)}"
    if await run_in_threadpool(threshold.is_ready):
        return RedirectResponse(onward, HTTPStatus.SEE_OTHER)
    await run_in_threadpool(threshold.make)
    text = _(
        "No source is configured, so the program makes a company with invented customers to look around in. "
        "This takes a few seconds and happens once."
    )
    body = (
        f"<p>{escape(text)}</p>"
        f'<p><label for="making">{escape(_("Progress"))}</label>'
        f'<progress id="making" max="100" value="0" data-next="{escape(onward)}"></progress></p>'
        f'<p id="phase" role="status">{escape(_("Starting"))}</p>'
        f'<noscript><p><a href="{escape(onward)}">{escape(_("Continue"))}</a></p></noscript>'
    )
    here = f"{STARTING}?next={quote(target)}"
    return _answer(request, page(_("The demonstration is being made"), body, here=here, script="starting.js"))


async def starting_state(_request: Request) -> Response:
    """What the page of the first run asks for twice a second."""
    now = await run_in_threadpool(threshold.making)
    if now.stage is threshold.Stage.FAILED:
        words = _("The demonstration could not be made. The reason is in the window in which the program was started.")
    else:
        words = phase_name(now.phase) if now.phase else _("Starting")
    state = {"stage": now.stage, "percent": round(100 * now.share), "words": words}
    return JSONResponse(state, headers={"Cache-Control": "no-store"})


async def asset(request: Request) -> Response:
    """A file of the gate's own pages. The gate lets plain names through only."""
    path = _ASSETS / request.path_params["name"]
    if not path.is_file():
        return PlainTextResponse("Not found", HTTPStatus.NOT_FOUND)
    return FileResponse(path, headers={"Cache-Control": "no-cache"})


ROUTES = [
    Route(SIGN_IN, sign_in_page, methods=["GET"]),
    Route(SIGN_IN, sign_in, methods=["POST"]),
    Route(SIGN_OUT, sign_out_page, methods=["GET"]),
    Route(SIGN_OUT, sign_out, methods=["POST"]),
    Route(STARTING, starting_page, methods=["GET"]),
    Route(f"{STARTING}/state", starting_state, methods=["GET"]),
    Route("/entrance/{name}", asset, methods=["GET"]),
]


async def _enter(request: Request, identity: Identity, target: str) -> Response:
    """Open a session for somebody whose identity is established. A session this browser had before ends."""
    await run_in_threadpool(close_session, installation(), request.cookies.get(COOKIE))
    token = await run_in_threadpool(open_session, installation(), identity)
    response = RedirectResponse(target, HTTPStatus.SEE_OTHER)
    secure = request.url.scheme == "https"
    age = int(ABSOLUTE.total_seconds())
    response.set_cookie(COOKIE, token, max_age=age, httponly=True, samesite="lax", secure=secure)
    return response


def _choice(people: tuple[Person, ...], target: str) -> str:
    cards = "".join(_card(person) for person in people)
    hidden = f'<input type="hidden" name="next" value="{escape(target)}">'
    return f'<form method="post" action="{SIGN_IN}">{hidden}<ul class="people">{cards}</ul></form>'


def _card(person: Person) -> str:
    return (
        f'<li><button name="person" value="{escape(person.identity.subject)}">'
        f'<span class="name">{escape(person.display_name)}</span>'
        f'<span class="role">{escape(role_name(person.grants))}</span>'
        f'<span class="what">{escape(role_sentence(person.grants))}</span></button></li>'
    )


def _answer(request: Request, html: str) -> Response:
    """A page that no cache keeps. A language chosen by the address is remembered."""
    response = HTMLResponse(html, headers={"Cache-Control": "no-store"})
    if from_code(request.query_params.get("language")) is not None:
        response.set_cookie(LANGUAGE_COOKIE, language_of(request), max_age=365 * 86400, samesite="lax")
    return response

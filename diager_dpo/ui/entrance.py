"""The ways in and out: sign-in, sign-out, and the first run.

Who vouches for people (``services.issuer``) decides which page the sign-in is: the provider's, the one of names and
passwords, or, for the demonstration alone, the choice of whom to be. Each ends in ``entering.enter``.
"""

from html import escape
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from diager_dpo.services.issuer import has_local_accounts
from diager_dpo.services.password_sign_in import has_accounts
from diager_dpo.services.people import Person
from diager_dpo.services.sessions import close_session
from diager_dpo.ui import password_entrance, provider_entrance, threshold
from diager_dpo.ui.entering import enter, form_of, html_page
from diager_dpo.ui.entrance_html import notice, page
from diager_dpo.ui.front import is_secure
from diager_dpo.ui.gate import HEALTH, SIGN_IN, SIGN_OUT, STARTING, local_target, same_origin
from diager_dpo.ui.health import health
from diager_dpo.ui.language import _
from diager_dpo.ui.password_entrance import check, password_page
from diager_dpo.ui.phases import phase_name
from diager_dpo.ui.provider_entrance import provider_page
from diager_dpo.ui.visit import COOKIE, installation
from diager_dpo.ui.words import role_name, role_sentence

_ASSETS = Path(__file__).with_name("assets")


async def sign_in_page(request: Request) -> Response:
    """How one signs in here."""
    target, again = local_target(request.query_params.get("next")), "again" in request.query_params
    if not await run_in_threadpool(threshold.is_ready):
        return RedirectResponse(f"{STARTING}?next={quote(target)}", HTTPStatus.SEE_OTHER)
    house = installation()
    if house.sign_in.provider is not None:
        return await provider_page(request, house.sign_in.provider, target, again=again)
    people = await run_in_threadpool(threshold.people)
    here = f"{SIGN_IN}?next={quote(target)}"
    if people:
        intro = _("This company and its data are made up. Choose as whom you want to look around.")
        farewell = notice(_("You are signed out")) if "out" in request.query_params else ""
        body = farewell + notice(_("Demonstration")) + f"<p>{escape(intro)}</p>" + _choice(people, target)
        return html_page(request, page(_("Sign in"), body, here=here))
    if await run_in_threadpool(has_accounts, house):
        return password_page(request, target, again=again)
    text = _("Nobody has an account yet. Whoever runs this server makes the first administrator with this command:")
    hint = _("Then reload this page. A company with an identity provider configures it instead: docs/sign-in.md.")
    command = "python -m diager_dpo accounts first-administrator NAME"
    body = f"<p>{escape(text)}</p><pre><code>{command}</code></pre><p>{escape(hint)}</p>"
    return html_page(request, page(_("Nobody can sign in yet"), body, here=here))


async def sign_in(request: Request) -> Response:
    """Become one of the people of the demonstration; elsewhere, sign in with a password."""
    if has_local_accounts(installation()):
        return await check(request)
    form = await form_of(request)
    people = await run_in_threadpool(threshold.people)
    chosen = next((person for person in people if person.identity.subject == form.get("person")), None)
    if chosen is None or not same_origin(request.headers):
        return RedirectResponse(SIGN_IN, HTTPStatus.SEE_OTHER)
    return await enter(request, chosen.identity, local_target(form.get("next")))


async def sign_out_page(request: Request) -> Response:
    """Sign out when the link was followed within the app; ask first when it came from elsewhere."""
    if request.headers.get("sec-fetch-site") == "same-origin":
        return await sign_out(request)
    button = f'<form method="post" action="{SIGN_OUT}"><button>{escape(_("Sign out"))}</button></form>'
    return html_page(request, page(_("Sign out"), button, here=SIGN_OUT))


async def sign_out(request: Request) -> Response:
    """End the session, here and in every other window of this browser."""
    if not same_origin(request.headers):
        return RedirectResponse(SIGN_OUT, HTTPStatus.SEE_OTHER)
    if await run_in_threadpool(threshold.is_ready):
        await run_in_threadpool(close_session, installation(), request.cookies.get(COOKIE))
    response = RedirectResponse(f"{SIGN_IN}?out=1", HTTPStatus.SEE_OTHER)
    response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=is_secure(request, installation().sign_in))
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
    return html_page(request, page(_("The demonstration is being made"), body, here=here, script="starting.js"))


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
    Route(HEALTH, health, methods=["GET"]),
    *password_entrance.ROUTES,
    *provider_entrance.ROUTES,
]


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

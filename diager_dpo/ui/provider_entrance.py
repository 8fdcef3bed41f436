"""Signing in with the provider of identities: the way there and the way back."""

from functools import lru_cache
from html import escape
from http import HTTPStatus
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from diager_dpo.services.errors import DpoError, Refused
from diager_dpo.services.identity_provider import ProviderClient
from diager_dpo.services.provider_sign_in import ProviderSignIn
from diager_dpo.services.provider_sign_out import ProviderSignOut
from diager_dpo.services.sign_in_file import Provider
from diager_dpo.ui.entering import LOG, enter, form_of, html_page, limited, link, refusal
from diager_dpo.ui.entrance_html import page
from diager_dpo.ui.front import client_of, is_secure, public_address
from diager_dpo.ui.gate import ENDED_BY_PROVIDER, SIGN_IN, local_target
from diager_dpo.ui.language import _
from diager_dpo.ui.rate_limit import SIGN_OUTS_OF_PROVIDER
from diager_dpo.ui.visit import installation

GO, BACK = f"{SIGN_IN}/provider", f"{SIGN_IN}/callback"
_COOKIE = "diager_dpo_signing_in"
_MINUTES_S = 600


@lru_cache(maxsize=1)
def way_in(provider: Provider) -> ProviderSignIn:
    """The flows of the provider that is configured, for this process."""
    return ProviderSignIn(ProviderClient(provider))


async def provider_page(request: Request, provider: Provider, target: str, *, again: bool) -> Response:
    """One button. After a sign-out it also leads to where the provider's own session ends."""
    here = f"{SIGN_IN}?next={quote(target)}"
    name = urlsplit(provider.issuer).hostname or provider.issuer
    go = f"{GO}?next={quote(target)}" + ("&again=1" if again else "")
    button = f'<p><a class="button" href="{escape(go)}">{escape(_("Sign in with {provider}", provider=name))}</a></p>'
    if again:
        text = _("What you are about to do asks for a sign-in of the last 10 minutes.")
        return html_page(request, page(_("Sign in again"), f"<p>{escape(text)}</p>{button}", here=here + "&again=1"))
    if "out" not in request.query_params:
        text = _("The identity provider of your company says who you are and what you may see.")
        return html_page(request, page(_("Sign in"), f"<p>{escape(text)}</p>{button}", here=here))
    back = public_address(request, installation().sign_in) + SIGN_IN
    out = await run_in_threadpool(way_in(provider).way_out, back)
    text = _("Your session here has ended. The provider may still know you: on a shared computer, sign out there too.")
    body = f"<p>{escape(text)}</p>" + (link(out, _("Sign out of {provider}", provider=name)) if out else "")
    return html_page(request, page(_("You are signed out"), body + button, here=f"{SIGN_IN}?out=1"))


@limited
async def go_to_provider(request: Request) -> Response:
    """Begin a sign-in: the browser goes to the provider. Nothing but a state, a nonce and a challenge goes with it."""
    house = installation()
    provider = house.sign_in.provider
    if provider is None:
        return RedirectResponse(SIGN_IN, HTTPStatus.SEE_OTHER)
    target, again = local_target(request.query_params.get("next")), "again" in request.query_params
    redirect_uri = public_address(request, house.sign_in) + BACK
    try:
        begun = await run_in_threadpool(
            way_in(provider).begin, request.cookies.get(_COOKIE), redirect_uri, target, again=again
        )
    except DpoError as error:
        return refusal(request, error)
    response = RedirectResponse(begun.url, HTTPStatus.SEE_OTHER, headers={"Cache-Control": "no-store"})
    secure = is_secure(request, house.sign_in)
    response.set_cookie(
        _COOKIE, begun.browser, max_age=_MINUTES_S, path=SIGN_IN, httponly=True, samesite="lax", secure=secure
    )
    return response


@limited
async def back_from_provider(request: Request) -> Response:
    """End a sign-in with what the provider sent the browser back with."""
    provider = installation().sign_in.provider
    if provider is None:
        return RedirectResponse(SIGN_IN, HTTPStatus.SEE_OTHER)
    answer = dict(request.query_params)
    try:
        entered = await run_in_threadpool(way_in(provider).finish, installation(), request.cookies.get(_COOKIE), answer)
    except DpoError as error:
        return refusal(request, error)
    target = local_target(entered.target)
    return await enter(request, entered.identity, target, entered.proven_ago, entered.provider_session)


async def ended_by_provider(request: Request) -> Response:
    """The provider says that somebody signed out there. It comes from a server: without a cookie, read by nobody.

    400 for a token that is not believed, as OpenID Connect Back-Channel Logout 1.0, 2.8, has it; 503 where the provider
    may try again.
    """
    house = installation()
    provider = house.sign_in.provider
    if provider is None:
        return _answer(HTTPStatus.NOT_FOUND)
    if not SIGN_OUTS_OF_PROVIDER.take(client_of(request, house.sign_in)):
        return _answer(HTTPStatus.TOO_MANY_REQUESTS)
    token = (await form_of(request)).get("logout_token")
    try:
        await run_in_threadpool(_signed_out(provider).end, house, token)
    except Refused as error:
        LOG.warning("provider_sign_out_refused %s", error.values["reason"])
        return _answer(HTTPStatus.BAD_REQUEST, "invalid_request")
    except DpoError as error:
        LOG.warning("provider_sign_out_failed %s", error.code)
        return _answer(HTTPStatus.SERVICE_UNAVAILABLE, "temporarily_unavailable")
    return _answer(HTTPStatus.OK)


@lru_cache(maxsize=1)
def _signed_out(provider: Provider) -> ProviderSignOut:
    return ProviderSignOut(way_in(provider).client)


def _answer(status: HTTPStatus, error: str | None = None) -> Response:
    return JSONResponse({"error": error} if error else {}, status, headers={"Cache-Control": "no-store"})


ROUTES = [
    Route(GO, go_to_provider, methods=["GET"]),
    Route(BACK, back_from_provider, methods=["GET"]),
    Route(ENDED_BY_PROVIDER, ended_by_provider, methods=["POST"]),
]

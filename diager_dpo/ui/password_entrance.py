"""Signing in with a name and a password, and choosing another password."""

from dataclasses import dataclass
from datetime import datetime
from html import escape
from http import HTTPStatus
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from diager_dpo.domain.permissions import Identity
from diager_dpo.services.errors import DpoError
from diager_dpo.services.issuer import has_local_accounts
from diager_dpo.services.once import Once
from diager_dpo.services.password_sign_in import MustChange, change_password, check_password
from diager_dpo.services.passwords import SHORTEST
from diager_dpo.ui.entering import LOG, alert, enter, form_of, hidden, html_page, limited, link, refusal
from diager_dpo.ui.entrance_html import notice, page
from diager_dpo.ui.gate import SIGN_IN, local_target, same_origin
from diager_dpo.ui.language import _
from diager_dpo.ui.sentences import sentence
from diager_dpo.ui.visit import installation

CHANGE = f"{SIGN_IN}/password"


@dataclass(frozen=True, slots=True)
class _Choosing:
    """Somebody who has proved who they are, and when, and has yet to choose a password."""

    identity: Identity
    target: str
    proven_at: datetime


_choosing: Once[_Choosing] = Once()


def password_page(request: Request, target: str, *, again: bool = False, error: DpoError | None = None) -> Response:
    """Name and password. Whatever was wrong is said in one sentence that gives nothing away."""
    change = "change" in request.query_params
    here = f"{SIGN_IN}?next={quote(target)}" + ("&again=1" if again else "") + ("&change=1" if change else "")
    said = notice(_("You are signed out")) if "out" in request.query_params else ""
    if error is not None:
        said = alert(sentence(error))
    elif again:
        said = f"<p>{escape(_('What you are about to do asks for a sign-in of the last 10 minutes.'))}</p>"
    body = (
        f'{said}<form method="post" action="{escape(here)}" class="fields">{hidden("next", target)}'
        f'<label for="name">{escape(_("Name of the account"))}</label>'
        '<input id="name" name="name" autocomplete="username" autocapitalize="none" spellcheck="false" required>'
        f'<label for="password">{escape(_("Password"))}</label>'
        '<input id="password" name="password" type="password" autocomplete="current-password" required>'
        f"<button>{escape(_('Change my password') if change else _('Sign in'))}</button></form>"
        + ("" if change else link(f"{SIGN_IN}?change=1&next={quote(target)}", _("Change my password")))
        + f'<p class="what">{escape(_("Forgotten? An administrator gives you a new first password."))}</p>'
    )
    title = _("Change my password") if change else _("Sign in again") if again else _("Sign in")
    return html_page(request, page(title, body, here=here), HTTPStatus.FORBIDDEN if error else HTTPStatus.OK)


@limited
async def check(request: Request) -> Response:
    """What was typed into the page above."""
    form = await form_of(request)
    target, again = local_target(form.get("next")), "again" in request.query_params
    if not same_origin(request.headers):
        return RedirectResponse(SIGN_IN, HTTPStatus.SEE_OTHER)
    now = installation().now()
    try:
        identity = await run_in_threadpool(
            check_password, installation(), form.get("name", ""), form.get("password", "")
        )
    except MustChange as must:
        return _choosing_page(request, _Choosing(must.identity, target, now))
    except DpoError as error:
        LOG.warning("sign_in_refused %s", error.code)
        return password_page(request, target, again=again, error=error)
    if "change" in request.query_params:
        return _choosing_page(request, _Choosing(identity, target, now))
    return await enter(request, identity, target)


@limited
async def choose(request: Request) -> Response:
    """The new password."""
    form = await form_of(request)
    choosing = _choosing.take(form.get("ticket"))
    if choosing is None or not same_origin(request.headers) or not has_local_accounts(installation()):
        return RedirectResponse(SIGN_IN, HTTPStatus.SEE_OTHER)
    new = form.get("new", "")
    if new != form.get("repeated"):
        return _choosing_page(request, choosing, _("The two passwords differ."))
    try:
        await run_in_threadpool(change_password, installation(), choosing.identity, new, choosing.proven_at)
    except DpoError as error:
        if error.code == "sign_in_over":
            return refusal(request, error)
        return _choosing_page(request, choosing, sentence(error))
    LOG.info("password_changed")
    return await enter(request, choosing.identity, choosing.target)


def _choosing_page(request: Request, choosing: _Choosing, wrong: str = "") -> Response:
    rule = _(
        "At least {n} characters. A few words that have nothing to do with each other are easy to keep in mind "
        "and hard to guess.",
        n=SHORTEST,
    )
    field = '<input id="{0}" name="{0}" type="password" autocomplete="new-password" aria-describedby="rule" required>'
    body = (
        f'{alert(wrong) if wrong else ""}<p id="rule">{escape(rule)}</p>'
        f'<form method="post" action="{CHANGE}" class="fields">{hidden("ticket", _choosing.keep(choosing))}'
        f'<input type="hidden" name="name" autocomplete="username" value="{escape(choosing.identity.subject)}">'
        f'<label for="new">{escape(_("New password"))}</label>{field.format("new")}'
        f'<label for="repeated">{escape(_("The same again"))}</label>{field.format("repeated")}'
        f"<button>{escape(_('Keep it and sign in'))}</button></form>"
    )
    return html_page(request, page(_("Choose your password"), body, here=SIGN_IN))


ROUTES = [Route(CHANGE, choose, methods=["POST"])]

"""What stands around every page: the language, who is signed in, what is looked at, the way out."""

from contextlib import suppress
from datetime import datetime
from html import escape

import streamlit as st

from diager_dpo.domain.permissions import Action, may
from diager_dpo.services.demonstration import ISSUER as DEMONSTRATION
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.people import display_name
from diager_dpo.services.publication import publish_by_itself
from diager_dpo.services.scanning import needs_scan, scan_state, start_scan
from diager_dpo.ui import formats
from diager_dpo.ui.language import Language, _, current, from_code, preferred, use
from diager_dpo.ui.visit import LANGUAGE_COOKIE, Visit
from diager_dpo.ui.words import role_name

_KEY, _OWN = "language", "own_language"


def choose_language() -> None:
    """Set the language of this run: the one in the address, else the reader's own (see ``gate.own_language``)."""
    if _OWN not in st.session_state:
        chosen = from_code(st.context.cookies.get(LANGUAGE_COOKIE))
        st.session_state[_OWN] = chosen or preferred(st.context.headers.get("Accept-Language"))
    asked = st.session_state.get(_KEY, st.query_params.get(_KEY))
    use(from_code(asked) or st.session_state[_OWN])


def draw_side(visit: Visit) -> None:
    """The block below the navigation."""
    with st.sidebar:
        if visit.actor.issuer == DEMONSTRATION:
            st.badge(_("Demonstration"), color="orange", help=_("This company and its data are made up."))
        if visit.installation.source is not None:
            title = visit.installation.source.title
            st.caption(formats.plain(title.en if current() is Language.ENGLISH else title.fr))
        moment = _last_scan(visit)
        if moment is not None:
            st.caption(_("Last scan on {moment}", moment=formats.instant(moment)))
        name = formats.plain(display_name(visit.installation, visit.actor))
        st.caption(_("Signed in as {name}", name=f"**{name}**") + "  \n" + role_name(visit.grants))
        _language_switch()
        _plain_link("/sign-out", _("Sign out"))


def scan_if_stale(visit: Visit) -> None:
    """Start a scan in a worker when the last one is older than a day: once a session, for whoever may scan."""
    if st.session_state.setdefault("_scan_considered", False):
        return
    st.session_state["_scan_considered"] = True
    if may(visit.grants, Action.SCAN):
        with suppress(NotPossible):  # none is configured, or one runs: the page of the source says so
            if needs_scan(visit.installation, visit.actor):
                start_scan(visit.installation, visit.actor)


def publish_if_needed(visit: Visit) -> None:
    """Start the publication of closed months in a worker, where one is needed: once a session, whoever looks."""
    if not st.session_state.setdefault("_publication_considered", False):
        st.session_state["_publication_considered"] = True
        publish_by_itself(visit.installation)


def _last_scan(visit: Visit) -> datetime | None:
    if not may(visit.grants, Action.SEE_SOURCE):
        return None
    with suppress(NotPossible):
        last = scan_state(visit.installation, visit.actor).last_done
        return last.finished_at if last else None
    return None


def draw_signed_out() -> None:
    """What stays of the screen when the session is over."""

    def farewell() -> None:
        st.title(_("You are signed out"))
        st.write(_("The session has ended, here or in another window, or after 30 minutes without anything done."))
        _plain_link("/sign-in", _("Sign in again"))

    st.navigation([st.Page(farewell, title=_("Signed out"))], position="hidden").run()


def _plain_link(address: str, label: str) -> None:
    """A link that stays in this window; Streamlit's own open another."""
    st.html(f'<p><a href="{address}" target="_self" style="color: inherit">{escape(label)}</a></p>')


def _language_switch() -> None:
    st.segmented_control(
        _("Language"),
        [language.upper() for language in Language],  # the address shows options as they read: hence codes
        default=st.session_state[_OWN].upper(),
        required=True,
        key=_KEY,
        bind="query-params",
        label_visibility="collapsed",
    )

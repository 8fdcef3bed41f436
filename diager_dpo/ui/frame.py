"""What stands around every page: the language, who is signed in, what is looked at, the way out."""

from html import escape

import streamlit as st

from diager_dpo.services.people import display_name
from diager_dpo.ui import formats
from diager_dpo.ui.language import Language, _, from_code, preferred, use
from diager_dpo.ui.threshold import DEMONSTRATION
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
        st.caption(
            _(
                "Signed in as {name}, {role}",
                name=formats.plain(display_name(visit.installation, visit.actor)),
                role=role_name(visit.grants).lower(),
            )
        )
        _language_switch()
        _plain_link("/sign-out", _("Sign out"))


def draw_signed_out() -> None:
    """What stays of the screen when the session is over."""

    def farewell() -> None:
        st.title(_("You are signed out"))
        st.write(_("The session has ended, here or in another window, or after 30 minutes without anything done."))
        _plain_link("/sign-in", _("Sign in again"))

    st.navigation([st.Page(farewell, title=_("Signed out"))], position="hidden").run()


def _plain_link(address: str, label: str) -> None:
    """A link that stays in this window; Streamlit's own open another."""
    st.html(f'<p><a href="{address}" target="_self">{escape(label)}</a></p>')


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

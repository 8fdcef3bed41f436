"""Before what cannot be undone, people prove anew who they are, and come back to where they were."""

from html import escape
from urllib.parse import quote, urlencode

import streamlit as st

from diager_dpo.services.sessions import signed_in_recently
from diager_dpo.ui import visit
from diager_dpo.ui.language import _


def token() -> str | None:
    """The session of the browser of this run, as it sent it: the store says whose it is."""
    return visit.browser_token()


def is_recent(here: visit.Visit) -> bool:
    """Whether the reader proved who they are within the last ten minutes."""
    return signed_in_recently(here.installation, token())


def address_again(page: str) -> str:
    """The sign-in, which leads back to this page as the address has it now."""
    query = urlencode(st.query_params.to_dict())
    return "/sign-in?again=1&next=" + quote(f"/{page}?{query}" if query else f"/{page}", safe="")


def draw_way(page: str, label: str) -> None:
    """The link to the sign-in; it stays in this window."""
    st.html(f'<p><a href="{escape(address_again(page))}" target="_self">{escape(label)}</a></p>')


def ask(page: str) -> None:
    """Say why, and show the way."""
    st.info(
        _("Approving needs a sign-in of the last 10 minutes: it shows that it is you who decides, and nobody else.")
    )
    draw_way(page, _("Sign in again, then come back here"))

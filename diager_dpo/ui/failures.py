"""When something goes wrong on a screen: one sentence for what a person can act on, a code to quote for the rest.

What is unforeseen goes to the log with its code, its class and where in the program it happened: never its message,
which may hold a value of a person, and never to the screen.
"""

import logging
import secrets
import traceback

import streamlit as st
from sqlalchemy.exc import DBAPIError

from diager_dpo.services.errors import DpoError, Refused
from diager_dpo.ui.language import _
from diager_dpo.ui.sentences import sentence

LOG = logging.getLogger("diager_dpo.ui")


def show(error: DpoError) -> None:
    """Tell a person what is wrong, where the page would have gone on."""
    (st.warning if isinstance(error, Refused) else st.error)(sentence(error))


def on_script_error(error: Exception) -> bool:
    """What ``st.App`` calls for anything a page or a callback did not handle. Streamlit then shows nothing itself."""
    if isinstance(error, DpoError):
        show(error)
        return True
    st.error(unforeseen(error))
    return True


def unforeseen(error: BaseException) -> str:
    """What a person is told of an error nobody foresaw; the rest is logged under the same code."""
    return _("Something went wrong here. If it happens again, quote the code {code}.", code=report(error))


def report(error: BaseException) -> str:
    """Log an unforeseen error without its message; the code to quote."""
    code = secrets.token_hex(4)
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno}" for frame in reversed(frames[-6:]))
    state = getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
    LOG.error("%s %s%s at %s", code, type(error).__name__, f" {state}" if state else "", places)
    return code

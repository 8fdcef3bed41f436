"""When something goes wrong on a screen: one sentence for what a person can act on, a code to quote for the rest.

What is unforeseen goes to the log with its code, its class and where in the program it happened: never its message,
which may hold a value of a person, and never to the screen.
"""

import logging
import secrets
import traceback
from collections.abc import Mapping

import streamlit as st
from sqlalchemy.exc import DBAPIError

from diager_dpo.services.errors import DpoError, Refused
from diager_dpo.ui.language import N_, _

LOG = logging.getLogger("diager_dpo.ui")

#: The sentence of each code of ``DpoError``. Values of the error fill the places.
SENTENCES: Mapping[str, str] = {
    "not_permitted": N_("Your role does not allow this."),
    "store_newer": N_("The store was written by a later version of the program. Install that version to open it."),
    "store_busy": N_("Another process is changing the store. Try again in a minute."),
    "store_url_wrong": N_("The address of the store cannot be read."),
    "store_not_supported": N_("The store must be a SQLite file or a PostgreSQL database."),
    "store_inconsistent": N_("The store contradicts itself and was left as it is."),
    "no_charter": N_("There is no charter in the folder of charters."),
}


def sentence(error: DpoError) -> str:
    """What a person is told."""
    text = SENTENCES.get(error.code)
    return _(text, **error.values) if text else _("This cannot be done now ({code}).", code=error.code)


def show(error: DpoError) -> None:
    """Tell a person what is wrong, where the page would have gone on."""
    (st.warning if isinstance(error, Refused) else st.error)(sentence(error))


def on_script_error(error: Exception) -> bool:
    """What ``st.App`` calls for anything a page or a callback did not handle. Streamlit then shows nothing itself."""
    if isinstance(error, DpoError):
        show(error)
        return True
    code = report(error)
    text = _(
        "Something went wrong, and nothing was changed by it. If it happens again, quote the code {code}.", code=code
    )
    st.error(text)
    return True


def report(error: BaseException) -> str:
    """Log an unforeseen error without its message; the code to quote."""
    code = secrets.token_hex(4)
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno}" for frame in reversed(frames[-6:]))
    state = getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
    LOG.error("%s %s%s at %s", code, type(error).__name__, f" {state}" if state else "", places)
    return code

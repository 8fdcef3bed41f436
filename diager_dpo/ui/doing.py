"""Doing what a form says, and saying what was done on the screen as it is then."""

from collections.abc import Callable

import streamlit as st

from diager_dpo.services.errors import DpoError
from diager_dpo.ui import failures
from diager_dpo.ui.visit import Visit, visit

_DONE = "said_done"


def do(deed: Callable[[Visit], object], said: Callable[[], str]) -> None:
    """The deed by whoever is signed in now; then the screen anew, with ``said`` on it, or what stood in the way."""
    try:
        deed(visit())
    except DpoError as error:
        failures.show(error)
        return
    st.session_state[_DONE] = said()
    st.rerun()


def draw_done() -> None:
    """What was just done, once."""
    said = st.session_state.pop(_DONE, None)
    if said:
        st.success(said)

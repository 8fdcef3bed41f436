"""The answer first: what was drawn so far is shown before the rest of a page arrives."""

import time

import streamlit as st

_SHOWN = "first_words_of"
#: Streamlit sends what a script has drawn every 10 ms, and its browser part draws all that came within 10 ms at once.
_A_MOMENT = 0.03


def show_first(page: str) -> None:
    """Let the browser show what stands above before it gets the rest: once, when somebody comes to a page.

    Without it, a sentence that is ready waits until everything that was sent along with it is drawn too.
    """
    if st.session_state.get(_SHOWN) != page:
        st.session_state[_SHOWN] = page
        time.sleep(_A_MOMENT)

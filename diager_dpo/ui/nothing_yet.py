"""What stands where figures would stand, as long as there are none: why, and what to do first."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from diager_dpo.services.errors import NotPossible
from diager_dpo.ui.language import _
from diager_dpo.ui.links import leads, link
from diager_dpo.ui.sentences import sentence_of
from diager_dpo.ui.visit import Visit

T = TypeVar("T")

_BEFORE_THE_FIRST_FIGURE = frozenset({"no_source", "never_scanned"})


def figures_or_stop(here: Visit, ask: Callable[[], T]) -> T:
    """The answer of a service; where there is nothing to count yet, the run stops with the reason and the next step.

    Raises:
        NotPossible: anything else that stands in the way.
    """
    try:
        return ask()
    except NotPossible as error:
        if error.code not in _BEFORE_THE_FIRST_FIGURE:
            raise
        say_why(here, error.code)
        st.stop()


def source_or_stop(ask: Callable[[], T]) -> T:
    """The answer of a service about the source; where none is configured, the run stops with how to configure one."""
    try:
        return ask()
    except NotPossible as error:
        if error.code != "no_source":
            raise
        st.info(sentence_of(error.code))
        st.stop()


def say_why(here: Visit, code: str) -> None:
    """Why there is nothing to count, and the way to the first figure."""
    st.info(sentence_of(code))
    if leads(here, "source"):
        link(here, "source", _("Open the source"))
    else:
        st.markdown(_("The DPO or an administrator sees to it, on the screen “Source”."))

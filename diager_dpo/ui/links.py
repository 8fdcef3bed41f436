"""Ways from one screen to another, with their filters in the address."""

import streamlit as st

from diager_dpo.ui.registry import screen
from diager_dpo.ui.visit import Visit


def link(visit: Visit, address: str, label: str, **filters: str | int) -> None:
    """A link to a screen with filters set; nothing where this person may not open it.

    ``filters`` are codes, as ``address`` writes them: ``purpose="prospecting"``, ``as_of="2027-03-01"``.
    """
    if leads(visit, address):
        query = {name: str(value) for name, value in filters.items()}
        st.page_link(screen(address).path, label=label, query_params=query or None)


def leads(visit: Visit, address: str) -> bool:
    """Whether this person may open a screen."""
    return screen(address) in visit.screens

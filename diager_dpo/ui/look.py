"""One colour and one sign for each status, one colour for each purpose, on every screen.

The colours are those of Okabe and Ito, moved so that each stands out from a white and from a dark ground (3 to 1 at
least): a chart needs to know nothing of the theme. Colour never speaks alone: a status has its word and its sign. Red
is for what is late and for nothing else.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

import streamlit as st

from diager_dpo.domain.words import Purpose, Status
from diager_dpo.ui.language import _
from diager_dpo.ui.words import status_name, status_sentence

ThemeColour: TypeAlias = Literal["red", "orange", "yellow", "blue", "green", "violet", "gray", "primary"]

STATUS_COLOUR: Mapping[Status, str] = {
    Status.RUNNING: "#7b8794",
    Status.KEPT: "#12936f",
    Status.DUE_SOON: "#c77700",
    Status.DUE: "#d13b2f",
    Status.HELD: "#8f63c7",
    Status.UNDETERMINED: "#1f82c4",
}
#: The same colours by the names Streamlit gives them; `.streamlit/config.toml` says what each is in light and dark.
STATUS_THEME: Mapping[Status, ThemeColour] = {
    Status.RUNNING: "gray",
    Status.KEPT: "green",
    Status.DUE_SOON: "orange",
    Status.DUE: "red",
    Status.HELD: "violet",
    Status.UNDETERMINED: "blue",
}
STATUS_SIGN: Mapping[Status, str] = {
    Status.RUNNING: "∞",
    Status.KEPT: "✓",
    Status.DUE_SOON: "◔",
    Status.DUE: "●",
    Status.HELD: "‖",
    Status.UNDETERMINED: "?",
}
PURPOSE_COLOUR: Mapping[Purpose, str] = {
    Purpose.PROSPECTING: "#1f82c4",
    Purpose.CUSTOMER_MANAGEMENT: "#c77700",
    Purpose.CONTESTS: "#12936f",
    Purpose.ACCOUNTING: "#b5659a",
    Purpose.STATISTICS: "#7b8794",
}
ACCENT = "#3f7fb5"


def chip(status: Status) -> None:
    """A status as a coloured label with its sign and its word; what it means on hover."""
    st.badge(f"{STATUS_SIGN[status]} {status_name(status)}", color=STATUS_THEME[status], help=status_sentence(status))


def chip_text(status: Status) -> str:
    """The same for the middle of a sentence that goes to ``st.markdown``."""
    return f":{STATUS_THEME[status]}-badge[{STATUS_SIGN[status]} {status_name(status)}]"


def sign_text(status: Status) -> str:
    """A status for the cell of a table: its sign and its word."""
    return f"{STATUS_SIGN[status]} {status_name(status)}"


def legend() -> None:
    """Every status with what it means, for a reader who meets them first."""
    with st.popover(_("What do the statuses mean?"), type="tertiary"):
        for status in Status:
            st.markdown(f"{chip_text(status)} {status_sentence(status)}")

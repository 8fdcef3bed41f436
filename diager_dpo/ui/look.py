"""One colour and one sign for each status, one colour for each purpose, on every screen.

The colours began as those of Okabe and Ito and were moved until each stands out from a white and from a dark ground
(3 to 1 at least), so that a chart needs to know nothing of the theme, and until no two of one picture look alike to
people with protanopia or deuteranopia; the tests measure both. Colour never speaks alone: a status has its word and its
sign. Red is for what is late and for nothing else.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

import streamlit as st

from diager_dpo.domain.words import Purpose, Status
from diager_dpo.ui.language import _
from diager_dpo.ui.words import status_name, status_sentence

ThemeColour: TypeAlias = Literal["red", "orange", "yellow", "blue", "green", "violet", "gray", "primary"]

STATUS_COLOUR: Mapping[Status, str] = {
    Status.RUNNING: "#8c939f",
    Status.KEPT: "#1c7f5c",
    Status.DUE_SOON: "#cc7d00",
    Status.DUE: "#c0362a",
    Status.HELD: "#8a48b8",
    Status.UNDETERMINED: "#2b93ea",
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
#: For signs and words beside which nothing else speaks: lighter, so that they can be read on a dark ground.
STATUS_COLOUR_IN_THE_DARK: Mapping[Status, str] = {
    Status.RUNNING: "#c3ccd4",
    Status.KEPT: "#7fdcbc",
    Status.DUE_SOON: "#ffcf85",
    Status.DUE: "#ffb3ab",
    Status.HELD: "#d3bbf5",
    Status.UNDETERMINED: "#9fd2f7",
}
#: The same on a light ground, dark enough for text.
STATUS_COLOUR_IN_THE_LIGHT: Mapping[Status, str] = {
    Status.RUNNING: "#46525d",
    Status.KEPT: "#0b5f48",
    Status.DUE_SOON: "#7a4a00",
    Status.DUE: "#9b1c13",
    Status.HELD: "#5b3494",
    Status.UNDETERMINED: "#14568a",
}
PURPOSE_COLOUR: Mapping[Purpose, str] = {
    Purpose.PROSPECTING: "#1b6fd6",
    Purpose.CUSTOMER_MANAGEMENT: "#c87603",
    Purpose.CONTESTS: "#12a05c",
    Purpose.ACCOUNTING: "#c578b1",
    Purpose.STATISTICS: "#566776",
}
ACCENT = "#3f7fb5"


def chip(status: Status) -> None:
    """A status as a coloured label with its sign and its word; what it means on hover."""
    st.badge(f"{STATUS_SIGN[status]} {status_name(status)}", color=STATUS_THEME[status], help=status_sentence(status))


def chip_text(status: Status) -> str:
    """The same for the middle of a sentence that goes to ``st.markdown``."""
    return f":{STATUS_THEME[status]}-badge[{STATUS_SIGN[status]} {status_name(status)}]"


def sign_style(status: Status) -> str:
    """The colour of a status for its sign, as CSS that follows the theme."""
    return f"color:light-dark({STATUS_COLOUR_IN_THE_LIGHT[status]},{STATUS_COLOUR_IN_THE_DARK[status]})"


def sign_text(status: Status) -> str:
    """A status for the cell of a table: its sign and its word."""
    return f"{STATUS_SIGN[status]} {status_name(status)}"


def legend() -> None:
    """Every status with what it means, for a reader who meets them first."""
    with st.popover(_("What do the statuses mean?"), type="tertiary"):
        for status in Status:
            st.markdown(f"{chip_text(status)} {status_sentence(status)}")

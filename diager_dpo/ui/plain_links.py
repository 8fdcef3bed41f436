"""Links inside tables of HTML: ordinary ones, which can be opened in another window, and which print."""

from collections.abc import Mapping
from html import escape
from urllib.parse import urlencode

import streamlit as st

from diager_dpo.ui.registry import screen

#: The look of what only a screen reader reads.
HIDDEN = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap"

#: What a reader has chosen for every figure of a page goes along.
_KEPT = ("as_of", "horizon", "language")


def kept() -> dict[str, str]:
    """What of the address goes along with a link."""
    return {name: st.query_params[name] for name in _KEPT if name in st.query_params}


def plain_link(
    address: str, filters: Mapping[str, str], *, shown: str, name: str, here: bool = False, bare: bool = True
) -> str:
    """A link as HTML. ``name`` says where it leads, out of its place too; ``here``: it leads to what is shown.

    ``bare``: without a line, for figures in a table that is all links.
    """
    href = escape(f"/{screen(address).address}?{urlencode(filters)}")
    current = ' aria-current="true"' if here else ""
    line = "none" if bare else "underline"
    look = f"color:inherit;display:block;text-decoration:{line}" + (";font-weight:700" if here else "")
    return f'<a href="{href}" target="_self" aria-label="{escape(name)}"{current} style="{look}">{escape(shown)}</a>'

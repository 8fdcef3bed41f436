"""The "why" beside a figure: the rule, the facts, when they were read, and the way to the records behind it."""

from collections.abc import Callable, Sequence
from datetime import datetime

import streamlit as st

from diager_dpo.ui import formats
from diager_dpo.ui.language import _


def why(
    *,
    key: str,
    rule: str,
    facts: Sequence[str] = (),
    scanned_at: datetime | None = None,
    links: Callable[[], None] | None = None,
) -> None:
    """A small button that opens the explanation of the figure it stands beside.

    Args:
        key: unique on the page.
        rule: one sentence, translated; Markdown.
        facts: one sentence each, translated; Markdown.
        scanned_at: when the facts were read; aware.
        links: draws the links to what is behind the figure.
    """
    with st.popover(_("Why?"), type="tertiary", key=f"why_{key}"):
        st.markdown(rule)
        if facts:
            st.markdown("\n".join(f"- {fact}" for fact in facts))
        if scanned_at is not None:
            st.caption(_("Facts read on {moment}", moment=formats.instant(scanned_at)))
        if links is not None:
            links()

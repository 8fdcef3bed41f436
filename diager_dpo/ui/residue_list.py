"""What a purge leaves where it stands, and why: what another purpose needs, and words in free text."""

from collections.abc import Sequence

import streamlit as st

from diager_dpo.services.purge_views import ResiduePlace
from diager_dpo.ui import formats
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.place_words import column_words, table_words, technical


def draw_stays(residue: int) -> None:
    """The rule, and how many records have words elsewhere."""
    st.header(_("What stays"), anchor=False)
    st.markdown(
        _(
            "Whatever another purpose of the same person still needs stays: a value goes only once nothing needs it "
            "any more. An objection stays as long as its row. The sheet of each record says what stays of it."
        )
    )
    st.markdown(residue_sentence(residue))


def residue_sentence(residue: int) -> str:
    """How many records have values in free text as well; Markdown."""
    if not residue:
        return _("In the free text that was searched, nothing of these persons was found.")
    return ngettext(
        "**{n} passage** of free text repeats a value of these persons: it is not erased by itself, somebody mends it.",
        "**{n} passages** of free text repeat values of these persons: they are not erased by themselves, somebody "
        "mends them.",
        residue,
    )


def residue_lines(places: Sequence[ResiduePlace]) -> str:
    """Where values of one person stand besides, as a list; Markdown."""
    return "\n".join(
        f"- {column_words(each.column)}, {table_words(each.table)} "
        f"({formats.plain(technical(each.table, each.column))}, {formats.plain(each.key)})"
        for each in places
    )

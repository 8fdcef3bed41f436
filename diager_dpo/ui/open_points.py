"""What is not settled: the questions a charter leaves open, and the choices the product makes until the DPO does."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from diager_dpo.domain.charter import Convention, OpenQuestion
from diager_dpo.domain.words import Purpose
from diager_dpo.ui import formats, tables
from diager_dpo.ui.language import _
from diager_dpo.ui.own_words import in_language, inside
from diager_dpo.ui.words import category_name, purpose_name


def draw_questions(questions: Sequence[OpenQuestion]) -> None:
    """Those that block a purge first, each with what it blocks."""
    if not questions:
        st.markdown(_("None: the charter answers every question the product asks."))
        return
    ordered = sorted(questions, key=lambda question: not question.blocks_purge)
    st.markdown("\n".join(f"- {question_markdown(question)}" for question in ordered))


def question_markdown(question: OpenQuestion) -> str:
    """One question with the purpose it is about and, where it blocks a purge, of what."""
    text = formats.plain(inside(in_language(question.text)))
    said = _("**{purpose}**: {question}", purpose=_about(question.purpose), question=text)
    if question.blocks_purge:
        blocked = formats.listing([category_name(category).lower() for category in question.blocks_purge])
        said += " " + _(":orange-badge[‖ blocks the purge: {blocked}]", blocked=blocked)
    return said


def draw_conventions(conventions: Sequence[Convention]) -> None:
    """Each choice with where it comes from. Confirming one is not part of this version."""
    if not conventions:
        st.markdown(_("None: every rule that applies here comes from a text."))
        return
    st.markdown(_("Where no text decides, the product applies a convention and says so until the DPO confirms it."))
    rows = [
        {
            _("Convention"): in_language(convention.text),
            _("Purpose"): _about(convention.purpose),
            _("Origin"): in_language(convention.source),
            _("State"): _("to be confirmed by the DPO"),
        }
        for convention in conventions
    ]
    tables.plain(pd.DataFrame(rows))


def _about(purpose: Purpose | None) -> str:
    return _("All purposes") if purpose is None else purpose_name(purpose)

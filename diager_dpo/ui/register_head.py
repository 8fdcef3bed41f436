"""The head of the register: what is done with the data in two sentences, and the documents that say so."""

from collections import Counter
from html import escape

import streamlit as st

from diager_dpo.domain.charter import Field
from diager_dpo.domain.register import Document, FieldState
from diager_dpo.services.register import RegisterPurpose, RegisterView
from diager_dpo.ui import formats
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.own_words import in_language
from diager_dpo.ui.words import purpose_name

_STYLE = """<style>
.dpo-head { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.5rem;
  margin: 0 !important; padding: 0 !important; }
.dpo-head dt, .dpo-head dd { margin: 0; padding: 0; font-weight: 400; }
.dpo-head dt { opacity: .85; }
@media (max-width: 640px) { .dpo-head { grid-template-columns: 1fr; gap: 0; } .dpo-head dd { margin-bottom: .5rem; } }
@media print { [data-testid="stSidebar"], .st-key-purpose, .st-key-register_form { display: none; } }
</style>"""


def register_answer(view: RegisterView, *, sees_all: bool) -> str:
    """For how many purposes, of which how many the charter does not describe."""
    number = len(view.purposes)
    if not sees_all:
        names = formats.listing([purpose_name(each.entry.purpose).lower() for each in view.purposes])
        return ngettext("You see one purpose: {names}.", "You see {n} purposes: {names}.", number, names=names)
    added = sum(each.entry.is_supplement for each in view.purposes)
    controller = formats.plain(view.charter.controller)
    if not added:
        return ngettext(
            "{controller} processes personal data for {n} purpose, described by its charter.",
            "{controller} processes personal data for {n} purposes, described by its charter.",
            number,
            controller=controller,
        )
    return ngettext(
        "{controller} processes personal data for {total} purposes; {n} comes from a supplement to its charter.",
        "{controller} processes personal data for {total} purposes; {n} come from supplements to its charter.",
        added,
        controller=controller,
        total=formats.number(number),
    )


def completeness(purposes: tuple[RegisterPurpose, ...]) -> str:
    """How many of the points a register must hold the documents state; Markdown."""
    states = Counter(each.entry.cell(field).state for each in purposes for field in Field)
    stated, completed = states[FieldState.STATED], states[FieldState.COMPLETED]
    said = ngettext(
        "Of the {total} points a register must hold, **{n} is stated**",
        "Of the {total} points a register must hold, **{n} are stated**",
        stated,
        total=formats.number(states.total()),
    )
    if completed:
        said += ngettext(", **{n} is completed by the DPO**", ", **{n} are completed by the DPO**", completed)
    return said + ngettext(" and **{n} is not stated**.", " and **{n} are not stated**.", states[FieldState.NOT_STATED])


def questions(view: RegisterView) -> str:
    """How many questions the charter leaves open, and how many of them stand in the way of a purge; Markdown."""
    if not view.open_questions:
        return _("No question is left open.")
    blocking = sum(bool(question.blocks_purge) for question in view.open_questions)
    said = ngettext(
        "**{n} question** is left open by the charter",
        "**{n} questions** are left open by the charter",
        len(view.open_questions),
    )
    if not blocking:
        return said + _("; none of them blocks a purge.")
    return said + ngettext("; **{n}** blocks a purge.", "; **{n}** block a purge.", blocking)


def draw(view: RegisterView, *, sees_all: bool) -> None:
    """The answer, then the documents in force."""
    st.header(register_answer(view, sees_all=sees_all), anchor=False)
    st.markdown(f"{completeness(view.purposes)} {questions(view)}")
    st.html(_STYLE + _documents(view))


def _documents(view: RegisterView) -> str:
    charter = view.charter
    rows = [
        (_("Activity"), escape(in_language(charter.activity))),
        (_("Controller"), escape(charter.controller)),
        (_("Contact"), escape(charter.contact)),
        (_("Charter in force"), _document(charter)),
        *((_("Supplement to the charter"), _document(supplement)) for supplement in view.supplements),
        (_("General charter"), escape(charter.general_charter)),
    ]
    return "<dl class='dpo-head'>" + "".join(f"<dt>{escape(name)}</dt><dd>{text}</dd>" for name, text in rows) + "</dl>"


def _document(document: Document) -> str:
    if document.is_supplement:  # its version is a name for machines
        title, since = in_language(document.title), formats.day(document.effective)
        return escape(_("{title}, in force since {day}", title=title, day=since))
    return escape(
        _(
            "{title}, version {version}, in force since {day}",
            title=in_language(document.title),
            version=document.version,
            day=formats.day(document.effective),
        )
    )

"""One record of a purge: why it is due, what goes, what stays and why, where else its values stand."""

import streamlit as st

from diager_dpo.domain.permissions import Action, may
from diager_dpo.services.purge_views import ItemLine, PurgeView
from diager_dpo.services.records import explain
from diager_dpo.ui import formats, life_line, purge_aside, tables
from diager_dpo.ui.language import _
from diager_dpo.ui.place_words import column_words, table_words, technical
from diager_dpo.ui.purge_items import close_item, item_answer, one_item
from diager_dpo.ui.residue_list import residue_lines
from diager_dpo.ui.step_sentences import step_sentence
from diager_dpo.ui.visit import Visit
from diager_dpo.ui.words import purpose_name


def draw(here: Visit, view: PurgeView, number: int) -> None:
    """The sheet, with the way back to the list."""
    st.button(_("Back to the purge"), key="item_back", icon=":material/arrow_back:", on_click=close_item)
    line = one_item(here, view, number)
    if line is None:
        tables.empty(_("This purge has no such record."), _("Go back to the list."))
        return
    shown = line.person or _("number {item}, erased", item=formats.number(line.item))
    st.header(_("Record {key}", key=formats.plain(shown)), anchor=False)
    st.markdown(f"**{item_answer(line)}**")
    if line.reason:
        st.markdown(_("The reason that was given: “{reason}”", reason=formats.plain(line.reason)))
    _why(here, view, line)
    st.header(_("What goes"), anchor=False)
    goes = goes_lines(line)
    st.markdown("\n".join(f"- {each}" for each in goes) if goes else _("Nothing of it."))
    st.header(_("What stays, and why"), anchor=False)
    stays = stays_lines(line)
    st.markdown("\n".join(f"- {each}" for each in stays) if stays else _("Nothing: no other purpose needs anything."))
    if line.residue:
        st.header(_("Where else values of this person stand"), anchor=False)
        st.markdown(_("They stand in free text, and are not erased by themselves: somebody reads it and mends it."))
        st.markdown(residue_lines(line.residue))
    purge_aside.draw(here, view, [line])


def goes_lines(line: ItemLine) -> list[str]:
    """The places that go, one line a table; Markdown."""
    tables_of: dict[str, list[str]] = {}
    for table, column in line.fate.goes:
        tables_of.setdefault(table, []).append(column)
    return [_place(table, columns) for table, columns in tables_of.items()]


def stays_lines(line: ItemLine) -> list[str]:
    """The places that stay, one line a table and reason; Markdown."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for table, column, purposes in line.fate.stays:
        kept = formats.listing([purpose_name(each).lower() for each in purposes])
        grouped.setdefault((table, kept), []).append(column)
    return [
        _("{place}: still needed for {purposes}", place=_place(table, columns), purposes=kept)
        if kept
        else _place(table, columns)
        for (table, kept), columns in grouped.items()
    ]


def _place(table: str, columns: list[str]) -> str:
    named = [column for column in columns if column]
    words = table_words(table)
    spelled = formats.plain(", ".join(technical(table, column) for column in columns))
    if not named:
        return _("whole rows: {table}", table=words) + f" :small[({spelled})]"
    return _("{column}, in {table}", column=formats.listing([column_words(each) for each in named]), table=words) + (
        f" :small[({spelled})]"
    )


def _why(here: Visit, view: PurgeView, line: ItemLine) -> None:
    """The whole reasoning, as far as the record is still in the index."""
    if line.person is None or not may(here.grants, Action.SEE_RECORDS, view.line.purpose):
        return
    told = explain(here.installation, here.actor, [line.person], view.line.as_of)
    for story in (each for person in told for each in person.purposes):
        if story.purpose is view.line.purpose and story.operation == view.line.operation:
            st.header(_("Why it is due"), anchor=False)
            life_line.draw(story, view.line.as_of)
            steps = enumerate(story.steps, 1)
            st.markdown("\n".join(f"{n}. {formats.plain(step_sentence(step))}" for n, step in steps))

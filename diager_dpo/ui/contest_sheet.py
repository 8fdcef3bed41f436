"""One operation in full: its answer, its entries, its duration, and its statuses to take away."""

import secrets
from functools import partial

import streamlit as st

from diager_dpo.domain.permissions import Action, may
from diager_dpo.domain.words import Purpose
from diager_dpo.services.contests import Contests, export_statuses
from diager_dpo.services.recorded_refusals import ExportFormat
from diager_dpo.ui import contest_cards, contest_duration, contest_entries, contest_sentences, formats, tables
from diager_dpo.ui.contest_cards import OPERATION, WHICH
from diager_dpo.ui.language import _
from diager_dpo.ui.visit import Visit, when_taken

_TOKEN = "contest_token"  # noqa: S105 - of a file's name
MIME = {
    ExportFormat.CSV: "text/csv",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def draw(here: Visit, found: Contests, key: str) -> None:
    """The operation with this key; where there is none, that, and the way back."""
    if st.button(_("All contests"), key="all_contests", icon=":material/arrow_back:"):
        for name in (OPERATION, WHICH, "page"):
            st.query_params.pop(name, None)
        st.rerun()
    card = next((each for each in found.cards if each.operation == key), None)
    if card is None:
        tables.empty(_("The last scan found no contest with this key."), _("Choose one among all contests."))
        return
    st.header(formats.plain(contest_sentences.title(card)), anchor=False)
    contest_cards.draw_card(here, card, found.as_of)
    st.header(_("Entries by key"), anchor=False)
    contest_entries.draw(here, card)
    draw_export(here, card.operation)
    st.header(_("How long its entries are kept"), anchor=False)
    contest_duration.draw(here, card)


def draw_export(here: Visit, operation: str | None = None) -> None:
    """Status of each entry by key, of one operation or of all, made when somebody takes it."""
    if not may(here.grants, Action.EXPORT_RECORDS, Purpose.CONTESTS):
        return
    token = st.session_state.setdefault(_TOKEN, secrets.token_hex(8))  # what is behind a button needs no cookie
    with st.container(horizontal=True):
        for form in ExportFormat:
            st.download_button(
                _("Statuses by key ({form})", form=form.value),
                when_taken(partial(_export, form, operation)),
                file_name=_("consents-{token}.{form}", token=token, form=form.value),
                mime=MIME[form],
                key=f"contest_export_{form.value}",
                on_click="ignore",
            )


def _export(form: ExportFormat, operation: str | None, here: Visit) -> bytes:
    return export_statuses(here.installation, here.actor, here.installation.today(), form, operation)

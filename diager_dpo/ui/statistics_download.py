"""A view of the statistics as a file, made and written down when somebody takes it."""

import secrets
from functools import partial

import streamlit as st

from diager_dpo.services.statistics_export import SheetForm, export_view
from diager_dpo.services.statistics_views import View
from diager_dpo.ui.language import _
from diager_dpo.ui.statistics_words import word
from diager_dpo.ui.visit import Visit, when_taken

_TOKEN = "statistics_token"  # noqa: S105 - of a file's name
_MIME = {
    SheetForm.CSV: "text/csv",
    SheetForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def draw(view: View, *, key: str) -> None:
    """A button for each form."""
    token = st.session_state.setdefault(_TOKEN, secrets.token_hex(8))  # what is behind a button needs no cookie
    with st.container(horizontal=True):
        for form in SheetForm:
            st.download_button(
                _("These figures ({form})", form=form.value),
                when_taken(partial(_made, view, form)),
                file_name=_("statistics-{token}.{form}", token=token, form=form.value),
                mime=_MIME[form],
                key=f"{key}_{form.value}",
                type="tertiary",
                on_click="ignore",
            )


def _made(view: View, form: SheetForm, here: Visit) -> bytes:
    return export_view(here.installation, here.actor, view, form, word)

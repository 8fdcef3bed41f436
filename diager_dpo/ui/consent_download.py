"""One person's consents as a file, for whoever may take records away."""

import secrets
from functools import partial

import streamlit as st

from diager_dpo.domain.permissions import Action, may
from diager_dpo.domain.words import Purpose
from diager_dpo.services.consent_record import consent_record
from diager_dpo.services.records import PersonExplanation
from diager_dpo.ui.language import _
from diager_dpo.ui.visit import Visit, when_taken

_TOKEN = "consent_token"  # noqa: S105 - of a file's name


def draw(here: Visit, told: PersonExplanation) -> None:
    """The button, where the person has an entry; made from the source when somebody takes it."""
    entered = any(each.purpose is Purpose.CONTESTS for each in told.purposes)
    if not entered or not may(here.grants, Action.EXPORT_RECORDS, Purpose.CONTESTS):
        return
    token = st.session_state.setdefault(_TOKEN, secrets.token_hex(8))  # what is behind a button needs no cookie
    st.download_button(
        _("Consents of this person (JSON)"),
        when_taken(partial(_made, told.person)),
        file_name=_("consents-{token}.{form}", token=token, form="json"),
        mime="application/json",
        key="consent_record",
        on_click="ignore",
    )


def _made(person: str, here: Visit) -> bytes:
    return consent_record(here.installation, here.actor, person)

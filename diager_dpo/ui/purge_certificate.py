"""The certificate of an executed purge: issued by a button, then taken away as a file."""

import secrets
from functools import partial

import streamlit as st

from diager_dpo.services.purge_certificates import certificate, certified
from diager_dpo.services.purge_views import PurgeView
from diager_dpo.ui import formats
from diager_dpo.ui.language import _
from diager_dpo.ui.purge_decision import decide
from diager_dpo.ui.visit import Visit, when_taken

_TOKEN = "certificate_token"  # noqa: S105 - of a file's name


def draw(here: Visit, view: PurgeView) -> None:
    """What a certificate is, and the way to it."""
    number = view.line.number
    known = next((it for it in certified(here.installation, here.actor, view.line.purpose) if it.purge == number), None)
    st.header(_("The certificate"), anchor=False)
    if known is None or known.certified_at is None:
        st.markdown(
            _(
                "A certificate says what was found in the source after the purge, column by column, signed with the "
                "key of this installation. It is issued once, from a new read of the source, and holds no name and "
                "no key of a person."
            )
        )
        if st.button(_("Issue the certificate"), key="issue_certificate"):
            decide(partial(_issue, number), _("The certificate of purge {number} is issued.", number=number))
        return
    st.markdown(
        _(
            "Issued on {moment}. Whoever holds the file checks it without this program, with "
            "`diager_dpo/verifier.py`: docs/journal.md says how.",
            moment=formats.instant(known.certified_at),
        )
    )
    token = st.session_state.setdefault(_TOKEN, secrets.token_hex(8))  # what is behind a button needs no cookie
    st.download_button(
        _("The certificate (JSON)"),
        when_taken(partial(_taken, number)),
        file_name=_("certificate-{number}-{token}.json", number=number, token=token),
        mime="application/json",
        key="take_certificate",
        on_click="ignore",
    )


def _issue(number: int, now: Visit) -> None:
    certificate(now.installation, now.actor, number)


def _taken(number: int, now: Visit) -> bytes:
    return certificate(now.installation, now.actor, number).json

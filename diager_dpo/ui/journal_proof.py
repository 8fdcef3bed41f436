"""The proof beside the list: verification now, pins to keep and to compare, the whole journal to take away."""

import secrets

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from diager_dpo.domain.journal import Head, canonical, head_content
from diager_dpo.domain.permissions import Action
from diager_dpo.domain.words import Purpose
from diager_dpo.services.access import purposes
from diager_dpo.services.anchors import head, parse_pins, short_form
from diager_dpo.services.errors import DpoError
from diager_dpo.services.journal_export import export
from diager_dpo.services.journal_verification import Verification, verify
from diager_dpo.ui import formats
from diager_dpo.ui.journal_faults import fault_sentence, verification_sentence
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.sentences import sentence
from diager_dpo.ui.visit import Visit, when_taken

_TOKEN, _FOUND = "journal_token", "journal_found"


def draw(here: Visit) -> None:
    """The verification, then the pins, then the way to take all of it away."""
    with st.container(border=True):
        _draw_verification(here)
        _draw_pins(here)


def draw_limits() -> None:
    """What no journal can show."""
    st.caption(
        _(
            "What no journal can show: an event that was never logged, and an entry that was backdated since the last "
            "pin. A pin is worth what the place it is kept in is worth: keep it where nobody of this installation can "
            "change it. Each certificate holds one too."
        )
    )


def _draw_verification(here: Visit) -> None:
    if st.button(_("Verify now"), key="verify_journal", type="primary"):
        st.session_state[_FOUND] = _verified(here)
    found = st.session_state.get(_FOUND)
    if not isinstance(found, Verification):
        st.markdown(_("Verifying reads every entry again, and every row it tells of."))
        return
    said = verification_sentence(found)
    (st.success if found.whole else st.error)(
        formats.plain(said) + " " + _("Verified on {moment}.", moment=formats.instant(found.at))
    )
    for fault in found.faults[:20]:
        st.text(fault_sentence(fault))
    more = len(found.faults) - 20 + found.more
    if more > 0:
        st.text(ngettext("{n} more fault", "{n} more faults", more))


def _verified(here: Visit) -> Verification | None:
    bar = st.progress(0.0, text=_("The journal is read again."))
    files = st.session_state.get("journal_pins") or []
    try:
        pins = [pin for file in files for pin in parse_pins(file.getvalue().decode("utf-8", "replace"), file.name)]
        return verify(here.installation, here.actor, pins, lambda done, total: _advance(bar, done, total))
    except DpoError as error:
        st.error(formats.plain(sentence(error)))
        return None
    finally:
        bar.empty()


def _advance(bar: DeltaGenerator, done: int, total: int) -> None:
    bar.progress(done / max(total, 1), text=_("The journal is read again."))


def _draw_pins(here: Visit) -> None:
    try:
        now = head(here.installation, here.actor)
    except DpoError as error:
        st.error(formats.plain(sentence(error)))
        return
    if now is None:
        return
    st.text(_("Head now: {short}", short=short_form(now)))
    token = st.session_state.setdefault(_TOKEN, secrets.token_hex(8))  # what is behind a button needs no cookie
    with st.container(horizontal=True):
        st.download_button(
            _("Keep a pin"),
            lambda: _pin_file(now),
            file_name=_("journal-pin-{size}-{token}.json", size=now.size, token=token),
            mime="application/json",
            key="journal_pin",
            on_click="ignore",
        )
        if purposes(here.installation, here.actor, Action.SEE_JOURNAL) == frozenset(Purpose):
            st.download_button(
                _("Export the whole journal"),
                when_taken(_export),
                file_name=_("journal-{token}.json", token=token),
                mime="application/json",
                key="journal_export",
                on_click="ignore",
            )
    with st.expander(_("Compare with pins that were kept")):
        st.file_uploader(
            _("Pins, anchor files or certificates"),
            type=["json", "jsonl"],
            accept_multiple_files=True,
            key="journal_pins",
        )
        st.caption(_("Then verify: what was rewritten or cut since a pin was taken is found."))


def _pin_file(now: Head) -> bytes:
    return (canonical(head_content(now)) + "\n").encode()


def _export(here: Visit) -> bytes:
    return b"".join(export(here.installation, here.actor))

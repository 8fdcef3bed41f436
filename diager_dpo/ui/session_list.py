"""The sessions of one person: each a browser in which they signed in, with a way to end it."""

from collections.abc import Sequence

import streamlit as st

from diager_dpo.services.sessions import SessionView, revoke_session
from diager_dpo.ui import formats
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.visit import Visit, visit


def draw(here: Visit, sessions: Sequence[SessionView]) -> None:
    """One's own sessions, this one first."""
    if not here.grants:
        st.warning(_("You hold no role here, so there is nothing else to see. An administrator can give you one."))
    others = [each for each in sessions if not each.is_own]
    st.header(sessions_answer(len(others)), anchor=False)
    for each in sorted(sessions, key=lambda session: not session.is_own):
        line(each)
    if len(others) > 1:
        st.button(_("End all other sessions"), key="end_others", on_click=_end, args=(tuple(o.id for o in others),))
    st.markdown(
        _(
            "A session ends by itself after 30 minutes without anything done, and after 12 hours whatever is done. "
            "If one of them is not yours, end it and tell an administrator."
        )
    )


def sessions_answer(others: int) -> str:
    """Where one is signed in, in one sentence."""
    if not others:
        return _("In this browser only.")
    return ngettext("In this browser, and in {n} other.", "In this browser, and in {n} others.", others)


def line(session: SessionView) -> None:
    """One session, with a button to end it unless it is the reader's own."""
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(session_sentence(session))
        if session.is_own:
            st.badge(_("This session"), color="gray")
        else:
            st.button(_("End this session"), key=f"end_{session.id[:12]}", on_click=_end, args=((session.id,),))


def session_sentence(session: SessionView) -> str:
    """Since when, and last used when; Markdown."""
    opened, seen = formats.instant(session.opened_at), formats.instant(session.seen_at)
    return _("Opened on **{opened}**, last used on {seen}", opened=opened, seen=seen)


def _end(sessions: Sequence[str]) -> None:
    """For a callback: it may run after its reader signed out, or lost the right."""
    here = visit()
    for session in sessions:
        revoke_session(here.installation, here.actor, session)

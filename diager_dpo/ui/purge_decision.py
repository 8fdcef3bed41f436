"""The second person's decision: approve, reject, set records aside; and the way back of the first: cancel.

Each is behind what it means, in words and figures, and behind a reason where it says no. A page that somebody else has
changed meanwhile decides nothing: it says so, and keeps what was written.
"""

from collections.abc import Callable

import streamlit as st

from diager_dpo.domain.purges import PurgeState
from diager_dpo.services.errors import DpoError
from diager_dpo.services.purge_proposals import cancel
from diager_dpo.services.purge_reviews import approve, reject
from diager_dpo.services.purge_views import PurgeView
from diager_dpo.ui import failures, recent_sign_in
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.purge_head import said
from diager_dpo.ui.purge_sentences import approve_label, aware_sentence, share_sentence
from diager_dpo.ui.sentences import sentence_of
from diager_dpo.ui.visit import Visit, visit

_NOT_AN_APPROVER = "not_permitted"
_CANCELLED_FROM = frozenset({PurgeState.PROPOSED, PurgeState.APPROVED, PurgeState.NEEDS_ATTENTION})

#: What another window did in the meantime; nothing was changed by this one.
OVERTAKEN = frozenset({"purge_changed", "purge_state_differs", "purge_digest_differs"})


def draw(here: Visit, view: PurgeView) -> None:
    """What the reader may decide of this purge now."""
    if view.line.state is PurgeState.PROPOSED:
        if not view.may_not_approve:
            st.header(_("Your decision"), anchor=False)
            _approve(here, view)
            _reject(view)
        elif view.may_not_approve != _NOT_AN_APPROVER:  # whose turn it is stands at the head
            st.header(_("Your decision"), anchor=False)
            st.markdown(sentence_of(view.may_not_approve))
    if view.line.state in _CANCELLED_FROM and view.may_propose:
        _cancel(view)


def _approve(here: Visit, view: PurgeView) -> None:
    line = view.line
    if not line.items:
        st.info(_("Every record has been set aside: there is nothing left to approve. Reject the purge instead."))
        return
    if not recent_sign_in.is_recent(here):
        recent_sign_in.ask("purge")
        return
    seen = seen_as(view)
    aware = st.checkbox(aware_sentence(line.items, line.purpose), key=f"aware_{seen}")
    share = not view.large or st.checkbox(share_sentence(line.items, view.people, line.purpose), key=f"share_{seen}")
    label = approve_label(line.items, line.purpose)
    if st.button(label, key=f"purge_approve_{seen}", type="primary", disabled=not (aware and share)):
        decide(
            lambda now: approve(
                now.installation,
                now.actor,
                line.number,
                line.version,
                view.digest,
                token=recent_sign_in.token(),
                share_confirmed=line.items if view.large else None,
            ),
            _("You have approved this purge. Nothing is erased before somebody starts it."),
        )
    st.caption(_("It is written down that you did it. The approval holds for 7 days; nothing is erased by it alone."))


def _reject(view: PurgeView) -> None:
    with st.expander(_("Reject this purge"), key="purge_reject_box"):
        reason = _reason("reject", view)
        if st.button(_("Reject, and erase nothing"), key=f"purge_reject_{seen_as(view)}", disabled=not reason):
            decide(
                lambda now: reject(now.installation, now.actor, view.line.number, view.line.version, reason),
                _("You have rejected this purge: nothing is erased."),
            )


def _cancel(view: PurgeView) -> None:
    begun = view.line.state is PurgeState.NEEDS_ATTENTION
    label = _("Cancel, and erase nothing more") if begun else _("Cancel, and erase nothing")
    done = (
        _("You have cancelled this purge: nothing more is erased.")
        if begun
        else _("You have cancelled this purge: nothing is erased.")
    )
    with st.expander(_("Cancel this purge"), key="purge_cancel_box"):
        reason = _reason("cancel", view)
        if st.button(label, key=f"purge_cancel_{seen_as(view)}", disabled=not reason):
            decide(lambda now: cancel(now.installation, now.actor, view.line.number, view.line.version, reason), done)


def seen_as(view: PurgeView) -> str:
    """What a button is of: pressed on a page that shows an older version, it is another button, and does nothing."""
    return f"{view.line.number}_{view.line.version}"


def _reason(kind: str, view: PurgeView) -> str:
    """Why; without it, the button stays off. The text survives whatever another window does."""
    text = st.text_area(
        _("Why? Write no name of a person here."),
        key=f"purge_{kind}_reason_{view.line.number}",
        max_chars=1000,
        height=100,
    )
    if not text.strip():
        st.caption(_("Without a reason, the button stays off."))
    return text.strip()


def decide(act: Callable[[Visit], object], done: str) -> None:
    """Do it for whoever is signed in at this moment; where somebody was faster, say so and keep what was written."""
    try:
        act(visit())
    except DpoError as error:
        failures.show(error)
        if error.code in OVERTAKEN:
            st.button(_("Show the purge as it is now"), key="purge_reload")
    else:
        said(done)
        st.rerun()


def aside_sentence(count: int) -> str:
    """What was done by setting records aside."""
    return ngettext(
        "{n} record is set aside: this purge does not touch it.",
        "{n} records are set aside: this purge does not touch them.",
        count,
    )

"""Executing a purge: the button that starts it, how far it is, how to stop it, and the way on where it stopped."""

from datetime import timedelta
from functools import partial

import streamlit as st

from diager_dpo.domain.permissions import Action, may
from diager_dpo.domain.purges import ItemState, PurgeState
from diager_dpo.services.errors import DpoError
from diager_dpo.services.purge_execution import Progress, recover, request_stop, start_execution, watch
from diager_dpo.services.purge_orders import order
from diager_dpo.services.purge_reviews import purge
from diager_dpo.services.purge_views import PurgeView
from diager_dpo.ui import failures, formats
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.purge_decision import decide, seen_as
from diager_dpo.ui.purge_head import standing
from diager_dpo.ui.purge_sentences import aware_sentence, erase_label
from diager_dpo.ui.purge_words import stop_sentence
from diager_dpo.ui.visit import Visit, visit

_NUMBER = "purge_watched"
_SILENT = timedelta(seconds=10)
_ASKED = "purge_asked"
_APPEARS_WITHIN = timedelta(seconds=60)  # a worker needs a moment, and longer where it waits for a scan to end
_STARTED_FROM = (PurgeState.APPROVED, PurgeState.NEEDS_ATTENTION)


def draw(here: Visit, view: PurgeView) -> None:
    """What the reader may do to carry the purge out, in the state it is in."""
    runs, by_hand = view.may_execute, view.line.by_hand
    if view.line.state in _STARTED_FROM and _is_awaited(here, view):
        st.header(_("How far it is"), anchor=False)
        st.session_state[_NUMBER] = view.line.number
        _awaited()
        return
    match view.line.state:
        case PurgeState.APPROVED | PurgeState.EXECUTING if by_hand:
            if runs:
                _make_order(here, view)
        case PurgeState.APPROVED if runs:
            _start(view)
        case PurgeState.EXECUTING:
            st.header(_("How far it is"), anchor=False)
            st.session_state[_NUMBER] = view.line.number
            _progress()
        case PurgeState.NEEDS_ATTENTION:
            _attention(view, runs=runs)
        case _:
            pass


def _start(view: PurgeView) -> None:
    at = standing(view)
    st.header(_("Start the erasure"), anchor=False)
    st.markdown(
        _(
            "Each record is checked anew against the source first. Whatever has changed since the approval is left as "
            "it is, and said here."
        )
    )
    aware = st.checkbox(aware_sentence(at.listed, view.line.purpose), key=f"start_{seen_as(view)}")
    if st.button(
        erase_label(at.listed, view.line.purpose),
        key=f"purge_start_{seen_as(view)}",
        type="primary",
        disabled=not aware,
    ):
        decide(
            partial(_begin, view),
            _("The erasure has started. You can leave this page: it goes on."),
        )


def _make_order(here: Visit, view: PurgeView) -> None:
    """The order as a file, made when somebody asks: each record is checked anew, and the first one begins the purge."""
    st.header(_("The order for the operator of the source"), anchor=False)
    st.markdown(
        _(
            "This program may not write to the source. It makes a list of keys, once each record has been checked "
            "anew; the operator of the source erases them there, and the next scan verifies it."
        )
    )
    steps = [
        _("Download the order and hand it over where nobody else can read it: it holds keys of persons."),
        _("The operator erases in the source what the order lists for each key, and nothing else."),
        _("Start a scan afterwards. It verifies each record; what is still there stays on the list."),
        _("Delete the file: the purge itself keeps what has to be kept."),
    ]
    st.markdown("\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1)))
    items = view.line.items
    first = view.line.state is PurgeState.APPROVED
    aware = not first or st.checkbox(aware_sentence(items, view.line.purpose), key=f"start_{seen_as(view)}")
    label = ngettext("Make the order for {n} record", "Make the order for {n} records", items)
    if not st.button(label, key=f"purge_start_{seen_as(view)}", type="primary", disabled=not aware):
        return
    try:
        content = order(here.installation, here.actor, view.line.number)
    except DpoError as error:
        failures.show(error)
        return
    st.download_button(
        _("Download the order"),
        content,
        file_name=_("purge-{number}-order.csv", number=view.line.number),
        mime="text/csv",
        key="purge_order",
        on_click="ignore",
    )


def _begin(view: PurgeView, now: Visit) -> None:
    asked_at = now.installation.now()
    start_execution(now.installation, now.actor, view.line.number)
    st.session_state[f"{_ASKED}_{view.line.number}"] = (asked_at, view.line.version)


def _is_awaited(here: Visit, view: PurgeView) -> bool:
    """It was started here a moment ago, and its worker has not taken it over yet."""
    asked_at, version = st.session_state.get(f"{_ASKED}_{view.line.number}", (None, 0))
    return bool(asked_at and version == view.line.version and here.installation.now() - asked_at < _APPEARS_WITHIN)


@st.fragment(run_every=1.0)
def _awaited() -> None:
    here = visit()
    view = purge(here.installation, here.actor, st.session_state[_NUMBER])
    if view.line.state not in _STARTED_FROM or not _is_awaited(here, view):
        st.rerun()
    st.progress(0.0, text=_("The worker is starting; it looks at everything anew first."))
    st.caption(_("You can leave this page: the erasure goes on. Come back by the list of purges."))


@st.fragment(run_every=1.0)
def _progress() -> None:
    here, number = visit(), st.session_state[_NUMBER]
    now = watch(here.installation, here.actor, number)
    if now.state is not PurgeState.EXECUTING:
        st.rerun()
    st.progress(now.settled / now.items if now.items else 0.0, text=progress_sentence(now.settled, now.items))
    left = now.states[ItemState.SKIPPED]
    if left:
        st.markdown(ngettext("{n} record was left as it is.", "{n} records were left as they are.", left))
    runs = may(here.grants, Action.EXECUTE_PURGE)
    if not now.alive and _silent(here, now):
        st.warning(
            _("The worker has ended before its work did. Settle what was under way; then decide whether to go on.")
        )
        if runs:
            _settle()
        return
    st.caption(_("You can leave this page: the erasure goes on. Come back by the list of purges."))
    if now.stopping:
        st.info(_("It stops as soon as the records under way are settled: somebody has asked for it."))
    elif runs:
        _stop(here, number)


def _silent(here: Visit, now: Progress) -> bool:
    """A worker that has just let go is about to write its result."""
    return now.heartbeat_at is None or here.installation.now() - now.heartbeat_at > _SILENT


def progress_sentence(settled: int, whole: int) -> str:
    """How far an execution is."""
    return _("{done} of {all} records settled.", done=formats.number(settled), all=formats.number(whole))


def _stop(here: Visit, number: int) -> None:
    if st.button(_("Stop after the records under way"), key="purge_stop"):
        try:
            request_stop(here.installation, here.actor, number)
        except DpoError as error:
            failures.show(error)
        else:
            st.rerun(scope="fragment")


def _settle() -> None:
    if st.button(_("Settle what was under way"), key="purge_recover", type="primary"):
        decide(
            lambda now: recover(now.installation, now.actor),
            _("What was under way is settled. Nothing is half done."),
        )


def _attention(view: PurgeView, *, runs: bool) -> None:
    st.header(_("Why it stopped"), anchor=False)
    st.markdown(stop_sentence(view.stopped))
    if not runs:
        return
    st.markdown(_("To go on, the program first settles what was under way, from its receipts. Twice does no harm."))
    if st.button(_("Go on with the erasure"), key=f"purge_start_{seen_as(view)}", type="primary"):
        decide(
            partial(_begin, view),
            _("The erasure has started. You can leave this page: it goes on."),
        )

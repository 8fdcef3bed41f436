"""Where the publication stands: under way, failed, months that were not published, and a button to start it."""

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from diager_dpo.domain.permissions import Action, may
from diager_dpo.services.errors import DpoError
from diager_dpo.services.publication import (
    PublicationState,
    has_sales,
    needs_publication,
    publication_state,
    start_publication,
)
from diager_dpo.services.statistics import Month, months
from diager_dpo.services.statistics_views import first_day
from diager_dpo.ui import failures, formats
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.nothing_yet import source_or_stop
from diager_dpo.ui.publication_sentences import reason_sentence
from diager_dpo.ui.sentences import failure_sentence
from diager_dpo.ui.visit import Visit, visit

_SINCE = "publication_awaited_since"
_APPEARS_WITHIN = timedelta(seconds=20)  # a worker needs a moment before its run is in the store


def months_or_stop(here: Visit) -> tuple[Month, ...]:
    """The months that were dealt with, once one is published; before, the run stops with why and what to do."""
    if not source_or_stop(lambda: has_sales(here.installation, here.actor)):
        st.info(_("The source file gives no sales: there is nothing to publish. Its fact is called “sales”."))
        st.stop()
    known = months(here.installation, here.actor)
    under_way = _under_way(here)
    if under_way:
        _progress(len(_published(known)) > 0)
    if not _published(known):
        if not under_way:
            _nothing_yet(here, known)
        st.stop()
    return known


def draw_state(here: Visit, known: Sequence[Month]) -> None:
    """What was published when, what could not be and why, what came too late; the button for whoever may press it."""
    state = publication_state(here.installation, here.actor)
    _tell_failure(state)
    last = max(_published(known), key=lambda it: it.published_at)
    n = len(_published(known))
    st.markdown(
        ngettext(
            "{n} month is published, on {moment}.",
            "{n} months are published, the last of them on {moment}.",
            n,
            moment=formats.instant(last.published_at),
        )
    )
    for it in known:
        name = formats.month(first_day(it.period))
        if not it.is_published:
            st.markdown("- " + _("{month} is not published. {why}", month=name, why=reason_sentence(it.reason)))
        if it.late_lines is not None:
            st.markdown(
                "- " + _("The sales of {month} changed after publication; the change is counted nowhere.", month=name)
            )
    _button(here, state)


def _nothing_yet(here: Visit, known: Sequence[Month]) -> None:
    state = publication_state(here.installation, here.actor)
    _tell_failure(state)
    if known:
        for it in known:
            month = formats.month(first_day(it.period))
            st.info(_("{month} is not published. {why}", month=month, why=reason_sentence(it.reason)))
    elif state.finished_at is not None and state.error is None:
        st.info(_("No closed month has sales yet. A month is published some days after it closes."))
    else:
        st.info(_("No month has been published yet. Publication protects each closed month, from the latest back."))
    if may(here.grants, Action.PUBLISH_STATISTICS):
        _button(here, state)
    else:
        st.markdown(_("The DPO starts it, on this page; the command line does too."))


def _tell_failure(state: PublicationState) -> None:
    if state.error is not None:
        st.error(_("The last publication did not end well.") + " " + failure_sentence(state.error))


def _button(here: Visit, state: PublicationState) -> None:
    if not may(here.grants, Action.PUBLISH_STATISTICS) or state.running or _SINCE in st.session_state:
        return
    if st.button(_("Publish the closed months now"), key="publish_now"):
        try:
            start_publication(here.installation, here.actor)
        except DpoError as error:
            failures.show(error)
        else:
            st.session_state[_SINCE] = here.installation.now()
            st.rerun()


def _published(known: Sequence[Month]) -> list[Month]:
    return [it for it in known if it.is_published]


def _under_way(here: Visit) -> bool:
    """A publication runs, or one that was asked for, or begins by itself, has not appeared yet."""
    house, now = here.installation, here.installation.now()
    state = publication_state(house, here.actor)
    if state.running:
        return True
    begins = house.settings.publishes_by_itself and needs_publication(house, here.actor)
    since = st.session_state.setdefault(_SINCE, now) if begins else st.session_state.get(_SINCE)
    ended = since is not None and state.started_at is not None and state.started_at >= since
    if since is None or ended or now - since > _APPEARS_WITHIN:
        if not begins:
            st.session_state.pop(_SINCE, None)
        return False
    return True


@st.fragment(run_every=2.0)
def _progress(some: bool) -> None:
    """``some``: whether a month was published when the page was drawn; with the first one, it is drawn anew."""
    here = visit()
    known = months(here.installation, here.actor)
    if not _under_way(here) or (not some and _published(known)):
        st.rerun()
    at = publication_state(here.installation, here.actor).progress
    share = min(at.done / at.expected, 1.0) if at and at.expected else 0.0
    st.progress(share, text=_text(at.month, at.done, at.expected) if at and at.month else _("A publication begins."))
    st.caption(_("From the latest month back. You can leave this page: the publication goes on."))


def _text(month: str, done: int, expected: int) -> str:
    return _(
        "The statistics of {month} are being protected: {done} of {expected} months done.",
        month=formats.month(first_day(month)),
        done=formats.number(done),
        expected=formats.number(expected),
    )

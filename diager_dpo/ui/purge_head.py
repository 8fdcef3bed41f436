"""The head of one purge: its answer, its path, who must act next and until when, what can still be stopped."""

import streamlit as st

from diager_dpo.domain.purges import Ground, ItemState, PurgeState
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.issuer import DEMONSTRATION
from diager_dpo.services.purge_reviews import purge
from diager_dpo.services.purge_views import PurgeLine, PurgeView
from diager_dpo.ui import formats, purge_path, tables
from diager_dpo.ui.language import _
from diager_dpo.ui.links import link
from diager_dpo.ui.purge_path import Milestones
from diager_dpo.ui.purge_sentences import Standing, next_sentence, purge_answer, stoppable_sentence
from diager_dpo.ui.purge_words import ground_name
from diager_dpo.ui.recent_sign_in import address_again
from diager_dpo.ui.sentences import sentence_of
from diager_dpo.ui.visit import Visit
from diager_dpo.ui.words import purpose_name

NUMBER = "number"
_DONE, _SEEN = "purge_done", "purge_seen"
_DECIDED_BY_PEOPLE = (PurgeState.PROPOSED, PurgeState.APPROVED)
_LEFT = (ItemState.SKIPPED, ItemState.FAILED)


def chosen_or_stop(here: Visit) -> PurgeView:
    """The purge in the address; where there is none for this reader, the run stops with the way to the list."""
    given = st.query_params.get(NUMBER, "")
    if given.isdecimal() and len(given) < 10:
        try:
            return purge(here.installation, here.actor, int(given))
        except NotPossible as error:
            if error.code != "purge_unknown":
                raise
    tables.empty(_("There is no such purge that you may see."), _("The list of purges leads to each of them."))
    link(here, "purges", _("All purges"))
    return st.stop()


def said(sentence: str) -> None:
    """Keep what was just done, to be told once the page is drawn anew."""
    st.session_state[_DONE] = sentence


def draw_done(view: PurgeView) -> None:
    """What was just done, once; or that somebody else has changed the purge since this page showed it."""
    sentence = st.session_state.pop(_DONE, None)
    key, now = f"{_SEEN}_{view.line.number}", (view.line.version, view.line.state)
    before = st.session_state.get(key, now)
    st.session_state[key] = now
    if sentence:
        st.success(sentence)
    elif before != now and before[1] in _DECIDED_BY_PEOPLE:
        st.warning(sentence_of("purge_changed"))


def draw(here: Visit, view: PurgeView) -> None:
    """From the answer to what can still be stopped."""
    at, people = standing(view), view.line.next.people if view.line.next else ()
    st.header(purge_answer(at), anchor=False)
    st.caption(subject(view))
    purge_path.draw(purge_path.path(view.line.state, milestones(view)))
    st.markdown(f"**{formats.plain(next_sentence(at, people))}**  \n{stoppable_sentence(at)}")
    if view.line.next and people and not view.line.next.mine:
        st.markdown(other_person(here, people))
    for reason, name in ((view.proposal_reason, view.line.proposer), (view.decision_reason, view.approver_name)):
        if reason:
            st.markdown(_("{name} wrote: “{reason}”", name=formats.plain(name), reason=formats.plain(reason)))


def subject(view: PurgeView) -> str:
    """What the purge is of, and the digits by which two people compare their lists; Markdown."""
    return " · ".join(
        [
            line_name(view.line),
            _("as of {day}", day=formats.day(view.line.as_of)),
            *([] if view.line.ground is Ground.DUE else [ground_name(view.line.ground)]),
            _("list {digest}", digest=view.short_digest),
        ]
    )


def line_name(line: PurgeLine) -> str:
    """Purge 3 · Contests, Spring prize; Markdown."""
    operation = f", {formats.plain(line.operation_name or line.operation)}" if line.operation else ""
    return _("Purge {number}", number=formats.number(line.number)) + f" · {purpose_name(line.purpose)}{operation}"


def standing(view: PurgeView) -> Standing:
    """The figures of which the sentences speak."""
    line = view.line
    left = sum(view.states.get(state, 0) for state in _LEFT)
    untold = sum(each.told_at is None for each in view.notices) if line.state is PurgeState.EXECUTED else 0
    until = line.next.until if line.next else None
    return Standing(line.state, line.purpose, line.items, line.erased, left, line.by_hand, until, untold)


def milestones(view: PurgeView) -> Milestones:
    """Who did what and when."""
    line, looked = view.line, [place.remaining for place in view.places]
    left = None if None in looked else sum(bool(each) for each in looked)
    reviewers = line.next.people if line.next and line.state is PurgeState.PROPOSED else ()
    return Milestones(
        line.proposer,
        line.proposed_at,
        reviewers,
        view.approver_name,
        view.decided_at,
        line.expires_at,
        view.started_at,
        line.finished_at,
        left,
    )


def other_person(here: Visit, people: tuple[str, ...]) -> str:
    """Where the reader is not the one to act: in the demonstration, how to become them. Empty elsewhere; Markdown."""
    if here.actor.issuer != DEMONSTRATION or not people:
        return ""
    return _(
        "In this demonstration, [sign in]({address}) as {names}.",
        address=address_again("purge"),
        names=formats.plain(formats.listing(list(people))),
    )

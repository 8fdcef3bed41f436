"""Placing a suspension: whom and what, why, who answers for it, and when it is looked at again."""

from datetime import timedelta

import streamlit as st

from diager_dpo.domain.holds import HoldKind
from diager_dpo.domain.permissions import Action, may
from diager_dpo.domain.words import RECORD_PURPOSES
from diager_dpo.services.holds import owners, place
from diager_dpo.ui import hold_sentences
from diager_dpo.ui.doing import do
from diager_dpo.ui.language import _
from diager_dpo.ui.record_list import RECORD
from diager_dpo.ui.visit import Visit
from diager_dpo.ui.words import purpose_name

_REVIEW = timedelta(days=365)
_KINDS = tuple(kind for kind in HoldKind)


def draw(here: Visit) -> None:
    """The form, for who may place one; who may not is told who does."""
    if not may(here.grants, Action.PLACE_HOLD):
        st.caption(_("The DPO places suspensions."))
        return
    named = st.query_params.get(RECORD, "")  # the finder of persons writes the chosen key into the address
    one = st.segmented_control(
        _("Whom does it concern?"),
        [True, False],
        default=True,
        key="hold_one",
        format_func=lambda each: _("One person") if each else _("Everybody"),
    )
    person = None
    if one is not False:
        person = st.text_input(
            _("Key of the record"), value=named, key=f"hold_key_{named}", help=_("“Find a person” finds it by name.")
        ).strip()
    purpose = st.selectbox(
        _("Which purpose?"),
        [None, *RECORD_PURPOSES],
        key="hold_purpose",
        format_func=lambda each: _("Every purpose") if each is None else purpose_name(each),
    )
    kind = st.selectbox(_("What for?"), _KINDS, key="hold_kind", format_func=lambda each: _(hold_sentences.KINDS[each]))
    why = st.text_area(_("Why? Write no name of a person here."), key="hold_why", max_chars=1000)
    known = {each.subject: each.display_name for each in owners(here.installation, here.actor)}
    mine = list(known).index(here.actor.subject) if here.actor.subject in known else 0
    owner = st.selectbox(
        _("Who answers for it?"), list(known), index=mine, key="hold_owner", format_func=known.__getitem__
    )
    today = here.installation.today()
    on = st.date_input(
        _("To be reviewed on"), today + _REVIEW, min_value=today + timedelta(1), key="hold_review", format="DD/MM/YYYY"
    )
    complete = bool(why.strip()) and (person is None or bool(person)) and on is not None
    if complete:
        st.markdown(hold_sentences.consequence(person, purpose))
    else:
        st.caption(_("Name the record, the reason and the review date: without them, the button stays off."))
    if st.button(_("Suspend the purge"), key="hold_go", type="primary", disabled=not complete):
        do(
            lambda now: place(
                now.installation,
                now.actor,
                kind or HoldKind.LITIGATION,
                why,
                owner=owner or "",
                review_on=on,
                person=person,
                purpose=purpose,
            ),
            lambda: _("The purge is suspended: {scope}.", scope=hold_sentences.scope(person, purpose)),
        )

"""The suspensions that stand: what each holds, who answers for it, and what can be done with it."""

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from diager_dpo.domain.permissions import Action, may
from diager_dpo.services.holds import Hold, lift, prolong
from diager_dpo.ui import formats, hold_sentences
from diager_dpo.ui.doing import do
from diager_dpo.ui.language import _
from diager_dpo.ui.links import link
from diager_dpo.ui.visit import Visit

_LONGER = timedelta(days=365)


def draw(here: Visit, found: Sequence[Hold]) -> None:
    """One box a suspension, those to be reviewed soonest first."""
    for hold in found:
        with st.container(border=True, key=f"hold_{hold.id}"):
            st.markdown(hold_sentences.head(hold))
            st.markdown(_("Reason: {reason}", reason=formats.plain(hold.reason)))
            st.markdown(hold_sentences.review(hold))
            st.caption(
                _(
                    "Placed by {placer} on {on}. In charge: {owner}.",
                    placer=formats.plain(hold.placer),
                    on=formats.day(hold.since),
                    owner=formats.plain(hold.owner),
                )
            )
            if hold.person is not None:
                link(here, "deadlines", _("See the record"), record=hold.person)
            _draw_prolong(here, hold)
            _draw_lift(here, hold)


def _draw_prolong(here: Visit, hold: Hold) -> None:
    if not may(here.grants, Action.PLACE_HOLD):
        return
    with st.expander(_("Set another review date"), expanded=hold.overdue), st.form(f"prolong_{hold.id}", border=False):
        today = here.installation.today()
        on = st.date_input(
            _("To be reviewed on"),
            today + _LONGER,
            min_value=today + timedelta(1),
            key=f"review_{hold.id}",
            format="DD/MM/YYYY",
        )
        why = st.text_area(_("Why? Write no name of a person here."), key=f"why_prolong_{hold.id}", max_chars=1000)
        if st.form_submit_button(_("Set the review date"), key=f"prolong_go_{hold.id}"):
            do(
                lambda now: prolong(now.installation, now.actor, hold.id, on, why),
                lambda: _("The suspension stands, with its new review date."),
            )


def _draw_lift(here: Visit, hold: Hold) -> None:
    if not hold.may_lift:
        if may(here.grants, Action.PLACE_HOLD):
            st.caption(_("An approver of every purpose in its scope, and not who placed it, lifts it."))
        return
    with st.expander(_("Lift the suspension")), st.form(f"lift_{hold.id}", border=False):
        st.markdown(_("At once, its records are again what the facts make of them: what is past its last day is due."))
        why = st.text_area(_("Why? Write no name of a person here."), key=f"why_lift_{hold.id}", max_chars=1000)
        if st.form_submit_button(_("Lift the suspension"), key=f"lift_go_{hold.id}", type="primary"):
            do(
                lambda now: lift(now.installation, now.actor, hold.id, why),
                lambda: _("The suspension is lifted. Its records are what the facts make of them."),
            )

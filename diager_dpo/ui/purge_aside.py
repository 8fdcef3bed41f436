"""Setting records of a purge aside, one or several: for how long, and why."""

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from diager_dpo.domain.purges import ItemState, PurgeState
from diager_dpo.services.purge_reviews import set_aside
from diager_dpo.services.purge_views import ItemLine, PurgeView
from diager_dpo.ui.language import _
from diager_dpo.ui.purge_decision import aside_sentence, decide, seen_as
from diager_dpo.ui.visit import Visit

_UNTIL = timedelta(days=90)


def draw(here: Visit, view: PurgeView, found: Sequence[ItemLine]) -> None:
    """The box, for the reviewer of a purge that waits; nothing for others."""
    planned = {each.item: each.person for each in found if each.state is ItemState.PLANNED}
    if view.line.state is not PurgeState.PROPOSED or view.may_not_approve or not planned:
        return
    with st.expander(_("Set records aside"), key="purge_aside_box", expanded=len(found) == 1):
        st.markdown(
            _("What is set aside is not erased by this purge. It can be proposed again after the day you name.")
        )
        chosen = (
            list(planned)
            if len(found) == 1
            else st.multiselect(
                _("Records of this page"),
                list(planned),
                key=f"aside_items_{view.line.number}_{view.line.version}_{min(planned)}",
                format_func=lambda item: planned[item] or str(item),
            )
        )
        today = here.installation.today()
        with st.container(width=260):
            until = st.date_input(
                _("Keep until, inclusive"),
                today + _UNTIL,
                key=f"aside_until_{view.line.number}",
                min_value=today,
                format="DD/MM/YYYY",
            )
        reason = st.text_area(
            _("Why? Write no name of a person here."),
            key=f"aside_reason_{view.line.number}",
            max_chars=1000,
            height=100,
        ).strip()
        if not reason or not chosen or until is None:
            st.caption(_("Name the records, the day and the reason: without them, the button stays off."))
        if st.button(
            _("Set these records aside"), key=f"purge_aside_{seen_as(view)}", disabled=not (reason and chosen and until)
        ):
            decide(
                lambda now: set_aside(
                    now.installation,
                    now.actor,
                    view.line.number,
                    view.line.version,
                    chosen,
                    reason=reason,
                    until=until,
                ),
                aside_sentence(len(chosen)),
            )

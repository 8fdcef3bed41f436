"""Why records lack a date, one box a cause: how many, which, and the date to be stated for all of them or for one."""

from collections.abc import Mapping, Sequence

import streamlit as st

from diager_dpo.domain.permissions import Action, may
from diager_dpo.domain.words import Category
from diager_dpo.services.qualifications import Cause, Conflict, Qualification, qualify, withdraw
from diager_dpo.ui import formats, qualification_sentences
from diager_dpo.ui.doing import do
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.links import link
from diager_dpo.ui.visit import Visit

_MOST_CONFLICTS = 50


def draw(here: Visit, causes: Sequence[Cause], operations: Mapping[str, str]) -> None:
    """The causes, the most frequent first."""
    for place, cause in enumerate(causes):
        with st.container(border=True, key=f"cause_{place}"):
            name = operations.get(cause.operation, cause.operation)
            st.markdown(qualification_sentences.head(cause, name))
            wrong = qualification_sentences.wrong(cause)
            if wrong:
                st.markdown(wrong)
            st.caption(_("For example: {keys}.", keys=formats.listing([formats.plain(key) for key in cause.examples])))
            filters = {"purpose": cause.purpose.code, "status": "undetermined"}
            link(here, "deadlines", _("See these records"), **filters)
            if cause.facts_missing:
                st.markdown(_("No date can be stated here: the source file must be completed first."))
                link(here, "source", _("Open the source"))
            elif may(here.grants, Action.QUALIFY, cause.purpose):
                _draw_form(here, cause, place)


def _draw_form(here: Visit, cause: Cause, place: int) -> None:
    with st.expander(_("State the date")):
        key = st.text_input(
            _("Key of one record, or nothing for all of them"), key=f"qualify_key_{place}", placeholder=_("all of them")
        ).strip()
        latest = None if cause.category is Category.ENTRY else here.installation.today()
        day = st.date_input(
            qualification_sentences.asked(cause),
            None,
            max_value=latest,
            key=f"qualify_day_{place}",
            format="DD/MM/YYYY",
        )
        why = st.text_area(_("Why? Write no name of a person here."), key=f"qualify_why_{place}", max_chars=1000)
        complete = day is not None and bool(why.strip())
        if complete and not key:
            st.markdown(qualification_sentences.consequence(cause))
        elif not complete:
            st.caption(_("State the date and the reason: without them, the button stays off."))
        label = (
            _("State it for one record")
            if key
            else ngettext("State it for {n} record", "State it for {n} records", cause.count)
        )
        if st.button(label, key=f"qualify_go_{place}", type="primary", disabled=not complete):
            chosen = {"persons": [key]} if key else {"cause": cause.code}
            do(
                lambda now: qualify(
                    now.installation, now.actor, cause.purpose, day, why, operation=cause.operation, **chosen
                ),
                lambda: _("The date is stated. The records have their deadline."),
            )


def draw_stated(here: Visit, stated: Sequence[Qualification]) -> None:
    """What was stated and stands, and how to take it back."""
    for each in stated:
        with st.container(border=True, key=f"stated_{each.id}"):
            st.markdown(qualification_sentences.stated(each))
            if not may(here.grants, Action.QUALIFY):
                continue
            with st.expander(_("Withdraw this date")):
                _draw_withdrawal(each.id)


def _draw_withdrawal(number: int) -> None:
    why = st.text_area(_("Why? Write no name of a person here."), key=f"withdraw_why_{number}", max_chars=1000)
    st.markdown(_("At once, its records are again what the facts of the source make of them."))
    if st.button(_("Withdraw this date"), key=f"withdraw_{number}", disabled=not why.strip()):
        do(lambda now: withdraw(now.installation, now.actor, number, why), lambda: _("The date is withdrawn."))


def draw_conflicts(conflicts: Sequence[Conflict]) -> None:
    """Where the source has come to give a date: it wins."""
    st.markdown(_("The source decides. Withdraw what was stated once nobody needs it any more."))
    st.markdown("\n".join(f"- {qualification_sentences.conflict(each)}" for each in conflicts[:_MOST_CONFLICTS]))
    if len(conflicts) > _MOST_CONFLICTS:
        st.caption(_("And {n} more.", n=formats.number(len(conflicts) - _MOST_CONFLICTS)))

"""Recording a withdrawal or an objection that came by mail, by telephone or in person."""

from collections.abc import Sequence

import streamlit as st

from diager_dpo.domain.permissions import Action, may
from diager_dpo.services.operations import Operation
from diager_dpo.services.recorded_refusals import RefusalChannel, RefusalKind, record_refusal
from diager_dpo.ui import refusal_sentences
from diager_dpo.ui.doing import do
from diager_dpo.ui.language import _
from diager_dpo.ui.record_list import RECORD
from diager_dpo.ui.visit import Visit


def draw(here: Visit, operations: Sequence[Operation]) -> None:
    """The form, for who may record one; who may not is told who does."""
    if not may(here.grants, Action.RECORD_OBJECTION):
        st.caption(_("The DPO records refusals."))
        return
    named = st.query_params.get(RECORD, "")  # the finder of persons writes the chosen key into the address
    person = st.text_input(
        _("Key of the record"), value=named, key=f"refusal_key_{named}", help=_("“Find a person” finds it by name.")
    ).strip()
    kind = st.selectbox(
        _("What was received?"),
        list(RefusalKind)[::-1],
        key="refusal_kind",
        format_func=lambda each: _(refusal_sentences.KINDS[each]),
    )
    operation, subject = "", None
    if kind is RefusalKind.WITHDRAWAL:
        names = {each.key: each.name or each.key for each in operations}
        chosen = st.selectbox(
            _("Which contest?"), list(names), key="refusal_operation", format_func=lambda key: names[key]
        )
        operation = chosen or ""
        subject = st.selectbox(
            _("What is withdrawn?"),
            list(refusal_sentences.SUBJECTS),
            key="refusal_subject",
            format_func=lambda each: _(refusal_sentences.SUBJECTS[each]),
        )
    today = here.installation.today()
    on = st.date_input(_("Received on"), today, max_value=today, key="refusal_on", format="DD/MM/YYYY")
    channel = st.selectbox(
        _("How was it received?"),
        [*RefusalChannel],
        key="refusal_channel",
        format_func=lambda each: _(refusal_sentences.CHANNELS[each]),
    )
    why = st.text_area(
        _("What was received, or where it is filed? Write no name of a person here."), key="refusal_why", max_chars=1000
    )
    of_contest = kind is not RefusalKind.WITHDRAWAL or bool(operation)
    complete = bool(person and why.strip() and of_contest)
    st.markdown("\n".join(f"- {line}" for line in refusal_sentences.consequence(kind, subject)))
    if not complete:
        st.caption(_("Name the record, the day and what was received: without them, the button stays off."))
    label = _("Record the objection") if kind is RefusalKind.OBJECTION else _("Record the withdrawal")
    if st.button(label, key="refusal_go", type="primary", disabled=not complete):
        do(
            lambda now: record_refusal(
                now.installation,
                now.actor,
                kind,
                person,
                on=on,
                channel=channel,
                reason=why,
                operation=operation,
                subject=subject,
            ),
            lambda: _("It is recorded, and in effect since this moment."),
        )

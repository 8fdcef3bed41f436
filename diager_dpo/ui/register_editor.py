"""Completing the register in place: what is missing, why it is asked, and a form that never loses what was typed."""

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from diager_dpo.domain.permissions import Action, may
from diager_dpo.domain.register_content import Activity, Change, ChangeKind, Entry, EntryState, RegisterContent
from diager_dpo.domain.register_fields import MAY_BE_NONE, RegisterField, Severity
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.register_changes import CHANGED, LONGEST, Point, accept, complete, confirm_none, set_gap
from diager_dpo.ui import formats, tables
from diager_dpo.ui.doing import do, draw_done
from diager_dpo.ui.language import N_, _
from diager_dpo.ui.register_guidance import asked, point_name
from diager_dpo.ui.visit import Visit
from diager_dpo.ui.words import purpose_name

SEVERITIES = {Severity.HIGH: N_("high"), Severity.MEDIUM: N_("medium"), Severity.LOW: N_("low")}
_ROUND = "register_round"  # rises with each change, so that the next form is empty


def draw(here: Visit, content: RegisterContent, activities: Sequence[Activity]) -> None:
    """The gaps, the form for who may complete them, and the history."""
    draw_done()
    gaps = [(activity, entry) for activity in activities for entry in activity.entries if entry.gap]
    if gaps:
        _gaps(gaps)
    else:
        st.markdown(_("No point is missing."))
    if may(here.grants, Action.COMPLETE_REGISTER) and activities:
        with st.container(border=True, key="register_form"):
            _form(activities)
    else:
        st.caption(_("The DPO completes the register."))
    _history(content.history, {each.code: activity_name(each) for each in activities})


def activity_name(activity: Activity) -> str:
    """Of a purpose, or as the DPO wrote it."""
    return purpose_name(activity.purpose) if activity.purpose is not None else activity.name


def _gaps(gaps: Sequence[tuple[Activity, Entry]]) -> None:
    rows = [
        {
            _("Activity"): activity_name(activity),
            _("Point"): point_name(entry.field),
            _("Severity"): _(SEVERITIES[entry.gap.severity]),
            _("Proposed text"): entry.proposal.text if entry.proposal else None,
            _("Owner"): entry.gap.owner or None,
            _("Target date"): formats.day(entry.gap.due) if entry.gap.due else None,
        }
        for activity, entry in gaps
        if entry.gap
    ]
    with st.expander(_("Missing points, with their severity and owner")):
        tables.plain(pd.DataFrame(rows))


def _form(activities: Sequence[Activity]) -> None:
    by_code = {each.code: each for each in activities}
    code = st.selectbox(
        _("Activity"), list(by_code), key="register_activity", format_func=lambda each: activity_name(by_code[each])
    )
    activity = by_code[code]
    fields = [each.field for each in activity.entries if each.state is not EntryState.STATED]
    if not fields:
        return
    field = st.selectbox(_("Point"), fields, key=f"register_field_{code}", format_func=point_name)
    entry = activity.entry(field)
    st.markdown(asked(field))
    _written(entry)
    own = f"{code}_{field.value}_{st.session_state.get(_ROUND, 0)}"
    point = _point(code, entry, f"register_base_{own}")
    text = st.text_area(_("What is the answer?"), key=f"register_text_{own}", max_chars=LONGEST)
    why = st.text_area(
        _("Where does it come from? Write no name of a person here."), key=f"register_why_{own}", max_chars=LONGEST
    )
    with st.container(horizontal=True):
        if st.button(_("Complete the point"), key="register_complete", type="primary"):
            _do(own, lambda now: complete(now.installation, now.actor, point, text, why))
        if st.button(_("Propose only"), key="register_propose"):
            _do(own, lambda now: complete(now.installation, now.actor, point, text, why, proposed=True))
        if field in MAY_BE_NONE and st.button(_("Confirm that there is none"), key="register_none"):
            _do(own, lambda now: confirm_none(now.installation, now.actor, point, why))
        if entry.proposal and st.button(_("Accept the proposal"), key="register_accept"):
            _do(own, lambda now: accept(now.installation, now.actor, point, why))
    if entry.gap:
        _gap_form(point, entry, own, why)


def _gap_form(point: Point, entry: Entry, own: str, why: str) -> None:
    if not entry.gap:
        return
    with st.expander(_("Nobody knows yet: say who finds out, and until when")):
        grave = [*SEVERITIES]
        severity = st.selectbox(
            _("Severity"),
            grave,
            index=grave.index(entry.gap.severity),
            key=f"register_severity_{own}",
            format_func=lambda each: _(SEVERITIES[each]),
        )
        owner = st.text_input(_("Owner"), entry.gap.owner, key=f"register_owner_{own}")
        due = st.date_input(_("Target date"), entry.gap.due, key=f"register_due_{own}", format="DD/MM/YYYY")
        if st.button(_("Keep as a task"), key="register_gap"):
            _do(
                own,
                lambda now: set_gap(now.installation, now.actor, point, why, severity=severity, owner=owner, due=due),
            )


def _point(code: str, entry: Entry, key: str) -> Point:
    """With the version its author had before them when the form was opened, whoever wrote since."""
    return Point(code, RegisterField(entry.field), int(st.session_state.setdefault(key, entry.version)))


def _written(entry: Entry) -> None:
    for change in filter(None, (entry.decided, entry.proposal)):
        said = formats.plain(content_text(change))
        st.info(_("Written by {who} on {day}: {text}", who=change.by, day=formats.day(change.on), text=said))


def _do(own: str, deed: Callable[[Visit], int]) -> None:
    """A refusal for a colleague's change leaves the form as it is; the next attempt knows of that change."""

    def told(now: Visit) -> None:
        try:
            deed(now)
        except NotPossible as refusal:
            if refusal.code == CHANGED:
                st.session_state[f"register_base_{own}"] = refusal.values["version"]
            raise
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1

    do(told, lambda: _("The register is changed; its history says by whom and why."))


def content_text(change: Change) -> str:
    """What a change wrote; "none" only where that was confirmed."""
    return _("none (confirmed)") if change.kind is ChangeKind.CONFIRMED_NONE else change.text


def _history(history: Sequence[Change], names: dict[str, str]) -> None:
    shown = [each for each in history if each.activity in names]
    if not shown:
        return
    fields = {each.value for each in RegisterField}
    rows = []
    for place, change in enumerate(shown):
        same = (each for each in shown[place + 1 :] if (each.activity, each.item) == (change.activity, change.item))
        before = next(same, None)
        rows.append(
            {
                _("Version"): change.version,
                _("On"): change.on,
                _("By"): change.by,
                _("Activity"): names[change.activity],
                _("Point"): point_name(RegisterField(change.item)) if change.item in fields else None,
                _("Before"): content_text(before) if before else None,
                _("After"): content_text(change),
                _("Reason"): change.why,
            }
        )
    with st.expander(_("History of the register")):
        tables.plain(pd.DataFrame(rows[:100]))

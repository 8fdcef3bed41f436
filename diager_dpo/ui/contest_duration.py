"""Announcing or correcting how long the entries of an operation are kept, with the effect counted before."""

from typing import TYPE_CHECKING

import streamlit as st

from diager_dpo.domain.civil import Duration
from diager_dpo.domain.permissions import Action, may
from diager_dpo.services.announcements import AnnouncementEffect, announce, preview
from diager_dpo.services.contests import ContestCard
from diager_dpo.services.errors import DpoError
from diager_dpo.ui import failures, formats
from diager_dpo.ui.doing import do
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.visit import Visit

if TYPE_CHECKING:
    from datetime import date


def draw(here: Visit, card: ContestCard) -> None:
    """The form, for who may announce; who may not is told who does."""
    if not may(here.grants, Action.ANNOUNCE_DURATION):
        st.caption(_("The DPO announces and corrects durations."))
        return
    name = card.operation
    by_day = True
    if card.closes_on is not None:
        by_day = (
            st.segmented_control(
                _("How is it announced?"),
                [True, False],
                default=True,
                key=f"duration_manner_{name}",
                format_func=lambda each: _("A last day") if each else _("Months from the closing"),
            )
            is not False
        )
    until: date | None = None
    months: Duration | None = None
    if by_day:
        until = st.date_input(_("Last day of retention"), value=None, key=f"duration_until_{name}", format="DD/MM/YYYY")
    else:
        count = st.number_input(_("Months"), 1, 120, 6, key=f"duration_months_{name}")
        months = Duration(months=int(count), days=0)
    if until is None and months is None:
        st.caption(_("Choose the last day: its effect is counted before anything changes."))
        return
    try:
        effect = preview(here.installation, here.actor, name, keep_until=until, keep_for=months)
    except DpoError as error:
        failures.show(error)
        return
    st.markdown("\n".join(f"- {line}" for line in effect_lines(effect)))
    why = st.text_area(_("Why? Write no name of a person here."), key=f"duration_why_{name}", max_chars=1000)
    if st.button(
        _("Announce {day} as the last day", day=formats.day(effect.last_day_after)),
        key=f"duration_go_{name}",
        type="primary",
        disabled=not why.strip(),
    ):
        do(
            lambda now: announce(now.installation, now.actor, name, why, keep_until=until, keep_for=months),
            lambda: _("Announced: the last day of retention is {day}.", day=formats.day(effect.last_day_after)),
        )
    if not why.strip():
        st.caption(_("Give the reason: without it, the button stays off."))


def effect_lines(effect: AnnouncementEffect) -> list[str]:
    """What it changes today, in figures."""
    after = formats.day(effect.last_day_after)
    lines = [
        _("The last day becomes {after}; there was none.", after=after)
        if effect.last_day_before is None
        else _("The last day moves from {before} to {after}.", before=formats.day(effect.last_day_before), after=after),
        ngettext(
            "{n} entry is due then; {before} now.",
            "{n} entries are due then; {before} now.",
            effect.due_after,
            before=formats.number(effect.due_before),
        ),
    ]
    if effect.undetermined_before:
        lines.append(
            ngettext(
                "{n} entry that had no last day gets one.",
                "{n} entries that had no last day get one.",
                effect.undetermined_before,
            )
        )
    if effect.prolonged:
        lines.append(
            ngettext(
                "{n} standing consent was given for a shorter time: it is flagged, and the person has to be told.",
                "{n} standing consents were given for a shorter time: they are flagged, and the persons have to "
                "be told.",
                effect.prolonged,
            )
        )
    lines.append(_("It counts at once and in every scan that follows; nothing is erased by it."))
    return lines

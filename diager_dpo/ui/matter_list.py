"""The list of what needs somebody: the answer in one sentence, then each matter with the way to where it ends."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

import streamlit as st

from diager_dpo.services.counting import Counts, Forecast
from diager_dpo.services.matters import Matter, Urgency
from diager_dpo.ui import formats
from diager_dpo.ui.forecast_chart import next_due
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.links import link
from diager_dpo.ui.matter_sentences import heading, matter_markdown, rules, since, way_on
from diager_dpo.ui.purge_way import prepare
from diager_dpo.ui.record_counts import records
from diager_dpo.ui.visit import Visit
from diager_dpo.ui.why import why

#: From here on a matter can wait until the others are done: it is one click away.
_CAN_WAIT = Urgency.TO_WEIGH


def answer(matters: Sequence[Matter]) -> str:
    """The answer to the question of the overview, in one sentence."""
    late = [matter for matter in matters if matter.urgency is Urgency.LATE]
    if late:
        count = sum(matter.count for matter in late)
        return ngettext(
            "{records} is kept for longer than promised, {since}.",
            "{records} are kept for longer than promised, the oldest {since}.",
            count,
            records=records(count),
            since=since(max(matter.days or 0 for matter in late)),
        )
    if matters:
        return ngettext("Nothing is late. {n} point remains.", "Nothing is late. {n} points remain.", len(matters))
    return _("Nothing needs you today.")


def draw_answer(matters: Sequence[Matter], counts: Counts, forecast: Forecast) -> None:
    """The answer, and when nothing needs anybody, what there is to be calm about."""
    st.header(answer(matters), anchor=False)
    if not matters:
        total = sum(purpose.total for purpose in counts.purposes)
        st.markdown(
            ngettext(
                "{records} is accounted for: it has its deadline, or its relation is still on.",
                "{records} are accounted for: each has its deadline, or its relation is still on.",
                total,
                records=records(total),
            )
        )
        coming = next_due(forecast)
        if coming is not None:
            count, month = coming
            said = _("Next to fall due: {records}, in {month}.", records=records(count), month=formats.month(month))
            st.markdown(said)
    st.caption(_("Facts read on {moment}", moment=formats.instant(counts.scanned_at)))


def draw(visit: Visit, matters: Sequence[Matter], scanned_at: datetime | None) -> None:
    """Every matter under the heading of its urgency; what can wait is folded."""
    _groups(visit, [matter for matter in matters if matter.urgency < _CAN_WAIT], scanned_at)
    later = [matter for matter in matters if matter.urgency >= _CAN_WAIT]
    if later:
        label = ngettext("{n} point that can wait", "{n} points that can wait", len(later))
        with st.expander(label, key="can_wait", expanded=len(later) == len(matters)):
            _groups(visit, later, scanned_at)


def _groups(visit: Visit, matters: Iterable[Matter], scanned_at: datetime | None) -> None:
    for urgency, group in groupby(matters, lambda matter: matter.urgency):
        _group(visit, urgency, list(group), scanned_at)


def _group(visit: Visit, urgency: Urgency, matters: Sequence[Matter], scanned_at: datetime | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.header(heading(urgency), anchor=False, width="content")
        why(key=f"urgency_{urgency.value}", rule=rules(matters), scanned_at=scanned_at)
    with st.container(gap="xsmall"):
        for matter in matters:  # on a phone the way on stands below its sentence, nearer to it than to the next one
            said, way = st.columns([3, 1], vertical_alignment="center", gap="xxsmall")
            said.markdown(matter_markdown(matter))
            if matter.target is not None:
                with way:
                    link(visit, matter.target.page, f":blue[{way_on(matter)}]", **dict(matter.target.filters))
                if matter.code == "due" and matter.purpose is not None:
                    prepare(visit, matter.purpose)

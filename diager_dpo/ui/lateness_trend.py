"""How lateness moved from scan to scan: the age of the oldest overdue record of each purpose."""

from collections.abc import Iterator

import pandas as pd
import streamlit as st

from diager_dpo.domain.words import Purpose
from diager_dpo.services.counting import Trend, TrendPoint
from diager_dpo.ui import formats, tables
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.record_counts import records
from diager_dpo.ui.words import purpose_name

_SCANS = 60  # a line of more points says no more


def draw(trend: Trend) -> None:
    """One figure a purpose with its line over the scans, and all figures in a table."""
    of_purpose = {purpose: list(_points(trend, purpose))[-_SCANS:] for purpose in Purpose}
    shown = {purpose: points for purpose, points in of_purpose.items() if points}
    columns = st.columns(max(len(shown), 2))  # one alone does not fill the page
    for column, (purpose, points) in zip(columns, shown.items(), strict=False):
        with column, st.container(border=True, gap="xxsmall"):
            _figure(purpose, points)
    with st.expander(_("Figures of each scan"), key="trend_table"):
        tables.plain(_table(shown))


def _figure(purpose: Purpose, points: list[TrendPoint]) -> None:
    late, before = points[-1].late_days, points[-2].late_days if len(points) > 1 else None
    st.metric(
        purpose_name(purpose),
        formats.days(late) if late is not None else _("nothing late"),
        delta=None if late is None or before is None or late == before else formats.signed(late - before),
        delta_color="off",  # how late is said by the figure; red is for what is late, not for a change
        delta_description=_("in {days}", days=formats.days((points[-1].day - points[-2].day).days)) if before else None,
        chart_data=[point.late_days or 0 for point in points] if len(points) > 1 else None,
        chart_type="area",
    )
    st.caption(_count(points))


def _count(points: list[TrendPoint]) -> str:
    now = points[-1].counts.due
    if len(points) < 2:
        return ngettext("{records} due", "{records} due", now, records=records(now))
    change = now - points[-2].counts.due
    if not change:
        return ngettext("{records} due, as before", "{records} due, as before", now, records=records(now))
    return ngettext(
        "{records} due ({change})", "{records} due ({change})", now, records=records(now), change=formats.signed(change)
    )


def _points(trend: Trend, purpose: Purpose) -> Iterator[TrendPoint]:
    return (point for point in trend.points if point.counts.purpose is purpose)


def _table(shown: dict[Purpose, list[TrendPoint]]) -> pd.DataFrame:
    """One row a scan, latest first; how many records are due of each purpose, and for how many days the oldest."""
    rows: dict[int, dict[str, object]] = {}
    for purpose, points in shown.items():
        for point in points:
            row = rows.setdefault(point.scan, {_("Scan of"): point.day})
            row[_("{purpose}: due", purpose=purpose_name(purpose))] = point.counts.due
            row[_("{purpose}: oldest, days", purpose=purpose_name(purpose))] = point.late_days
    return pd.DataFrame([rows[scan] for scan in sorted(rows, reverse=True)]).astype(object)

"""What falls due in the months to come: in one sentence, and as areas stacked by purpose."""

from collections.abc import Sequence
from datetime import date, timedelta

import streamlit as st

from diager_dpo.services.counting import Forecast
from diager_dpo.ui import charts, formats
from diager_dpo.ui.charts import Series
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.look import PURPOSE_COLOUR
from diager_dpo.ui.record_counts import records
from diager_dpo.ui.words import purpose_name


def forecast_sentence(forecast: Forecast) -> str:
    """How many records will fall due, and in which month most of them; Markdown."""
    per_month = [sum(month) for month in zip(*(each.falling_due for each in forecast.purposes), strict=True)]
    total = sum(per_month)
    span = ngettext("{n} month", "{n} months", len(forecast.months))
    if not total:
        return _("Nothing falls due in the {span} to come.", span=span)
    fullest = max(range(len(per_month)), key=per_month.__getitem__)
    return ngettext(
        "In the {span} to come, **{records}** will fall due, in {month}.",
        "In the {span} to come, **{records}** will fall due; the fullest month is {month}, with {most}.",
        total,
        span=span,
        records=records(total),
        month=formats.month(forecast.months[fullest]),
        most=formats.number(per_month[fullest]),
    )


def next_due(forecast: Forecast) -> tuple[int, date] | None:
    """The next month in which anything falls due, and how many records do."""
    for place, month in enumerate(forecast.months):
        count = sum(each.falling_due[place] for each in forecast.purposes)
        if count:
            return count, month
    return None


def draw(forecast: Forecast) -> None:
    """The areas, with a line for the day and the figures in a table."""
    series = [
        Series(purpose_name(each.purpose), each.falling_due, PURPOSE_COLOUR[each.purpose])
        for each in forecast.purposes
        if any(each.falling_due)
    ]
    if not series:
        return
    st.caption(
        _(
            "Each month counts what newly falls due in it, as the facts stand today: relations still open have no "
            "deadline yet, and records on hold are left out."
        )
    )
    months = forecast.months
    figure = charts.areas(
        [*months, _month_after(months[-1])],  # a month is as wide as it lasts: the last one too
        [Series(each.name, [*each.counts, each.counts[-1]], each.colour) for each in series],
        today=forecast.as_of,
    )
    charts.show(
        figure,
        key="forecast",
        alt=charts.in_words(_("Records that fall due each month, by purpose"), months, series),
        table=charts.as_table(months, _with_total(series), _("Month")),
        height=300,
    )


def _with_total(series: Sequence[Series]) -> list[Series]:
    if len(series) < 2:
        return list(series)
    return [*series, Series(_("All"), [sum(month) for month in zip(*(each.counts for each in series), strict=True)])]


def _month_after(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)

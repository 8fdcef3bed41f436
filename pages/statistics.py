"""Statistiques: how the sales are going, from published cells only."""

import streamlit as st

from diager_dpo.services.statistics import plan
from diager_dpo.services.statistics_views import Layout
from diager_dpo.ui import (
    plan_notes,
    publication_watch,
    sales_charts,
    sales_heat,
    statistics_choice,
    statistics_download,
    statistics_sentences,
)
from diager_dpo.ui.language import _
from diager_dpo.ui.registry import screen
from diager_dpo.ui.visit import visit

here = visit()
st.title(_(screen("statistics").question))
known = publication_watch.months_or_stop(here)

words = st.container()
seen = statistics_choice.choose(here, [it.period for it in known if it.is_published])
with words:
    st.header(statistics_sentences.answer(seen), anchor=False)
    st.markdown(statistics_sentences.period(seen.figures))
    plan_notes.draw(plan(here.installation, here.actor), seen)

compared_with = sales_charts.has_year_before(seen)
st.header(_("Over time, against the year before") if compared_with else _("Over time"), anchor=False)
sales_charts.draw_months(seen)
st.caption(statistics_sentences.share_of_months(seen))
statistics_download.draw(seen.view, key="months")

compared = statistics_choice.choose_layout(here, seen)
if compared is not None:
    if compared.view.layout in (Layout.CROSS, Layout.GRID):
        sales_heat.draw(compared)
    else:
        sales_charts.draw_labels(compared)
    st.caption(statistics_sentences.share_of_labels(compared))
    statistics_download.draw(compared.view, key="compared")
holes = statistics_sentences.holes(*(it.sheet for it in (seen, compared) if it is not None))
if holes:
    st.caption(holes)

st.header(_("What is published"), anchor=False)
publication_watch.draw_state(here, known)
# The management report of a month has its button here.

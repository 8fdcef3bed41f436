"""Échéances: what falls due, for whom it does, and why."""

import streamlit as st

from diager_dpo.services.counting import counts, forecast
from diager_dpo.services.operations import operations
from diager_dpo.services.records import explain, find
from diager_dpo.ui import consent_download, deadline_matrix, month_calendar, person_finder, record_list, record_story
from diager_dpo.ui.language import _
from diager_dpo.ui.nothing_yet import figures_or_stop
from diager_dpo.ui.record_filters import day_of_record, draw_warning, first_day, page_of, record_filter, vantage
from diager_dpo.ui.registry import screen
from diager_dpo.ui.visit import visit

here = visit()
house, actor, today = here.installation, here.actor, here.installation.today()
first = first_day(house)
st.title(_(screen("deadlines").question))

opened = record_list.opened()
if opened is not None:
    person, chosen = opened
    as_of = day_of_record(today, first)
    story = figures_or_stop(here, lambda: explain(house, actor, [person], as_of))[0]
    record_story.draw(here, story, chosen, operations(house, actor))
    consent_download.draw(here, story)
    st.stop()

seen = vantage(today, first)
totals = figures_or_stop(here, lambda: counts(house, actor, seen.as_of, seen.horizon_days))
st.header(deadline_matrix.deadline_answer(totals, today), anchor=False)
draw_warning(seen, today, first)
figures = st.container(gap="xxsmall")

st.header(_("The records"), anchor=False)
person_finder.draw(here)
known = operations(house, actor)
wanted = record_filter([each.purpose for each in totals.purposes], known, seen.as_of)
with figures:
    deadline_matrix.draw(totals, wanted)
if wanted is None:
    record_list.draw_invitation()
else:
    page = find(house, actor, wanted, seen.as_of, seen.horizon_days, page=page_of(wanted, seen))
    record_list.draw(page, wanted, known)

st.header(_("Month by month"), anchor=False)
month_calendar.draw(forecast(house, actor, seen.as_of))

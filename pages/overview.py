"""Vue d'ensemble: what needs somebody today, where everything stands, what is to come."""

import streamlit as st

from diager_dpo.services.attention import matters
from diager_dpo.services.counting import counts, forecast, trend
from diager_dpo.services.register import HORIZON_DAYS
from diager_dpo.ui import forecast_chart, formats, lateness_trend, matter_list, status_totals
from diager_dpo.ui.first_words import show_first
from diager_dpo.ui.language import _
from diager_dpo.ui.nothing_yet import figures_or_stop
from diager_dpo.ui.registry import screen
from diager_dpo.ui.scan_watch import watch_scan
from diager_dpo.ui.visit import visit

here = visit()
today = here.installation.today()
st.title(_(screen("overview").question))
watch_scan(here)

totals = figures_or_stop(here, lambda: counts(here.installation, here.actor, today, HORIZON_DAYS))
due = forecast(here.installation, here.actor, today)
found = matters(here.installation, here.actor, today, HORIZON_DAYS)

matter_list.draw_answer(found, totals, due)
show_first("overview")
matter_list.draw(here, found, totals.scanned_at)

st.header(_("Where the records stand"), anchor=False)
st.caption(_("A person counts once for each purpose. Due soon means within {days}.", days=formats.days(HORIZON_DAYS)))
status_totals.draw(here, totals)

st.header(_("What falls due from here on"), anchor=False)
st.markdown(forecast_chart.forecast_sentence(due))
forecast_chart.draw(due)

st.header(_("For how long the oldest record has been late"), anchor=False)
lateness_trend.draw(trend(here.installation, here.actor))

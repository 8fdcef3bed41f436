"""Refusals: who withdrew a consent or objects, recorded here, in effect at once, and handed over."""

import streamlit as st

from diager_dpo.services.operations import operations
from diager_dpo.services.recorded_refusals import recorded_refusals
from diager_dpo.ui import person_finder, refusal_form, refusal_list, refusal_sentences
from diager_dpo.ui.doing import draw_done
from diager_dpo.ui.language import _
from diager_dpo.ui.links import link
from diager_dpo.ui.nothing_yet import figures_or_stop
from diager_dpo.ui.registry import screen
from diager_dpo.ui.visit import visit

here = visit()
st.title(_(screen("refusals").question))
draw_done()
found = figures_or_stop(here, lambda: recorded_refusals(here.installation, here.actor))
known = operations(here.installation, here.actor)

st.header(refusal_sentences.answer(found), anchor=False)
refusal_list.draw(here, found, {each.key: each.name for each in known})
link(here, "opt_out", _("Open the opt-out list"))

st.header(_("Record a refusal"), anchor=False)
person_finder.draw(here)
refusal_form.draw(here, known)
refusal_list.draw_export(here, found)

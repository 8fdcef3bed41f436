"""To qualify: which records lack a date, why, and the date somebody states for them."""

import streamlit as st

from diager_dpo.services.operations import operations
from diager_dpo.services.qualifications import causes, conflicts, qualifications
from diager_dpo.ui import cause_list, qualification_sentences
from diager_dpo.ui.doing import draw_done
from diager_dpo.ui.language import _
from diager_dpo.ui.nothing_yet import figures_or_stop
from diager_dpo.ui.registry import screen
from diager_dpo.ui.visit import visit

here = visit()
st.title(_(screen("to_qualify").question))
draw_done()
found = figures_or_stop(here, lambda: causes(here.installation, here.actor))

st.header(qualification_sentences.answer(found), anchor=False)
if found:
    st.markdown(
        _(
            "Without a date to start from, no deadline can be computed. Such records are never purged, and never "
            "counted as compliant."
        )
    )
names = {each.key: each.name for each in operations(here.installation, here.actor)}
cause_list.draw(here, found, names)

against = conflicts(here.installation, here.actor)
if against:
    st.header(_("The source now gives a date"), anchor=False)
    cause_list.draw_conflicts(against)

stated = qualifications(here.installation, here.actor)
if stated:
    st.header(_("Dates that were stated"), anchor=False)
    cause_list.draw_stated(here, stated)

"""Source: is what we read complete and clean, and what is there to mend?"""

import streamlit as st

from diager_dpo.services.operations import operation_names
from diager_dpo.services.scanning import history, scan_state
from diager_dpo.services.source_state import alerts, findings, last_check, source_file
from diager_dpo.ui import anomaly_list, check_panel, scan_panel, source_account
from diager_dpo.ui.language import _
from diager_dpo.ui.nothing_yet import source_or_stop
from diager_dpo.ui.registry import screen
from diager_dpo.ui.source_answer import source_answer
from diager_dpo.ui.visit import visit

here = visit()
st.title(_(screen("source").question))
source = source_or_stop(lambda: source_file(here.installation, here.actor))
checked = last_check(here.installation, here.actor)
state = scan_state(here.installation, here.actor)
found = findings(here.installation, here.actor)
missing = alerts(here.installation, here.actor)

st.header(source_answer(checked, state, found, missing), anchor=False)
scan_panel.draw(here, state)

st.header(_("The source file and the database"), anchor=False)
check_panel.draw(here, checked)

if missing:
    st.header(_("What is missing, and only a person can settle"), anchor=False)
    anomaly_list.draw_alerts(here, missing)

if found:
    st.header(_("Facts that cannot be right"), anchor=False)
    anomaly_list.draw(here, found, operation_names(here.installation, here.actor))

st.header(_("What is read, and by whom"), anchor=False)
source_account.draw(source, checked)

st.header(_("What is not read"), anchor=False)
source_account.draw_outside(source)

st.header(_("Scans so far"), anchor=False)
scan_panel.draw_history(history(here.installation, here.actor))

"""Journal: what happened, who decided it, and whether all of it is still as it was written."""

import streamlit as st

from diager_dpo.services.journal_pages import entries
from diager_dpo.ui import entry_list, journal_proof
from diager_dpo.ui.address import number_of_page
from diager_dpo.ui.language import _
from diager_dpo.ui.registry import screen
from diager_dpo.ui.visit import visit

here = visit()
st.title(_(screen("journal").question))
every = entries(here.installation, here.actor, size=1)
st.header(entry_list.journal_answer(every), anchor=False)
if every.partly:
    st.caption(_("You see what concerns your purposes. A verification reads the whole journal."))
journal_proof.draw(here)
if every.total:
    wanted = entry_list.choices(every, here.installation.today())
    entry_list.draw(entries(here.installation, here.actor, wanted, page=number_of_page()))
journal_proof.draw_limits()

"""Suspensions: which purges are suspended, why, until when they are looked at again, and who lifts them."""

import streamlit as st

from diager_dpo.services.holds import holds
from diager_dpo.ui import hold_form, hold_list, hold_sentences, person_finder
from diager_dpo.ui.doing import draw_done
from diager_dpo.ui.language import _
from diager_dpo.ui.nothing_yet import figures_or_stop
from diager_dpo.ui.registry import screen
from diager_dpo.ui.visit import visit

here = visit()
st.title(_(screen("holds").question))
draw_done()
found = figures_or_stop(here, lambda: holds(here.installation, here.actor))

st.header(hold_sentences.answer(found), anchor=False)
st.markdown(
    _(
        "A suspension forbids erasure and moves no last day. Disputes that the source knows suspend too; each record "
        "says so."
    )
)
hold_list.draw(here, found)

st.header(_("Suspend a purge"), anchor=False)
person_finder.draw(here)
hold_form.draw(here)

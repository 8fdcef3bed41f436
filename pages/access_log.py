"""Consultations: who looked at which records, when, and how many answers there were."""

import streamlit as st

from diager_dpo.services.access_log import looks
from diager_dpo.services.operations import operation_names
from diager_dpo.ui import look_list
from diager_dpo.ui.address import number_of_page
from diager_dpo.ui.language import _
from diager_dpo.ui.registry import screen
from diager_dpo.ui.visit import visit

here = visit()
st.title(_(screen("access_log").question))
every = looks(here.installation, here.actor, size=1)
st.header(look_list.looks_answer(every), anchor=False)
if every.total:
    whose, kind = look_list.choices(every.names)
    page = looks(here.installation, here.actor, whose=whose, kind=kind, page=number_of_page())
    look_list.draw(here, page, operation_names(here.installation, here.actor) if here.installation.source else {})
look_list.draw_limits()

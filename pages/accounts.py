"""Habilitations: who may see and do what, since when, and who changed it."""

import streamlit as st

from diager_dpo.services.accounts import accounts, changes
from diager_dpo.ui import account_list, account_sheet, account_steps
from diager_dpo.ui.language import _
from diager_dpo.ui.registry import screen
from diager_dpo.ui.visit import visit

here = visit()
view = accounts(here.installation, here.actor)
st.title(_(screen("accounts").question))
account_steps.draw_done()

st.header(account_list.accounts_answer(view), anchor=False)
account_list.draw_four_eyes(view)
account_list.draw(here, view)

st.header(_("One person"), anchor=False)
account_sheet.draw(here, view)

st.header(_("What changed"), anchor=False)
account_list.draw_changes(changes(here.installation, here.actor))

account_steps.draw(view)

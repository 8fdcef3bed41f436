"""Purges: who is waited for, what is due and in no purge yet, what was done so far."""

import streamlit as st

from diager_dpo.services.purge_proposals import board
from diager_dpo.ui import purge_board
from diager_dpo.ui.language import _
from diager_dpo.ui.nothing_yet import figures_or_stop
from diager_dpo.ui.registry import screen
from diager_dpo.ui.visit import visit

here = visit()
today = here.installation.today()
st.title(_(screen("purges").question))
found = figures_or_stop(here, lambda: board(here.installation, here.actor, today))

st.header(purge_board.board_answer(found), anchor=False)
purge_board.draw_open(here, found.open)
purge_board.draw_due(here, found)
purge_board.draw_history(found.history)

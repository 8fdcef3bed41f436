"""Mes sessions: where the reader is signed in, and how to end it."""

import streamlit as st

from diager_dpo.services.sessions import sessions_of
from diager_dpo.ui import session_list
from diager_dpo.ui.language import _
from diager_dpo.ui.registry import screen
from diager_dpo.ui.visit import browser_token, visit

here = visit()
st.title(_(screen("sessions").question))
session_list.draw(here, sessions_of(here.installation, browser_token()))

"""The screen is being drawn."""

import streamlit as st

from diager_dpo.ui.language import _
from diager_dpo.ui.registry import screen
from diager_dpo.ui.visit import visit

visit()
st.title(_(screen("overview").question))

"""The script behind every page: who looks, in which language, at which screens."""

from pathlib import Path

import streamlit as st

from diager_dpo.ui.frame import choose_language, draw_side, draw_signed_out, publish_if_needed, scan_if_stale
from diager_dpo.ui.language import _
from diager_dpo.ui.visit import visitor

ICON = Path(__file__).parent / "assets" / "icon.png"

st.set_page_config(page_icon=str(ICON), layout="wide", initial_sidebar_state="auto")

choose_language()
visit = visitor()
if visit is None:
    draw_signed_out()
    st.stop()

screens = visit.screens
pages = [
    st.Page(
        screen.path,
        title=_(screen.title),
        url_path=screen.address,
        visibility="hidden" if screen.hidden else "visible",
    )
    for screen in screens
]
landing = st.Page(lambda: None, title=_("Overview"), default=True, visibility="hidden")
page = st.navigation([landing, *pages], expanded=True)  # what unfolds a long list speaks English only
if page == landing:  # before the choice of language is drawn, which from then on holds its place in the address
    st.switch_page(pages[0], query_params=st.query_params.to_dict())
scan_if_stale(visit)
publish_if_needed(visit)
draw_side(visit)
page.run()

"""The opt-out list: how long it is, what is to be re-examined, and which addresses of a file are on it."""

import streamlit as st

from diager_dpo.services.opt_out import opt_out_state
from diager_dpo.ui import opt_out_check, opt_out_sentences
from diager_dpo.ui.doing import draw_done
from diager_dpo.ui.language import _
from diager_dpo.ui.links import link
from diager_dpo.ui.nothing_yet import figures_or_stop
from diager_dpo.ui.registry import screen
from diager_dpo.ui.visit import visit

here = visit()
st.title(_(screen("opt_out").question))
draw_done()
state = figures_or_stop(here, lambda: opt_out_state(here.installation, here.actor))

st.header(opt_out_sentences.answer(state), anchor=False)
if not state.lists:
    st.info(
        _(
            "The source file gives no contact points: who objects is known, their addresses are not. "
            "Add contact_points to it."
        )
    )
if state.points:
    st.markdown(opt_out_sentences.review(state))
st.caption(
    _(
        "The list holds keyed hashes of addresses and numbers, never the addresses themselves. Each stays three years "
        "at least and is never removed by itself."
    )
)
link(here, "refusals", _("Record an objection"))

st.header(_("Check a list of addresses"), anchor=False)
opt_out_check.draw(here)
opt_out_check.draw_strike(here)

"""Préparer une purge: what is meant, what would go, and the proposal that another person decides."""

import streamlit as st

from diager_dpo.services.operations import operations
from diager_dpo.ui import purge_form
from diager_dpo.ui.language import _
from diager_dpo.ui.links import link
from diager_dpo.ui.nothing_yet import figures_or_stop
from diager_dpo.ui.registry import screen
from diager_dpo.ui.visit import visit

here = visit()
st.title(_(screen("purge_proposal").question))
known = figures_or_stop(here, lambda: operations(here.installation, here.actor))
wish = purge_form.choose(here, known)
if wish is not None:
    purge_form.draw(here, wish)
link(here, "purges", _("All purges"))

"""Une purge: what exactly, who decided, what goes and what stays, and what became of it."""

import streamlit as st

from diager_dpo.domain.purges import PurgeState
from diager_dpo.ui import (
    purge_aside,
    purge_certificate,
    purge_decision,
    purge_head,
    purge_item_sheet,
    purge_items,
    purge_places,
    purge_result,
    purge_run,
    residue_list,
)
from diager_dpo.ui.language import _
from diager_dpo.ui.links import link
from diager_dpo.ui.registry import screen
from diager_dpo.ui.visit import visit

here = visit()
st.title(_(screen("purge").question))
view = purge_head.chosen_or_stop(here)
opened = purge_items.opened()
if opened is not None:
    purge_item_sheet.draw(here, view, opened)
    st.stop()

purge_head.draw_done(view)
purge_head.draw(here, view)
purge_run.draw(here, view)
if view.line.state is PurgeState.EXECUTED:
    purge_result.draw(here, view)
    purge_certificate.draw(here, view)
else:
    st.header(_("What would go"), anchor=False)
    purge_places.draw_planned(view.places)
    residue_list.draw_stays(view.residue)
st.header(_("The records, one by one"), anchor=False)
page = purge_items.draw(here, view)
purge_aside.draw(here, view, page.items)
purge_decision.draw(here, view)
link(here, "purges", _("All purges"))

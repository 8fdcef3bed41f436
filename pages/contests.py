"""Contests: does each consent stand, which do not and why, and can it be proven?"""

import streamlit as st

from diager_dpo.services.contests import contests
from diager_dpo.services.counting import counts
from diager_dpo.ui import contest_cards, contest_chart, contest_sentences, contest_sheet, tables
from diager_dpo.ui.doing import draw_done
from diager_dpo.ui.language import _
from diager_dpo.ui.links import link
from diager_dpo.ui.nothing_yet import figures_or_stop
from diager_dpo.ui.registry import screen
from diager_dpo.ui.visit import visit
from diager_dpo.ui.why import why

here = visit()
today = here.installation.today()
st.title(_(screen("contests").question))
draw_done()
scanned_at = figures_or_stop(here, lambda: counts(here.installation, here.actor, today, 0)).scanned_at
found = contests(here.installation, here.actor, today)

opened = st.query_params.get(contest_cards.OPERATION)
if opened:
    contest_sheet.draw(here, found, opened)
    st.stop()
if not found.cards:
    tables.empty(contest_sentences.nothing(here.grants), contest_sentences.nothing_next(here.grants))
    link(here, "deadlines", _("Open the deadlines"))
    st.stop()

st.header(contest_sentences.answer(found.cards), anchor=False)
contest_cards.draw_reasons(contest_sentences.reasons(found.cards, today))
why(key="contests", rule=_(contest_sentences.RULE), scanned_at=scanned_at)
link(here, "refusals", _("Record a withdrawal or an objection"))

shown = contest_cards.shown(found.cards)
st.header(_("Collection and retention"), anchor=False)
contest_chart.draw(shown, today)

st.header(_("Contest by contest"), anchor=False)
contest_cards.draw_recipients(found)
contest_cards.draw(here, shown, len(found.cards), today)
contest_sheet.draw_export(here)

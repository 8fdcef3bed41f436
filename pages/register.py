"""Registre: what is promised for each purpose, what is held, and what nobody has decided yet."""

import streamlit as st

from diager_dpo.domain.permissions import Action, allowed_purposes
from diager_dpo.domain.register import touched
from diager_dpo.domain.words import Purpose
from diager_dpo.services.register import register
from diager_dpo.services.register_content import register_content
from diager_dpo.ui import (
    data_way,
    entitled,
    field_matrix,
    open_points,
    purpose_sheet,
    register_contents,
    register_editor,
    register_head,
)
from diager_dpo.ui.language import _
from diager_dpo.ui.nothing_yet import say_why
from diager_dpo.ui.purpose_choice import one_or_all
from diager_dpo.ui.registry import screen
from diager_dpo.ui.visit import visit

here = visit()
view = register(here.installation, here.actor)
st.title(_(screen("register").question))
sees_all = allowed_purposes(here.grants, Action.SEE_REGISTER) == frozenset(Purpose)
register_head.draw(view, sees_all=sees_all)
if view.not_counted:
    say_why(here, view.not_counted)

chosen = one_or_all([each.entry.purpose for each in view.purposes])
shown = [each for each in view.purposes if chosen in (None, each.entry.purpose)]

register_contents.draw(each.entry.purpose for each in shown)
data_way.draw(shown, view.scanned_at)

for purpose in shown:
    purpose_sheet.draw(here, purpose)

st.header(_("What the charter says, and what it does not"), anchor=register_contents.POINTS)
field_matrix.draw([each.entry for each in shown])

st.header(_("What is left to complete"), anchor=register_contents.COMPLETE)
content = register_content(here.installation, here.actor)
register_editor.draw(here, content, [each for each in content.activities if chosen in (None, each.purpose)])

entitled.draw(here, [each.entry.purpose for each in shown])

st.header(_("Questions the charter leaves open"), anchor=register_contents.QUESTIONS)
open_points.draw_questions([each for each in view.open_questions if chosen is None or chosen in touched(each)])

st.header(_("Conventions in force"), anchor=register_contents.CONVENTIONS)
open_points.draw_conventions([each for each in view.conventions if chosen is None or each.purpose in (None, chosen)])

"""Finding a person by name or contact point: asked of the source at that moment, shown once, and kept nowhere."""

import streamlit as st

from diager_dpo.domain.permissions import Action, may
from diager_dpo.services.errors import DpoError
from diager_dpo.services.person_search import LONGEST, MOST_ANSWERS, FoundPerson, FoundPersons, find_person
from diager_dpo.ui import failures, formats
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.record_list import OF_OPERATION, RECORD
from diager_dpo.ui.visit import Visit, visit
from diager_dpo.ui.words import purpose_name

_OPEN, _TEXT = "person_finder", "person_searched"


def draw(here: Visit) -> None:
    """The button, and the box while it is open; nothing for whoever may not see names."""
    if not may(here.grants, Action.FIND_PERSON):
        return
    st.button(_("Find a person"), key="find_person", type="tertiary", icon=":material/search:", on_click=_open)
    if st.session_state.get(_OPEN):
        st.dialog(_("Find a person"), on_dismiss=_close)(_box)()


def _box() -> None:
    if not st.session_state.get(_OPEN):  # somebody was chosen: the page behind shows the record
        st.rerun()
    with st.form("person_search", border=False):
        text = st.text_input(
            _("Name, e-mail address or telephone number"), key=_TEXT, max_chars=LONGEST, autocomplete="off"
        )
        asked = st.form_submit_button(_("Search"), key="person_search_go", type="primary")
    st.caption(
        _("The answer comes from the source now and is not kept. That you searched is written in the access log.")
    )
    if not asked:
        return
    here = visit()
    try:
        with st.spinner(_("Asking the source")):
            found = find_person(here.installation, here.actor, text)
    except DpoError as error:
        failures.show(error)
    else:
        _answers(found)


def _answers(found: FoundPersons) -> None:
    if not found.persons:
        st.info(_("Nobody was found whom you may see. Try another spelling, or part of the name."))
        return
    st.markdown(
        ngettext(
            "{n} person. Choose to see the record.", "{n} people. Choose one to see the record.", len(found.persons)
        )
    )
    with st.container(gap="xxsmall"):
        for each in found.persons:
            st.button(
                _label(each),
                key=f"found_{each.person}",
                type="tertiary",
                on_click=_choose,
                args=(each.person,),
            )
    if found.more:
        st.caption(_("There are more than the {n} shown here: type more of the name.", n=formats.number(MOST_ANSWERS)))


def _label(found: FoundPerson) -> str:
    name = formats.plain(found.label) or _("Without a name")
    point = f", {formats.plain(found.point)}" if found.point else ""
    purposes = formats.listing([purpose_name(each).lower() for each in found.purposes]) or _(
        "no record in the last scan"
    )
    return f"**{name}**{point} · {formats.plain(found.person)} · {purposes}"


def _choose(person: str) -> None:
    _close()
    st.query_params[RECORD] = person
    st.query_params.pop(OF_OPERATION, None)


def _open() -> None:
    st.session_state[_OPEN] = True


def _close() -> None:
    for name in (_OPEN, _TEXT):
        st.session_state.pop(name, None)

"""The refusals that were recorded: what each is, taking back a mistake, and handing them over."""

import secrets
from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from diager_dpo.domain.permissions import Action, may
from diager_dpo.services.recorded_refusals import ExportFormat, RecordedRefusal, export_refusals, take_back
from diager_dpo.ui import address, formats, refusal_sentences, tables
from diager_dpo.ui.contest_sheet import MIME
from diager_dpo.ui.doing import do
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.links import link
from diager_dpo.ui.visit import Visit, when_taken

_ON_A_PAGE = 20
_TOKEN = "refusals_token"  # noqa: S105 - of a file's name


def draw(here: Visit, found: Sequence[RecordedRefusal], names: Mapping[str, str]) -> None:
    """A page of boxes, the latest refusal first. ``names``: what operations are called, by their keys."""
    if not found:
        tables.empty(
            _("Objections and withdrawals that the source knows are in effect without being recorded here."),
            _("Record those that arrive by mail, by telephone or in person."),
        )
        return
    pages = max(-(-len(found) // _ON_A_PAGE), 1)
    page = min(address.number_of_page(), pages)
    for each in found[(page - 1) * _ON_A_PAGE : page * _ON_A_PAGE]:
        with st.container(border=True, key=f"refusal_{each.id}"):
            st.markdown(refusal_sentences.head(each, names))
            st.markdown(refusal_sentences.standing(each))
            st.markdown(_("Reason: {reason}", reason=formats.plain(each.reason)))
            st.caption(refusal_sentences.received(each))
            link(here, "deadlines", _("See record {key}", key=formats.plain(each.person)), record=each.person)
            _draw_take_back(here, each)
    turned = tables.pager(page, pages, key="refusals")
    if turned != page:
        address.keep_page(turned)
        st.rerun()


def _draw_take_back(here: Visit, each: RecordedRefusal) -> None:
    if each.taken_back_at is not None or not may(here.grants, Action.RECORD_OBJECTION):
        return
    with st.expander(_("It was recorded by mistake")), st.form(f"take_back_{each.id}", border=False):
        st.markdown(
            _("At once, the record stands again where the facts of the source put it. Both stay in the journal.")
        )
        why = st.text_area(_("Why? Write no name of a person here."), key=f"why_take_back_{each.id}", max_chars=1000)
        if st.form_submit_button(_("Take the refusal back"), key=f"take_back_go_{each.id}"):
            do(
                lambda now: take_back(now.installation, now.actor, each.id, why),
                lambda: _("The refusal is taken back. The record is what the facts of the source make of it."),
            )


def draw_export(here: Visit, found: Sequence[RecordedRefusal]) -> None:
    """The refusals by key for whoever looks after the source, made when somebody takes them."""
    standing = [each for each in found if each.taken_back_at is None]
    if not standing or not may(here.grants, Action.RECORD_OBJECTION):
        return
    st.header(_("Hand over to the operator of the source"), anchor=False)
    waiting = sum(each.exported_at is None for each in standing)
    st.markdown(
        ngettext("{n} refusal has not been handed over yet.", "{n} refusals have not been handed over yet.", waiting)
        if waiting
        else _("Everything was handed over.")
    )
    st.caption(
        _("The file holds keys, days and what is refused; no name. Delete it once it was entered in the source.")
    )
    again = st.checkbox(_("Also those exported before"), key="refusals_again")
    token = st.session_state.setdefault(_TOKEN, secrets.token_hex(8))  # what is behind a button needs no cookie
    with st.container(horizontal=True):
        for form in ExportFormat:
            st.download_button(
                _("Download as {form}", form=form.value),
                when_taken(partial(_export, form, again)),
                file_name=_("refusals-{token}.{form}", token=token, form=form.value),
                mime=MIME[form],
                key=f"refusals_export_{form.value}",
                disabled=not (again or waiting),
            )


def _export(form: ExportFormat, again: bool, here: Visit) -> bytes:
    return export_refusals(here.installation, here.actor, form, again=again)[0]

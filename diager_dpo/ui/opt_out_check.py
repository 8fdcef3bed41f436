"""Which addresses of a file are opposed: nothing of the file or of the answer is kept."""

import secrets

import streamlit as st

from diager_dpo.domain.permissions import Action, may
from diager_dpo.services.errors import DpoError
from diager_dpo.services.opt_out import LARGEST, CheckedAddresses, check_addresses, strike
from diager_dpo.services.safe_sheets import csv_table
from diager_dpo.ui import failures, formats, opt_out_sentences, tables
from diager_dpo.ui.doing import do
from diager_dpo.ui.language import _
from diager_dpo.ui.visit import Visit

_SHOWN, _LARGEST_PASTE = 50, 100_000
_TOKEN = "opt_out_token"  # noqa: S105 - of a file's name

#: Streamlit's own words for choosing a file are English in every language.
_OWN_WORDS = """<style>
[data-testid=stFileUploaderDropzoneInstructions] { display: none; }
[data-testid=stFileUploaderDropzone] button p,
[data-testid=stFileUploaderDropzone] button > span { font-size: 0; }
[data-testid=stFileUploaderDropzone] button::after { content: "WORD"; font-size: .875rem; }
</style>"""


def draw(here: Visit) -> None:
    """A file or a text, the button, and the answer in the same run only."""
    st.html(_OWN_WORDS.replace("WORD", _("Choose a file")))
    with st.form("opt_out_check", border=False):
        file = st.file_uploader(
            _("A CSV file, {most} MB at most", most=formats.number(LARGEST // 1_000_000)),
            type=["csv", "txt"],
            key="opt_out_file",
            max_upload_size=LARGEST // 1_000_000,
        )
        pasted = st.text_area(
            _("Or addresses and numbers, one a line"), key="opt_out_text", height=140, max_chars=_LARGEST_PASTE
        )
        asked = st.form_submit_button(_("Check these addresses"), key="opt_out_go", type="primary")
    st.caption(
        _(
            "Capitals, spaces, what follows a plus sign in an e-mail address, and the way a telephone "
            "number is written "
            "make no difference. Nothing of the file is kept; that a check was made is written in the access log."
        )
    )
    if not asked:
        return
    content = file.getvalue() if file is not None else pasted.encode()
    if not content.strip():
        st.info(_("Choose a file or write some addresses first."))
        return
    try:
        checked = check_addresses(here.installation, here.actor, content)
    except DpoError as error:
        failures.show(error)
        return
    _draw_answer(checked)


def _draw_answer(checked: CheckedAddresses) -> None:
    (st.warning if checked.opposed else st.info)(opt_out_sentences.found(checked))
    if not checked.opposed:
        return
    tables.plain(opt_out_sentences.as_table(checked, _SHOWN))
    if len(checked.opposed) > _SHOWN:
        st.caption(_("The first {n} are shown; the download holds all.", n=formats.number(_SHOWN)))
    table = opt_out_sentences.as_table(checked)
    st.download_button(
        _("Download the answer"),
        csv_table(list(table.columns), table.itertuples(index=False, name=None)),
        file_name=_("opposed-{token}.csv", token=secrets.token_hex(8)),
        mime="text/csv",
        key="opt_out_answer",
        on_click="ignore",
    )


def draw_strike(here: Visit) -> None:
    """Taking somebody off the list, for the DPO."""
    if not may(here.grants, Action.RECORD_OBJECTION):
        return
    with st.expander(_("Take somebody off the list")), st.form("opt_out_strike", border=False):
        st.markdown(
            _(
                "For somebody who chose to be solicited again, or was put on it by mistake. An objection that the "
                "source still holds puts them back at the next scan."
            )
        )
        person = st.text_input(_("Key of the record"), key="opt_out_person").strip()
        why = st.text_area(_("Why? Write no name of a person here."), key="opt_out_why", max_chars=1000)
        if st.form_submit_button(_("Take off the list"), key="opt_out_strike_go"):
            do(
                lambda now: strike(now.installation, now.actor, person, why),
                lambda: _("This person is no longer on the opt-out list."),
            )

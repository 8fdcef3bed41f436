"""What an executed purge did: before and after, what was left and why, who must be told."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from diager_dpo.domain.permissions import Action, may
from diager_dpo.domain.purges import ItemState
from diager_dpo.services.purge_execution import watch
from diager_dpo.services.purge_notices import record_told
from diager_dpo.services.purge_views import NoticeLine, PurgeView
from diager_dpo.ui import formats, purge_places
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.own_words import in_language
from diager_dpo.ui.purge_decision import decide
from diager_dpo.ui.purge_words import skip_sentence
from diager_dpo.ui.visit import Visit


def draw(here: Visit, view: PurgeView) -> None:
    """The table, then the exceptions, then what is left to people."""
    st.header(_("What was erased"), anchor=False)
    purge_places.draw_done(view.places)
    left = watch(here.installation, here.actor, view.line.number).why
    if left:
        st.header(_("What was left as it is, and why"), anchor=False)
        st.markdown("\n".join(f"- {line}" for line in left_lines(left)))
    st.header(_("What this purge cannot reach"), anchor=False)
    st.markdown(
        _(
            "Erased means: gone from the tables of the source. Backups, copies elsewhere, log files and free pages of "
            "the database are out of reach; they follow their own periods."
        )
    )
    _tell(here, view)


def left_lines(left: Mapping[tuple[ItemState, str], int]) -> list[str]:
    """How many were skipped or failed, for each reason, the most frequent first; Markdown."""
    return [
        ngettext("**{n} record**: {why}", "**{n} records**: {why}", count, why=skip_sentence(code))
        for (_state, code), count in sorted(left.items(), key=lambda each: -each[1])
    ]


def _tell(here: Visit, view: PurgeView) -> None:
    st.header(_("Who must be told"), anchor=False)
    if not view.notices:
        st.markdown(_("The charter names no recipient of these data: nobody has to be told."))
        return
    st.markdown(
        _("Each recipient of these data erases them too (GDPR, articles 19 and 28). Write down here who was told.")
    )
    records = may(here.grants, Action.RECORD_NOTICE, view.line.purpose)
    for place, each in enumerate(view.notices):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(notice_sentence(each), width="stretch")
            if records and each.told_at is None:
                name = recipient_words(each)
                if st.button(_("I have told them"), key=f"told_{place}", help=formats.plain(name)):
                    decide(
                        partial(_told, each),
                        _("Written down: {recipient} was told.", recipient=formats.plain(name)),
                    )


def _told(notice: NoticeLine, now: Visit) -> None:
    record_told(now.installation, now.actor, notice.purge, notice.recipient)


def recipient_words(notice: NoticeLine) -> str:
    """A recipient in the language of the run; as it was kept where the charter changed."""
    return in_language(notice.text) if notice.text else notice.recipient


def notice_sentence(notice: NoticeLine) -> str:
    """One recipient, and when and by whom they were told; Markdown."""
    recipient = formats.plain(recipient_words(notice))
    if notice.told_at is None:
        return f"**{recipient}**"
    return _(
        "{recipient}: told on {moment} by {name}.",
        recipient=recipient,
        moment=formats.instant(notice.told_at),
        name=formats.plain(notice.told_by),
    )

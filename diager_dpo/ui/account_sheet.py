"""One account: each right with since when and as whom, the sessions open now, and what can be changed."""

import streamlit as st

from diager_dpo.services.accounts import Account, Accounts, Right
from diager_dpo.services.issuer import has_local_accounts
from diager_dpo.services.sessions import all_sessions
from diager_dpo.ui import account_steps, address, formats, session_list
from diager_dpo.ui.account_steps import ask, recipient_words
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.visit import Visit, browser_token
from diager_dpo.ui.words import role_name, role_sentence


def draw(here: Visit, view: Accounts) -> None:
    """The person chosen in the address, or the first."""
    by_subject = {each.identity.subject: each for each in view.people}
    first = next(iter(by_subject))
    with st.container(width=420):
        subject = address.option(
            _("Person"),
            list(by_subject),
            key="account",
            code=str,
            name=lambda code: by_subject[code].display_name,
            default=first,
        )
    chosen = by_subject[subject]
    if chosen.disabled_at:
        st.info(_("This account was closed on {moment}: it opens nothing.", moment=formats.instant(chosen.disabled_at)))
    _rights(view, chosen)
    _buttons(here, view, chosen)
    sessions = [
        each
        for each in all_sessions(here.installation, here.actor, browser_token())
        if each.identity == chosen.identity
    ]
    if sessions:
        st.subheader(ngettext("{n} session open now", "{n} sessions open now", len(sessions)), anchor=False)
        for session in sessions:
            session_list.line(session)


def _rights(view: Accounts, chosen: Account) -> None:
    if not chosen.rights:
        st.markdown(_("This person holds no right."))
    for right in chosen.rights:
        with st.container(border=True):
            said, way = st.columns([3, 1], vertical_alignment="center")
            said.markdown(right_sentence(view, right))
            if not view.given_elsewhere:
                way.button(
                    _("Take this right back"),
                    key=f"right_{right.id}",
                    on_click=ask,
                    args=(account_steps.REVOKE, chosen.identity.subject, right.id),
                )


def right_sentence(view: Accounts, right: Right) -> str:
    """The role, what it lets its holder do, as whom and since when; Markdown."""
    said = [f"**{role_name([right.grant])}**", role_sentence([right.grant])]
    if right.recipient:
        said.append(_("As the charter names it: {recipient}.", recipient=formats.plain(recipient_words(view, right))))
    elif right.grant.purpose is not None:
        said.append(_("As nobody whom the charter names."))
    said.append(_("Since {moment}.", moment=formats.instant(right.since)))
    return "  \n".join([said[0], " ".join(said[1:])])


def _buttons(here: Visit, view: Accounts, chosen: Account) -> None:
    subject, own = chosen.identity.subject, chosen.identity == here.actor
    with st.container(horizontal=True):
        if not (view.given_elsewhere or own or chosen.disabled_at):
            st.button(_("Give a right"), key="account_grant", on_click=ask, args=(account_steps.GRANT, subject))
        if has_local_accounts(here.installation):
            st.button(_("New first password"), key="account_reset", on_click=ask, args=(account_steps.RESET, subject))
        if chosen.disabled_at:
            st.button(
                _("Open this account again"), key="account_enable", on_click=ask, args=(account_steps.ENABLE, subject)
            )
        else:
            st.button(
                _("Close this account"), key="account_disable", on_click=ask, args=(account_steps.DISABLE, subject)
            )
    if own:
        st.caption(_("This is you: nobody gives themself a right."))

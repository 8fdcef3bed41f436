"""Everybody who can sign in, what is missing for four eyes, and what changed."""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import streamlit as st

from diager_dpo.services.accounts import ADDED, DISABLED, ENABLED, GRANTED, RESET, REVOKED, Account, Accounts, Change
from diager_dpo.services.issuer import has_local_accounts
from diager_dpo.ui import account_steps, formats, tables
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.visit import Visit
from diager_dpo.ui.words import purpose_name, role_name


def accounts_answer(view: Accounts) -> str:
    """How many people hold a right, and how many are here now."""
    holding = sum(bool(each.grants) for each in view.people)
    said = ngettext("{n} person holds a right", "{n} people hold a right", holding)
    here = sum(bool(each.sessions) for each in view.people)
    return said + ngettext("; {n} is signed in now.", "; {n} are signed in now.", here)


def four_eyes_sentence(view: Accounts) -> str:
    """For what no two people can propose and approve a purge; empty where nothing is missing."""
    if not view.without_four_eyes:
        return ""
    if view.alone:
        return _(
            "One person alone cannot make four eyes: whoever proposes a purge never approves it. Until a second person "
            "holds a right here, nothing can be purged."
        )
    purposes = formats.listing([purpose_name(each).lower() for each in view.without_four_eyes])
    return _(
        "No purge is possible for {purposes}: it takes two people, one who proposes it (the DPO or an operator) and "
        "another who approves it (an approver).",
        purposes=purposes,
    )


def draw_four_eyes(view: Accounts) -> None:
    """What is missing, and who gives rights where that is not here."""
    missing = four_eyes_sentence(view)
    if missing:
        st.warning(missing)
    if view.given_elsewhere:
        st.info(_("The identity provider says at each sign-in who holds which role. Rights are given and taken there."))


def draw(here: Visit, view: Accounts) -> None:
    """Everybody, and a way to add somebody where passwords are kept here."""
    tables.plain(pd.DataFrame([_row(each) for each in view.people]), alt=_("People, their rights and their last use"))
    if has_local_accounts(here.installation):
        st.button(_("Add a person"), key="account_add", on_click=account_steps.ask, args=(account_steps.ADD,))


def draw_changes(found: Sequence[Change]) -> None:
    """The last changes, newest first."""
    if not found:
        tables.empty(_("No right has been given or taken here so far."))
        return
    rows = [
        {_("When"): formats.instant(each.at), _("Who"): each.by, _("What"): change_sentence(each)} for each in found
    ]
    tables.plain(pd.DataFrame(rows), alt=_("Changes of rights, newest first"))


def change_sentence(change: Change) -> str:
    """What was changed, and for whom."""
    if change.grant is None:
        return _CHANGES[change.action](change.whose)
    role = role_name([change.grant])
    if change.action == REVOKED:
        return _("Took the right “{role}” from {name}", role=role, name=change.whose)
    if change.recipient:
        return _(
            "Gave the right “{role}” to {name}, as: {recipient}",
            role=role,
            name=change.whose,
            recipient=change.recipient,
        )
    return _("Gave the right “{role}” to {name}", role=role, name=change.whose)


_CHANGES: Mapping[str, Callable[[str], str]] = {
    GRANTED: lambda name: _("Gave a right to {name}", name=name),
    DISABLED: lambda name: _("Closed the account of {name}", name=name),
    ENABLED: lambda name: _("Opened the account of {name} again", name=name),
    ADDED: lambda name: _("Added {name}", name=name),
    RESET: lambda name: _("Gave {name} a new first password", name=name),
}


def _row(each: Account) -> dict[str, object]:
    since = min((right.since for right in each.rights), default=None)
    return {
        _("Person"): each.display_name,
        _("Rights"): role_name(right.grant for right in each.rights) or _("none"),
        _("Since"): formats.day(since.astimezone(formats.PARIS).date(), full=False) if since else tables.NOTHING,
        _("Last used"): formats.instant(each.last_used_at) if each.last_used_at else _("never"),
        _("Sessions open"): each.sessions,
        _("Account"): _("closed") if each.disabled_at else _("open"),
    }

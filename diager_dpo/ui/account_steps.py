"""Changing an account: a box that says exactly what will happen, and a button that says what it does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from diager_dpo.domain.permissions import BOUND, Grant, Role, impediment
from diager_dpo.domain.words import RECORD_PURPOSES
from diager_dpo.services.account_changes import disable_account, enable_account, grant_right, revoke_right
from diager_dpo.services.accounts import Account, Accounts, Right
from diager_dpo.services.errors import DpoError
from diager_dpo.services.local_accounts import add_local_account, reset_password
from diager_dpo.ui import failures, formats
from diager_dpo.ui.language import N_, _, ngettext
from diager_dpo.ui.own_words import in_language, inside
from diager_dpo.ui.sentences import sentence_of
from diager_dpo.ui.visit import Visit, visit
from diager_dpo.ui.words import purpose_name, role_name, role_sentence

GRANT, REVOKE, DISABLE, ENABLE, ADD, RESET = "grant", "revoke", "disable", "enable", "add", "reset"
_STEP, _DONE = "account_step", "account_done"
_ROLES = tuple(role for role in Role if role is not Role.COMMAND_LINE)
_NOBODY = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What was asked for: of whom, and for which right."""

    kind: str
    subject: str = ""
    right: int = 0


def ask(kind: str, subject: str = "", right: int = 0) -> None:
    """Open the box; for a callback."""
    st.session_state[_STEP] = Step(kind, subject, right)


def draw(view: Accounts) -> None:
    """The box that is open, if one is."""
    step = st.session_state.get(_STEP)
    if step is None:
        return
    whom = next((each for each in view.people if each.identity.subject == step.subject), None)
    if whom is None and step.kind != ADD:
        _forget()
        return
    title, box = _BOXES[step.kind]
    st.dialog(_(title), on_dismiss=_forget)(box)(view, step, whom)


def draw_done() -> None:
    """What was just done, once."""
    said = st.session_state.pop(_DONE, None)
    if said:
        st.success(said)


def recipient_words(view: Accounts, right: Right) -> str:
    """A recipient of the charter in the language of the run; as it was kept where the charter changed."""
    named = view.recipients.get(right.grant.purpose, ()) if right.grant.purpose else ()
    return next((in_language(text) for text in named if text.fr == right.recipient), right.recipient)


def _grant(view: Accounts, _step: Step, whom: Account) -> None:
    name = formats.plain(whom.display_name)
    role = st.selectbox(_("Role"), _ROLES, key="grant_role", format_func=lambda each: role_name([Grant(each)]))
    purpose, recipient = None, _NOBODY
    if role in BOUND:
        purpose = st.selectbox(_("Purpose"), RECORD_PURPOSES, key="grant_purpose", format_func=purpose_name)
        words = {_NOBODY: _("nobody whom the charter names")}
        words |= {text.fr: in_language(text) for text in view.recipients[purpose]}
        recipient = st.selectbox(_("As"), list(words), key=f"grant_as_{purpose.code}", format_func=words.__getitem__)
    wanted = Grant(role, purpose)
    why = impediment(whom.grants, wanted)
    if why is not None:
        st.warning(sentence_of(why.value))
        return
    st.markdown(_("At once, {name} will hold the right “{role}”.", name=name, role=role_name([wanted])))
    what = role_sentence([wanted])
    st.markdown(_("Whoever holds it {what}", what=what[:1].lower() + what[1:]))
    if role is Role.APPROVER:
        st.markdown(_("For its first 24 hours, this right approves no purge."))
    if purpose is not None and recipient == _NOBODY:
        st.markdown(_("The register will show that the charter does not name this person."))
    _confirm(
        _("Give the right"),
        lambda here: grant_right(here.installation, here.actor, whom.identity.subject, wanted, recipient),
        _("{name} holds the right “{role}”.", name=name, role=role_name([wanted])),
    )


def _revoke(_view: Accounts, step: Step, whom: Account) -> None:
    name = formats.plain(whom.display_name)
    right = next((each for each in whom.rights if each.id == step.right), None)
    if right is None:
        st.warning(sentence_of("no_such_right"))
        return
    role = role_name([right.grant])
    st.markdown(
        _(
            "{name} will lose the right “{role}” at once: the next step is refused, also when signed in.",
            name=name,
            role=role,
        )
    )
    st.markdown(_("What this person did stays written down. The right can be given again."))
    _confirm(
        _("Take the right back"),
        lambda here: revoke_right(here.installation, here.actor, whom.identity.subject, step.right),
        _("{name} no longer holds the right “{role}”.", name=name, role=role),
    )


def _disable(_view: Accounts, _step: Step, whom: Account) -> None:
    name = formats.plain(whom.display_name)
    st.markdown(_("{name} can no longer sign in.", name=name))
    if whom.sessions:
        st.markdown(ngettext("{n} session open now ends at once.", "{n} sessions open now end at once.", whom.sessions))
    if whom.rights:
        held = role_name(right.grant for right in whom.rights)
        st.markdown(_("These rights rest, and come back when the account is opened again: {held}.", held=inside(held)))
    _confirm(
        _("Close the account"),
        lambda here: disable_account(here.installation, here.actor, whom.identity.subject),
        _("The account of {name} is closed.", name=name),
    )


def _enable(_view: Accounts, _step: Step, whom: Account) -> None:
    name = formats.plain(whom.display_name)
    held = role_name(right.grant for right in whom.rights)
    st.markdown(_("{name} can sign in again, with these rights: {held}.", name=name, held=inside(held) or _("none")))
    st.markdown(_("Sessions that were open before stay ended."))
    _confirm(
        _("Open the account"),
        lambda here: enable_account(here.installation, here.actor, whom.identity.subject),
        _("The account of {name} is open.", name=name),
    )


def _add(_view: Accounts, _step: Step, _whom: None) -> None:
    shown = st.text_input(_("Name as it is shown"), key="add_shown", max_chars=200)
    name = st.text_input(_("Name to sign in with"), key="add_name", max_chars=64, autocomplete="off")
    st.markdown(
        _(
            "The account holds no right yet. Its first password is shown once, here: tell it to the person, who "
            "changes it at the first sign-in."
        )
    )
    _password(_("Add the person"), lambda here: add_local_account(here.installation, here.actor, name, shown))


def _reset(_view: Accounts, _step: Step, whom: Account) -> None:
    name = formats.plain(whom.display_name)
    st.markdown(_("The password of {name} no longer works, and the sessions of this account end at once.", name=name))
    st.markdown(_("The rights begin anew: for 24 hours they approve no purge. The new password is shown once, here."))
    _password(
        _("Make a new password"), lambda here: reset_password(here.installation, here.actor, whom.identity.subject)
    )


def _confirm(label: str, act: Callable[[Visit], object], done: str) -> None:
    st.caption(_("It is written down that you did it."))
    if st.button(label, key="account_confirm", type="primary"):
        try:
            act(visit())
        except DpoError as error:
            failures.show(error)
        else:
            _forget()
            st.session_state[_DONE] = done
            st.rerun()


def _password(label: str, act: Callable[[Visit], str]) -> None:
    """Do it, and show the password for as long as the box is open."""
    if st.button(label, key="account_confirm", type="primary"):
        try:
            password = act(visit())
        except DpoError as error:
            failures.show(error)
        else:
            st.markdown(_("First password, shown this once:"))
            st.code(password, language=None)


def _forget() -> None:
    st.session_state.pop(_STEP, None)


_BOXES: Mapping[str, tuple[str, Callable[..., None]]] = {
    GRANT: (N_("Give a right"), _grant),
    REVOKE: (N_("Take a right back"), _revoke),
    DISABLE: (N_("Close an account"), _disable),
    ENABLE: (N_("Open an account again"), _enable),
    ADD: (N_("Add a person"), _add),
    RESET: (N_("New first password"), _reset),
}

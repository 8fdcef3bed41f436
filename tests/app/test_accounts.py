"""Habilitations: everybody, what is missing for four eyes, and each change behind a box that says what will happen."""

import pytest

from diager_dpo.domain.permissions import Grant, Identity, Role
from diager_dpo.domain.words import Purpose
from diager_dpo.services import accounts as service
from diager_dpo.services.account_changes import disable_account, enable_account, revoke_right
from diager_dpo.services.demonstration import ISSUER
from diager_dpo.services.sessions import open_session, who
from diager_dpo.store.engine import writing
from diager_dpo.store.tables import role_grant

ADMIN = Identity(ISSUER, "administrator")


@pytest.fixture(autouse=True)
def _as_before(demonstration):
    """The demonstration is shared: what a test changes is put back."""
    yield
    for person in service.accounts(demonstration, ADMIN).people:
        if person.disabled_at:
            enable_account(demonstration, ADMIN, person.identity.subject)


def read(app):
    parts = [*app.title, *app.header, *app.markdown, *app.warning, *app.error, *app.caption, *app.success, *app.info]
    return "\n".join(each.value for each in parts).replace("\u00a0", " ").replace("\u202f", " ")


def buttons(app):
    return {each.key for each in app.button}


def held(installation, subject):
    people = service.accounts(installation, ADMIN).people
    return next(each for each in people if each.identity.subject == subject)


def test_everybody_is_shown_with_rights_and_last_use(look_at):
    app = look_at("accounts", "administrator")
    assert not app.exception
    assert app.header[0].value.startswith("7 personnes sont habilitées")
    table = app.table[0].value
    assert {"Hélène Rochelande", "Nadia Boisdrille"} <= set(table["Personne"])
    assert "Opérateur (prospection)" in set(table["Habilitations"])
    assert set(table["Compte"]) == {"ouvert"}
    assert not app.warning, "the people of the demonstration make four eyes"


def test_a_right_is_given_after_the_box_said_what_it_does(look_at, demonstration):
    app = look_at("accounts", "administrator", account="auditor")
    app.button(key="account_grant").click().run()
    app.selectbox(key="grant_role").select(Role.OPERATOR).run()
    app.selectbox(key="grant_purpose").select(Purpose.ACCOUNTING).run()
    said = read(app)
    assert "Dès maintenant, Octave Noirmortier aura l\u2019habilitation" in said
    assert "la charte ne désigne pas cette personne" in said
    assert len(held(demonstration, "auditor").rights) == 1, "nothing is done before it is confirmed"
    app.button(key="account_confirm").click().run()
    assert not app.exception
    assert app.success[0].value.startswith("Octave Noirmortier a l\u2019habilitation")
    assert Grant(Role.OPERATOR, Purpose.ACCOUNTING) in held(demonstration, "auditor").grants
    right = held(demonstration, "auditor").rights[-1]
    revoke_right(demonstration, ADMIN, "auditor", right.id)


def test_an_approver_is_told_of_the_first_day(look_at):
    app = look_at("accounts", "administrator", account="auditor")
    app.button(key="account_grant").click().run()
    app.selectbox(key="grant_role").select(Role.APPROVER).run()
    assert "Pendant ses premières 24 heures, cette habilitation n\u2019approuve aucune purge." in read(app)


def test_roles_that_exclude_each_other_cannot_be_confirmed(look_at):
    app = look_at("accounts", "administrator", account="management")
    app.button(key="account_grant").click().run()
    app.selectbox(key="grant_role").select(Role.ADMINISTRATOR).run()
    assert app.warning
    assert "account_confirm" not in buttons(app)


def test_a_right_is_taken_after_the_box_said_so(look_at, demonstration):
    right = held(demonstration, "operator").rights[0]
    app = look_at("accounts", "administrator", account="operator")
    app.button(key=f"right_{right.id}").click().run()
    assert "perdra aussitôt l\u2019habilitation" in read(app)
    app.button(key="account_confirm").click().run()
    assert not held(demonstration, "operator").rights
    with writing(demonstration.store) as connection:
        connection.execute(role_grant.update().where(role_grant.c.id == right.id).values(revoked_at=None))


def test_the_last_administrator_is_told_why_and_stays(look_at, demonstration):
    app = look_at("accounts", "administrator", account="administrator")
    assert "account_grant" not in buttons(app), "nobody gives themself a right"
    app.button(key="account_disable").click().run()
    app.button(key="account_confirm").click().run()
    assert not app.exception
    assert app.error
    assert not held(demonstration, "administrator").disabled_at


def test_an_account_is_closed_with_its_sessions(look_at, demonstration):
    token = open_session(demonstration, Identity(ISSUER, "auditor"))
    app = look_at("accounts", "administrator", account="auditor")
    app.button(key="account_disable").click().run()
    assert "session ouverte en ce moment prend" in read(app) or "sessions ouvertes en ce moment prennent" in read(app)
    app.button(key="account_confirm").click().run()
    assert who(demonstration, token) is None
    assert app.info[0].value.startswith("Ce compte a été fermé")
    assert "account_enable" in buttons(app)


def test_what_is_missing_for_four_eyes_is_said(look_at, demonstration):
    disable_account(demonstration, ADMIN, "approver-accounts")
    said = look_at("accounts", "administrator").warning[0].value
    assert "gestion des clients et comptabilité" in said


def test_one_person_alone_is_told_so(look_at, demonstration):
    for person in service.accounts(demonstration, ADMIN).people:
        if person.identity != ADMIN:
            disable_account(demonstration, ADMIN, person.identity.subject)
    assert "Une personne seule ne fait pas quatre yeux" in look_at("accounts", "administrator").warning[0].value


def test_a_right_taken_while_the_box_is_open_changes_nothing(look_at, demonstration):
    """The callback and the confirmation run for somebody who was an administrator a moment ago."""
    app = look_at("accounts", "administrator", account="auditor")
    app.button(key="account_disable").click().run()
    with writing(demonstration.store) as connection:
        connection.execute(
            role_grant.update().where(role_grant.c.subject == "administrator").values(revoked_at="2026-01-01")
        )
    app.button(key="account_confirm").click().run()
    with writing(demonstration.store) as connection:
        connection.execute(role_grant.update().where(role_grant.c.subject == "administrator").values(revoked_at=None))
    assert not held(demonstration, "auditor").disabled_at
    assert "7 personnes" not in read(app)


def test_changes_are_told_newest_first(look_at, demonstration):
    disable_account(demonstration, ADMIN, "auditor")
    enable_account(demonstration, ADMIN, "auditor")
    told = look_at("accounts", "administrator").table[1].value
    assert list(told["Quoi"])[:2] == [
        "Compte rouvert\u202f: Octave Noirmortier",
        "Compte fermé\u202f: Octave Noirmortier",
    ]

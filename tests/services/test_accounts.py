"""Who holds what, and how rights are given and taken."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import update

from diager_dpo.domain.permissions import Action, Grant, Identity, Role
from diager_dpo.domain.words import RECORD_PURPOSES, Purpose
from diager_dpo.services import access, account_changes
from diager_dpo.services.account_changes import disable_account, enable_account, grant_right, revoke_right
from diager_dpo.services.accounts import DISABLED, ENABLED, GRANTED, REVOKED, accounts, changes
from diager_dpo.services.errors import DpoError, NotPossible, Refused
from diager_dpo.services.sessions import open_session, who
from diager_dpo.store.engine import writing
from diager_dpo.store.tables import account
from tests.services.filled_store import NOW, grant

ADMIN = Identity("local", "nadia")
OTHER_ADMIN = Identity("local", "yann")
MARIE = Identity("local", "marie")
PROSPECTING_STAFF = "Collaborateurs de DIAGER chargés de la prospection"


@pytest.fixture
def house(any_installation):
    grant(any_installation.store, ADMIN, Role.ADMINISTRATOR)
    known(any_installation, MARIE)
    return any_installation


def known(installation, identity):
    with writing(installation.store) as connection:
        name = identity.subject.capitalize()
        connection.execute(account.insert().values(issuer=identity.issuer, subject=identity.subject, display_name=name))


def of(installation, identity, actor=ADMIN):
    return next(each for each in accounts(installation, actor).people if each.identity == identity)


@contextmanager
def refused(code, kind=DpoError):
    with pytest.raises(kind) as caught:
        yield
    assert caught.value.code == code


def test_a_right_that_is_granted_is_held_at_once(house):
    grant_right(house, ADMIN, "marie", Grant(Role.OPERATOR, Purpose.CONTESTS))
    assert access.purposes(house, MARIE, Action.SEE_RECORDS) == {Purpose.CONTESTS}
    (right,) = of(house, MARIE).rights
    assert (right.grant, right.since) == (Grant(Role.OPERATOR, Purpose.CONTESTS), NOW)


def test_a_right_that_is_revoked_is_gone_at_once_and_cannot_be_revoked_again(house):
    grant_right(house, ADMIN, "marie", Grant(Role.DPO))
    (right,) = of(house, MARIE).rights
    revoke_right(house, ADMIN, "marie", right.id)
    assert not access.actor_grants(house, MARIE)
    with refused("no_such_right", NotPossible):
        revoke_right(house, ADMIN, "marie", right.id)


def test_a_right_is_taken_from_the_person_it_is_said_of(house):
    grant_right(house, ADMIN, "marie", Grant(Role.DPO))
    known(house, OTHER_ADMIN)
    with refused("no_such_right"):
        revoke_right(house, ADMIN, "yann", of(house, MARIE).rights[0].id)


def test_whoever_is_granted_a_right_as_a_recipient_of_the_charter_is_kept_as_such(house):
    grant_right(house, ADMIN, "marie", Grant(Role.OPERATOR, Purpose.PROSPECTING), PROSPECTING_STAFF)
    assert of(house, MARIE).rights[0].recipient == PROSPECTING_STAFF


@pytest.mark.parametrize("purpose", [Purpose.CONTESTS, Purpose.ACCOUNTING])
def test_a_recipient_that_the_charter_does_not_name_for_the_purpose_is_refused(house, purpose):
    with refused("recipient_unknown", NotPossible):
        grant_right(house, ADMIN, "marie", Grant(Role.OPERATOR, purpose), PROSPECTING_STAFF)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (Grant(Role.OPERATOR), "purpose_missing"),
        (Grant(Role.APPROVER, Purpose.STATISTICS), "purpose_missing"),
        (Grant(Role.AUDITOR, Purpose.CONTESTS), "purpose_out_of_place"),
        (Grant(Role.COMMAND_LINE), "role_not_for_people"),
    ],
)
def test_a_grant_that_makes_no_sense_is_refused(house, wanted, code):
    with refused(code, NotPossible):
        grant_right(house, ADMIN, "marie", wanted)
    assert not of(house, MARIE).rights


@pytest.mark.parametrize("other", [Grant(Role.MANAGEMENT), Grant(Role.APPROVER, Purpose.CONTESTS)])
def test_approver_and_management_are_never_administrators(house, other):
    grant_right(house, ADMIN, "marie", other)
    with refused("roles_exclude_each_other", Refused):
        grant_right(house, ADMIN, "marie", Grant(Role.ADMINISTRATOR))


@pytest.mark.parametrize("role", [Role.DPO, Role.MANAGEMENT, Role.AUDITOR])
def test_nobody_gives_themself_a_right(house, role):
    with refused("own_right", Refused):
        grant_right(house, ADMIN, "nadia", Grant(role))


def test_the_last_administrator_stays(house):
    with refused("last_administrator", NotPossible):
        revoke_right(house, ADMIN, "nadia", of(house, ADMIN).rights[0].id)
    with refused("last_administrator", NotPossible):
        disable_account(house, ADMIN, "nadia")


def test_an_administrator_whose_account_is_disabled_does_not_count_as_one(house):
    grant(house.store, OTHER_ADMIN, Role.ADMINISTRATOR)
    disable_account(house, ADMIN, "yann")
    with refused("last_administrator"):
        disable_account(house, ADMIN, "nadia")
    revoke_right(house, ADMIN, "yann", of(house, OTHER_ADMIN).rights[0].id)


def test_one_of_two_administrators_may_go(house):
    grant(house.store, OTHER_ADMIN, Role.ADMINISTRATOR)
    revoke_right(house, ADMIN, "nadia", of(house, ADMIN).rights[0].id)
    with refused("not_permitted", Refused):
        accounts(house, ADMIN)


def test_two_administrators_who_take_each_others_right_at_once_leave_one(house):
    grant(house.store, OTHER_ADMIN, Role.ADMINISTRATOR)
    rights = {each: of(house, each).rights[0].id for each in (ADMIN, OTHER_ADMIN)}
    together, failed = Barrier(2), []

    def take(actor, other):
        together.wait()
        try:
            revoke_right(house, actor, other.subject, rights[other])
        except DpoError as error:
            failed.append(error.code)

    threads = [Thread(target=take, args=pair) for pair in ((ADMIN, OTHER_ADMIN), (OTHER_ADMIN, ADMIN))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == ["not_permitted"]


def test_a_disabled_account_opens_nothing_and_its_sessions_do_not_come_back_with_it(house):
    grant_right(house, ADMIN, "marie", Grant(Role.DPO))
    token = open_session(house, MARIE)
    disable_account(house, ADMIN, "marie")
    assert who(house, token) is None
    assert not of(house, MARIE).grants
    enable_account(house, ADMIN, "marie")
    assert who(house, token) is None
    assert of(house, MARIE).grants == (Grant(Role.DPO),)


def test_an_account_is_disabled_once_and_enabled_once(house):
    with refused("account_is_enabled", NotPossible):
        enable_account(house, ADMIN, "marie")
    disable_account(house, ADMIN, "marie")
    with refused("account_is_disabled", NotPossible):
        disable_account(house, ADMIN, "marie")
    with refused("account_is_disabled", NotPossible):
        grant_right(house, ADMIN, "marie", Grant(Role.DPO))


def test_accounts_of_another_issuer_are_neither_shown_nor_changed(house):
    elsewhere = Identity("https://sso.example", "marie")
    grant(house.store, elsewhere, Role.DPO)
    assert elsewhere not in {each.identity for each in accounts(house, ADMIN).people}
    with refused("no_such_account", NotPossible):
        grant_right(house, ADMIN, "nobody", Grant(Role.DPO))


def test_an_administrator_of_another_issuer_changes_nothing(house):
    elsewhere = Identity("https://sso.example", "nadia")
    grant(house.store, elsewhere, Role.ADMINISTRATOR)
    with refused("not_permitted", Refused):
        grant_right(house, elsewhere, "marie", Grant(Role.DPO))


def test_where_a_provider_says_who_may_what_nothing_is_given_or_taken_here(house, monkeypatch):
    monkeypatch.setattr(account_changes, "provider_decides", lambda _installation: True)
    with refused("rights_given_elsewhere", NotPossible):
        grant_right(house, ADMIN, "marie", Grant(Role.DPO))
    with refused("rights_given_elsewhere", NotPossible):
        revoke_right(house, ADMIN, "nadia", of(house, ADMIN).rights[0].id)


def test_the_command_line_grants_nothing(house):
    with refused("not_permitted", Refused):
        grant_right(house, Identity("cli", "root"), "marie", Grant(Role.DPO))


def test_the_last_use_of_an_account_outlives_its_sessions(house):
    assert of(house, MARIE).last_used_at is None
    token = open_session(house, MARIE)
    assert of(house, MARIE).sessions == 1
    who(replace(house, clock=lambda: NOW + timedelta(minutes=20)), token)
    next_day = replace(house, clock=lambda: NOW + timedelta(days=1))
    seen = of(next_day, MARIE)
    assert (seen.sessions, seen.last_used_at) == (0, NOW + timedelta(minutes=20))


def test_one_person_alone_cannot_make_four_eyes(house):
    for purpose in RECORD_PURPOSES:
        grant(house.store, MARIE, Role.APPROVER, purpose)
    grant(house.store, MARIE, Role.DPO)
    assert accounts(house, ADMIN).without_four_eyes == RECORD_PURPOSES
    grant(house.store, Identity("local", "paul"), Role.APPROVER, Purpose.CONTESTS)
    assert Purpose.CONTESTS not in accounts(house, ADMIN).without_four_eyes
    disable_account(house, ADMIN, "paul")
    assert Purpose.CONTESTS in accounts(house, ADMIN).without_four_eyes


def test_every_change_is_written_down_with_who_made_it(house):
    wanted = Grant(Role.OPERATOR, Purpose.PROSPECTING)
    grant_right(house, ADMIN, "marie", wanted, PROSPECTING_STAFF)
    revoke_right(house, ADMIN, "marie", of(house, MARIE).rights[0].id)
    disable_account(house, ADMIN, "marie")
    enable_account(house, ADMIN, "marie")
    found = changes(house, ADMIN)
    assert [each.action for each in found] == [ENABLED, DISABLED, REVOKED, GRANTED]
    assert {(each.at, each.by, each.whose) for each in found} == {(NOW, "nadia", "Marie")}
    assert (found[-1].grant, found[-1].recipient) == (wanted, PROSPECTING_STAFF)


def test_a_change_that_is_refused_is_not_written_down(house):
    with refused("own_right"):
        grant_right(house, ADMIN, "nadia", Grant(Role.DPO))
    assert not changes(house, ADMIN)


def test_a_change_that_cannot_be_written_down_is_not_made(house, monkeypatch):
    def fail(*_arguments, **_more):
        raise RuntimeError

    monkeypatch.setattr(account_changes.journal, "record", fail)
    with pytest.raises(RuntimeError):
        grant_right(house, ADMIN, "marie", Grant(Role.DPO))
    assert not of(house, MARIE).rights


def test_a_right_withdrawn_a_moment_ago_no_longer_changes_rights(house):
    grant(house.store, OTHER_ADMIN, Role.ADMINISTRATOR)
    with writing(house.store) as connection:
        connection.execute(update(account).where(account.c.subject == "yann").values(disabled_at=NOW.isoformat()))
    with refused("not_permitted", Refused):
        grant_right(house, OTHER_ADMIN, "marie", Grant(Role.DPO))

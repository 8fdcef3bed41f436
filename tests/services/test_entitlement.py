"""The register says who is actually entitled to a purpose beside whom the charter names, and where they differ."""

import pytest

from diager_dpo.domain.permissions import Grant, Identity, Role
from diager_dpo.domain.words import RECORD_PURPOSES, Purpose
from diager_dpo.services.account_changes import disable_account, grant_right
from diager_dpo.services.accounts import recipients
from diager_dpo.services.demonstration import PEOPLE, RECIPIENTS
from diager_dpo.services.entitlement import entitlements
from tests.services.filled_store import grant

ADMIN, DPO, MARIE = (Identity("local", name) for name in ("nadia", "helene", "marie"))
STAFF = "Collaborateurs de DIAGER chargés de la prospection"


@pytest.fixture
def house(installation):
    grant(installation.store, ADMIN, Role.ADMINISTRATOR)
    grant(installation.store, DPO, Role.DPO)
    grant(installation.store, MARIE, Role.AUDITOR)
    return installation


def of(installation, purpose, actor=DPO):
    return next(each for each in entitlements(installation, actor) if each.purpose is purpose)


def test_whom_the_charter_names_and_nobody_is_entitled_as_is_no_fault_but_said(house):
    found = of(house, Purpose.PROSPECTING)
    assert [text.fr for text in found.named] == [STAFF]
    assert found.difference.nobody == found.named
    assert not found.difference.not_named


def test_whoever_is_entitled_as_a_recipient_makes_no_difference(house):
    grant_right(house, ADMIN, "marie", Grant(Role.OPERATOR, Purpose.PROSPECTING), STAFF)
    found = of(house, Purpose.PROSPECTING)
    assert [(each.name, each.roles, each.recipient) for each in found.entitled] == [("marie", (Role.OPERATOR,), STAFF)]
    assert (found.difference.not_named, found.difference.nobody) == ((), ())


def test_whoever_is_entitled_as_nobody_the_charter_names_is_flagged(house):
    grant_right(house, ADMIN, "marie", Grant(Role.OPERATOR, Purpose.ACCOUNTING))
    found = of(house, Purpose.ACCOUNTING)
    assert not found.named
    assert [each.name for each in found.difference.not_named] == ["marie"]


def test_a_recipient_that_the_charter_no_longer_names_is_flagged(house):
    grant_right(house, ADMIN, "marie", Grant(Role.APPROVER, Purpose.PROSPECTING), STAFF)
    with house.store.begin() as connection:
        connection.exec_driver_sql("UPDATE role_grant SET recipient = 'Une autre équipe' WHERE recipient IS NOT NULL")
    assert of(house, Purpose.PROSPECTING).difference.not_named[0].recipient == "Une autre équipe"


def test_the_dpo_and_the_auditor_see_every_purpose_by_their_mission(house):
    found = of(house, Purpose.CONTESTS)
    assert [(each.name, each.roles) for each in found.by_mission] == [
        ("helene", (Role.DPO,)),
        ("marie", (Role.AUDITOR,)),
    ]
    assert not found.entitled


def test_a_disabled_account_is_not_entitled(house):
    grant_right(house, ADMIN, "marie", Grant(Role.OPERATOR, Purpose.CONTESTS))
    disable_account(house, ADMIN, "marie")
    found = of(house, Purpose.CONTESTS)
    assert not found.entitled
    assert [each.name for each in found.by_mission] == ["helene"]


def test_an_operator_sees_who_is_entitled_to_their_own_purpose_only(house):
    somebody = Identity("local", "paul")
    grant(house.store, somebody, Role.OPERATOR, Purpose.CONTESTS)
    assert [each.purpose for each in entitlements(house, somebody)] == [Purpose.CONTESTS]
    assert [each.purpose for each in entitlements(house, DPO)] == list(RECORD_PURPOSES)


def test_the_people_of_the_demonstration_are_recipients_in_the_words_of_the_charter(house):
    held = {(person.identity.subject, grant.purpose) for person in PEOPLE for grant in person.grants}
    assert set(RECIPIENTS) <= held
    for (_subject, purpose), words in RECIPIENTS.items():
        assert words in {text.fr for text in recipients(house)[purpose]}

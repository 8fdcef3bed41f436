import pytest
from sqlalchemy import update

from diager_dpo.domain.permissions import Action, Identity, Role
from diager_dpo.domain.words import Purpose
from diager_dpo.services.access import actor_grants, purposes, require
from diager_dpo.services.errors import Refused
from diager_dpo.store.engine import writing
from diager_dpo.store.tables import account, role_grant
from tests.services.filled_store import CLI, DPO, grant

OPERATOR = Identity("demonstration", "operator")


def may(installation, actor, action, purpose=None):
    try:
        require(installation, actor, action, purpose)
    except Refused:
        return False
    return True


def change(installation, table, **values):
    with writing(installation.store) as connection:
        connection.execute(update(table).values(**values))


def test_a_role_permits_what_its_table_says(any_installation):
    grant(any_installation.store, DPO, Role.DPO)
    assert may(any_installation, DPO, Action.SCAN)
    assert not may(any_installation, DPO, Action.BACK_UP)


def test_nobody_knows_an_actor_without_a_grant(any_installation):
    assert not may(any_installation, DPO, Action.SEE_TOTALS)
    assert actor_grants(any_installation, DPO) == ()


def test_a_role_of_one_purpose_permits_it_for_that_purpose_only(any_installation):
    grant(any_installation.store, OPERATOR, Role.OPERATOR, Purpose.PROSPECTING)
    assert purposes(any_installation, OPERATOR, Action.SEE_RECORDS) == {Purpose.PROSPECTING}
    assert may(any_installation, OPERATOR, Action.SEE_RECORDS)
    assert may(any_installation, OPERATOR, Action.SEE_RECORDS, Purpose.PROSPECTING)
    assert not may(any_installation, OPERATOR, Action.SEE_RECORDS, Purpose.CONTESTS)


def test_a_right_counts_no_longer_from_the_moment_it_is_revoked(any_installation):
    grant(any_installation.store, DPO, Role.DPO)
    assert may(any_installation, DPO, Action.SCAN)
    change(any_installation, role_grant, revoked_at="2025-01-10T09:31:00+00:00")
    assert not may(any_installation, DPO, Action.SCAN)


def test_a_disabled_account_holds_nothing(any_installation):
    grant(any_installation.store, DPO, Role.DPO)
    change(any_installation, account, disabled_at="2025-01-10T09:31:00+00:00")
    assert not may(any_installation, DPO, Action.SCAN)


def test_the_same_name_of_another_issuer_is_somebody_else(any_installation):
    grant(any_installation.store, DPO, Role.DPO)
    assert not may(any_installation, Identity("https://elsewhere.example", DPO.subject), Action.SCAN)


def test_the_command_line_needs_no_account(any_installation):
    assert may(any_installation, CLI, Action.SCAN)
    assert not may(any_installation, CLI, Action.SEE_ACCOUNTS)


def test_a_refusal_names_the_action_and_nobody(any_installation):
    with pytest.raises(Refused) as refused:
        require(any_installation, DPO, Action.SCAN)
    assert (refused.value.code, refused.value.values) == ("not_permitted", {"action": "scan"})

"""The table "Who may" of the rules: every role, every action, every purpose."""

from itertools import product

import pytest

from diager_dpo.domain.permissions import Action, Grant, Role, allowed_purposes, may
from diager_dpo.domain.words import Purpose

ALL, OWN, NO = "all", "own", "no"

# Rows of the table, one a line of it, in its words. The command line scans, verifies, exports; it approves nothing.
TABLE = {
    Action.SEE_TOTALS: {"dpo": ALL, "operator": OWN, "approver": OWN, "management": ALL, "auditor": ALL, "administrator": NO, "command_line": ALL},
    Action.SEE_REGISTER: {"dpo": ALL, "operator": OWN, "approver": OWN, "management": ALL, "auditor": ALL, "administrator": NO, "command_line": ALL},
    # counts, for management, are aggregates: no record, not even its key
    Action.SEE_RECORDS: {"dpo": ALL, "operator": OWN, "approver": OWN, "management": NO, "auditor": ALL, "administrator": NO, "command_line": ALL},
    # the source is the administrator's; what is wrong with it concerns the DPO and the auditor
    Action.SEE_SOURCE: {"dpo": ALL, "operator": NO, "approver": NO, "management": NO, "auditor": ALL, "administrator": ALL, "command_line": ALL},
    Action.SCAN: {"dpo": ALL, "operator": NO, "approver": NO, "management": NO, "auditor": NO, "administrator": ALL, "command_line": ALL},
    Action.MANAGE_SOURCE: {"dpo": NO, "operator": NO, "approver": NO, "management": NO, "auditor": NO, "administrator": ALL, "command_line": ALL},
    Action.SEE_ACCOUNTS: {"dpo": NO, "operator": NO, "approver": NO, "management": NO, "auditor": NO, "administrator": ALL, "command_line": NO},
    Action.BACK_UP: {"dpo": NO, "operator": NO, "approver": NO, "management": NO, "auditor": NO, "administrator": ALL, "command_line": ALL},
}  # fmt: skip
OWN_PURPOSE = Purpose.CONTESTS
CASES = list(product(Role, Action))


def test_the_table_leaves_out_no_role_and_no_action():
    assert set(TABLE) == set(Action)
    assert all(set(row) == set(Role) for row in TABLE.values())


@pytest.mark.parametrize(("role", "action"), CASES)
def test_a_role_may_what_the_table_says(role, action):
    grants = [Grant(role, OWN_PURPOSE)]
    expected = {ALL: set(Purpose), OWN: {OWN_PURPOSE}, NO: set()}[TABLE[action][role]]
    assert {purpose for purpose in Purpose if may(grants, action, purpose)} == expected
    assert allowed_purposes(grants, action) == expected
    assert may(grants, action) is bool(expected)


@pytest.mark.parametrize("action", Action)
def test_nobody_without_a_grant_may_anything(action):
    assert not may([], action)
    assert not any(may([], action, purpose) for purpose in Purpose)


@pytest.mark.parametrize("action", [action for action in Action if TABLE[action]["operator"] == OWN])
def test_grants_for_two_purposes_add_up_and_give_no_third(action):
    grants = [Grant(Role.OPERATOR, Purpose.PROSPECTING), Grant(Role.APPROVER, Purpose.CONTESTS)]
    assert allowed_purposes(grants, action) == {Purpose.PROSPECTING, Purpose.CONTESTS}


@pytest.mark.parametrize(("role", "action"), CASES)
def test_a_second_role_takes_nothing_away(role, action):
    alone = allowed_purposes([Grant(role)], action)
    assert alone <= allowed_purposes([Grant(role), Grant(Role.AUDITOR)], action)


def test_an_operator_bound_to_no_purpose_has_all_of_them():
    assert allowed_purposes([Grant(Role.OPERATOR)], Action.SEE_RECORDS) == set(Purpose)

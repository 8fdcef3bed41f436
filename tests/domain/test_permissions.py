"""The table "Who may" of the rules: every role, every action, every purpose."""

from itertools import product

import pytest

from diager_dpo.domain.permissions import (
    BOUND,
    Action,
    Grant,
    Impediment,
    Role,
    allowed_purposes,
    impediment,
    may,
    without_four_eyes,
)
from diager_dpo.domain.words import RECORD_PURPOSES, Purpose

ALL, OWN, NO = "all", "own", "no"

# Rows of the table, one a line of it, in its words. The command line scans, verifies, exports; it approves nothing.
TABLE = {
    Action.SEE_TOTALS: {"dpo": ALL, "operator": OWN, "approver": OWN, "management": ALL, "auditor": ALL, "administrator": NO, "command_line": ALL},
    Action.SEE_REGISTER: {"dpo": ALL, "operator": OWN, "approver": OWN, "management": ALL, "auditor": ALL, "administrator": NO, "command_line": ALL},
    # counts, for management, are aggregates: no record, not even its key
    Action.SEE_RECORDS: {"dpo": ALL, "operator": OWN, "approver": OWN, "management": NO, "auditor": ALL, "administrator": NO, "command_line": ALL},
    # management sees the business, never a record; only the DPO and the command line publish
    Action.SEE_STATISTICS: {"dpo": ALL, "operator": NO, "approver": NO, "management": ALL, "auditor": ALL, "administrator": NO, "command_line": ALL},
    Action.PUBLISH_STATISTICS: {"dpo": ALL, "operator": NO, "approver": NO, "management": NO, "auditor": NO, "administrator": NO, "command_line": ALL},
    # the source is the administrator's; what is wrong with it concerns the DPO and the auditor
    Action.SEE_SOURCE: {"dpo": ALL, "operator": NO, "approver": NO, "management": NO, "auditor": ALL, "administrator": ALL, "command_line": ALL},
    Action.SCAN: {"dpo": ALL, "operator": NO, "approver": NO, "management": NO, "auditor": NO, "administrator": ALL, "command_line": ALL},
    Action.MANAGE_SOURCE: {"dpo": NO, "operator": NO, "approver": NO, "management": NO, "auditor": NO, "administrator": ALL, "command_line": ALL},
    # names: an approver sees those under review, which is no search
    Action.FIND_PERSON: {"dpo": ALL, "operator": OWN, "approver": NO, "management": NO, "auditor": NO, "administrator": NO, "command_line": NO},
    Action.SEE_ACCESS_LOG: {"dpo": ALL, "operator": NO, "approver": NO, "management": NO, "auditor": ALL, "administrator": NO, "command_line": NO},
    Action.SEE_JOURNAL: {"dpo": ALL, "operator": OWN, "approver": OWN, "management": NO, "auditor": ALL, "administrator": NO, "command_line": ALL},
    Action.SEE_PURGES: {"dpo": ALL, "operator": OWN, "approver": OWN, "management": NO, "auditor": ALL, "administrator": NO, "command_line": ALL},
    Action.SEE_NAMES_UNDER_REVIEW: {"dpo": ALL, "operator": OWN, "approver": OWN, "management": NO, "auditor": NO, "administrator": NO, "command_line": NO},
    Action.PROPOSE_PURGE: {"dpo": ALL, "operator": OWN, "approver": NO, "management": NO, "auditor": NO, "administrator": NO, "command_line": NO},
    Action.APPROVE_PURGE: {"dpo": NO, "operator": NO, "approver": OWN, "management": NO, "auditor": NO, "administrator": NO, "command_line": NO},
    Action.EXECUTE_PURGE: {"dpo": ALL, "operator": NO, "approver": OWN, "management": NO, "auditor": NO, "administrator": NO, "command_line": ALL},
    Action.RECORD_NOTICE: {"dpo": ALL, "operator": NO, "approver": NO, "management": NO, "auditor": NO, "administrator": NO, "command_line": NO},
    Action.PLACE_HOLD: {"dpo": ALL, "operator": NO, "approver": NO, "management": NO, "auditor": NO, "administrator": NO, "command_line": NO},
    Action.LIFT_HOLD: {"dpo": NO, "operator": NO, "approver": OWN, "management": NO, "auditor": NO, "administrator": NO, "command_line": NO},
    Action.QUALIFY: {"dpo": ALL, "operator": NO, "approver": NO, "management": NO, "auditor": NO, "administrator": NO, "command_line": NO},
    Action.RECORD_OBJECTION: {"dpo": ALL, "operator": NO, "approver": NO, "management": NO, "auditor": NO, "administrator": NO, "command_line": NO},
    Action.COMPLETE_REGISTER: {"dpo": ALL, "operator": NO, "approver": NO, "management": NO, "auditor": NO, "administrator": NO, "command_line": NO},
    Action.ANNOUNCE_DURATION: {"dpo": ALL, "operator": NO, "approver": NO, "management": NO, "auditor": NO, "administrator": NO, "command_line": NO},
    # who prospects looks before they write; the command line verifies and exports
    Action.CHECK_OPT_OUT: {"dpo": ALL, "operator": OWN, "approver": NO, "management": NO, "auditor": NO, "administrator": NO, "command_line": ALL},
    Action.EXPORT_RECORDS: {"dpo": ALL, "operator": OWN, "approver": NO, "management": NO, "auditor": ALL, "administrator": NO, "command_line": ALL},
    Action.MANAGE_ACCOUNTS: {"dpo": NO, "operator": NO, "approver": NO, "management": NO, "auditor": NO, "administrator": ALL, "command_line": NO},
    Action.SEE_ACCOUNTS: {"dpo": NO, "operator": NO, "approver": NO, "management": NO, "auditor": NO, "administrator": ALL, "command_line": NO},
    # keys are files of the machine: whoever runs commands there has them in hand
    Action.MANAGE_KEYS: {"dpo": NO, "operator": NO, "approver": NO, "management": NO, "auditor": NO, "administrator": ALL, "command_line": ALL},
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


@pytest.mark.parametrize(
    "action", [action for action in Action if {TABLE[action][role] for role in ("operator", "approver")} == {OWN}]
)
def test_grants_for_two_purposes_add_up_and_give_no_third(action):
    grants = [Grant(Role.OPERATOR, Purpose.PROSPECTING), Grant(Role.APPROVER, Purpose.CONTESTS)]
    assert allowed_purposes(grants, action) == {Purpose.PROSPECTING, Purpose.CONTESTS}


@pytest.mark.parametrize(("role", "action"), CASES)
def test_a_second_role_takes_nothing_away(role, action):
    alone = allowed_purposes([Grant(role, OWN_PURPOSE)], action)
    assert alone <= allowed_purposes([Grant(role, OWN_PURPOSE), Grant(Role.AUDITOR)], action)


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", sorted(BOUND))
def test_a_role_that_must_be_bound_to_a_purpose_is_nothing_without_one(role, action):
    assert not allowed_purposes([Grant(role)], action)


@pytest.mark.parametrize("other", [Role.APPROVER, Role.MANAGEMENT])
def test_approver_and_management_are_never_administrators(other):
    purpose = Purpose.CONTESTS if other in BOUND else None
    assert impediment([Grant(Role.ADMINISTRATOR)], Grant(other, purpose)) is Impediment.ROLES_EXCLUDE_EACH_OTHER
    assert impediment([Grant(other, purpose)], Grant(Role.ADMINISTRATOR)) is Impediment.ROLES_EXCLUDE_EACH_OTHER


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.APPROVER, Role.MANAGEMENT, Role.COMMAND_LINE}))
def test_an_administrator_can_be_given_any_other_role(role):
    held = () if role is Role.ADMINISTRATOR else (Grant(Role.ADMINISTRATOR),)
    assert impediment(held, Grant(role, Purpose.CONTESTS if role in BOUND else None)) is None


@pytest.mark.parametrize("role", sorted(BOUND))
@pytest.mark.parametrize("purpose", [None, Purpose.STATISTICS])
def test_operators_and_approvers_are_granted_for_a_purpose_that_has_records(role, purpose):
    assert impediment((), Grant(role, purpose)) is Impediment.PURPOSE_MISSING


@pytest.mark.parametrize("role", sorted(set(Role) - BOUND - {Role.COMMAND_LINE}))
def test_any_other_role_is_granted_for_none(role):
    assert impediment((), Grant(role, Purpose.CONTESTS)) is Impediment.PURPOSE_OUT_OF_PLACE


def test_the_command_line_is_no_role_of_a_person():
    assert impediment((), Grant(Role.COMMAND_LINE)) is Impediment.ROLE_NOT_FOR_PEOPLE


def test_what_is_held_is_not_given_twice():
    held = Grant(Role.OPERATOR, Purpose.CONTESTS)
    assert impediment((held,), held) is Impediment.ALREADY_HELD
    assert impediment((held,), Grant(Role.OPERATOR, Purpose.PROSPECTING)) is None


def test_one_person_alone_cannot_make_four_eyes():
    alone = [Grant(Role.DPO), *(Grant(Role.APPROVER, purpose) for purpose in RECORD_PURPOSES)]
    assert without_four_eyes([alone]) == RECORD_PURPOSES


def test_two_people_make_four_eyes_for_the_purposes_they_share():
    proposer = [Grant(Role.OPERATOR, Purpose.CONTESTS), Grant(Role.OPERATOR, Purpose.PROSPECTING)]
    approver = [Grant(Role.APPROVER, Purpose.CONTESTS), Grant(Role.APPROVER, Purpose.ACCOUNTING)]
    assert without_four_eyes([proposer, approver]) == tuple(p for p in RECORD_PURPOSES if p is not Purpose.CONTESTS)


def test_nobody_makes_no_four_eyes():
    assert without_four_eyes([]) == RECORD_PURPOSES

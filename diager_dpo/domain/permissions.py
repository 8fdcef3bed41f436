"""Who may do what: the one table of rights (rules, "Who may").

A right follows from a role; operators and approvers hold theirs for a purpose. A role that may do something within its
own purposes only is listed under ``WITHIN_PURPOSE``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from diager_dpo.domain.words import Purpose


class Role(StrEnum):
    """What a person is to the product."""

    DPO = "dpo"
    OPERATOR = "operator"
    APPROVER = "approver"
    MANAGEMENT = "management"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    COMMAND_LINE = "command_line"  # cli:<user of the system>


class Action(StrEnum):
    """What a service does for somebody. Every service names exactly one."""

    SEE_TOTALS = "see_totals"  # aggregates: overview and totals per purpose
    SEE_RECORDS = "see_records"  # keys, dates, statuses and their explanation; no name
    SEE_REGISTER = "see_register"
    SEE_SOURCE = "see_source"  # check, anomalies, history of scans
    SCAN = "scan"
    MANAGE_SOURCE = "manage_source"
    SEE_ACCOUNTS = "see_accounts"
    BACK_UP = "back_up"


_EVERYWHERE: dict[Action, frozenset[Role]] = {
    Action.SEE_TOTALS: frozenset({Role.DPO, Role.MANAGEMENT, Role.AUDITOR, Role.COMMAND_LINE}),
    Action.SEE_RECORDS: frozenset({Role.DPO, Role.AUDITOR, Role.COMMAND_LINE}),
    Action.SEE_REGISTER: frozenset({Role.DPO, Role.MANAGEMENT, Role.AUDITOR, Role.COMMAND_LINE}),
    Action.SEE_SOURCE: frozenset({Role.DPO, Role.AUDITOR, Role.ADMINISTRATOR, Role.COMMAND_LINE}),
    Action.SCAN: frozenset({Role.DPO, Role.ADMINISTRATOR, Role.COMMAND_LINE}),
    Action.MANAGE_SOURCE: frozenset({Role.ADMINISTRATOR, Role.COMMAND_LINE}),
    Action.SEE_ACCOUNTS: frozenset({Role.ADMINISTRATOR}),
    Action.BACK_UP: frozenset({Role.ADMINISTRATOR, Role.COMMAND_LINE}),
}

_WITHIN_PURPOSE: dict[Action, frozenset[Role]] = {
    Action.SEE_TOTALS: frozenset({Role.OPERATOR, Role.APPROVER}),
    Action.SEE_RECORDS: frozenset({Role.OPERATOR, Role.APPROVER}),
    Action.SEE_REGISTER: frozenset({Role.OPERATOR, Role.APPROVER}),
}


@dataclass(frozen=True, slots=True)
class Identity:
    """A person as the issuer of identities knows them. Two identities are one person only where both parts agree."""

    issuer: str
    subject: str


@dataclass(frozen=True, slots=True)
class Grant:
    """One role somebody holds; ``purpose`` is ``None`` where it is not bound to one."""

    role: Role
    purpose: Purpose | None = None


def allowed_purposes(grants: Iterable[Grant], action: Action) -> frozenset[Purpose]:
    """The purposes for which these grants permit ``action``; empty where they do not permit it at all."""
    held = tuple(grants)
    if any(grant.role in _EVERYWHERE[action] for grant in held):
        return frozenset(Purpose)
    bound = (grant for grant in held if grant.role in _WITHIN_PURPOSE.get(action, frozenset()))
    return frozenset(purpose for grant in bound for purpose in ([grant.purpose] if grant.purpose else Purpose))


def may(grants: Iterable[Grant], action: Action, purpose: Purpose | None = None) -> bool:
    """Whether these grants permit ``action``, for one purpose or, without one, for any."""
    purposes = allowed_purposes(grants, action)
    return bool(purposes) if purpose is None else purpose in purposes

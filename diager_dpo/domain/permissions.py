"""Who may do what: the one table of rights (rules, "Who may"), service by role, with its condition.

A right follows from a role. Operators and approvers hold theirs for one purpose, and nothing without one.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from diager_dpo.domain.words import RECORD_PURPOSES, Purpose


class Role(StrEnum):
    """What a person is to the product."""

    DPO = "dpo"
    OPERATOR = "operator"
    APPROVER = "approver"
    MANAGEMENT = "management"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    COMMAND_LINE = "command_line"  # cli:<user of the system>


#: Roles that are held for a purpose.
BOUND = frozenset({Role.OPERATOR, Role.APPROVER})

#: Roles that nobody holds together: whoever hands out rights neither approves a purge nor publishes a charter.
NEVER_TOGETHER = tuple(frozenset({Role.ADMINISTRATOR, other}) for other in (Role.APPROVER, Role.MANAGEMENT))


class Action(StrEnum):
    """What a service does for somebody. Every service names exactly one."""

    SEE_TOTALS = "see_totals"  # aggregates: overview and totals per purpose
    SEE_RECORDS = "see_records"  # keys, dates, statuses and their explanation; no name
    SEE_REGISTER = "see_register"
    COMPLETE_REGISTER = "complete_register"  # fill, propose, confirm, set who closes a gap
    FIND_PERSON = "find_person"  # names, live from the source; an approver sees those under review, which is no search
    SEE_ACCESS_LOG = "see_access_log"  # who looked at which records
    SEE_JOURNAL = "see_journal"  # what was decided and changed, and whether the journal is whole
    SEE_PURGES = "see_purges"  # lists, states, counts, dates and keys; no name
    SEE_NAMES_UNDER_REVIEW = "see_names_under_review"  # of the items of a purge, live from the source
    PROPOSE_PURGE = "propose_purge"
    APPROVE_PURGE = "approve_purge"
    EXECUTE_PURGE = "execute_purge"  # start, watch and recover what two people decided
    RECORD_NOTICE = "record_notice"  # that a recipient was told of a purge (GDPR 19, 28)
    PLACE_HOLD = "place_hold"
    LIFT_HOLD = "lift_hold"
    QUALIFY = "qualify"
    RECORD_OBJECTION = "record_objection"  # or a withdrawal, received by mail, by telephone or in person
    ANNOUNCE_DURATION = "announce_duration"  # of an operation
    CHECK_OPT_OUT = "check_opt_out"  # which addresses of a list are opposed
    EXPORT_RECORDS = "export_records"  # status and consents, by key
    SEE_STATISTICS = "see_statistics"  # published cells of commercial statistics
    PUBLISH_STATISTICS = "publish_statistics"
    SEE_SOURCE = "see_source"  # check, anomalies, history of scans
    SCAN = "scan"
    MANAGE_SOURCE = "manage_source"
    SEE_ACCOUNTS = "see_accounts"
    MANAGE_ACCOUNTS = "manage_accounts"
    BACK_UP = "back_up"
    MANAGE_KEYS = "manage_keys"  # files of the machine: whoever runs commands there has them in hand


class Condition(StrEnum):
    """Under which condition a role may do something."""

    YES = "yes"
    OWN = "own"  # for the purposes it is held for
    NO = "no"


_YES, _OWN, _NO = Condition.YES, Condition.OWN, Condition.NO
_COLUMNS = (
    Role.DPO, Role.OPERATOR, Role.APPROVER, Role.MANAGEMENT, Role.AUDITOR, Role.ADMINISTRATOR, Role.COMMAND_LINE,
)  # fmt: skip
_TABLE = {
    Action.SEE_TOTALS:      (_YES, _OWN, _OWN, _YES, _YES, _NO,  _YES),
    Action.SEE_RECORDS:     (_YES, _OWN, _OWN, _NO,  _YES, _NO,  _YES),
    Action.SEE_REGISTER:    (_YES, _OWN, _OWN, _YES, _YES, _NO,  _YES),
    Action.COMPLETE_REGISTER: (_YES, _NO, _NO,  _NO,  _NO,  _NO,  _NO),
    Action.FIND_PERSON:     (_YES, _OWN, _NO,  _NO,  _NO,  _NO,  _NO),
    Action.SEE_ACCESS_LOG:  (_YES, _NO,  _NO,  _NO,  _YES, _NO,  _NO),
    Action.SEE_JOURNAL:     (_YES, _OWN, _OWN, _NO,  _YES, _NO,  _YES),
    Action.SEE_PURGES:      (_YES, _OWN, _OWN, _NO,  _YES, _NO,  _YES),
    Action.SEE_NAMES_UNDER_REVIEW: (_YES, _OWN, _OWN, _NO, _NO, _NO, _NO),
    Action.PROPOSE_PURGE:   (_YES, _OWN, _NO,  _NO,  _NO,  _NO,  _NO),
    Action.APPROVE_PURGE:   (_NO,  _NO,  _OWN, _NO,  _NO,  _NO,  _NO),
    Action.EXECUTE_PURGE:   (_YES, _NO,  _OWN, _NO,  _NO,  _NO,  _YES),
    Action.RECORD_NOTICE:   (_YES, _NO,  _NO,  _NO,  _NO,  _NO,  _NO),
    Action.PLACE_HOLD:      (_YES, _NO,  _NO,  _NO,  _NO,  _NO,  _NO),
    Action.LIFT_HOLD:       (_NO,  _NO,  _OWN, _NO,  _NO,  _NO,  _NO),
    Action.QUALIFY:         (_YES, _NO,  _NO,  _NO,  _NO,  _NO,  _NO),
    Action.RECORD_OBJECTION: (_YES, _NO, _NO,  _NO,  _NO,  _NO,  _NO),
    Action.ANNOUNCE_DURATION: (_YES, _NO, _NO, _NO,  _NO,  _NO,  _NO),
    Action.CHECK_OPT_OUT:   (_YES, _OWN, _NO,  _NO,  _NO,  _NO,  _YES),
    Action.EXPORT_RECORDS:  (_YES, _OWN, _NO,  _NO,  _YES, _NO,  _YES),
    Action.SEE_STATISTICS:  (_YES, _NO,  _NO,  _YES, _YES, _NO,  _YES),
    Action.PUBLISH_STATISTICS: (_YES, _NO, _NO, _NO,  _NO,  _NO,  _YES),
    Action.SEE_SOURCE:      (_YES, _NO,  _NO,  _NO,  _YES, _YES, _YES),
    Action.SCAN:            (_YES, _NO,  _NO,  _NO,  _NO,  _YES, _YES),
    Action.MANAGE_SOURCE:   (_NO,  _NO,  _NO,  _NO,  _NO,  _YES, _YES),
    Action.SEE_ACCOUNTS:    (_NO,  _NO,  _NO,  _NO,  _NO,  _YES, _NO),
    Action.MANAGE_ACCOUNTS: (_NO,  _NO,  _NO,  _NO,  _NO,  _YES, _NO),
    Action.BACK_UP:         (_NO,  _NO,  _NO,  _NO,  _NO,  _YES, _YES),
    Action.MANAGE_KEYS:     (_NO,  _NO,  _NO,  _NO,  _NO,  _YES, _YES),
}  # fmt: skip

#: The table "Who may": action, role, condition.
RIGHTS: Mapping[Action, Mapping[Role, Condition]] = MappingProxyType(
    {action: MappingProxyType(dict(zip(_COLUMNS, row, strict=True))) for action, row in _TABLE.items()}
)


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
    found: set[Purpose] = set()
    for grant in grants:
        condition = RIGHTS[action][grant.role]
        if condition is Condition.YES:
            return frozenset(Purpose)
        if condition is Condition.OWN and grant.purpose is not None:
            found.add(grant.purpose)
    return frozenset(found)


def may(grants: Iterable[Grant], action: Action, purpose: Purpose | None = None) -> bool:
    """Whether these grants permit ``action``, for one purpose or, without one, for any."""
    purposes = allowed_purposes(grants, action)
    return bool(purposes) if purpose is None else purpose in purposes


class Impediment(StrEnum):
    """Why a grant cannot be given, whoever would give it."""

    ROLE_NOT_FOR_PEOPLE = "role_not_for_people"
    PURPOSE_MISSING = "purpose_missing"
    PURPOSE_OUT_OF_PLACE = "purpose_out_of_place"
    ROLES_EXCLUDE_EACH_OTHER = "roles_exclude_each_other"
    ALREADY_HELD = "already_held"


def impediment(held: Collection[Grant], wanted: Grant) -> Impediment | None:
    """Why somebody who holds ``held`` cannot be given ``wanted``; ``None`` where they can (rules, "Who may")."""
    if wanted.role is Role.COMMAND_LINE:
        return Impediment.ROLE_NOT_FOR_PEOPLE
    if wanted.role in BOUND and wanted.purpose not in RECORD_PURPOSES:
        return Impediment.PURPOSE_MISSING
    if wanted.role not in BOUND and wanted.purpose is not None:
        return Impediment.PURPOSE_OUT_OF_PLACE
    roles = {wanted.role, *(grant.role for grant in held)}
    if any(pair <= roles for pair in NEVER_TOGETHER):
        return Impediment.ROLES_EXCLUDE_EACH_OTHER
    return Impediment.ALREADY_HELD if wanted in held else None


def without_four_eyes(people: Iterable[Iterable[Grant]]) -> tuple[Purpose, ...]:
    """The purposes for which these people cannot purge: proposer and approver are never one and the same person.

    ``people``: the grants of each person, one element a person.
    """
    each = [tuple(grants) for grants in people]

    def lacking(purpose: Purpose) -> bool:
        proposers = {place for place, held in enumerate(each) if may(held, Action.PROPOSE_PURGE, purpose)}
        approvers = {place for place, held in enumerate(each) if may(held, Action.APPROVE_PURGE, purpose)}
        return not proposers or not approvers or len(proposers | approvers) < 2

    return tuple(purpose for purpose in RECORD_PURPOSES if lacking(purpose))

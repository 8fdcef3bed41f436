"""Which right each service asks for. A service without a line here fails the tests."""

from datetime import date
from pathlib import Path

from diager_dpo.domain.holds import HoldKind
from diager_dpo.domain.permissions import Action, Grant, Role
from diager_dpo.domain.words import Purpose
from diager_dpo.services.records import RecordFilter

DAY = date(2025, 1, 10)

#: Service -> the action it is refused for, and what it takes besides the installation and the actor.
RIGHTS = {
    "access_log.looks": (Action.SEE_ACCESS_LOG, ()),
    "account_changes.grant_right": (Action.MANAGE_ACCOUNTS, ("marie", Grant(Role.DPO))),
    "account_changes.revoke_right": (Action.MANAGE_ACCOUNTS, ("marie", 1)),
    "account_changes.disable_account": (Action.MANAGE_ACCOUNTS, ("marie",)),
    "account_changes.enable_account": (Action.MANAGE_ACCOUNTS, ("marie",)),
    "accounts.accounts": (Action.SEE_ACCOUNTS, ()),
    "accounts.changes": (Action.SEE_ACCOUNTS, ()),
    "anchors.head": (Action.SEE_JOURNAL, ()),
    "attention.matters": (Action.SEE_TOTALS, (DAY, 90)),
    "backup.back_up": (Action.BACK_UP, (Path("nowhere"),)),
    "backup.restore": (Action.BACK_UP, (Path("nowhere"),)),
    "counting.counts": (Action.SEE_TOTALS, (DAY, 90)),
    "counting.forecast": (Action.SEE_TOTALS, (DAY,)),
    "counting.trend": (Action.SEE_TOTALS, ()),
    "entitlement.entitlements": (Action.SEE_REGISTER, ()),
    "journal_export.export": (Action.SEE_JOURNAL, ()),
    "journal_verification.verify": (Action.SEE_JOURNAL, ()),
    "journal.rotate_key": (Action.MANAGE_KEYS, ()),
    "operations.operation_names": (Action.SEE_SOURCE, ()),
    "holds.holds": (Action.SEE_PURGES, ()),
    "holds.owners": (Action.PLACE_HOLD, ()),
    "holds.place": (Action.PLACE_HOLD, (HoldKind.LITIGATION, "why"), {"owner": "dpo", "review_on": DAY}),
    "holds.prolong": (Action.PLACE_HOLD, (1, DAY, "why")),
    "holds.lift": (Action.LIFT_HOLD, (1, "why")),
    "qualifications.causes": (Action.SEE_RECORDS, ()),
    "qualifications.qualifications": (Action.SEE_RECORDS, ()),
    "qualifications.conflicts": (Action.SEE_RECORDS, ()),
    "qualifications.qualify": (Action.QUALIFY, (Purpose.PROSPECTING, DAY, "why")),
    "qualifications.withdraw": (Action.QUALIFY, (1, "why")),
    "operations.operations": (Action.SEE_RECORDS, ()),
    "records.find": (Action.SEE_RECORDS, (RecordFilter(Purpose.PROSPECTING), DAY, 90)),
    "records.explain": (Action.SEE_RECORDS, (("1",), DAY)),
    "local_accounts.add_local_account": (Action.MANAGE_ACCOUNTS, ("marie", "Marie")),
    "local_accounts.add_first_administrator": (Action.MANAGE_ACCOUNTS, ("marie", "Marie")),
    "local_accounts.reset_password": (Action.MANAGE_ACCOUNTS, ("marie",)),
    "person_search.find_person": (Action.FIND_PERSON, ("marie",)),
    "purge_execution.execute": (Action.EXECUTE_PURGE, (1,)),
    "purge_execution.start_execution": (Action.EXECUTE_PURGE, (1,)),
    "purge_execution.watch": (Action.SEE_PURGES, (1,)),
    "purge_execution.request_stop": (Action.EXECUTE_PURGE, (1,)),
    "purge_execution.recover": (Action.EXECUTE_PURGE, ()),
    "purge_board.board": (Action.SEE_PURGES, (DAY,)),
    "purge_proposals.preview": (Action.PROPOSE_PURGE, (Purpose.PROSPECTING, "", DAY)),
    "purge_proposals.propose": (Action.PROPOSE_PURGE, (Purpose.PROSPECTING, "", DAY)),
    "purge_proposals.cancel": (Action.PROPOSE_PURGE, (1, 1, "why")),
    "purge_reviews.purge": (Action.SEE_PURGES, (1,)),
    "purge_reviews.items": (Action.SEE_PURGES, (1,)),
    "purge_reviews.names_under_review": (Action.SEE_NAMES_UNDER_REVIEW, (1, ("1",))),
    "purge_decisions.set_aside": (Action.APPROVE_PURGE, (1, 1, (1,), "why")),
    "purge_decisions.approve": (Action.APPROVE_PURGE, (1, 1, "digest")),
    "purge_decisions.reject": (Action.APPROVE_PURGE, (1, 1, "why")),
    "purge_notices.notices": (Action.SEE_PURGES, ()),
    "purge_notices.record_told": (Action.RECORD_NOTICE, (1, "recipient")),
    "register.register": (Action.SEE_REGISTER, ()),
    "scanning.scan": (Action.SCAN, ()),
    "scanning.start_scan": (Action.SCAN, ()),
    "scanning.scan_state": (Action.SEE_SOURCE, ()),
    "scanning.history": (Action.SEE_SOURCE, ()),
    "scanning.needs_scan": (Action.SEE_SOURCE, ()),
    "sessions.all_sessions": (Action.SEE_ACCOUNTS, ()),
    "sessions.revoke_session": (Action.MANAGE_ACCOUNTS, ("0" * 64,)),
    "source_state.check": (Action.SCAN, ()),
    "source_state.check_file": (Action.SCAN, (Path("nowhere.toml"),)),
    "source_state.source_file": (Action.SEE_SOURCE, ()),
    "source_state.last_check": (Action.SEE_SOURCE, ()),
    "source_state.findings": (Action.SEE_SOURCE, ()),
    "source_state.alerts": (Action.SEE_SOURCE, ()),
}

#: Functions that take an actor and are no service: what services ask, or what they are made of.
NO_SERVICE = {
    "holds.place_in": "a part of another decision, within the service that makes it",
    "access.require": "the check itself",
    "access.require_in": "the check itself, in the transaction of the deed",
    "access.purposes": "answers with what is permitted, which may be nothing",
    "access.actor_grants": "answers with what is held, which may be nothing",
    "access.grants_in": "answers with what is held, which may be nothing",
    "journal.record": "the writing of a decision, within the service that makes it",
    "purge_settling.abandon": "the end of an execution that was permitted, and failed",
    "purge_standing.standing": "a purge for the service that acts on it; asks for the right it names",
    "purge_standing.note": "the writing of a decision, within the service that makes it",
    "purge_lines.reader": "who reads, for lines that services have the right to show",
    "purge_decisions.right_since": "answers with what is held, which may be nothing",
    "index_view.index_view": "a view that services open; asks for the right they name",
}

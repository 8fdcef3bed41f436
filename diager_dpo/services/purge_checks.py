"""What must still hold when an approved purge is executed: its list, its two people, and what it rests on."""

from typing import Any

from sqlalchemy import Connection, Row, select

from diager_dpo.domain.permissions import Action, Identity, may
from diager_dpo.domain.purges import ItemState, PurgeState
from diager_dpo.domain.words import Purpose
from diager_dpo.services.access import grants_in
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.installation import Installation
from diager_dpo.services.purge_basis import changed_since
from diager_dpo.services.purge_digest import digest_of
from diager_dpo.services.purge_standing import state_now
from diager_dpo.store.tables import purge_item

EXECUTABLE = frozenset({PurgeState.APPROVED, PurgeState.EXECUTING, PurgeState.NEEDS_ATTENTION})


def still_approved(installation: Installation, connection: Connection, row: Row[Any], fingerprint: str) -> None:
    """Refuse a purge that is not what two people decided, or no longer theirs.

    Raises:
        NotPossible: ``purge_state_differs``, ``purge_by_hand``, ``purge_same_person``, ``purge_proposer_lost_right``,
            ``purge_approver_lost_right``, ``purge_basis_changed`` (``what``), ``purge_list_changed``.
    """
    state = state_now(row, installation.now())
    if state not in EXECUTABLE:
        raise NotPossible("purge_state_differs", purge=row.id, state=state.value)
    two_people(connection, row)
    what = changed_since(installation, row, fingerprint)
    if what is not None:
        raise NotPossible("purge_basis_changed", purge=row.id, what=what)
    if _digest(installation, connection, row) != row.digest:
        raise NotPossible("purge_list_changed", purge=row.id)


def two_people(connection: Connection, row: Row[Any]) -> None:
    """Two persons decided, and both still may; see ``still_approved``."""
    proposer = Identity(row.proposer_issuer, row.proposer_subject)
    approver = Identity(row.approver_issuer or "", row.approver_subject or "")
    if proposer == approver:
        raise NotPossible("purge_same_person", purge=row.id)
    purpose = Purpose(row.purpose)
    if not may(grants_in(connection, proposer), Action.PROPOSE_PURGE, purpose):
        raise NotPossible("purge_proposer_lost_right", purge=row.id)
    if not may(grants_in(connection, approver), Action.APPROVE_PURGE, purpose):
        raise NotPossible("purge_approver_lost_right", purge=row.id)


def _digest(installation: Installation, connection: Connection, row: Row[Any]) -> str:
    """Of everything that was approved, whatever has become of it since: keys stay until the end."""
    names = ("person", "last_day", "anchor", "anchor_on", "rule", "live")
    approved = purge_item.c.state != ItemState.SET_ASIDE.value
    query = select(*(purge_item.c[name] for name in names)).where(purge_item.c.purge == row.id, approved)
    items = [tuple(item) for item in connection.execute(query)]
    return digest_of(installation, connection, {**row._mapping}, items)  # noqa: SLF001 - SQLAlchemy's public name

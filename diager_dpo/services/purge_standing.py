"""A purge as somebody is about to act on it: who they are, where it stands, and that it still stands there."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from diager_dpo.domain.journal import Details
from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.domain.purges import PurgeState
from diager_dpo.domain.words import Purpose
from diager_dpo.services import journal
from diager_dpo.services.access import require_in
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.installation import Installation
from diager_dpo.services.purge_views import is_large
from diager_dpo.services.source_engine import configured_source
from diager_dpo.store import purges
from diager_dpo.store.engine import writing
from diager_dpo.store.tables import purge

NOBODY = Identity("system", "clock")
"""Who lets an approval expire."""

EXPIRED = "purge_expired"


def standing(
    installation: Installation, connection: Connection, actor: Identity, action: Action, number: int
) -> Row[Any]:
    """The purge of this number, for an actor who may do ``action`` for its purpose.

    Who may not do it at all is refused before the number is looked at: that a purge exists is told to nobody else.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``purge_unknown``.
    """
    require_in(connection, actor, action)
    row = purges.find(connection, configured_source(installation).name, number)
    if row is None:
        raise NotPossible("purge_unknown", purge=number)
    require_in(connection, actor, action, Purpose(row.purpose))
    return row


def state_now(row: Row[Any], now: datetime) -> PurgeState:
    """Where it stands: an approval whose time is over has expired, whether or not that was written."""
    state = PurgeState(row.state)
    over = state is PurgeState.APPROVED and row.expires_at is not None and row.expires_at <= now.isoformat()
    return PurgeState.EXPIRED if over else state


def expect(row: Row[Any], version: int, now: datetime, *states: PurgeState) -> PurgeState:
    """Refuse where the purge is in another state, or another version than the one that was seen; its state."""
    state = state_now(row, now)
    if state not in states:
        raise NotPossible("purge_state_differs", purge=row.id, state=state.value)
    if row.version != version:
        raise NotPossible("purge_changed", purge=row.id)
    return state


def kept_reason(connection: Connection, reason: str) -> int:
    """The number of a reason that must be given; ``NotPossible``: ``purge_reason_missing``."""
    if not reason.strip():
        raise NotPossible("purge_reason_missing")
    return journal.keep_reason(connection, reason.strip())


def require_confirmed(items: int, people: int, confirmed: int | None) -> None:
    """A large share needs somebody who was shown this very figure; ``NotPossible``: ``purge_share_not_confirmed``."""
    if is_large(items, people) and confirmed != items:
        raise NotPossible("purge_share_not_confirmed", items=items, people=people, percent=round(100 * items / people))


def write_expired(installation: Installation, connection: Connection) -> None:
    """Write down the approvals whose time is over, in a writing transaction."""
    source, now = configured_source(installation).name, installation.now().isoformat()
    for row in purges.over(connection, source, now):
        if purges.change(connection, row.id, PurgeState.APPROVED, row.version, PurgeState.EXPIRED, finished_at=now):
            note(installation, connection, NOBODY, EXPIRED, row, details={"expired_at": row.expires_at})


def expire(installation: Installation) -> None:
    """The same in a transaction of its own."""
    with writing(installation.store) as connection:
        write_expired(installation, connection)


def note(
    installation: Installation,
    connection: Connection,
    actor: Identity,
    action: str,
    row: Row[Any],
    *,
    details: Details,
    reason_id: int | None = None,
    changed: Collection[journal.Changed] = (),
) -> None:
    """Write a decision about a purge into the journal, with its purpose and what it changed besides the purge."""
    journal.record(
        installation,
        connection,
        actor,
        action=action,
        about=f"purge:{row.id}",
        details={"purpose": Purpose(row.purpose).code, **details},
        reason_id=reason_id,
        changed=[(purge, {"id": row.id}), *changed],
    )

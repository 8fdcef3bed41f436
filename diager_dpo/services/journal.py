"""What people decided and changed: each decision is written in the transaction of the change, or neither is."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import Connection, Table, insert, select

from diager_dpo.domain.permissions import Identity
from diager_dpo.services.installation import Installation
from diager_dpo.store.tables import decision, reason

Details: TypeAlias = Mapping[str, str | int | None]

#: A row that a decision changed: its table, and its primary key by column.
Changed: TypeAlias = tuple[Table, Mapping[str, str | int]]


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: who did what to what, and when. ``details``: codes, keys and words of the charter."""

    id: int
    at: datetime
    actor: Identity
    action: str
    object: str
    details: Details


def keep_reason(connection: Connection, text: str) -> int:
    """Keep what somebody wrote, apart from the decision: it can be erased, and the decision stands."""
    made = connection.execute(insert(reason).values(text=text, salt=secrets.token_hex(32)))
    return int((made.inserted_primary_key or (0,))[0])


def record(
    installation: Installation,
    connection: Connection,
    actor: Identity,
    *,
    action: str,
    about: str,
    details: Details,
    reason_id: int | None = None,
    changed: Collection[Changed] = (),
) -> None:
    """Write a decision, as the last thing before the transaction of ``connection`` ends.

    Args:
        installation: whose clock says when.
        connection: a writing transaction of the store.
        actor: who decided.
        action: its code.
        about: what it is about, such as ``account:local:marie`` or ``purge:12``; never a value or key of a person.
        details: codes, days, numbers and words of the charter; never a value or key of a person.
        reason_id: what ``keep_reason`` gave, where somebody said why.
        changed: the rows that the decision changed, as they are now.
    """
    told = dict(details)
    if reason_id is not None:
        told["reason"] = _reason_digest(connection, reason_id)
    connection.execute(
        insert(decision).values(
            at=installation.now().isoformat(),
            issuer=actor.issuer,
            subject=actor.subject,
            action=action,
            object=about,
            payload=json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False),
        )
    )
    del changed


def decisions(connection: Connection, actions: Collection[str], most: int) -> tuple[Decision, ...]:
    """The last decisions of these kinds, newest first."""
    query = select(decision).where(decision.c.action.in_(actions)).order_by(decision.c.id.desc()).limit(most)
    return tuple(
        Decision(
            row.id,
            datetime.fromisoformat(row.at),
            Identity(row.issuer, row.subject),
            row.action,
            row.object,
            json.loads(row.payload),
        )
        for row in connection.execute(query)
    )


def _reason_digest(connection: Connection, reason_id: int) -> str:
    """Binds the decision to its text without telling it: HMAC-SHA-256 with a salt of the text's own."""
    kept = connection.execute(select(reason.c.text, reason.c.salt).where(reason.c.id == reason_id)).one()
    return hmac.new(bytes.fromhex(kept.salt), kept.text.encode(), hashlib.sha256).hexdigest()

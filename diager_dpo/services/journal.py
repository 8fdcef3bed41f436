"""What people decided and changed: each decision is written in the transaction of the change, or neither is."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import Connection, insert, select

from diager_dpo.domain.permissions import Identity
from diager_dpo.store.tables import decision

Details: TypeAlias = Mapping[str, str | int | None]


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: who did what to what, and when. ``details``: codes, keys and words of the charter."""

    id: int
    at: datetime
    actor: Identity
    action: str
    object: str
    details: Details


def record(connection: Connection, at: datetime, actor: Identity, *, action: str, about: str, details: Details) -> None:
    """Write a decision. ``about``: what it is about, such as ``account:local:marie``; never a value of a person."""
    connection.execute(
        insert(decision).values(
            at=at.isoformat(),
            issuer=actor.issuer,
            subject=actor.subject,
            action=action,
            object=about,
            payload=json.dumps(details, sort_keys=True, separators=(",", ":"), ensure_ascii=False),
        )
    )


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

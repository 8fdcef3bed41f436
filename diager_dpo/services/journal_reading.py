"""What the journal tells, for services that go on from what they wrote. For people: ``journal_pages``."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from diager_dpo.domain.journal import KEY_ROTATED, Details, Entry, Payload, payload_from
from diager_dpo.domain.permissions import Identity
from diager_dpo.store import journal as store
from diager_dpo.store.tables import installation as installation_table
from diager_dpo.store.tables import journal


@dataclass(frozen=True, slots=True)
class Decision:
    """One entry: who did what to what, and when. ``details``: codes, keys of purges and words of the charter."""

    id: int
    at: datetime
    actor: Identity
    action: str
    object: str
    details: Details


def decisions(connection: Connection, actions: Collection[str], most: int) -> tuple[Decision, ...]:
    """The last entries of these kinds, newest first; for services that show their own."""
    query = select(journal).where(journal.c.action.in_(actions)).order_by(journal.c.number.desc()).limit(most)
    return tuple(_decision(store.entry(row)) for row in connection.execute(query))


def told(connection: Connection, action: str) -> tuple[Decision, ...]:
    """Every entry of one kind, oldest first; for services that go on from what they wrote."""
    query = select(journal).where(journal.c.action == action).order_by(journal.c.number)
    return tuple(_decision(store.entry(row)) for row in connection.execute(query))


def payload_of(entry: Entry) -> Payload:
    """What an entry tells besides who did what to what."""
    return payload_from(json.loads(entry.payload))


def expected_key(last: Entry) -> str:
    """The key that signs what follows an entry: its own, unless it says that another takes over."""
    return str(payload_of(last).details["key"]) if last.action == KEY_ROTATED else last.key


def log_of(connection: Connection) -> str | None:
    """The id of this installation's journal; ``None`` where it has not been opened."""
    return connection.scalar(select(installation_table.c.value).where(installation_table.c.name == store.LOG))


def _decision(entry: Entry) -> Decision:
    actor, at = Identity(entry.issuer, entry.subject), datetime.fromisoformat(entry.at)
    return Decision(entry.number, at, actor, entry.action, entry.object, payload_of(entry).details)

"""What people decided and changed: each entry is written in the transaction of the change, or neither is.

Entries are chained by their hashes and signed with the key of this installation, which is made with the first of them.
Reading them is ``journal_reading``, checking them ``journal_verification``.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TypeAlias

from sqlalchemy import Connection, Table, delete, insert, select

from diager_dpo.domain.journal import (
    FIRST,
    KEY_ROTATED,
    OPENED,
    Details,
    Entry,
    Payload,
    RowKey,
    entry_hash,
    entry_message,
    key_id,
    payload_text,
    reason_digest,
)
from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.services.access import require
from diager_dpo.services.installation import Installation
from diager_dpo.services.journal_reading import expected_key, log_of
from diager_dpo.services.keys import (
    ROWS,
    SigningKey,
    first_signing_key,
    kept_secret,
    next_signing_key,
    secret,
    signing_key,
)
from diager_dpo.store import journal as store
from diager_dpo.store.engine import writing
from diager_dpo.store.tables import installation as installation_table
from diager_dpo.store.tables import reason

SYSTEM = Identity("system", "journal")
"""Who opens a journal and closes its segments: nobody decided it."""

#: A row that a decision changed: its table, and its primary key by column.
Changed: TypeAlias = tuple[Table, RowKey]

_NO_ROWS: tuple[Changed, ...] = ()


@dataclass(frozen=True, slots=True)
class _Deed:
    """What an entry tells: who did what to what."""

    actor: Identity
    action: str
    about: str
    payload: Payload


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
    changed: Collection[Changed] = _NO_ROWS,
) -> None:
    """Write a decision, as the last thing before the transaction of ``connection`` ends.

    Other writers of the journal wait from here to the end of that transaction.

    Args:
        installation: whose clock says when, and whose key signs.
        connection: a writing transaction of the store.
        actor: who decided.
        action: its code.
        about: what it is about, such as ``account:local:marie`` or ``purge:12``; never a value or key of a person.
        details: codes, days, numbers and words of the charter; never a value or key of a person. With the code of its
            ``purpose``, where it has one: who may see that purpose only is shown the entry.
        reason_id: what ``keep_reason`` gave, where somebody said why.
        changed: the rows that the decision changed, made or removed, as they are now. Every row of ``store.TOLD``
            must be told of; a row that is changed later without being told of was changed behind the journal.

    Raises:
        NotPossible: ``journal_key_lost``, ``journal_key_changed``, ``key_unreadable``: nothing is decided without it.
        NotWritable: where a detail is not text, an integer or nothing.
    """
    before, key = _end(installation, connection)
    of_rows = kept_secret(installation, ROWS)
    payload = Payload(
        details,
        reason_id,
        None if reason_id is None else _reason_digest(connection, reason_id),
        tuple(store.told_row(connection, table, row, of_rows) for table, row in changed),
    )
    _append(installation, connection, before, key, _Deed(actor, action, about, payload))


def rotate_key(installation: Installation, actor: Identity) -> str:
    """Let another key sign from now on; the former one, which signs this very entry, is gone. The new key's id.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: as ``record``.
    """
    require(installation, actor, Action.MANAGE_KEYS)
    with writing(installation.store) as connection:
        before, key = _end(installation, connection)
        following = next_signing_key(installation)
        details = {"key": following.id, "public_key": following.public.hex()}
        about = f"key:{following.id[:16]}"
        _append(installation, connection, before, key, _Deed(actor, KEY_ROTATED, about, Payload(details)))
    signing_key(installation, following.id)
    return following.id


def _end(installation: Installation, connection: Connection) -> tuple[Entry, SigningKey]:
    """The last entry and the key that signs the next, alone with them until the transaction ends."""
    store.lock(connection)
    last = store.last(connection)
    return _opened(installation, connection) if last is None else (last, signing_key(installation, expected_key(last)))


def _opened(installation: Installation, connection: Connection) -> tuple[Entry, SigningKey]:
    """The first entry: which key signs, and every row there is of those the journal will tell of."""
    log = log_of(connection) or secrets.token_hex(16)
    connection.execute(delete(installation_table).where(installation_table.c.name == store.LOG))
    connection.execute(insert(installation_table).values(name=store.LOG, value=log))
    key, of_rows = first_signing_key(installation), secret(installation, ROWS)
    details = {"key": key.id, "public_key": key.public.hex(), "rows_key": key_id(of_rows)}
    payload = Payload(details, rows=tuple(store.every_told_row(connection, of_rows)))
    nothing = Entry(log, 0, "", "", "", "", "", "", "", "", hash=FIRST)
    return _append(installation, connection, nothing, key, _Deed(SYSTEM, OPENED, f"journal:{log}", payload)), key


def _append(installation: Installation, connection: Connection, before: Entry, key: SigningKey, deed: _Deed) -> Entry:
    entry = Entry(
        log=before.log,
        number=before.number + 1,
        at=installation.now().isoformat(),
        issuer=deed.actor.issuer,
        subject=deed.actor.subject,
        action=deed.action,
        object=deed.about,
        payload=payload_text(deed.payload),
        previous=before.hash,
        key=key.id,
    )
    entry = replace(entry, hash=entry_hash(entry))
    entry = replace(entry, signature=key.sign(entry_message(entry)))
    store.append(connection, entry)
    return entry


def _reason_digest(connection: Connection, reason_id: int) -> str:
    kept = connection.execute(select(reason.c.text, reason.c.salt).where(reason.c.id == reason_id)).one()
    return reason_digest(kept.salt, kept.text)

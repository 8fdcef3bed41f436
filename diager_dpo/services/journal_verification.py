"""Whether the journal is whole, and the rows it tells of are as they were when it last told of them."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError

from diager_dpo.domain.journal import Entry, Head, Payload, RowKey, key_id, lines_digest, reason_digest, row_digest
from diager_dpo.domain.journal_chain import Chain, Fault, PinCheck
from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.services.access import require
from diager_dpo.services.access_log_segments import CLOSED, PRUNED, digest_of
from diager_dpo.services.anchors import anchor, anchored
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.installation import Installation
from diager_dpo.services.journal_reading import log_of
from diager_dpo.services.keys import ROWS, has_signing_key, kept_secret
from diager_dpo.store import journal as store
from diager_dpo.store.engine import reading
from diager_dpo.store.tables import journal, metadata, reason

#: Hears how many entries of how many were read.
Progress: TypeAlias = Callable[[int, int], None]

MOST_FAULTS = 100
_EVERY = 500


@dataclass(frozen=True, slots=True)
class Verification:
    """What was looked at, and what is wrong. ``more``: faults beyond the first hundred.

    ``pins``: heads that somebody kept and handed in; ``anchors``: those of this installation's own anchor file.
    """

    at: datetime
    size: int
    hash: str
    faults: tuple[Fault, ...]
    more: int
    rows: int
    months: int
    pins: int
    anchors: int

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


@dataclass(slots=True)
class _Told:
    """What the entries say of other rows, the last word on each."""

    rows: dict[str, tuple[int, str, RowKey, str | None]] = field(default_factory=dict)
    reasons: dict[int, tuple[int, str]] = field(default_factory=dict)
    closed: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    pruned: dict[str, int] = field(default_factory=dict)
    rows_key: str = ""

    def hear(self, entry: Entry, payload: Payload) -> None:
        for row in payload.rows:
            self.rows[row.name] = (entry.number, row.table, row.key, row.digest)
        if payload.reason_id is not None:
            self.reasons[payload.reason_id] = (entry.number, str(payload.reason_digest))
        details = payload.details
        if entry.action == CLOSED:
            self.closed[str(details["month"])] = (entry.number, int(details["lines"] or 0), str(details["digest"]))
        elif entry.action == PRUNED:
            self.pruned[str(details["month"])] = entry.number
        elif entry.number == 1:
            self.rows_key = str(details.get("rows_key"))


def verify(
    installation: Installation, actor: Identity, pins: Collection[Head] = (), progress: Progress | None = None
) -> Verification:
    """Look at every entry, and at every row, reason and month of the access log that the entries tell of.

    The anchor file is compared too, and takes the head where everything is whole. Where it is not, nothing is changed.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``pin_unreadable`` for an anchor file that cannot be read.
    """
    require(installation, actor, Action.SEE_JOURNAL)
    found = verification(installation, tuple(pins), progress)
    if found.whole:
        anchor(installation)
    return found


def verification(
    installation: Installation, pins: tuple[Head, ...] = (), progress: Progress | None = None
) -> Verification:
    """The same for services, which have asked for a right of their own."""
    anchors = anchored(installation)
    with reading(installation.store) as connection:
        chain, told = Chain(is_signed, log_of(connection)), _Told()
        faults = list(_entries(connection, chain, PinCheck(chain, (*pins, *anchors)), told, progress))
        faults += _of_keys(installation, chain)
        faults += _of_rows(installation, connection, told)
        faults += _of_reasons(connection, told)
    return Verification(
        installation.now(),
        chain.size,
        chain.hash,
        tuple(faults[:MOST_FAULTS]),
        max(len(faults) - MOST_FAULTS, 0),
        len(told.rows),
        len(told.closed),
        len(pins),
        len(anchors),
    )


def is_signed(public: bytes, message: bytes, signature: str) -> bool:
    """Whether a signature was made with the key of these 32 public bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return signature == signature.lower()


def _entries(
    connection: Connection, chain: Chain, pins: PinCheck, told: _Told, progress: Progress | None
) -> Iterator[Fault]:
    total = connection.scalar(select(func.count()).select_from(journal)) or 0
    yield from pins.own()
    for place, entry in enumerate(_readable(connection, chain)):
        if isinstance(entry, Fault):
            yield entry
            return
        payload, faults = chain.follow(entry)
        yield from faults
        yield from pins.passed(entry)
        if payload is not None and not faults:
            told.hear(entry, payload)
        if progress is not None and place % _EVERY == 0:
            progress(place, total)
    yield from pins.ended()
    if progress is not None:
        progress(total, total)
    if chain.size == 0 and chain.log is not None:
        yield Fault("journal_empty")


def _readable(connection: Connection, chain: Chain) -> Iterator[Entry | Fault]:
    """Every entry, as far as the database gives them: what is no text any more ends the reading."""
    try:
        yield from store.stream(connection)
    except DBAPIError:
        yield Fault("entry_unreadable", chain.size + 1)


def _of_keys(installation: Installation, chain: Chain) -> Iterator[Fault]:
    if chain.size and not has_signing_key(installation, chain.expected_key):
        yield Fault("key_not_ours", chain.size)


def _of_rows(installation: Installation, connection: Connection, told: _Told) -> Iterator[Fault]:
    """Rows and months of the access log, whose digests are keyed."""
    if not told.rows_key:
        return
    try:
        secret = kept_secret(installation, ROWS)
    except NotPossible:
        secret = b""
    if key_id(secret) != told.rows_key:
        yield Fault("rows_key_changed")
        return
    seen: set[str] = set()
    for row in store.every_told_row(connection, secret):
        seen.add(row.name)
        if row.name not in told.rows:
            yield Fault("row_untold", what=row.name)
        elif (word := told.rows[row.name])[3] != row.digest:
            yield Fault("row_changed", word[0], row.name)
    for name, (number, table, key, digest) in told.rows.items():
        if name not in seen and _digest(connection, table, key, secret) != digest:
            yield Fault("row_changed", number, name)
    yield from _of_months(connection, told, secret)


def _of_months(connection: Connection, told: _Told, secret: bytes) -> Iterator[Fault]:
    """Months of the access log: closed ones are as they were, pruned ones are gone."""
    for month, (number, lines, digest) in told.closed.items():
        expected = lines_digest(secret, ()) if month in told.pruned else (lines, digest)
        if digest_of(connection, month, secret) != expected:
            yield Fault("month_changed", number, month)


def _digest(connection: Connection, table: str, key: RowKey, secret: bytes) -> str | None:
    known = metadata.tables.get(table)
    row = None if known is None else store.row_of(connection, known, key)
    return None if row is None else row_digest(secret, table, row)


def _of_reasons(connection: Connection, told: _Told) -> Iterator[Fault]:
    """A reason that was erased is no fault; one that reads otherwise is."""
    for row in connection.execute(select(reason)):
        if row.id in told.reasons and row.text and reason_digest(row.salt, row.text) != told.reasons[row.id][1]:
            yield Fault("reason_changed", told.reasons[row.id][0])

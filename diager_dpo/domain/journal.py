"""The journal's form: what an entry is, what its hash is taken of, and what makes a chain of entries whole.

An entry is hashed over all its columns but the hash itself and its signature, as canonical JSON (RFC 8785), with the
hash of the entry before it among them. Its signature, and that of a head, are Ed25519 over what ``entry_message`` and
``head_message`` give. docs/journal.md tells the same for whoever checks without this product.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TypeAlias

import rfc8785

FIRST = ""
"""What the first entry names as the hash before it."""

OPENED, KEY_ROTATED = "journal_opened", "key_rotated"

_ENTRY, _HEAD = b"diager-dpo journal entry 1\n", b"diager-dpo journal head 1\n"
HEAD_FORMAT = "diager-dpo/head/1"

Details: TypeAlias = Mapping[str, str | int | None]
RowKey: TypeAlias = Mapping[str, str | int]


class NotWritable(ValueError):
    """What was to be written is not what the journal holds: text, integers, booleans, nothing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the journal, with the columns of its table.

    ``number``: from 1, without gaps. ``at``: ISO 8601, UTC. ``payload``: canonical JSON of a ``Payload``. ``previous``,
    ``hash``: SHA-256, hexadecimal. ``key``: which key signed, SHA-256 of the public key. ``signature``: hexadecimal.
    """

    log: str
    number: int
    at: str
    issuer: str
    subject: str
    action: str
    object: str
    payload: str
    previous: str
    key: str
    hash: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True)
class ToldRow:
    """A row that an entry tells of, as it was then; ``digest`` is ``None`` where it was gone."""

    table: str
    key: RowKey
    digest: str | None

    @property
    def name(self) -> str:
        """Its table and key in one text."""
        return f"{self.table}:{canonical(self.key)}"


@dataclass(frozen=True, slots=True)
class Payload:
    """What an entry tells besides who did what to what.

    ``reason_id``, ``reason_digest``: the text somebody gave, which lives elsewhere and can be erased.
    """

    details: Details
    reason_id: int | None = None
    reason_digest: str | None = None
    rows: tuple[ToldRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the journal at some moment, signed: who keeps it can show later that nothing before it was changed.

    ``origin``: which journal; ``size``: how many entries; ``hash``: of the last; ``key``, ``public_key``: hexadecimal.
    """

    origin: str
    size: int
    hash: str
    at: str
    key: str
    public_key: str
    signature: str = ""


def canonical(value: object) -> str:
    """Canonical JSON (RFC 8785) of text, integers, booleans, nothing, and lists and objects of these.

    Raises:
        NotWritable: for anything else: a broken number has no one form, and no place in a journal.
    """
    _check(value)
    try:
        return rfc8785.dumps(value).decode()  # type: ignore[arg-type]
    except rfc8785.CanonicalizationError as error:
        raise NotWritable(type(error).__name__) from None


def _check(value: object) -> None:
    if isinstance(value, Mapping):
        for name, each in value.items():
            if not isinstance(name, str):
                raise NotWritable(type(name).__name__)
            _check(each)
    elif isinstance(value, list | tuple):
        for each in value:
            _check(each)
    elif value is not None and not isinstance(value, str | int):
        raise NotWritable(type(value).__name__)


def payload_text(payload: Payload) -> str:
    """The payload as it is stored.

    Raises:
        NotWritable: where a detail is neither text nor an integer nor nothing.
    """
    if any(value is not None and not isinstance(value, str | int) for value in payload.details.values()):
        raise NotWritable("details")
    content: dict[str, object] = {"details": dict(payload.details)}
    if payload.reason_id is not None:
        content["reason"] = {"id": payload.reason_id, "digest": payload.reason_digest}
    if payload.rows:
        content["rows"] = [{"table": row.table, "key": dict(row.key), "digest": row.digest} for row in payload.rows]
    return canonical(content)


def payload_from(content: Mapping[str, object]) -> Payload:
    """A payload from its JSON."""
    reason = content.get("reason") or {}
    rows = content.get("rows") or ()
    details = content.get("details") or {}
    assert isinstance(reason, dict)
    assert isinstance(rows, list | tuple)
    assert isinstance(details, dict)
    told = tuple(ToldRow(row["table"], row["key"], row["digest"]) for row in rows)
    return Payload(details, reason.get("id"), reason.get("digest"), told)


def entry_hash(entry: Entry) -> str:
    """SHA-256 over every column but the hash and the signature."""
    columns = {name: value for name, value in asdict(entry).items() if name not in ("hash", "signature")}
    return hashlib.sha256(_ENTRY + canonical(columns).encode()).hexdigest()


def entry_message(entry: Entry) -> bytes:
    """What the signature of an entry is made over."""
    return _ENTRY + entry.hash.encode()


def head_content(head: Head) -> dict[str, str | int]:
    """A head as it is written, with its signature where it has one."""
    signed = {"signature": head.signature} if head.signature else {}
    return {"format": HEAD_FORMAT, **{k: v for k, v in asdict(head).items() if k != "signature"}, **signed}


def head_message(head: Head) -> bytes:
    """What the signature of a head is made over: everything else in it."""
    content = head_content(head)
    content.pop("signature", None)
    return _HEAD + canonical(content).encode()


def origin_of(log: str) -> str:
    """How heads name a journal."""
    return f"diager-dpo/{log}"


def key_id(public_key: bytes) -> str:
    """The name of a key: SHA-256 of its 32 public bytes, hexadecimal."""
    return hashlib.sha256(public_key).hexdigest()


def row_digest(secret: bytes, table: str, row: Mapping[str, object]) -> str:
    """Keyed digest of a row over its columns; HMAC-SHA-256, hexadecimal.

    Columns that hold nothing are left out: one that is added later changes the digest of no row there was. Keyed,
    because a row may hold the key of a person, and few keys can be tried one by one.
    """
    values = {name: f"{_kind(value)}:{value}" for name, value in row.items() if value is not None}
    return hmac.new(secret, canonical({"table": table, "values": values}).encode(), hashlib.sha256).hexdigest()


def _kind(value: object) -> str:
    if isinstance(value, int):
        return "integer"
    if isinstance(value, str):
        return "text"
    raise NotWritable(type(value).__name__)


def lines_digest(secret: bytes, lines: Iterable[Mapping[str, object]]) -> tuple[int, str]:
    """How many lines a segment has, and the keyed digest of all, in their order."""
    count, digest = 0, hmac.new(secret, b"", hashlib.sha256)
    for line in lines:
        count += 1
        digest.update(canonical(dict(line)).encode() + b"\n")
    return count, digest.hexdigest()


def reason_digest(salt: str, text: str) -> str:
    """Binds an entry to a text without telling it: HMAC-SHA-256 with a salt of the text's own, hexadecimal."""
    return hmac.new(bytes.fromhex(salt), text.encode(), hashlib.sha256).hexdigest()

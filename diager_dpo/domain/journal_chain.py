"""Whether entries make one whole journal, and whether it is still the one that pins were taken of.

Each entry is looked at once, in order, and then forgotten: a journal of any length takes the same memory.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import TypeAlias

from diager_dpo.domain.journal import (
    FIRST,
    KEY_ROTATED,
    OPENED,
    Entry,
    Head,
    NotWritable,
    Payload,
    entry_hash,
    entry_message,
    head_message,
    key_id,
    origin_of,
    payload_from,
)

#: Whether a signature (hexadecimal) over a message was made with the key of these 32 public bytes.
SignatureCheck: TypeAlias = Callable[[bytes, bytes, str], bool]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was written. ``number``: of the entry where it shows; ``what``: a row, a month."""

    code: str
    number: int | None = None
    what: str = ""


@dataclass(slots=True)
class Chain:
    """The check under way. ``log``: the id this journal must have, where it is known."""

    signed: SignatureCheck
    log: str | None = None
    size: int = 0
    hash: str = FIRST
    expected_key: str = ""
    keys: dict[str, bytes] = field(default_factory=dict)

    def follow(self, entry: Entry) -> tuple[Payload | None, tuple[Fault, ...]]:
        """Take the next entry: what it tells, ``None`` where that cannot be read, and what is wrong with it."""
        if not _is_plain(entry):  # a database keeps what it is told to keep: a number where text belongs, or bytes
            self.size, self.hash = self.size + 1, ""
            return None, (Fault("entry_unreadable", self.size),)
        payload = _read(entry.payload)
        if self.size == 0:
            self._begin(entry, payload)
        faults = tuple(Fault(code, entry.number) for code in self._wrong(entry, payload))
        if entry.action == KEY_ROTATED and not faults and payload is not None:
            self.expected_key = self._learn(payload)
        self.size, self.hash = entry.number, entry.hash
        return payload, faults

    def _begin(self, entry: Entry, payload: Payload | None) -> None:
        self.log = self.log or entry.log
        if entry.action == OPENED and payload is not None:
            self.expected_key = self._learn(payload)

    def _learn(self, payload: Payload) -> str:
        """A key that an entry names, by the public half that it gives."""
        try:
            public = bytes.fromhex(str(payload.details.get("public_key")))
        except ValueError:
            return ""
        name = key_id(public)
        self.keys[name] = public
        return name if payload.details.get("key") == name else ""

    def _wrong(self, entry: Entry, payload: Payload | None) -> Iterator[str]:
        if entry.number != self.size + 1:
            yield "number_wrong"
        if entry.log != self.log:
            yield "log_wrong"
        if (entry.action == OPENED) != (entry.number == 1):
            yield "opening_wrong"
        if payload is None:
            yield "payload_wrong"
        if _hash(entry) != entry.hash:
            yield "hash_wrong"
        if entry.previous != self.hash:
            yield "previous_wrong"
        if entry.key != self.expected_key:
            yield "key_wrong"
        elif not self.signed(self.keys[entry.key], entry_message(entry), entry.signature):
            yield "signature_wrong"


@dataclass(slots=True)
class PinCheck:
    """Compares entries that pass with the heads that somebody kept."""

    chain: Chain
    pins: tuple[Head, ...]
    _by_size: dict[int, list[Head]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for pin in self.pins:
            self._by_size.setdefault(pin.size, []).append(pin)

    def own(self) -> Iterator[Fault]:
        """What is wrong with the pins themselves."""
        for pin in self.pins:
            try:
                public = bytes.fromhex(pin.public_key)
            except ValueError:
                public = b""
            if key_id(public) != pin.key or not self.chain.signed(public, head_message(pin), pin.signature):
                yield Fault("pin_damaged", pin.size)

    def passed(self, entry: Entry) -> Iterator[Fault]:
        """Whether an entry is still what a pin of its number says."""
        for pin in self._by_size.get(entry.number, ()):
            if pin.hash != entry.hash and self._is_ours(pin):
                yield Fault("pin_contradicts", entry.number)

    def ended(self) -> Iterator[Fault]:
        """What only the end shows: a journal that is shorter than it was, or another one."""
        for pin in self.pins:
            if not self._is_ours(pin):
                yield Fault("pin_of_another", pin.size)
            elif pin.size > self.chain.size:
                yield Fault("shorter_than_pin", pin.size)

    def _is_ours(self, pin: Head) -> bool:
        return pin.origin == origin_of(self.chain.log or "")


def check(entries: Iterable[Entry], signed: SignatureCheck, pins: Iterable[Head] = ()) -> tuple[Chain, list[Fault]]:
    """The whole check of a journal without the rows it tells of."""
    chain = Chain(signed)
    kept = PinCheck(chain, tuple(pins))
    faults = list(kept.own())
    for entry in entries:
        faults += chain.follow(entry)[1]
        faults += kept.passed(entry)
    return chain, [*faults, *kept.ended()]


def _is_plain(entry: Entry) -> bool:
    values = asdict(entry)
    return type(values.pop("number")) is int and all(type(value) is str for value in values.values())


def _hash(entry: Entry) -> str:
    try:
        return entry_hash(entry)
    except NotWritable:
        return ""


def _read(text: str) -> Payload | None:
    try:
        content = json.loads(text)
        return payload_from(content) if isinstance(content, dict) else None
    except (ValueError, KeyError, TypeError, AssertionError, AttributeError):
        return None

# ruff: noqa: T201, RUF001 - a command prints; French has its own apostrophe
"""Checks a journal, its pins and certificates without the product: this one file, Python 3.11 and cryptography.

    python verifier.py journal.json --pin head.json certificate.json

``journal.json`` is what ``journal export`` wrote; a pin is a head of the journal that somebody kept, or the anchor file
``heads.jsonl``; certificates are pins too. Exit code: 0 where nothing is wrong, 1 where something is, 2 where a file
cannot be read.

What it cannot see: an event that was never logged, an entry that was backdated since the last pin, and rows of the
product's database that were changed behind the journal (the product's own ``journal verify`` looks at those). Nor
whether the key is really the company's: compare it with that of a pin or a certificate you were given earlier.
"""

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

EXPORT, HEAD, CERTIFICATE = "diager-dpo/journal/1", "diager-dpo/head/1", "diager-dpo/certificate/1"
ENTRY_MESSAGE, HEAD_MESSAGE = b"diager-dpo journal entry 1\n", b"diager-dpo journal head 1\n"
CERTIFICATE_MESSAGE = b"diager-dpo certificate 1\n"
HASHED = ("log", "number", "at", "issuer", "subject", "action", "object", "payload", "previous", "key")
ENTRY = frozenset((*HASHED, "hash", "signature"))
HEAD_NAMES = frozenset(("format", "origin", "size", "hash", "at", "key", "public_key", "signature"))

Content: TypeAlias = dict[str, Any]
Fault: TypeAlias = tuple[str, int | None]


class Unreadable(Exception):
    """A file is not what it should be."""


def canonical(value: Any) -> str:
    """Canonical JSON (RFC 8785) of text, integers, booleans, nothing, lists and objects."""
    if value is None or isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int) and abs(value) < 2**53:
        return str(value)
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{canonical(name)}:{canonical(value[name])}" for name in names) + "}"
    raise Unreadable


def is_signed(public: bytes, message: bytes, signature: Any) -> bool:
    """Whether a signature (hexadecimal, lower case) over a message was made with a key (32 bytes)."""
    if not isinstance(signature, str) or signature != signature.lower():
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key(content: Content) -> tuple[str, bytes]:
    """The key that some content names, where its name is the SHA-256 of its public half; else nothing."""
    try:
        public = bytes.fromhex(str(content.get("public_key")))
    except ValueError:
        return "", b""
    name = hashlib.sha256(public).hexdigest()
    return (name, public) if content.get("key") == name else ("", b"")


class Journal:
    """Entries one after another; only the last is remembered."""

    def __init__(self, pins: Iterable[Content]) -> None:
        self.log, self.size, self.hash, self.expected = "", 0, "", ""
        self.keys: dict[str, bytes] = {}
        self.pins = list(pins)
        self.by_size: dict[int, list[Content]] = {}
        for pin in self.pins:
            self.by_size.setdefault(pin["size"], []).append(pin)

    def own_faults_of_pins(self) -> Iterator[Fault]:
        """Pins that are not signed as they should be."""
        for pin in self.pins:
            name, public = public_key(pin)
            unsigned = {key: value for key, value in pin.items() if key != "signature"}
            if not name or not is_signed(public, HEAD_MESSAGE + encoded(unsigned), pin["signature"]):
                yield "pin_damaged", pin["size"]

    def follow(self, entry: Content) -> Iterator[Fault]:
        """What is wrong with the next entry."""
        details = details_of(entry)
        opened = entry["action"] == "journal_opened"
        if self.size == 0:
            self.log = entry["log"]
            if opened and details is not None:
                self.learn(details)
        faults = list(self.wrong(entry, details, opened))
        yield from ((code, entry["number"]) for code in faults)
        if entry["action"] == "key_rotated" and not faults and details is not None:
            self.learn(details)
        self.size, self.hash = entry["number"], entry["hash"]
        for pin in self.by_size.get(self.size, ()):
            if pin["hash"] != self.hash and pin["origin"] == self.origin:
                yield "pin_contradicts", self.size

    def wrong(self, entry: Content, details: Content | None, opened: bool) -> Iterator[str]:
        """Codes of what is wrong with one entry."""
        if entry["number"] != self.size + 1:
            yield "number_wrong"
        if entry["log"] != self.log:
            yield "log_wrong"
        if opened != (entry["number"] == 1):
            yield "opening_wrong"
        if details is None:
            yield "payload_wrong"
        columns = {name: entry[name] for name in HASHED}
        if hashlib.sha256(ENTRY_MESSAGE + encoded(columns)).hexdigest() != entry["hash"]:
            yield "hash_wrong"
        if entry["previous"] != self.hash:
            yield "previous_wrong"
        if not entry["key"] or entry["key"] != self.expected:
            yield "key_wrong"
        elif not is_signed(self.keys[entry["key"]], ENTRY_MESSAGE + entry["hash"].encode(), entry["signature"]):
            yield "signature_wrong"

    def learn(self, details: Content) -> None:
        """Take the key that signs from here on."""
        self.expected, public = public_key(details)
        self.keys[self.expected] = public

    @property
    def origin(self) -> str:
        """How heads name this journal."""
        return f"diager-dpo/{self.log}"

    def ended(self) -> Iterator[Fault]:
        """What only the end shows."""
        for pin in self.pins:
            if pin["origin"] != self.origin:
                yield "pin_of_another", pin["size"]
            elif pin["size"] > self.size:
                yield "shorter_than_pin", pin["size"]


def encoded(value: Any) -> bytes:
    """Canonical JSON in UTF-8."""
    try:
        return canonical(value).encode()
    except UnicodeEncodeError:
        raise Unreadable from None


def details_of(entry: Content) -> Content | None:
    """The details that an entry tells; ``None`` where its payload cannot be read."""
    try:
        payload = json.loads(entry["payload"])
    except ValueError:
        return None
    details = payload.get("details") if isinstance(payload, dict) else None
    return details if isinstance(details, dict) else None


def entries_of(path: Path) -> Iterator[Content]:
    """The entries of an export, which stand one a line: a journal of any length takes the same memory."""
    with path.open(encoding="utf-8", newline="\n") as file:
        begin = json.loads(file.readline() + "]}")
        if begin.get("format") != EXPORT or begin.get("entries") != []:
            raise Unreadable
        for line in file:
            if line.startswith("]"):
                if line.strip() != "]}" or file.read().strip():
                    raise Unreadable
                return
            entry = json.loads(line.rstrip("\n").removesuffix(","))
            texts = isinstance(entry, dict) and all(isinstance(v, str) for k, v in entry.items() if k != "number")
            if not texts or set(entry) != ENTRY or type(entry["number"]) is not int:
                raise Unreadable
            yield entry
    raise Unreadable  # it ends in the middle


def contents_of(path: Path) -> list[Content]:
    """One JSON object, or one a line."""
    text = path.read_text(encoding="utf-8")
    try:
        found = [json.loads(text)]
    except ValueError:
        found = [json.loads(line) for line in text.splitlines() if line.strip()]
    if not all(isinstance(each, dict) for each in found):
        raise Unreadable
    return found


def head_of(content: Content) -> Content:
    """The head that a file is, or that a certificate holds."""
    head = content["head"] if isinstance(content.get("head"), dict) else content
    texts = all(isinstance(value, str) for name, value in head.items() if name != "size")
    if head.get("format") != HEAD or set(head) != HEAD_NAMES or type(head["size"]) is not int or not texts:
        raise Unreadable
    return dict(head)


def faults_of_certificate(content: Content, journal: Journal) -> Iterator[Fault]:
    """A certificate is signed over everything else in it, with a key that its journal knows."""
    name, public = public_key(content)
    unsigned = {key: value for key, value in content.items() if key != "signature"}
    if not name or not is_signed(public, CERTIFICATE_MESSAGE + encoded(unsigned), content.get("signature")):
        yield "certificate_damaged", None
    elif name not in journal.keys:
        yield "certificate_of_another", None


def check(export: Path, pins: Iterable[Content], certificates: Iterable[Content] = ()) -> tuple[Journal, list[Fault]]:
    """Everything: the journal, its pins, its certificates."""
    certified = list(certificates)
    journal = Journal([*pins, *map(head_of, certified)])
    faults = list(journal.own_faults_of_pins())
    for entry in entries_of(export):
        faults += journal.follow(entry)
    faults += journal.ended()
    for content in certified:
        faults += faults_of_certificate(content, journal)
    return journal, faults


SENTENCES = {
    "number_wrong": ("an entry is missing, or was moved or put in", "une entrée manque, ou a été déplacée ou ajoutée"),
    "log_wrong": ("belongs to another journal", "appartient à un autre journal"),
    "opening_wrong": ("the opening is not where it belongs", "l’ouverture n’est pas à sa place"),
    "payload_wrong": ("its content cannot be read", "son contenu est illisible"),
    "hash_wrong": ("was changed after it was written", "a été modifiée après son écriture"),
    "previous_wrong": ("does not follow the entry before it", "ne suit pas l’entrée précédente"),
    "key_wrong": ("was signed with an unknown key", "est signée par une clé inconnue"),
    "signature_wrong": ("its signature is wrong", "sa signature est fausse"),
    "pin_damaged": ("this pin was changed", "ce repère a été modifié"),
    "pin_contradicts": ("is not what it was when the pin was taken", "n’est plus ce qu’elle était lors du repère"),
    "pin_of_another": ("this pin is of another journal", "ce repère vient d’un autre journal"),
    "shorter_than_pin": ("the journal ends before this pin", "le journal s’arrête avant ce repère"),
    "certificate_damaged": ("a certificate was changed", "une attestation a été modifiée"),
    "certificate_of_another": ("a certificate has another signer", "une attestation a un autre signataire"),
}


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("journal", type=Path)
    parser.add_argument("certificates", type=Path, nargs="*", metavar="certificate")
    parser.add_argument("--pin", type=Path, nargs="+", default=[], action="extend", metavar="FILE")
    parser.add_argument("--language", choices=("en", "fr"), default="fr" if _is_french() else "en")
    given = parser.parse_intermixed_args(arguments)
    french = given.language == "fr"
    path = given.journal
    try:
        pins = []
        for path in given.pin:
            pins += [head_of(content) for content in contents_of(path)]
        certificates = []
        for path in given.certificates:
            certificates += contents_of(path)
        path = given.journal
        journal, faults = check(path, pins, certificates)
    except (Unreadable, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        print(f"{path} : illisible" if french else f"{path}: cannot be read")
        return 2
    for code, number in faults:
        at = "" if number is None else f"{number}: "
        print(at + SENTENCES[code][french] + f" [{code}]")
    words = ("entrées", "repères", "attestations") if french else ("entries", "pins", "certificates")
    counts = (journal.size, len(journal.pins) - len(certificates), len(certificates))
    print(", ".join(f"{count} {word}" for count, word in zip(counts, words, strict=True)))
    print(f"{journal.origin} {journal.size} {journal.hash}")
    for name in journal.keys:
        print(("clé " if french else "key ") + name)
    if not pins and not certificates:
        print("Sans repère, une fin coupée ne se voit pas." if french else "Without a pin, a cut end is not seen.")
    if faults:
        print("Le journal n’est pas intact." if french else "The journal is not whole.")
    else:
        print("Rien à signaler." if french else "Nothing is wrong.")
    return 1 if faults else 0


def _is_french() -> bool:
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    return next((os.environ[name] for name in names if os.environ.get(name)), "").startswith("fr")


if __name__ == "__main__":
    sys.exit(main())

"""The stand-alone verifier: it knows nothing of the product, and says the same."""

import json
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from diager_dpo import verifier
from diager_dpo.domain.journal import (
    OPENED,
    Entry,
    Head,
    Payload,
    canonical,
    entry_hash,
    entry_message,
    head_content,
    head_message,
    origin_of,
    payload_text,
)
from diager_dpo.domain.journal_chain import check
from diager_dpo.services.journal_verification import is_signed
from diager_dpo.services.keys import SigningKey

KEY = SigningKey(bytes(range(32)))
LOG = "00112233445566778899aabbccddeeff"
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.none() | words | st.integers(-(2**53) + 1, 2**53 - 1)
details = st.dictionaries(words, values, max_size=3)


def signed(entry):
    entry = replace(entry, hash=entry_hash(entry))
    return replace(entry, signature=KEY.sign(entry_message(entry)))


def journal(contents):
    """A journal whose entries tell these details."""
    opening = {"key": KEY.id, "public_key": KEY.public.hex()}
    found = []
    for number, told in enumerate([opening, *contents], 1):
        action = OPENED if number == 1 else "tried"
        payload = payload_text(Payload(told))
        previous = found[-1].hash if found else ""
        at = f"2025-01-10T09:30:{number:02}+00:00"
        found.append(signed(Entry(LOG, number, at, "local", "marie", action, "thing:1", payload, previous, KEY.id)))
    return found


def head_of(entries, size):
    last = entries[size - 1]
    head = Head(origin_of(last.log), last.number, last.hash, "2025-02-01T00:00:00+00:00", KEY.id, KEY.public.hex())
    return replace(head, signature=KEY.sign(head_message(head)))


def written(folder, entries):
    file = folder / "journal.json"
    lines = ",\n".join(canonical(asdict(entry)) for entry in entries)
    file.write_text(
        f'{{"format":"diager-dpo/journal/1","origin":"{origin_of(LOG)}","entries":[\n{lines}\n]}}\n', "utf-8"
    )
    return file


@given(
    st.recursive(
        values | st.booleans(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3)
    )
)
def test_both_write_the_same_canonical_json(value):
    assert verifier.canonical(value).encode() == rfc8785.dumps(value)


@st.composite
def tampered(draw):
    """A journal, a pin of it, and the journal after a few changes of any kind."""
    good = journal(draw(st.lists(details, max_size=5)))
    pin = head_of(good, draw(st.integers(1, len(good))))
    found = list(good)
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(found) - 1))
        kind = draw(st.sampled_from(["column", "hash", "sign", "remove", "again", "swap", "cut"]))
        entry = found[place]
        if kind == "column":
            column = draw(st.sampled_from(sorted(asdict(entry))))
            found[place] = replace(entry, **{column: draw(st.integers(0, 9)) if column == "number" else draw(words)})
        elif kind == "hash":
            found[place] = replace(entry, hash=entry_hash(entry))
        elif kind == "sign":
            found[place] = signed(entry)
        elif kind == "remove" and len(found) > 1:
            del found[place]
        elif kind == "again":
            found.insert(place, entry)
        elif kind == "swap":
            found[0], found[place] = found[place], found[0]
        elif kind == "cut" and place:
            found = found[:place]
    return found, pin


@settings(max_examples=300)
@given(story=tampered())
def test_product_and_verifier_find_the_same(tmp_path_factory, story):
    found, pin = story
    file = written(tmp_path_factory.getbasetemp(), found)
    of_product = {(fault.code, fault.number) for fault in check(found, is_signed, [pin])[1]}
    assert set(verifier.check(file, [head_content(pin)])[1]) == of_product


GOLDEN = journal([{"n": 1, "who": "Hélène", "none": None}, {"\u20ac": 'a"\\\n\u007f', "\U0001f600": -5}])
GOLDEN_HASHES = [
    "18cfcef9eaba17811e75cd517b84f8428e4af205fc56ccbde73651afb3187298",
    "1b941d2d883db199078f7fb0a0117b347a50a532e085556fd45703df56490468",
    "4239a32241c3063b5e4625dde0b6982b552f1ed087bc8dccfd41109233baae91",
]
GOLDEN_SIGNATURE = "b21cf3a85d29e23120523fe84ee1bac6f9b0ea332161374c686897f97731bd02f61c5742a76303b59dec66c855103281bcae195431cacaaa3e718ebb6cf8b807"


def test_hashes_and_signatures_are_those_of_the_first_release():
    """What is written today is read in ten years: these never change."""
    assert [entry.hash for entry in GOLDEN] == GOLDEN_HASHES
    assert GOLDEN[-1].signature == GOLDEN_SIGNATURE
    assert KEY.id == "56475aa75463474c0285df5dbf2bcab73da651358839e9b77481b2eab107708c"
    assert (
        head_of(GOLDEN, 3).signature
        == "9bffd328a65c3b05c1841c88ed2bfddb972a8869ebac4c0c465dea3f2bf0ee04301d464a8fd06bbc7699a4763602ec337a8a09717c1a508318fc522fe5203800"
    )


def run(folder, *arguments):
    """The file alone, elsewhere, in a Python that does not find the product."""
    alone = folder / "verifier.py"
    alone.write_bytes(Path(verifier.__file__).read_bytes())
    command = [sys.executable, "-I", str(alone), *map(str, arguments)]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=folder, encoding="utf-8", env={"LC_ALL": "C.UTF-8"}
    )
    assert not done.stderr
    return done.returncode, done.stdout


@pytest.fixture
def files(tmp_path):
    pin = tmp_path / "pin.json"
    pin.write_text(json.dumps(head_content(head_of(GOLDEN, 3))))
    return written(tmp_path, GOLDEN), pin


def test_the_file_alone_checks_a_journal(tmp_path, files):
    journal_file, pin = files
    code, told = run(tmp_path, journal_file, "--pin", pin)
    assert code == 0
    assert "3 entries, 1 pins, 0 certificates" in told
    assert GOLDEN[-1].hash in told
    assert "Nothing is wrong." in told
    code, told = run(tmp_path, journal_file)
    assert (code, "Without a pin" in told) == (0, True)


def test_the_file_alone_says_what_is_wrong_in_both_languages(tmp_path, files):
    _, pin = files
    cut = written(tmp_path, GOLDEN[:2])
    assert run(tmp_path, cut)[0] == 0
    code, told = run(tmp_path, cut, "--pin", pin)
    assert (code, "[shorter_than_pin]" in told) == (1, True)
    assert "est pas intact." in run(tmp_path, cut, "--pin", pin, "--language", "fr")[1]
    changed = written(tmp_path, [GOLDEN[0], replace(GOLDEN[1], subject="paul"), GOLDEN[2]])
    assert "2: was changed after it was written [hash_wrong]" in run(tmp_path, changed)[1]


def certificate(**more):
    content = {
        "format": "diager-dpo/certificate/1",
        "purge": 12,
        "gone": [{"table": "contact", "n": 3}],
        "head": head_content(head_of(GOLDEN, 2)),
        "key": KEY.id,
        "public_key": KEY.public.hex(),
        **more,
    }
    message = verifier.CERTIFICATE_MESSAGE + canonical(content).encode()
    return content | {"signature": KEY.sign(message)}


def test_a_certificate_is_checked_and_pins_the_journal(tmp_path, files):
    file = tmp_path / "certificate.json"
    file.write_text(json.dumps(certificate(), indent=2))
    assert run(tmp_path, files[0], file)[0] == 0
    file.write_text(json.dumps(certificate() | {"purge": 13}))
    code, told = run(tmp_path, files[0], file)
    assert (code, "[certificate_damaged]" in told) == (1, True)
    file.write_text(json.dumps(certificate()))
    assert "[shorter_than_pin]" in run(tmp_path, written(tmp_path, GOLDEN[:1]), file)[1]


def test_a_certificate_of_another_key_says_so(files):
    other = SigningKey(b"o" * 32)
    content = certificate(key=other.id, public_key=other.public.hex())
    del content["signature"]
    content["signature"] = other.sign(verifier.CERTIFICATE_MESSAGE + canonical(content).encode())
    assert verifier.check(files[0], [], [content])[1] == [("certificate_of_another", None)]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "x",
        "{}",
        "[]",
        '{"format":"diager-dpo/journal/1","origin":"o","entries":[\n{}\n]}\n',
        '{"format":"other","entries":[\n]}\n',
    ],
)
def test_what_is_no_journal_cannot_be_read(tmp_path, content):
    file = tmp_path / "journal.json"
    file.write_text(content)
    code, told = run(tmp_path, file)
    assert (code, "cannot be read" in told) == (2, True)


def test_an_export_that_was_cut_short_cannot_be_read(tmp_path, files):
    whole = files[0].read_text("utf-8")
    for cut in (whole[:-3], whole[: whole.rindex("\n", 0, -4)], whole + "{}\n"):
        files[0].write_text(cut, "utf-8")
        assert run(tmp_path, files[0])[0] == 2


def test_an_export_is_one_json_object(files):
    assert len(json.loads(files[0].read_text("utf-8"))["entries"]) == 3


def test_the_verifier_imports_the_standard_library_and_cryptography_only():
    lines = Path(verifier.__file__).read_text("utf-8").splitlines()
    imported = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}


def test_a_key_that_was_replaced_signs_nothing_any_more(tmp_path):
    """Whoever kept the former key, or stole it, cannot go on with it."""
    new = SigningKey(b"n" * 32)
    found = journal([{"key": new.id, "public_key": new.public.hex()}, {"n": 1}])
    found[1] = signed(replace(found[1], action="key_rotated"))
    found[2] = signed(replace(found[2], previous=found[1].hash))
    assert [(fault.code, fault.number) for fault in check(found, is_signed)[1]] == [("key_wrong", 3)]
    assert verifier.check(written(tmp_path, found), [])[1] == [("key_wrong", 3)]

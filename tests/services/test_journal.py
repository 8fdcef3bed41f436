"""Writing: in the transaction of the change, in one chain, with a key that is there."""

import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError

from diager_dpo.domain.journal import NotWritable
from diager_dpo.domain.permissions import Identity
from diager_dpo.services import journal, keys
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.journal_reading import decisions
from diager_dpo.store import journal as store
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.tables import account, purge_item, reason
from diager_dpo.store.tables import journal as table
from tests.services.filled_store import CLI, DPO


def write(installation, action="tried", details=None, **more):
    with writing(installation.store) as connection:
        journal.record(installation, connection, DPO, action=action, about="thing:1", details=details or {}, **more)


def entries(installation):
    with reading(installation.store) as connection:
        return list(store.stream(connection))


def test_the_first_decision_opens_the_journal_and_follows_it(any_installation):
    write(any_installation, details={"n": 3, "what": "été", "none": None})
    opened, first = entries(any_installation)
    assert (opened.number, opened.action, opened.previous) == (1, "journal_opened", "")
    assert (first.number, first.previous, first.issuer, first.subject) == (2, opened.hash, DPO.issuer, DPO.subject)
    assert first.payload == '{"details":{"n":3,"none":null,"what":"été"}}'


def test_a_decision_that_is_undone_leaves_no_entry(any_installation):
    write(any_installation)

    def fail():
        with writing(any_installation.store) as connection:
            connection.execute(insert(account).values(issuer="local", subject="a", display_name="A"))
            journal.record(any_installation, connection, DPO, action="added", about="account:local:a", details={})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    write(any_installation)
    assert [(entry.number, entry.action) for entry in entries(any_installation)] == [
        (1, "journal_opened"),
        (2, "tried"),
        (3, "tried"),
    ]


@pytest.mark.parametrize("value", [1.5, b"x", [1], {"a": 1}, {1}, 2**60, "\ud800"])
def test_what_has_no_one_form_is_not_written(installation, value):
    with pytest.raises(NotWritable):
        write(installation, details={"value": value})
    assert not entries(installation)


def test_a_row_that_is_named_by_a_person_is_never_told_of(installation):
    row = (purge_item, {"purge": 1, "item": 1})
    write(installation, changed=[row])
    from diager_dpo.store.tables import record

    key = {"source": "crm", "person": "1", "purpose": 1, "operation": ""}
    with pytest.raises(ValueError, match="record"):
        write(installation, changed=[(record, key)])
    with pytest.raises(ValueError, match="account"):
        write(installation, changed=[(account, {"issuer": "local"})])


def test_a_reason_stands_elsewhere_and_the_entry_holds_its_digest_only(any_installation):
    with writing(any_installation.store) as connection:
        number = journal.keep_reason(connection, "because of Marie")
        journal.record(any_installation, connection, DPO, action="x", about="y", details={}, reason_id=number)
        salt = connection.scalar(select(reason.c.salt))
    last = entries(any_installation)[-1]
    assert "Marie" not in str(last)
    assert json.loads(last.payload)["reason"]["digest"] == journal.reason_digest(salt, "because of Marie")


def test_an_entry_holds_a_digest_of_each_row_as_it_was_and_none_of_a_row_that_is_gone(any_installation):
    with writing(any_installation.store) as connection:
        connection.execute(insert(account).values(issuer="local", subject="a", display_name="A"))
        rows = [(account, {"issuer": "local", "subject": name}) for name in ("a", "gone")]
        journal.record(any_installation, connection, DPO, action="x", about="y", details={}, changed=rows)
    there, gone = json.loads(entries(any_installation)[-1].payload)["rows"]
    assert (there["key"], gone["digest"]) == ({"issuer": "local", "subject": "a"}, None)
    assert len(there["digest"]) == 64


def test_a_reading_transaction_writes_no_entry(any_installation):
    with reading(any_installation.store) as connection, pytest.raises(RuntimeError):
        journal.record(any_installation, connection, DPO, action="x", about="y", details={})


def test_the_journal_is_read_newest_first_by_kind(any_installation):
    for action in ("a", "b", "c", "a"):
        write(any_installation, action)
    with reading(any_installation.store) as connection:
        assert [(found.id, found.action) for found in decisions(connection, ("a", "b"), 2)] == [(5, "a"), (3, "b")]


COPY = (
    "insert into journal (log, number, at, issuer, subject, action, object, payload, previous, key, hash, signature)"
    " select log, {number}, at, issuer, subject, action, object, payload, {previous}, key, hash, signature"
    " from journal where number = 3"
)
CHANGES = {
    "update": "update journal set subject = 'other' where number = 2",
    "delete": "delete from journal where number = 2",
    "delete all": "delete from journal",
    "a gap": COPY.format(number=9, previous="hash"),
    "the same number": COPY.format(number=2, previous="previous"),
    "a wrong previous hash": COPY.format(number=4, previous="'0'"),
    "replace": "insert or replace" + COPY.format(number=2, previous="previous").removeprefix("insert"),
    "upsert": COPY.format(number=2, previous="previous") + " on conflict (number) do update set subject = 'other'",
    "upsert of the next": COPY.format(number=3, previous="hash") + " on conflict (number) do update set subject = 'x'",
}


@pytest.mark.parametrize("change", CHANGES)
def test_triggers_refuse_everything_but_a_next_entry(any_installation, change):
    postgresql = any_installation.store.dialect.name == "postgresql"
    if change == "replace" and postgresql:
        pytest.skip("PostgreSQL has no REPLACE")
    write(any_installation)
    write(any_installation)
    before = entries(any_installation)
    statement = CHANGES[change]
    if "on conflict" in statement and not postgresql:
        statement = statement.replace(" on conflict", " and true on conflict")
    with pytest.raises(DBAPIError, match="append-only"), writing(any_installation.store) as connection:
        connection.execute(text(statement))
    assert entries(any_installation) == before


@pytest.mark.postgresql
def test_the_journal_is_not_truncated(any_installation):
    if any_installation.store.dialect.name == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    write(any_installation)
    with pytest.raises(DBAPIError, match="append-only"), writing(any_installation.store) as connection:
        connection.execute(text("truncate journal"))


def test_replace_is_refused_on_a_connection_without_our_settings_too(installation):
    import sqlite3
    from contextlib import closing

    write(installation)
    write(installation)
    path = installation.settings.home / "store.sqlite3"
    with closing(sqlite3.connect(path)) as plain, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        plain.execute(CHANGES["replace"])


WRITERS, EACH = 16, 25


def test_sixteen_writers_make_one_chain(any_installation):
    barrier = threading.Barrier(WRITERS)
    failed = []

    def work(name):
        try:
            barrier.wait()
            for _ in range(EACH):
                with writing(any_installation.store) as connection:
                    journal.record(
                        any_installation, connection, Identity("local", name), action="x", about="y", details={}
                    )
        except BaseException as error:
            failed.append(error)
            raise

    threads = [threading.Thread(target=work, args=(f"writer-{n}",)) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    written = entries(any_installation)
    assert not failed
    assert [entry.number for entry in written] == list(range(1, 2 + WRITERS * EACH))
    assert all(after.previous == before.hash for before, after in itertools.pairwise(written))
    assert sorted({entry.subject for entry in written[1:]}) == sorted(f"writer-{n}" for n in range(WRITERS))


KILLED = """
import sys, time
from pathlib import Path
from sqlalchemy import insert
from diager_dpo.services import journal
from diager_dpo.store.engine import writing
from diager_dpo.store.tables import account
from tests.services.filled_store import DPO, installed
with installed(Path(sys.argv[1]), sys.argv[2] or None) as installation, writing(installation.store) as connection:
    connection.execute(insert(account).values(issuer="local", subject="half", display_name="Half"))
    if sys.argv[3] == "after the entry":
        journal.record(installation, connection, DPO, action="x", about="y", details={})
    print("now", flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("moment", ["between change and entry", "after the entry"])
def test_a_kill_leaves_neither_change_nor_entry(any_installation, tmp_path, moment):
    write(any_installation)
    before = entries(any_installation)
    url = any_installation.store.url
    given = url.render_as_string(hide_password=False) if url.get_backend_name() == "postgresql" else ""
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path), given, moment], stdout=subprocess.PIPE, cwd=Path.cwd()
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"now\n"
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    for _ in range(100):  # a server takes a moment to notice
        if entries(any_installation) == before:
            break
        time.sleep(0.1)
    assert entries(any_installation) == before
    with reading(any_installation.store) as connection:
        assert connection.scalar(select(account.c.subject)) is None
    write(any_installation)
    assert len(entries(any_installation)) == len(before) + 1


def key_files(installation):
    return {path.name: path.stat().st_mode & 0o777 for path in installation.settings.keys.iterdir()}


def test_keys_are_made_at_first_use_and_read_by_their_owner_only(installation):
    assert not installation.settings.keys.exists()
    write(installation)
    assert key_files(installation) == {"journal.key": 0o600, "rows.key": 0o600}


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("journal", None, "journal_key_lost"),
        ("journal", b"x" * 32, "journal_key_changed"),
        ("journal", b"short", "key_unreadable"),
        ("rows", None, "journal_key_lost"),
    ],
)
def test_without_its_key_nothing_is_decided_and_no_other_is_made(installation, name, content, code):
    write(installation)
    path = installation.settings.keys / f"{name}.key"
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(NotPossible) as refused:
        write(installation)
    assert refused.value.code == code
    assert len(entries(installation)) == 2
    assert path.exists() is (content is not None)


def test_a_rotation_is_signed_by_the_key_that_goes(any_installation):
    write(any_installation)
    before = (any_installation.settings.keys / "journal.key").read_bytes()
    new = journal.rotate_key(any_installation, CLI)
    write(any_installation)
    rotated, after = entries(any_installation)[-2:]
    assert rotated.key == keys.SigningKey(before).id
    assert json.loads(rotated.payload)["details"]["key"] == after.key == new
    assert set(key_files(any_installation)) == {"journal.key", "rows.key"}
    assert (any_installation.settings.keys / "journal.key").read_bytes() != before


def test_a_rotation_that_is_interrupted_is_finished_by_the_next_decision_or_forgotten(installation, monkeypatch):
    write(installation)
    monkeypatch.setattr(journal.store, "append", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        journal.rotate_key(installation, CLI)  # before it is written down
    monkeypatch.undo()
    write(installation)
    real = journal.signing_key
    calls = []

    def interrupted(*given):
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*given)

    monkeypatch.setattr(journal, "signing_key", interrupted)
    with pytest.raises(KeyboardInterrupt):
        journal.rotate_key(installation, CLI)  # after it
    monkeypatch.undo()
    assert "journal-next.key" in key_files(installation)
    write(installation)
    assert "journal-next.key" not in key_files(installation)
    keys_used = [entry.key for entry in entries(installation)]
    assert len(set(keys_used)) == 2
    assert keys_used[-1] != keys_used[-2]


def test_what_changes_without_a_decision_is_in_no_digest(installation):
    with writing(installation.store) as connection:
        connection.execute(insert(account).values(issuer="local", subject="a", display_name="A"))
    key, secret = {"issuer": "local", "subject": "a"}, b"k" * 32

    def digest(**values):
        with writing(installation.store) as connection:
            connection.execute(update(account).values(**values))
            return store.told_row(connection, account, key, secret).digest

    assert digest(last_used_at="now") == digest(last_used_at="later")
    assert digest(display_name="B") != digest(display_name="A")
    assert digest(disabled_at="now") != digest(disabled_at=None)


def test_columns_outside_digests_exist_and_say_why():
    from diager_dpo.store.tables import metadata

    for name, columns in store.OUTSIDE_DIGESTS.items():
        assert set(columns) <= set(metadata.tables[name].columns.keys())
        assert all(columns.values())
    assert table.name not in store.OUTSIDE_DIGESTS

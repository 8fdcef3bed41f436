"""Reading: what is found of everything somebody could do to a journal, with and without a pin."""

import random
import tracemalloc
from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import DBAPIError

from diager_dpo import verifier
from diager_dpo.domain.journal import head_content
from diager_dpo.domain.permissions import Role
from diager_dpo.services import journal
from diager_dpo.services.access_log import forget_old_looks, note_search
from diager_dpo.services.account_changes import disable_account, grant_right, revoke_right
from diager_dpo.services.anchors import anchored, head, head_now, read_pins, short_form
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.journal_export import export
from diager_dpo.services.journal_verification import MOST_FAULTS, verification, verify
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.tables import access_log, account, reason, role_grant
from diager_dpo.store.tables import journal as table
from tests.services.filled_store import CLI, DPO, grant, installed
from tests.services.tampering import FIRST_PLAIN, SIZE, WITHOUT_A_PIN, Hand, build, chained, entries


@pytest.fixture(scope="session")
def other_journal(tmp_path_factory):
    """The journal of another installation, of the same length."""
    with installed(tmp_path_factory.mktemp("other")) as there:
        build(there)
        return entries(there)


def exported(installation, folder):
    file = folder / "export.json"
    file.write_bytes(b"".join(export(installation, CLI)))
    return file


def places(config):
    last = FIRST_PLAIN + SIZE - 2
    if config.getoption("--long"):
        return [FIRST_PLAIN + step for step in range(last - FIRST_PLAIN)][:30]
    return [FIRST_PLAIN, FIRST_PLAIN + 5, 20, 33, last - 1]


@pytest.mark.parametrize("attack", WITHOUT_A_PIN, ids=lambda attack: attack.__name__)
def test_what_finds_an_attack(any_installation, other_journal, tmp_path, request, attack):
    build(any_installation)
    pin = head_now(any_installation)
    assert verification(any_installation, (pin,)).whole
    hand = Hand(any_installation, other_journal)
    for place in places(request.config):
        attack(hand, place)
        with_anchors = verification(any_installation).faults
        with_pin = verification(any_installation, (pin,)).faults
        left = hand.anchor_file.read_text()
        hand.anchor_file.unlink()
        without = verification(any_installation).faults
        hand.anchor_file.write_text(left)
        file = exported(any_installation, tmp_path)
        alone = verifier.check(file, ())[1]
        pinned = verifier.check(file, [head_content(pin)])[1]
        found = tuple(map(bool, (alone, without, with_anchors)))
        assert found == WITHOUT_A_PIN[attack], (attack.__name__, place)
        assert with_pin, (attack.__name__, place)
        assert bool(pinned) is (attack.__name__ != "edit_a_row_behind_it"), (attack.__name__, place)
        hand.undo()
        assert verification(any_installation, (pin,)).whole


def flipped(value, rng):
    """One bit of a value turned, as the database would hold it."""
    if isinstance(value, int):
        return value ^ (1 << rng.randrange(40))
    raw = bytearray(value.encode())
    place = rng.randrange(len(raw))
    raw[place] ^= 1 << rng.randrange(8)
    return bytes(raw)


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
def test_one_bit_turned_anywhere_in_a_row_is_found(any_installation, other_journal, seed):
    """In the bytes of a SQLite file, where text may stop being text; what PostgreSQL takes for no text, it refuses."""
    installation = any_installation
    build(installation, size=8)
    hand = Hand(installation, other_journal)
    on_server = installation.store.dialect.name == "postgresql"
    rng = random.Random(seed)
    turned, wanted = 0, 10_000 if seed == 2 else 300 if not on_server else 100
    while turned < wanted:
        entry = rng.choice(hand.good)
        columns = asdict(entry)
        column = rng.choice([name for name, value in columns.items() if value != ""])
        value = flipped(columns[column], rng)
        how = "cast(:value as text)" if isinstance(value, bytes) else ":value"
        if on_server and isinstance(value, bytes):
            value = value.decode("utf-8", "surrogateescape")
        statement = text(f'update journal set "{column}" = {how} where number = :number')
        try:
            with writing(installation.store) as connection:
                connection.execute(statement, {"value": value, "number": entry.number})
        except (DBAPIError, UnicodeEncodeError):  # the number of another entry, or no text
            continue
        turned += 1
        assert verification(installation).faults, (entry.number, column, value)
        with writing(installation.store) as connection:
            number = value if column == "number" else entry.number
            connection.execute(update(table).where(table.c.number == number).values(columns))
    assert verification(installation).whole


@pytest.mark.parametrize("column", table.columns.keys())
def test_every_column_is_in_the_hash_or_is_what_proves_it(installation, other_journal, column):
    """A column that is added to the table without being hashed makes this fail."""
    build(installation, size=2)
    hand = Hand(installation, other_journal)
    entry = hand.good[-1]
    kind = type(getattr(entry, column))
    with writing(installation.store) as connection:
        changed = update(table).where(table.c.number == entry.number)
        connection.execute(changed.values({column: 77 if kind is int else "0" * 64}))
    assert verification(installation).faults
    assert {"hash", "signature"} | set(verifier.HASHED) == set(table.columns.keys()) == set(asdict(entry))


def test_bytes_or_a_number_where_text_belongs_are_faults_and_no_crash(installation, other_journal):
    build(installation, size=2)
    hand = Hand(installation, other_journal)
    for column, value in (("payload", b"\xff"), ("hash", b"x"), ("number", "x"), ("number", 2.5)):
        with writing(installation.store) as connection:
            changed = text(f"update journal set {column} = :value where number = 5")
            connection.execute(changed, {"value": value})
        assert verification(installation).faults
        hand.undo()


def test_yesterday_s_pin_finds_a_store_that_was_put_back(any_installation):
    build(any_installation)
    pin = head_now(any_installation)
    hand = Hand(any_installation, [])
    hand.put(hand.good[:-1])
    hand.keep_heads(0)
    assert verification(any_installation).whole  # nothing in the store tells
    assert [fault.code for fault in verification(any_installation, (pin,)).faults] == ["shorter_than_pin"]


def test_a_journal_that_grew_since_the_pin_is_whole(any_installation):
    build(any_installation, size=3)
    pin = head_now(any_installation)
    build_more(any_installation)
    assert verification(any_installation, (pin,)).whole


def build_more(installation):
    with writing(installation.store) as connection:
        journal.record(installation, connection, DPO, action="x", about="y", details={})


def test_a_pin_that_was_changed_or_is_of_another_journal_says_so(installation, tmp_path):
    build(installation, size=3)
    pin = head_now(installation)
    (tmp_path / "other").mkdir()
    with installed(tmp_path / "other") as there:
        build_more(there)
        foreign = head_now(there)
    assert [f.code for f in verification(installation, (foreign,)).faults] == ["pin_of_another"]
    for changed in (replace(pin, size=2), replace(pin, hash="0" * 64), replace(pin, signature="00" * 64)):
        assert "pin_damaged" in {f.code for f in verification(installation, (changed,)).faults}
    later = replace(pin, at="2031-01-01T00:00:00+00:00")
    assert [f.code for f in verification(installation, (later,)).faults] == ["pin_damaged"]


def test_a_rotation_keeps_the_journal_whole_and_an_unannounced_key_does_not(any_installation):
    build(any_installation, size=2)
    journal.rotate_key(any_installation, CLI)
    build_more(any_installation)
    pin = head_now(any_installation)
    assert verify(any_installation, CLI, (pin,)).whole
    (any_installation.settings.keys / "journal.key").write_bytes(b"k" * 32)
    assert [f.code for f in verification(any_installation, (pin,)).faults] == ["key_not_ours"]


@pytest.mark.parametrize("content", [None, b"k" * 32])
def test_a_lost_or_changed_key_of_the_rows_is_one_fault_and_not_one_a_row(installation, content):
    build(installation, size=2)
    path = installation.settings.keys / "rows.key"
    path.unlink() if content is None else path.write_bytes(content)
    assert [f.code for f in verification(installation).faults] == ["rows_key_changed"]


def test_a_row_put_in_changed_or_taken_behind_the_journal_is_found(any_installation):
    grant_administrator(any_installation)
    build_more(any_installation)
    assert verification(any_installation).whole
    for deed, code in (
        (insert(account).values(issuer="local", subject="new", display_name="New"), "row_untold"),
        (update(role_grant).values(role="dpo"), "row_changed"),
        (delete(role_grant), "row_changed"),
    ):
        with any_installation.store.connect() as connection:
            connection.execution_options(writes=True)
            connection.begin()
            connection.execute(deed)
            connection.commit()
        assert code in {fault.code for fault in verification(any_installation).faults}


def grant_administrator(installation):
    from diager_dpo.domain.permissions import Identity

    administrator = Identity("local", "admin")
    grant(installation.store, administrator, Role.ADMINISTRATOR)
    grant(installation.store, Identity("local", "second"), Role.ADMINISTRATOR)
    return administrator


def test_every_change_of_rights_tells_of_the_rows_it_changed(any_installation, monkeypatch):
    from diager_dpo.domain.permissions import Grant
    from diager_dpo.services import account_changes

    monkeypatch.setattr(account_changes, "issuer_in_force", lambda _: "local")
    monkeypatch.setattr(account_changes, "provider_decides", lambda _: False)
    administrator = grant_administrator(any_installation)
    grant_right(any_installation, administrator, "second", Grant(Role.DPO))
    with reading(any_installation.store) as connection:
        right = connection.scalar(
            role_grant.select().with_only_columns(role_grant.c.id).where(role_grant.c.role == "dpo")
        )
    revoke_right(any_installation, administrator, "second", right)
    disable_account(any_installation, administrator, "second")
    assert verification(any_installation).faults == ()


def test_a_reason_may_be_erased_and_not_reworded(any_installation):
    with writing(any_installation.store) as connection:
        number = journal.keep_reason(connection, "because")
        journal.record(any_installation, connection, DPO, action="x", about="y", details={}, reason_id=number)
    assert verification(any_installation).whole
    with writing(any_installation.store) as connection:
        connection.execute(update(reason).values(text="otherwise"))
    assert [f.code for f in verification(any_installation).faults] == ["reason_changed"]
    with writing(any_installation.store) as connection:
        connection.execute(update(reason).values(text=""))
    assert verification(any_installation).whole


def later(installation, by):
    return replace(installation, clock=lambda: installation.now() + by)


def test_months_of_the_access_log_are_closed_then_pruned_and_stay_known(any_installation):
    note_search(any_installation, DPO, 1)
    for days in (1, 35):
        note_search(later(any_installation, timedelta(days=days)), DPO, 2)
    forget_old_looks(later(any_installation, timedelta(days=60)))
    first = [(e.action, e.object) for e in entries(any_installation)][1:]
    assert first == [("access_log_closed", "access_log:2025-01"), ("access_log_closed", "access_log:2025-02")]
    assert verification(any_installation).whole
    assert verification(any_installation).months == 2
    a_year_on = later(any_installation, timedelta(days=370))
    forget_old_looks(a_year_on)
    assert "access_log_pruned" in {e.action for e in entries(any_installation)}
    assert verification(any_installation).whole
    with writing(any_installation.store) as connection:
        assert connection.scalar(access_log.select().with_only_columns(access_log.c.n)) == 2
        connection.execute(delete(access_log))
    assert [f.what for f in verification(any_installation).faults] == ["2025-02"]


@pytest.mark.parametrize("change", [update(access_log).values(n=9), delete(access_log)])
def test_a_line_changed_or_taken_after_its_month_was_closed_is_found(any_installation, change):
    note_search(any_installation, DPO, 1)
    forget_old_looks(later(any_installation, timedelta(days=60)))
    with writing(any_installation.store) as connection:
        connection.execute(update(access_log).values(kind="record", person="1"))
        connection.execute(update(access_log).values(kind="search", person=None))
    assert verification(any_installation).whole
    with writing(any_installation.store) as connection:
        connection.execute(change)
    assert {f.code for f in verification(any_installation).faults} == {"month_changed"}


def test_a_month_is_not_closed_before_its_last_line_can_be_there(installation):
    note_search(installation, DPO, 1)
    forget_old_looks(later(installation, timedelta(days=22)))  # 1 February, in the morning
    assert not entries(installation)


def test_an_emptied_journal_is_a_fault(any_installation):
    build(any_installation, size=1)
    Hand(any_installation, [])
    with writing(any_installation.store) as connection:
        connection.execute(delete(table))
    assert [f.code for f in verification(any_installation).faults] == ["journal_empty"]


def test_a_journal_that_nothing_was_written_to_is_whole(any_installation):
    found = verify(any_installation, CLI)
    assert (found.size, found.faults) == (0, ())
    assert head(any_installation, CLI) is None


def test_a_whole_journal_leaves_its_head_in_the_anchor_file_and_a_broken_one_does_not(installation):
    build_more(installation)
    assert verify(installation, CLI).whole
    build_more(installation)
    verify(installation, CLI)
    verify(installation, CLI)
    assert [pin.size for pin in anchored(installation)] == [2, 3]
    assert (installation.settings.anchors / "heads.jsonl").stat().st_mode & 0o077 == 0
    Hand(installation, [])
    with writing(installation.store) as connection:
        connection.execute(update(table).where(table.c.number == 2).values(subject="x"))
    build_more(installation)
    assert not verify(installation, CLI).whole
    assert len(anchored(installation)) == 2


def test_a_head_is_read_out_in_short_and_read_back_from_a_file(installation, tmp_path):
    import json

    build_more(installation)
    pin = head_now(installation)
    assert short_form(pin) == f"2-{pin.hash[:12]}"
    file = tmp_path / "pin.json"
    for content in (head_content(pin), {"format": "x", "head": head_content(pin)}):
        file.write_text(json.dumps(content, indent=1))
        assert read_pins([file]) == (pin,)
    for broken in (
        "",
        "x",
        "[]",
        "{}",
        json.dumps(head_content(pin) | {"size": "2"}),
        json.dumps(head_content(pin) | {"x": 1}),
    ):
        file.write_text(broken)
        if broken:
            with pytest.raises(NotPossible):
                read_pins([file])


def test_faults_beyond_the_first_hundred_are_counted(installation, other_journal):
    build(installation)
    hand = Hand(installation, other_journal)
    hand.put([replace(entry, log="x", previous="x", key="x") for entry in hand.good])
    found = verification(installation)
    assert len(found.faults) == MOST_FAULTS < MOST_FAULTS + found.more


def test_progress_is_told_to_its_end(installation):
    build(installation, size=2)
    heard = []
    verify(installation, CLI, (), lambda done, total: heard.append((done, total)))
    assert heard[0] == (0, 8)
    assert heard[-1] == (8, 8)


def test_an_export_is_for_whom_may_see_everything(installation):
    from diager_dpo.domain.permissions import Identity
    from diager_dpo.domain.words import Purpose

    build_more(installation)
    operator = Identity("local", "operator")
    grant(installation.store, operator, Role.OPERATOR, Purpose.CONTESTS)
    with pytest.raises(NotPossible, match="journal_shown_in_part"):
        export(installation, operator)


@pytest.mark.long
def test_a_hundred_thousand_entries_are_verified_in_the_memory_of_a_few(installation, tmp_path):
    import subprocess
    import sys

    build(installation, size=2)
    hand = Hand(installation, [])
    more = [replace(hand.good[-1], object=f"thing:{n}") for n in range(100_000)]
    hand.put(chained(hand.good + more, hand.key))
    tracemalloc.start()
    found = verification(installation)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (found.size, found.whole) == (100_008, True)
    assert peak < 16 * 2**20
    file = exported(installation, tmp_path)
    assert file.stat().st_size > 50 * 2**20
    # Of the program alone: what a child is said to have used at most begins with what its parent had.
    alone = (
        "import runpy, sys; sys.argv.pop(0)\n"
        "try: runpy.run_path(sys.argv[0], run_name='__main__')\n"
        "except SystemExit as end: assert not end.code\n"
        "print([line for line in open('/proc/self/status') if line.startswith('VmHWM')][0].split()[1])"
    )
    command = [sys.executable, "-c", alone, verifier.__file__, str(file)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert int(done.stdout.split()[-1]) < 100 * 2**10

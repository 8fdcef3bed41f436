import subprocess
import sys
from pathlib import Path

from sqlalchemy import Engine

from diager_dpo.store.locks import exclusive, is_held, lock_file

HOLD = """
import sys
from diager_dpo.store.engine import open_engine
from diager_dpo.store.locks import exclusive
engine = open_engine(sys.argv[1])
with exclusive(engine, "scan", 0) as taken:
    print(taken, flush=True)
    sys.stdin.readline()
engine.dispose()
"""


def held_elsewhere(url: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "True\n"
    return process


def ended(process: subprocess.Popen[str], *, kill: bool) -> None:
    if kill:
        process.kill()
    process.communicate("\n")


def test_one_process_holds_a_lock_at_a_time(store: Engine, store_url: str) -> None:
    process = held_elsewhere(store_url)
    try:
        assert is_held(store, "scan")
        with exclusive(store, "scan", 0.2) as taken:
            assert not taken
        assert not is_held(store, "another")
    finally:
        ended(process, kill=False)
    with exclusive(store, "scan", 5) as taken:
        assert taken


def test_a_killed_process_leaves_no_lock(store: Engine, store_url: str) -> None:
    ended(held_elsewhere(store_url), kill=True)
    with exclusive(store, "scan", 5) as taken:  # a server takes a moment to notice
        assert taken


def test_a_lock_is_let_go_when_the_block_ends(store: Engine) -> None:
    with exclusive(store, "scan", 0) as taken:
        assert taken
        assert is_held(store, "scan")
    assert not is_held(store, "scan")


def test_the_lock_of_a_sqlite_store_lies_beside_it() -> None:
    assert lock_file(Path("home/store.sqlite3"), "scan") == Path("home/store.sqlite3.scan.lock")

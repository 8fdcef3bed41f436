"""Locks between processes that no death leaves behind.

A SQLite store locks a file beside it, PostgreSQL an advisory lock of a session: both are let go by the system when the
process ends, however it ends.
"""

import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, Engine, text

from diager_dpo.store.engine import sqlite_file

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_PAUSE_S = 0.05


@contextmanager
def exclusive(engine: Engine, name: str, wait_s: float) -> Iterator[bool]:
    """Hold the lock ``name`` of this store during the block; yields whether it was obtained within ``wait_s``."""
    path = sqlite_file(engine)
    taking = _advisory_lock(engine, name, wait_s) if path is None else _file_lock(lock_file(path, name), wait_s)
    with taking as taken:
        yield taken


def in_turn(connection: Connection, name: str) -> None:
    """Wait for every other writing transaction that asked for ``name``, and make later ones wait for the end of this.

    On SQLite there is one writer at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:key)"), _key(name))


def is_held(engine: Engine, name: str) -> bool:
    """Whether some process holds the lock now."""
    with exclusive(engine, name, 0) as taken:
        return not taken


def lock_file(store: Path, name: str) -> Path:
    """The file that stands for a lock of a SQLite store. It is empty, and never removed."""
    return store.with_name(f"{store.name}.{name}.lock")


@contextmanager
def _file_lock(path: Path, wait_s: float) -> Iterator[bool]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as handle:
        until = time.monotonic() + wait_s
        while not (taken := _take(handle)) and time.monotonic() < until:
            time.sleep(_PAUSE_S)
        try:
            yield taken
        finally:
            if taken:
                _release(handle)


if sys.platform == "win32":

    def _take(handle: IO[bytes]) -> bool:
        handle.seek(0)
        try:
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _release(handle: IO[bytes]) -> None:
        handle.seek(0)
        msvcrt.locking(handle.fileno(), msvcrt.LK_UNLCK, 1)

else:

    def _take(handle: IO[bytes]) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _release(handle: IO[bytes]) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)


@contextmanager
def _advisory_lock(engine: Engine, name: str, wait_s: float) -> Iterator[bool]:
    """A lock of the session, on a connection of its own: it holds no transaction open."""
    key = _key(name)
    with engine.connect() as connection:
        session = connection.execution_options(isolation_level="AUTOCOMMIT")
        until = time.monotonic() + wait_s
        while not (taken := bool(session.scalar(text("select pg_try_advisory_lock(:key)"), key))):
            if time.monotonic() >= until:
                break
            time.sleep(_PAUSE_S)
        try:
            yield taken
        finally:
            if taken:
                session.execute(text("select pg_advisory_unlock(:key)"), key)


def _key(name: str) -> dict[str, int]:
    return {"key": zlib.crc32(f"diager_dpo.{name}".encode())}


def take_turn(connection: Connection) -> None:
    """Before a transaction reads what it will change in the index: two changes at once would miss one another."""
    in_turn(connection, "index")

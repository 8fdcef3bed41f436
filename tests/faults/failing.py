"""Lets the n-th statement fail, of the source or of the store, with what its engine would raise."""

import sqlite3
from contextlib import contextmanager

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

#: What an engine raises when a disk is full, a file may not be written, a connection is lost, a lock is not given.
FAULTS = {
    "full": ("database or disk is full", "SQLITE_FULL"),
    "read_only": ("attempt to write a readonly database", "SQLITE_READONLY"),
    "lost": ("disk I/O error", "SQLITE_IOERR"),
    "locked": ("database is locked", "SQLITE_BUSY"),
}


@contextmanager
def failing(side, at, fault, *, once=True):
    """The statement number ``at`` of one side fails; with ``once``, the ones after it work again.

    Yields a list that gets its number once it failed.
    """
    text, name = FAULTS[fault]
    seen, failed = [0], []

    def before(connection, *_):
        is_store = str(connection.engine.url.database).endswith("store.sqlite3")
        if is_store != (side == "store"):
            return
        seen[0] += 1
        if seen[0] == at or (failed and not once):
            failed.append(seen[0])
            error = sqlite3.OperationalError(text)
            error.sqlite_errorname = name
            raise OperationalError(None, None, error)

    event.listen(Engine, "before_cursor_execute", before)
    try:
        yield failed
    finally:
        event.remove(Engine, "before_cursor_execute", before)

"""SQLite's two ways in: for reading, where an authorizer denies whatever is not reading; and for erasing."""

import sqlite3
from pathlib import Path

# What reflection asks for; none of these writes when it is given no argument of its own.
_SCHEMA_PRAGMAS = frozenset({
    "table_info", "table_xinfo", "table_list", "foreign_key_list", "index_list", "index_info", "index_xinfo",
    "database_list", "collation_list",
})  # fmt: skip
_STATE_PRAGMAS = frozenset({"read_uncommitted", "journal_mode", "page_count", "page_size", "data_version"})
_DENIED_FUNCTIONS = frozenset({"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer"})
_READING = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_RECURSIVE})


def connect_for_reading(file: Path, timeout: float) -> sqlite3.Connection:
    """A connection that cannot write, attach, change a setting or load code.

    ``timeout``: seconds to wait for a lock.
    """
    connection = sqlite3.connect(
        f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=timeout, isolation_level=None, check_same_thread=False
    )
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("SELECT 1 FROM json_each('[]')").close()  # declared once: the authorizer takes it for DDL
        connection.set_authorizer(_authorize)
    except BaseException:
        connection.close()
        raise
    return connection


def connect_for_erasing(file: Path, timeout: float) -> sqlite3.Connection:
    """A connection that writes: foreign keys hold, and what is deleted leaves no bytes in free pages.

    The file must exist. ``timeout``: seconds to wait for a lock.
    """
    connection = sqlite3.connect(
        f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=timeout, isolation_level=None, check_same_thread=False
    )
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        for setting in ("foreign_keys = ON", "secure_delete = ON", "trusted_schema = OFF", "synchronous = FULL"):
            connection.execute(f"PRAGMA {setting}").close()
    except BaseException:
        connection.close()
        raise
    return connection


def _authorize(action: int, first: str | None, second: str | None, _database: str | None, _cause: str | None) -> int:
    if action in _READING:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION:
        return sqlite3.SQLITE_DENY if (second or "").lower() in _DENIED_FUNCTIONS else sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA:
        name = (first or "").lower()
        allowed = name in _SCHEMA_PRAGMAS or (name in _STATE_PRAGMAS and second is None)
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_DENY

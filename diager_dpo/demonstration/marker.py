"""How a made-up company is told from a real one: by a random id in a table of its own, never by its name."""

import secrets
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path


def mark(connection: sqlite3.Connection, today: date) -> None:
    """Write the marker: the only value of the company that another making would not repeat."""
    connection.execute("INSERT INTO demonstration VALUES (?, ?)", (secrets.token_hex(16), today.isoformat()))


def is_demonstration(path: Path) -> str | None:
    """The marker of the company in this file; ``None`` where the file is anything else, or nothing."""
    row = _marker(path)
    return row[0] if row else None


def made_on(path: Path) -> date | None:
    """The day the company was made for; ``None`` where the file is anything else."""
    row = _marker(path)
    return date.fromisoformat(row[1]) if row else None


def _marker(path: Path) -> tuple[str, str] | None:
    if not path.is_file():
        return None
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        try:
            row = connection.execute("SELECT id, fabriquee_le FROM demonstration").fetchone()
        except sqlite3.DatabaseError:
            return None
    return (str(row[0]), str(row[1])) if row else None

"""A scan, a scan after a small change, and the least that any program would have to do."""

import gc
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import numpy as np

from benchmarks.company import change_company
from benchmarks.installing import ACTOR, database, installed
from diager_dpo.domain.civil import later
from diager_dpo.services.scanning import scan
from diager_dpo.store.engine import reading
from diager_dpo.store.tables import record


def full_scan(folder: Path) -> tuple[float, int]:
    """The first scan: into an empty index."""
    return _scan(folder)


def rescan_unchanged(folder: Path) -> tuple[float, int]:
    return _scan(folder)


def rescan_one_percent(folder: Path) -> tuple[float, int]:
    """A scan after one person in a hundred changed."""
    change_company(database(folder), 0.01)
    return _scan(folder)


def floor(folder: Path) -> tuple[float, int]:
    """Three years added to every day by numpy, and the same rows written by the driver: nothing read, nothing decided.

    The table has its key and no other index; the file has the settings of the store.
    """
    target = folder / "floor.sqlite3"
    target.unlink(missing_ok=True)
    with installed(folder) as installation, reading(installation.store) as connection:
        schema = str(connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'record'").scalar())
        with closing(connection.connection.cursor()) as cursor:
            rows = cursor.execute("SELECT * FROM record ORDER BY source, person, purpose, operation").fetchall()
    place = list(record.columns.keys()).index("last_day")
    days = np.array([row[place] or 0 for row in rows], np.int32)
    gc.disable()
    with closing(sqlite3.connect(target, isolation_level=None)) as connection:
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(schema)
        start = time.perf_counter()
        later(days, 36)
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(f"INSERT INTO record VALUES ({', '.join('?' for _ in record.columns)})", rows)
        connection.execute("COMMIT")
        return time.perf_counter() - start, len(rows)


def _scan(folder: Path) -> tuple[float, int]:
    with installed(folder) as installation:
        start = time.perf_counter()
        result = scan(installation, ACTOR)
        return time.perf_counter() - start, result.records

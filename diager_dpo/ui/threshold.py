"""Whether there is something behind the gate: an installation that opens, and on a first run the demonstration.

Where no source is configured and no demonstration exists yet, the first visitor starts its making, in a process of its
own: the server stays free, and a window that is closed interrupts nothing.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock, Thread
from typing import IO

from diager_dpo.services.demonstration import demonstration_people
from diager_dpo.services.issuer import DEMONSTRATION, issuer_in_force
from diager_dpo.services.people import Person
from diager_dpo.services.settings import CHECKOUT
from diager_dpo.ui.self_check import require_safe
from diager_dpo.ui.visit import installation

_COMMAND = (sys.executable, "-m", "diager_dpo", "demo", "--steps")


class Stage(StrEnum):
    """How far the way in is."""

    READY = "ready"
    TO_MAKE = "to_make"
    MAKING = "making"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Making:
    """Where the making of the demonstration stands. ``phase``: a code of ``ui.phases``; ``share``: 0 to 1."""

    stage: Stage
    phase: str = ""
    share: float = 0.0


class _Worker:
    """The process that makes the demonstration; at most one for this server."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[str] | None = None
        self._phase, self._share = "", 0.0

    def start(self) -> None:
        """Start the making, unless it is under way."""
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                return
            self._phase, self._share = "", 0.0
            self._process = subprocess.Popen(  # noqa: S603 - a command of this program
                _COMMAND,
                cwd=CHECKOUT,
                env=os.environ | {"DIAGER_DPO_HOME": str(installation().settings.home.resolve())},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
            Thread(target=self._follow, args=(self._process.stdout,), daemon=True).start()

    def state(self) -> Making:
        """How far it is."""
        with self._lock:
            if self._process is None:
                return Making(Stage.TO_MAKE)
            code = self._process.poll()
            stage = Stage.MAKING if code is None else Stage.FAILED if code else Stage.READY
            return Making(stage, self._phase, self._share)

    def _follow(self, output: IO[str]) -> None:
        """One line of JSON a step; anything else the worker prints is of no interest."""
        for line in output:
            try:
                step = json.loads(line)
                self._phase, self._share = str(step["phase"]), float(step["share"])
            except (ValueError, KeyError, TypeError):
                continue


_worker = _Worker()
_ready = False


def people() -> tuple[Person, ...]:
    """The people of the demonstration; none where a source of one's own is configured."""
    return demonstration_people(installation())


def is_ready() -> bool:
    """Whether the app can be entered. Once it can, it stays so for this process.

    The demonstration may be made by this server, by another or from the command line: an installation that was opened
    before it existed is opened again.
    """
    global _ready  # noqa: PLW0603 - asked at every request; the answer never goes back
    if not _ready and _worker.state().stage is not Stage.MAKING:
        house = installation()
        if house.source is None and house.settings.demonstration_file.exists():
            installation.cache_clear()
            house.close()
        require_safe(installation())
        _ready = issuer_in_force(house) != DEMONSTRATION or bool(people())
    return _ready


def is_open() -> bool:
    """Whether the app was found ready before; asks nothing."""
    return _ready


def making() -> Making:
    """Where the first run stands."""
    return Making(Stage.READY, share=1.0) if is_ready() else _worker.state()


def make() -> None:
    """Make the demonstration, unless it is there or under way."""
    if not is_ready():
        _worker.start()

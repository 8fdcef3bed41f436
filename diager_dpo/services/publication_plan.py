"""The publication plan in force, the months it speaks of, and how far a publication is. It loads no solver."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeAlias

from diager_dpo.domain.statistics.plan import PublicationPlan
from diager_dpo.domain.statistics.plan_file import PlanFileError, parse_plan
from diager_dpo.services.errors import FilesWrong
from diager_dpo.services.settings import CHECKOUT

LOCK = "publication"
PLAN_FILE = CHECKOUT / "data" / "publication.toml"
INTERRUPTED = "publication_interrupted"


@dataclass(frozen=True, slots=True)
class Progress:
    """Which month is under way (empty at the end), and how many of how many are done."""

    month: str
    done: int
    expected: int


Listener: TypeAlias = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class PublicationResult:
    """What one publication did, in months. ``undated``: lines of the source whose day is none."""

    published: tuple[str, ...]
    not_publishable: tuple[str, ...]
    late: tuple[str, ...]
    undated: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The publication plan, its text and the digest of that."""

    plan: PublicationPlan
    text: str
    digest: str


def load_plan(file: Path = PLAN_FILE) -> Plan:
    """The plan in force.

    Raises:
        NotPossible: ``publication_plan_wrong``, with everything that must be mended.
    """
    text = file.read_text("utf-8")
    return as_plan(text, file.name)


def as_plan(text: str, name: str) -> Plan:
    """A plan of its text; ``publication_plan_wrong``."""
    try:
        return Plan(parse_plan(text, name), text, hashlib.sha256(text.encode()).hexdigest())
    except PlanFileError as error:
        raise FilesWrong("publication_plan_wrong", error.problems) from None


def closed(plan: PublicationPlan, month: str, today: date) -> bool:
    """Whether a month may be published today."""
    return plan.published_from(int(month[:4]), int(month[5:])) <= today


def earlier(month: str, months: int) -> str:
    """The month so many before another."""
    count = int(month[:4]) * 12 + int(month[5:]) - 1 - months
    return f"{count // 12:04d}-{count % 12 + 1:02d}"

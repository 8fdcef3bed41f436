"""Suspensions of purges: why one is placed, and what an explanation tells of it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class HoldKind(StrEnum):
    """Why the records of somebody, or of a purpose, may not be erased for now."""

    LITIGATION = "litigation"
    RESTRICTION = "restriction"  # of processing, on the request of the person (GDPR 18)
    AUTHORITY = "authority"  # an order of an authority


@dataclass(frozen=True, slots=True)
class HoldNote:
    """A suspension as an explanation tells of it. ``role``: that of its owner, empty where they hold none now."""

    kind: HoldKind
    since: date
    review_on: date
    role: str

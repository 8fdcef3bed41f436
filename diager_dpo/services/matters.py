"""The things that may need somebody, as codes and numbers."""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from diager_dpo.domain.permissions import Role
from diager_dpo.domain.words import Flag, Purpose

#: Flags that somebody has to weigh: a verdict stands, but a fact speaks against it, or a proof is missing.
ARBITRATION = (
    Flag.CONTACT_AFTER_END,
    Flag.NO_CONSENT,
    Flag.PROOF_INCOMPLETE,
    Flag.GAP_LONGER_THAN_RETENTION,
    Flag.INACTIVE,
    Flag.OPERATION_PROLONGED,
)


class Urgency(IntEnum):
    """How soon; the order of the list."""

    UNKNOWN = 1  # nothing can be said of the company until this is done
    LATE = 2  # data kept for longer than promised
    BLOCKING = 3  # purges are impossible, or the figures are not those of today
    TO_QUALIFY = 4  # no deadline, or a suspended one
    TO_WEIGH = 5  # a fact speaks against a verdict
    SOON = 6
    TO_CONFIRM = 7


@dataclass(frozen=True, slots=True)
class Target:
    """Where a matter is dealt with: the address of a screen and its filters, by their names in the address."""

    page: str
    filters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that needs somebody. ``code`` names the sentence; what it does not need is ``None`` or empty.

    ``count``: records, problems or anomalies. ``days``: how late the oldest is, how old a scan is, or within how many
    days. ``on``: since when. ``subject``: the name of an operation, the code of an error, a flag or an anomaly.
    """

    code: str
    urgency: Urgency
    count: int = 0
    purpose: Purpose | None = None
    days: int | None = None
    on: date | None = None
    subject: str = ""
    target: Target | None = None

    @property
    def role(self) -> Role:
        """Who must act."""
        if self.code == "purge_to_approve":
            return Role.APPROVER
        return Role.ADMINISTRATOR if self.code in _ADMINISTRATION else Role.DPO


#: What the administrator deals with; all else is the DPO's business.
_ADMINISTRATION = frozenset({"never_scanned", "scan_failed", "scan_old", "source_unchecked", "source_not_clean"})

#: Every code a matter can have: the catalogs must know a sentence for each.
MATTER_CODES = (
    "never_scanned",
    "due",
    "facts_missing",
    "no_announced_duration",
    "source_not_clean",
    "source_unchecked",
    "scan_failed",
    "scan_old",
    "undetermined",
    "held_past_last_day",
    "holds_overdue",
    "purge_needs_attention",
    "purge_to_approve",
    "purge_to_execute",
    "purge_untold",
    "came_back_receipts",
    "came_back_key",
    "anomalies",
    *(f"flag_{code}" for flag in ARBITRATION for code in flag.codes),
    "months_unpublished",
    "late_sales",
    "due_soon",
    "conventions_unconfirmed",
)

"""The register: what is promised for each purpose, what is left open, and how many records stand behind it now."""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from diager_dpo.domain import register as domain
from diager_dpo.domain.charter import Convention, OpenQuestion
from diager_dpo.domain.civil import day_date, day_number, is_day
from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.domain.verdicts import statuses
from diager_dpo.domain.words import Category, Purpose, Status
from diager_dpo.services.access import purposes, require
from diager_dpo.services.counting import PurposeCounts, counts_in
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.index_view import IndexView, index_view
from diager_dpo.services.installation import Installation

HORIZON_DAYS = 90
_AHEAD_DAYS = 36 * 31  # the months of the overview's forecast
_DEADLINES = 3


@dataclass(frozen=True, slots=True)
class Deadline:
    """So many records become due on one day, if nothing changes."""

    due_from: date
    records: int


@dataclass(frozen=True, slots=True)
class LivePurpose:
    """What the index says of one purpose today, and its next deadlines, nearest first.

    ``archived``: how many of the records kept or due soon have left the active base for the intermediate archive.
    """

    counts: PurposeCounts
    archived: int
    next_deadlines: tuple[Deadline, ...]

    @property
    def active(self) -> int:
        """The records in the active base: every one that is neither archived, nor due, nor aside."""
        return self.counts.running + self.counts.kept + self.counts.due_soon - self.archived


@dataclass(frozen=True, slots=True)
class RegisterPurpose:
    """One purpose: what the documents say, and what the company holds.

    ``live`` is ``None`` where there is nothing to count: statistics have no records of persons, or nothing was scanned.
    """

    entry: domain.RegisterEntry
    live: LivePurpose | None


@dataclass(frozen=True, slots=True)
class RegisterView:
    """The register on a day, as far as the actor may see it.

    ``scanned_at``: when the counts were read, or ``None`` with the reason in ``not_counted`` (``no_source``,
    ``never_scanned``).
    """

    as_of: date
    horizon_days: int
    charter: domain.Document
    supplements: tuple[domain.Document, ...]
    purposes: tuple[RegisterPurpose, ...]
    conventions: tuple[Convention, ...]
    open_questions: tuple[OpenQuestion, ...]
    scanned_at: datetime | None
    not_counted: str


def register(installation: Installation, actor: Identity, horizon_days: int = HORIZON_DAYS) -> RegisterView:
    """The charter in force today, purpose by purpose, with the counts of the last scan as of today.

    Raises:
        Refused: ``not_permitted``.
    """
    require(installation, actor, Action.SEE_REGISTER)
    allowed = purposes(installation, actor, Action.SEE_REGISTER)
    today, charters = installation.today(), installation.charters
    charter, *supplements = domain.documents(charters, today)
    described = tuple(entry for entry in domain.entries(charters, today) if entry.purpose in allowed)
    scanned_at, live, not_counted = _live(installation, actor, today, horizon_days, _archives(described))
    return RegisterView(
        as_of=today,
        horizon_days=horizon_days,
        charter=charter,
        supplements=tuple(supplements),
        purposes=tuple(RegisterPurpose(entry, live.get(entry.purpose)) for entry in described),
        conventions=domain.conventions(charters, today, allowed),
        open_questions=domain.open_questions(charters, today, allowed),
        scanned_at=scanned_at,
        not_counted=not_counted,
    )


def _archives(entries: tuple[domain.RegisterEntry, ...]) -> frozenset[Category]:
    """The categories whose rule in force provides for an intermediate archive."""
    return frozenset(clock.rule.category for entry in entries for clock in entry.clocks if clock.rule.archive)


def _live(
    installation: Installation, actor: Identity, today: date, horizon_days: int, archives: frozenset[Category]
) -> tuple[datetime | None, dict[Purpose, LivePurpose], str]:
    """Counts and deadlines in one snapshot of the store; without a scan, why there are none."""
    try:
        with index_view(installation, actor, Action.SEE_REGISTER) as view:
            counts = counts_in(view, today, horizon_days)
            live = {
                of_purpose.purpose: LivePurpose(
                    of_purpose,
                    _archived(view, of_purpose.purpose, today, archives),
                    _next_deadlines(view, of_purpose.purpose, today),
                )
                for of_purpose in counts.purposes
            }
    except NotPossible as reason:
        return None, {}, reason.code
    return counts.scanned_at, live, ""


def _archived(view: IndexView, purpose: Purpose, today: date, archives: frozenset[Category]) -> int:
    """As the flag of that name has it (``domain.verdicts.flags_on``), of the records that are not due."""
    calendar, day = view.calendar(), day_number(today)
    kept = statuses(calendar.kind, calendar.running_until, calendar.last_day, day) == Status.KEPT
    over = is_day(calendar.running_until) & (calendar.running_until < day)
    of_archive = np.isin(calendar.category, [int(category) for category in archives])
    return int(calendar.n[(calendar.purpose == purpose) & kept & over & of_archive].sum())


def _next_deadlines(view: IndexView, purpose: Purpose, today: date) -> tuple[Deadline, ...]:
    days = day_number(today) + np.arange(_AHEAD_DAYS)
    falling = np.diff(view.calendar().falling_due(purpose, days))
    positions = np.flatnonzero(falling)[:_DEADLINES]
    return tuple(Deadline(day_date(days[position + 1]), int(falling[position])) for position in positions)

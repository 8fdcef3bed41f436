"""Eight contests: what was announced for each, who entered, what each agreed to and took back."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from diager_dpo.demonstration.moments import Seconds, at_work, between
from diager_dpo.demonstration.people import People, Situation
from diager_dpo.domain.civil import Days, Mask, Positions, day_date, later

#: The contest whose retention was prolonged, the days (from today) it was first announced for, and of the change.
PROLONGED, FIRST_ANNOUNCED, PROLONGED_ON, NOW_ANNOUNCED = 5, -30, -48, 150
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Contest:
    """One operation; days from today. ``keep_until`` and ``keep_for`` stand as the company wrote them."""

    code: str
    name: str
    opens: int
    closes: int
    entries: int
    keep_until: int | str | None = None
    keep_for: str | None = None
    provider: str | None = None


@dataclass(frozen=True, slots=True)
class Entries:
    """One row a participation; positions of contests and people."""

    contest: Positions
    person: Positions
    at: Seconds


@dataclass(frozen=True, slots=True)
class Consents:
    """One row an event, in no order of time. ``newsletter``: the newsletter, otherwise the entry itself."""

    contest: Positions
    person: Positions
    newsletter: Mask
    withdrawn: Mask
    at: Seconds
    notice: NDArray[np.object_]
    channel: NDArray[np.object_]


def announce_contests(today: int) -> tuple[Contest, ...]:
    """The eight of them, relative to today; the duration is announced in every way a company finds."""
    closes_for_due_soon = int(later(np.array([today + 32], dtype=np.int32), -6)[0]) - today
    return (
        Contest("CJ01", "Défi béton", -400, -330, 46, keep_until=-60, provider="Agence Orme & Tilleul"),
        Contest("CJ02", "Jeu du stand", closes_for_due_soon - 45, closes_for_due_soon, 140, keep_for="P6M"),
        Contest("CJ03", "Tirage des artisans", -230, -190, 160, keep_for="P1Y", provider="Jeux Corbelande"),
        Contest("CJ04", "Vos chantiers en photo", -170, -100, 95),
        Contest("CJ05", "Le grand perçage", -28, 35, 110, keep_for="P2M15D"),
        Contest("CJ06", "Tombola des distributeurs", -240, -160, 90, NOW_ANNOUNCED, provider="Jeux Corbelande"),
        Contest("CJ07", "Quiz des métiers", -300, -240, 70, keep_until=200, keep_for="P6M"),
        Contest("CJ08", "Le chantier mystère", -150, -120, 85, keep_until="fin de saison", keep_for="P9M"),
    )


def as_written(days_from_today: int | str | None, today: int) -> str | None:
    """A day as the company's table holds it."""
    return day_date(today + days_from_today).isoformat() if isinstance(days_from_today, int) else days_from_today


def enter(rng: Generator, contests: tuple[Contest, ...], people: People, today: int) -> Entries:
    """Entries: those known by a contest only first, everyone else who plays after them."""
    contest = rng.permutation(np.repeat(np.arange(len(contests)), [c.entries for c in contests])).astype(np.int32)
    players = np.flatnonzero(people.of(Situation.CONTEST_ONLY))
    known = np.flatnonzero((people.situation <= Situation.PROSPECT) & (people.collected < today - 450))
    held = np.flatnonzero(people.of(Situation.LITIGATION))
    others = rng.choice(known, len(contest) - len(players) - len(held), replace=False)
    opens = np.array([c.opens for c in contests])[contest]
    closes = np.minimum([c.closes for c in contests], -1)[contest]
    at = at_work(rng, between(rng, today + opens, today + closes, len(contest)))
    return Entries(contest, np.concatenate([players, held, others]).astype(np.int32), at)


def consent(rng: Generator, entries: Entries, people: People, today: int) -> Consents:
    """Given with the entry for most; missing, late, without a notice, withdrawn or given again for some."""
    count = len(entries.contest)
    entry, fate = np.arange(count), rng.permutation(count)
    entered_on = (entries.at // _DAY).astype(np.int32)
    has_consent = fate >= 25
    late, no_notice = (fate >= 25) & (fate < 37), (fate >= 37) & (fate < 49)
    recent = (entered_on > today - 190) & (entered_on < today - 4)
    withdrawing = entry[recent & (fate >= 49)][:26]
    withdrawn_at = _after(rng, entered_on[withdrawing], 40, today)
    again = withdrawing[:6]  # some change their mind twice

    known = people.situation[entries.person] <= Situation.PROSPECT
    leaving = entry[known & recent & (fate >= 49)][-6:]
    subscribing = np.union1d(entry[rng.random(count) < 0.4], leaving)

    # What is ticked on a form is stored just before the entry it belongs to; a late consent, five minutes after.
    blocks = (
        (entry[has_consent], False, False, entries.at[has_consent] - 20 + 320 * late[has_consent]),
        (withdrawing, False, True, withdrawn_at),
        (again, False, False, withdrawn_at[:6] + 3_600),
        (subscribing, True, False, entries.at[subscribing] - 10),
        (leaving, True, True, _after(rng, entered_on[leaving], 30, today)),
    )
    order = rng.permutation(sum(len(block[0]) for block in blocks))
    rows = np.concatenate([block[0] for block in blocks])[order]
    newsletter = np.concatenate([np.full(len(block[0]), block[1]) for block in blocks])[order]
    withdrawn = np.concatenate([np.full(len(block[0]), block[2]) for block in blocks])[order]
    at = np.concatenate([block[3] for block in blocks])[order]
    notice = np.full(len(rows), "notice-2", dtype=object)
    notice[no_notice[rows] & ~newsletter] = None
    channel = rng.choice(np.array(["formulaire web", "bulletin papier", "tablette du stand"], dtype=object), len(rows))
    return Consents(entries.contest[rows], entries.person[rows], newsletter, withdrawn, at, notice, channel)


def _after(rng: Generator, on: Days, within: int, today: int) -> Seconds:
    """A few days later, yesterday at the latest; the next hour where the entry itself is as young as that."""
    later_on = np.minimum(on + between(rng, 1, within, len(on)), today - 1)
    return np.where(later_on > on, later_on * np.int64(_DAY) + 12 * 3600, on * np.int64(_DAY) + 18 * 3600)

"""What proves the consent behind each entry of a contest, and exactly what is missing (GDPR 7(1)).

The proof of a consent says when it was given, which version of the notice was shown, through which channel, that it was
given before the person took part, and that it was an act of its own and not the entry itself (GDPR 7(2), 4(11)).
"""

from dataclasses import dataclass
from enum import IntFlag

import numpy as np
from numpy.typing import NDArray

from diager_dpo.domain.anomalies import checked_events
from diager_dpo.domain.civil import NO_DAY, Days, Mask, Positions
from diager_dpo.domain.facts import Consents, Entries, Facts, Moments
from diager_dpo.domain.refusals import standing_since
from diager_dpo.domain.words import ConsentEvent, Subject, _Word


class ConsentState(_Word):
    """Where the consent behind an entry stands."""

    NONE = 1
    STANDING = 2
    WITHDRAWN = 3


class Missing(IntFlag):
    """What the proof of a consent lacks."""

    CONSENT = 1  # no consent was given at all
    WHEN = 2  # one was given, and no one knows when
    NOTICE = 4  # the version of the notice
    CHANNEL = 8
    BEFORE_ENTRY = 16  # it came after the entry
    SEPARATE = 32  # it bears the very instant of the entry: nothing tells one act from the other

    @property
    def codes(self) -> tuple[str, ...]:
        """The machine forms of what is missing."""
        return tuple(str(piece.name).lower() for piece in self)


#: Without these there is no proof: the flag ``proof_incomplete`` of a verdict. The others lower the score only.
INCOMPLETE = Missing.NOTICE | Missing.BEFORE_ENTRY
#: Without these there is no consent: the flag ``no_consent``.
WITHOUT = Missing.CONSENT | Missing.WHEN


@dataclass(frozen=True, slots=True)
class Evidence:
    """A row an entry (person and operation, once each), sorted by both; ``NO_DAY`` where there is no such day.

    ``missing``: bits of ``Missing``, of the consent that is proven best.
    """

    person: Positions
    operation: Positions
    state: NDArray[np.int8]
    missing: NDArray[np.int16]
    entered_on: Days
    given_on: Days
    withdrawn_on: Days

    def __len__(self) -> int:
        return len(self.person)

    def where(self, kept: Mask) -> "Evidence":
        """Only these rows."""
        return Evidence(*(getattr(self, name)[kept] for name in Evidence.__dataclass_fields__))


def evidence(facts: Facts, today: int) -> Evidence:
    """The proof behind every entry that the facts name, as of the scan of ``today``."""
    entries, consents = facts.entries, facts.consents
    if entries is None or facts.operations is None:
        nothing, days = np.empty(0, np.int32), np.empty(0, np.int32)
        return Evidence(nothing, nothing, np.empty(0, np.int8), np.empty(0, np.int16), days, days, days)
    count = max(len(facts.operations.key), 1)
    key, row = np.unique(entries.person.astype(np.int64) * count + entries.operation, return_inverse=True)
    person, operation = (key // count).astype(np.int32), (key % count).astype(np.int32)
    entered = _first_entries(entries, row, len(key), today)
    none, no_day = np.full(len(key), Missing.CONSENT, np.int16), np.full(len(key), NO_DAY, np.int32)
    if consents is None or not len(key):
        state = np.full(len(key), ConsentState.NONE, np.int8)
        return Evidence(person, operation, state, none, entered.day, no_day, no_day.copy())

    of = consents.person.astype(np.int64) * count + consents.operation
    place = np.minimum(np.searchsorted(key, of), len(key) - 1)
    ours = (key[place] == of) & (consents.subject == Subject.ENTRY) & (consents.operation >= 0)
    dated = checked_events(consents.at.day, today, required=True).day != NO_DAY
    given = consents.event == ConsentEvent.GIVEN
    missing = none.copy()
    missing[place[ours & given]] = Missing.WHEN
    best = _best_proven(consents, np.flatnonzero(ours & given & dated), place, entered)
    rows = np.flatnonzero(ours & dated)
    since = standing_since(place[rows], ~given[rows], _taken(consents.at, rows), len(key))
    missing[best.entry], given_on = best.missing, no_day.copy()
    given_on[best.entry] = consents.at.day[best.event]
    state = np.where(given_on != NO_DAY, ConsentState.STANDING, ConsentState.NONE)
    state = np.where(since != NO_DAY, ConsentState.WITHDRAWN, state).astype(np.int8)
    return Evidence(person, operation, state, missing, entered.day, given_on, since)


@dataclass(frozen=True, slots=True)
class _Best:
    """For each entry with a dated consent, the event that proves best, and what even that lacks."""

    entry: NDArray[np.intp]
    event: NDArray[np.intp]
    missing: NDArray[np.int16]


def _best_proven(consents: Consents, rows: NDArray[np.intp], place: NDArray[np.intp], entered: Moments) -> _Best:
    at, entry = _taken(consents.at, rows), place[rows]
    exact = ~at.pure & ~entered.pure[entry]
    there = entered.day[entry] != NO_DAY
    late = there & np.where(exact, at.micros > entered.micros[entry], at.day > entered.day[entry])
    same = there & exact & (at.micros == entered.micros[entry])
    missing = np.where(consents.has_notice[rows], 0, Missing.NOTICE) | np.where(late, Missing.BEFORE_ENTRY, 0)
    essential = np.bitwise_count(missing)
    missing |= np.where(consents.has_channel[rows], 0, Missing.CHANNEL) | np.where(same, Missing.SEPARATE, 0)
    # What a verdict needs first, then the rest; of equal ones always the same, whatever the order of storage.
    order = np.lexsort((at.micros, missing, np.bitwise_count(missing), essential, entry))
    first = np.flatnonzero(np.r_[True, np.diff(entry[order]) != 0]) if len(order) else order
    chosen = order[first]
    return _Best(entry[chosen], rows[chosen], missing[chosen].astype(np.int16))


def _first_entries(entries: Entries, row: NDArray[np.intp], size: int, today: int) -> Moments:
    """Of a pair that occurs twice the earliest entry counts; without a day where none can be."""
    valid = np.flatnonzero(checked_events(entries.entered.day, today).day != NO_DAY)
    order = valid[np.argsort(entries.entered.micros[valid], kind="stable")][::-1]
    first = np.full(size, -1, np.int64)
    first[row[order]] = order
    day = np.where(first >= 0, entries.entered.day[first] if len(entries.person) else NO_DAY, NO_DAY)
    return Moments(day.astype(np.int32), entries.entered.micros[first], entries.entered.pure[first])


def _taken(moments: Moments, rows: NDArray[np.intp]) -> Moments:
    return Moments(moments.day[rows], moments.micros[rows], moments.pure[rows])


def score(entries: int, fully_proven: int) -> int | None:
    """Entries of an operation whose consent lacks no piece of its proof, in percent, rounded down: 100 means all."""
    return None if not entries else 100 * fully_proven // entries

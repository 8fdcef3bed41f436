"""What consents say of entries and of prospecting, at the instant of the scan."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from diager_dpo.domain.anomalies import Bits, checked_events, findings_of
from diager_dpo.domain.civil import NO_DAY, Days, Mask, is_day
from diager_dpo.domain.facts import Consents, Finding, Keys, Moments, Objections
from diager_dpo.domain.groups import Groups
from diager_dpo.domain.refusals import standing_row, standing_since
from diager_dpo.domain.words import ConsentEvent, Flag, Subject


@dataclass(frozen=True, slots=True)
class CheckedConsents:
    """Consent events, and which of them have a date that can be."""

    events: Consents
    valid: Mask
    anomalies: Bits
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class EntryConsents:
    """A row an entry: since when consent is withdrawn (``NO_DAY``: it is not), what is missing, what was wrong."""

    withdrawn_since: Days
    flags: NDArray[np.int16]
    anomalies: Bits


@dataclass(frozen=True, slots=True)
class Opposition:
    """A row a person: since when they refuse prospecting, their latest explicit choice for it, what was wrong.

    ``since``: the day of the refusal that stands, ``NO_DAY`` where none does; ``at``: its moment, where there is one.
    """

    since: Days
    at: Moments
    latest_choice: Days
    anomalies: Bits
    findings: tuple[Finding, ...]


def checked_consents(consents: Consents, persons: Keys, today: int) -> CheckedConsents:
    """Consent events without those whose date cannot be."""
    at = checked_events(consents.at.day, today, required=True)
    findings = findings_of("consents", "at", at.anomalies, persons[consents.person])
    return CheckedConsents(consents, at.day != NO_DAY, at.anomalies, findings)


def entry_consents(
    consents: CheckedConsents | None, entry_key: NDArray[np.int64], operations: int, entered: Moments, prolonged: Days
) -> EntryConsents:
    """The consent behind each entry.

    ``entry_key``: sorted, person times ``operations`` plus operation. ``entered``: the moment of each entry.
    ``prolonged``: the day the operation of each entry was prolonged. A withdrawal is undone by a later "given" only.
    Proof is complete where one given consent has the version of its notice and is not later than the entry.
    """
    size = len(entry_key)
    changed = np.where(is_day(prolonged), np.int16(Flag.OPERATION_PROLONGED), np.int16(0))
    if consents is None or size == 0:
        without = (changed | np.int16(Flag.NO_CONSENT)).astype(np.int16)
        return EntryConsents(np.full(size, NO_DAY, np.int32), without, np.zeros(size, np.int16))
    events = consents.events
    key = events.person.astype(np.int64) * operations + events.operation
    place = np.minimum(np.searchsorted(entry_key, key), size - 1)
    ours = (entry_key[place] == key) & (events.subject == Subject.ENTRY)
    anomalies = Groups.of(place[ours], size).bits(consents.anomalies[ours])

    valid = ours & consents.valid
    place, at, given = place[valid], _taken(events.at, valid), events.event[valid] == ConsentEvent.GIVEN
    has_notice = events.has_notice[valid]
    exact = ~at.pure & ~entered.pure[place]
    too_late = np.where(exact, at.micros > entered.micros[place], at.day > entered.day[place])
    too_late &= entered.day[place] != NO_DAY

    groups = Groups.of(place, size)
    consented = groups.some(given)
    proven = groups.some(given & has_notice & ~too_late)
    first_given = groups.earliest(np.where(given, at.day, np.int32(2**31 - 1)), 2**31 - 1)
    flags = np.where(consented, 0, Flag.NO_CONSENT) | np.where(consented & ~proven, Flag.PROOF_INCOMPLETE, 0)
    flags |= np.where(~consented | (first_given < prolonged), changed, 0)
    return EntryConsents(standing_since(place, ~given, at, size), flags.astype(np.int16), anomalies)


def opposition(
    objections: Objections | None, consents: CheckedConsents | None, persons: Keys, today: int
) -> Opposition:
    """Who refuses prospecting, and since when.

    An objection (GDPR 21) or the withdrawal of a newsletter consent refuses; only a newsletter consent given later
    undoes it, never a later contact [K].
    """
    size = len(persons)
    person, refuses, moments = [], [], []
    anomalies = np.zeros(size, np.int16)
    findings: tuple[Finding, ...] = ()
    latest_choice = np.full(size, NO_DAY, np.int32)
    if objections is not None:
        checked = checked_events(objections.at.day, today, required=True)
        findings = findings_of("objections", "objected_at", checked.anomalies, persons[objections.person])
        anomalies |= Groups.of(objections.person, size).bits(checked.anomalies)
        valid = checked.day != NO_DAY
        person.append(objections.person[valid])
        refuses.append(np.ones(int(valid.sum()), np.bool_))
        moments.append(_taken(objections.at, valid))
    if consents is not None:
        events = consents.events
        newsletter = events.subject == Subject.NEWSLETTER
        anomalies |= Groups.of(events.person[newsletter], size).bits(consents.anomalies[newsletter])
        valid = newsletter & consents.valid
        given = events.event[valid] == ConsentEvent.GIVEN
        person.append(events.person[valid])
        refuses.append(~given)
        moments.append(_taken(events.at, valid))
        choices = Groups.of(events.person[valid][given], size)
        latest_choice = choices.latest(events.at.day[valid][given], NO_DAY)
    if not sum(map(len, person)):
        never = Moments(np.full(size, NO_DAY, np.int32), np.zeros(size, np.int64), np.ones(size, np.bool_))
        return Opposition(never.day, never, latest_choice, anomalies, findings)
    at = Moments(*(np.concatenate([getattr(m, part.name) for m in moments]) for part in fields(Moments)))
    row = standing_row(np.concatenate(person), np.concatenate(refuses), at, size)
    since = np.where(row >= 0, at.day[row], np.int32(NO_DAY))
    return Opposition(since, Moments(since, at.micros[row], at.pure[row]), latest_choice, anomalies, findings)


def _taken(moments: Moments, rows: Mask) -> Moments:
    return Moments(moments.day[rows], moments.micros[rows], moments.pure[rows])

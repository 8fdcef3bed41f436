"""The contacts of the ERP: who they are to DIAGER, since when they are known, when they last gave sign of life."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from diager_dpo.demonstration.companies import Companies, Standing
from diager_dpo.demonstration.moments import between, none, start_of
from diager_dpo.domain.civil import NO_DAY, Days, Mask, Positions

FIRST_CONTACT = 100_001


class Situation(IntEnum):
    """What a contact is there to show."""

    CUSTOMER = 0
    PROSPECT = 1
    DUE_SOON = 2
    DUE = 3
    NEVER_IN_CONTACT = 4
    COLLECTION_SOON = 5
    COLLECTION_DUE = 6
    OBJECTED = 7
    UNDATED = 8
    PLACEHOLDER = 9
    FUTURE_CONTACT = 10
    LITIGATION = 11
    CONTEST_ONLY = 12


# How many, and the last day of three years after the contact (or the collection), as offsets from today.
_BY_CONTACT = {
    Situation.PROSPECT: (1_740, 91, 1_090),
    Situation.DUE_SOON: (38, 0, 90),
    Situation.DUE: (74, -201, -1),
    Situation.OBJECTED: (14, 300, 1_000),
    Situation.LITIGATION: (8, -40, -5),
}
_BY_COLLECTION = {
    Situation.NEVER_IN_CONTACT: (260, 91, 1_090),
    Situation.COLLECTION_SOON: (7, 1, 89),
    Situation.COLLECTION_DUE: (12, -180, -4),
    Situation.FUTURE_CONTACT: (6, 400, 900),
}
_WITHOUT_DATE = {Situation.UNDATED: 16, Situation.PLACEHOLDER: 8}
CONTEST_ONLY = 420
_OBJECTING_CUSTOMERS = 12


@dataclass(frozen=True, slots=True)
class People:
    """One row a contact, those of customers first, company by company. ``company`` is a position, -1 for none."""

    situation: NDArray[np.int8]
    company: Positions
    collected: Days
    contact: Days  # the last that came from the person
    objected: Days

    def __len__(self) -> int:
        return len(self.situation)

    def of(self, situation: Situation) -> Mask:
        """Which of them are there to show ``situation``."""
        return np.asarray(self.situation == situation)


def meet_people(rng: Generator, companies: Companies, today: int) -> People:
    """Every contact of the ERP."""
    parts = [_customers(rng, companies, today), _prospects(rng, companies, today), _players(today)]
    people = People(*(np.concatenate(columns) for columns in zip(*(map(_columns, parts)), strict=True)))
    running = companies.standing[np.maximum(people.company, 0)] == Standing.ACTIVE
    candidates = np.flatnonzero(people.of(Situation.CUSTOMER) & running & (people.collected < today - 250))
    objecting = rng.choice(candidates, _OBJECTING_CUSTOMERS, replace=False)
    people.objected[objecting] = between(rng, today - 190, today - 3, _OBJECTING_CUSTOMERS)
    return people


def _columns(people: People) -> tuple[NDArray[np.generic], ...]:
    return people.situation, people.company, people.collected, people.contact, people.objected


def _customers(rng: Generator, companies: Companies, today: int) -> People:
    company = np.repeat(np.arange(len(companies.contacts), dtype=np.int32), companies.contacts)
    count = len(company)
    since, standing = companies.since[company], companies.standing[company]
    latest_end = np.maximum(companies.commercial_end, companies.contract_end)[company]
    until = np.where(standing <= Standing.INACTIVE, today - 4, np.where(latest_end > 0, latest_end, today - 420))
    first = np.r_[True, company[1:] != company[:-1]]  # the one who signed
    collected = between(rng, since - 20, until - 30, count, power=2.2)
    collected[first] = since[first] - 20
    second = np.r_[False, first[:-1]] & ~first & companies.of_long_standing(today)[company]
    collected[second] = since[second] + 3  # named on the oldest vouchers
    contact = between(rng, collected, until, count, power=0.45)
    contact[rng.random(count) < 0.06] = NO_DAY
    after = standing == Standing.CONTACT_AFTER_END
    contact[after] = between(rng, latest_end[after] + 60, today - 210, int(after.sum()))
    return People(np.full(count, Situation.CUSTOMER, dtype=np.int8), company, collected, contact, none(count))


def _prospects(rng: Generator, companies: Companies, today: int) -> People:
    counts = {name: row[0] for name, row in (_BY_CONTACT | _BY_COLLECTION).items()} | _WITHOUT_DATE
    situation = np.repeat(np.array(list(counts), dtype=np.int8), list(counts.values()))
    count = len(situation)
    collected, contact, objected = none(count), none(count), none(count)
    for name, (size, low, high) in _BY_CONTACT.items():
        members = situation == name
        last_days = between(rng, today + low, today + high, size, power=0.7 if name is Situation.PROSPECT else 1.0)
        if name is Situation.DUE:
            last_days[0] = today + low  # the oldest one is always there
        contact[members] = start_of(last_days, 36)
        collected[members] = contact[members] - between(rng, 0, 700, size, power=2.0)
    for name, (size, low, high) in _BY_COLLECTION.items():
        collected[situation == name] = start_of(between(rng, today + low, today + high, size, power=0.8), 36)
    contact[situation == Situation.FUTURE_CONTACT] = today + between(rng, 200, 9_000, 6)
    placeholders = np.array(["1900-01-01", "1970-01-01"], dtype="datetime64[D]").astype(np.int32)
    collected[situation == Situation.PLACEHOLDER] = np.tile(placeholders, 4)
    objecting = situation == Situation.OBJECTED
    objected[objecting] = between(rng, today - 185, today - 2, int(objecting.sum()))
    company = rng.choice(np.flatnonzero(~companies.customer).astype(np.int32), count)
    return People(situation, company, collected, contact, objected)


def _players(today: int) -> People:
    """Those known by a contest only; ``contests`` says when they entered, which is when they became known."""
    situation = np.full(CONTEST_ONLY, Situation.CONTEST_ONLY, dtype=np.int8)
    collected = np.full(CONTEST_ONLY, today, dtype=np.int32)
    nobody = np.full(CONTEST_ONLY, -1, dtype=np.int32)
    return People(situation, nobody, collected, none(CONTEST_ONLY), none(CONTEST_ONLY))

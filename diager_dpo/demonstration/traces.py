"""What everyday work leaves about people: calls and mails in and out, disputes, notes, visits, complaints."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from diager_dpo.demonstration.moments import Seconds, at_work, between
from diager_dpo.demonstration.people import People, Situation
from diager_dpo.domain.civil import NO_DAY, Days, Mask, Positions

INBOUND = ("appel", "clic", "courriel", "salon", "formulaire du site")
OUTBOUND = ("courriel", "appel", "envoi groupé")
OPENING = "ouverture"


@dataclass(frozen=True, slots=True)
class Interactions:
    """One row a contact in or out, oldest first. An opening comes in, and is no contact from the person [N]."""

    person: Positions
    inbound: Mask
    nature: NDArray[np.object_]
    at: Seconds


@dataclass(frozen=True, slots=True)
class Disputes:
    """One row a dispute; ``purpose`` as the company words it, ``None`` for all; ``closed`` may be no day."""

    person: Positions
    opened: Days
    closed: Days
    purpose: list[str | None]


def record_interactions(rng: Generator, people: People, today: int) -> Interactions:
    """The last contact of everyone, earlier ones, what DIAGER sent, and what of it was merely opened."""
    everyone = np.arange(len(people))
    heard = everyone[people.contact != NO_DAY]
    before = np.repeat(heard, rng.integers(0, 4, len(heard)))
    before = before[people.contact[before] < today]
    earliest = np.maximum(people.collected[before], people.contact[before] - 500)
    reachable = everyone[(people.collected > 0) & ~people.of(Situation.CONTEST_ONLY)]
    written_to = np.repeat(reachable, rng.integers(0, 6, len(reachable)))
    objected = people.objected[written_to]
    until = np.where(objected == NO_DAY, today, objected) - 1
    sent_on = between(rng, np.maximum(people.collected[written_to], until - 1_400), until, len(written_to))
    opened = rng.random(len(written_to)) < 0.35
    opened_on = np.minimum(sent_on[opened] + between(rng, 0, 3, int(opened.sum())), today - 1)

    person = np.concatenate([heard, before, written_to, written_to[opened]]).astype(np.int32)
    on = np.concatenate(
        [people.contact[heard], between(rng, earliest, people.contact[before], len(before)), sent_on, opened_on]
    )
    inbound = np.ones(len(person), dtype=np.bool_)
    inbound[len(heard) + len(before) : len(heard) + len(before) + len(written_to)] = False
    nature = np.concatenate(
        [
            rng.choice(np.array(INBOUND, dtype=object), len(heard) + len(before)),
            rng.choice(np.array(OUTBOUND, dtype=object), len(written_to)),
            np.full(int(opened.sum()), OPENING, dtype=object),
        ]
    )
    at = at_work(rng, on)
    order = np.argsort(at, kind="stable")
    return Interactions(person[order], inbound[order], nature[order], at[order])


def open_disputes(rng: Generator, people: People, addressees: Positions, today: int) -> Disputes:
    """Open ones with prospects whose last day has passed and with customers named on vouchers; settled ones."""
    prospects = np.flatnonzero(people.of(Situation.LITIGATION))
    old_enough = addressees[people.collected[addressees] < today - 1_000]
    customers = rng.choice(old_enough, 31, replace=False)
    person = np.concatenate([prospects, customers]).astype(np.int32)
    opened = between(rng, today - 240, today - 45, len(person))
    closed = np.full(len(person), NO_DAY, dtype=np.int32)
    settled = slice(len(prospects) + 6, None)
    size = len(person) - len(prospects) - 6
    opened[settled] = between(rng, today - 900, today - 200, size)
    closed[settled] = np.minimum(opened[settled] + between(rng, 30, 400, size), today - 2)
    purpose: list[str | None] = [None] * 5 + ["prospection"] * 3 + [None] * 3 + ["gestion"] * 3 + [None] * size
    return Disputes(person, opened, closed, purpose)


def some(rng: Generator, people: People, count: int, today: int) -> tuple[Positions, Seconds]:
    """``count`` contacts that are known since a while, each with a later moment at which somebody noted something."""
    known = np.flatnonzero((people.collected > 0) & (people.collected < today - 10) & (people.situation <= 1))
    person = rng.choice(known, count).astype(np.int32)
    low = np.maximum(people.collected[person], today - 1_400)
    return person, at_work(rng, between(rng, low, today - 1, count))

"""The enterprises and their contracts: who is a customer, since when, until when.

A company belongs to one ``Standing``; every contact it has as a customer shares its contracts. Former customers are
placed by the last day of their retention, which is what the demonstration wants to show.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from diager_dpo.demonstration.moments import between, none, start_of
from diager_dpo.domain.civil import Days, Mask, Positions

FIRST_COMPANY = 20_001
FIRST_CONTRACT = 30_001
COMPANIES = 1_500


class Standing(IntEnum):
    """What a company is to DIAGER today."""

    ACTIVE = 0
    INACTIVE = 1  # the contract is open, the last order is old
    FORMER = 2  # both retentions run
    PROSPECTING_SOON = 3
    PROSPECTING_DUE = 4  # prospecting is over, management is not
    MANAGEMENT_DUE = 5  # the contract ended long before the last orders without a contract
    MANAGEMENT_SOON = 6
    CONTACT_AFTER_END = 7
    END_UNKNOWN = 8  # "former customer", no date
    PROSPECT = 9


_COUNTS = {
    Standing.ACTIVE: 608,
    Standing.INACTIVE: 32,
    Standing.FORMER: 130,
    Standing.PROSPECTING_SOON: 5,
    Standing.PROSPECTING_DUE: 8,
    Standing.MANAGEMENT_DUE: 12,
    Standing.MANAGEMENT_SOON: 5,
    Standing.CONTACT_AFTER_END: 8,
    Standing.END_UNKNOWN: 6,
}

# Last days of prospecting (three years after the end) and of management (five), as offsets from today.
_PROSPECTING_LAST_DAY = {
    Standing.FORMER: (95, 1_060),
    Standing.PROSPECTING_SOON: (2, 88),
    Standing.PROSPECTING_DUE: (-190, -3),
    Standing.MANAGEMENT_DUE: (120, 800),
    Standing.MANAGEMENT_SOON: (120, 800),
    Standing.CONTACT_AFTER_END: (150, 500),
}
_MANAGEMENT_LAST_DAY = {Standing.MANAGEMENT_DUE: (-130, -2), Standing.MANAGEMENT_SOON: (4, 86)}


@dataclass(frozen=True, slots=True)
class Companies:
    """One row a company; days of its first contract and of the ends that are known."""

    standing: NDArray[np.int8]
    contacts: NDArray[np.int32]  # how many people it has as a customer
    since: Days
    commercial_end: Days
    contract_end: Days

    @property
    def customer(self) -> Mask:
        """Which of them have or had a relation."""
        return np.asarray(self.standing != Standing.PROSPECT)

    def of_long_standing(self, today: int) -> Mask:
        """Customers for more than twelve years, and still: their oldest vouchers are past the ten years."""
        return (self.standing <= Standing.INACTIVE) & (self.since < today - 12 * 366 - 30)


@dataclass(frozen=True, slots=True)
class Contracts:
    """One row a contract; ``company`` is a position."""

    company: Positions
    started: Days
    commercial_end: Days
    contract_end: Days
    is_open: Mask


def found_companies(rng: Generator, today: int) -> Companies:
    """Every company, customers first."""
    counts = {**_COUNTS, Standing.PROSPECT: COMPANIES - sum(_COUNTS.values())}
    standing = np.repeat(np.array(list(counts), dtype=np.int8), list(counts.values()))
    size = len(standing)
    contacts = np.full(size, 2, dtype=np.int32)
    large = standing <= Standing.INACTIVE
    contacts[large] = rng.choice(np.arange(1, 13), large.sum(), p=_falling(12, 0.83))
    former = standing == Standing.FORMER
    contacts[former] = rng.choice(np.arange(1, 6), former.sum(), p=_falling(5, 0.8))
    contacts[standing == Standing.PROSPECT] = 0

    commercial_end, contract_end = none(size), none(size)
    for kind, (low, high) in _PROSPECTING_LAST_DAY.items():
        members = standing == kind
        last_days = between(rng, today + low, today + high, int(members.sum()))
        commercial_end[members] = contract_end[members] = start_of(last_days, 36)
    for kind, (low, high) in _MANAGEMENT_LAST_DAY.items():
        members = standing == kind
        contract_end[members] = start_of(between(rng, today + low, today + high, int(members.sum())), 60)

    since = between(rng, today - 15 * 365, today - 20, size)
    first_end = np.where(contract_end > 0, contract_end, today - 400)
    over = (standing >= Standing.FORMER) & (standing != Standing.PROSPECT)
    since[over] = first_end[over] - between(rng, 400, 2_400, int(over.sum()))
    inactive = standing == Standing.INACTIVE
    since[inactive] = today - between(rng, 1_800, 4_500, int(inactive.sum()))
    return Companies(standing, contacts, since, commercial_end, contract_end)


def sign_contracts(rng: Generator, companies: Companies, today: int) -> Contracts:
    """One contract a customer, a second one for some, and the cases a real table shows."""
    company = np.flatnonzero(companies.customer).astype(np.int32)
    is_open = companies.standing[company] <= Standing.INACTIVE
    started = companies.since[company].copy()
    commercial_end, contract_end = companies.commercial_end[company].copy(), companies.contract_end[company].copy()

    # Some of the active ones, whose positions are those of their companies: no two cases overlap.
    planned = slice(0, 14)
    commercial_end[planned] = contract_end[planned] = today + between(rng, 20, 400, 14)
    past_end = slice(14, 17)  # marked open, and the end has passed
    commercial_end[past_end] = contract_end[past_end] = today - between(rng, 60, 300, 3)
    reversed_end = slice(17, 21)  # an end before its start; one of the four is not marked open
    commercial_end[reversed_end] = contract_end[reversed_end] = started[reversed_end] - between(rng, 30, 300, 4)
    is_open[20] = False

    # Earlier contracts: of companies that came back after many years, and of some that simply renewed.
    came_back, renewed = np.arange(21, 26), np.arange(40, 150)
    started[came_back] = today - between(rng, 300, 900, len(came_back))
    earlier = np.concatenate([came_back, renewed]).astype(np.int32)
    gap = np.concatenate([between(rng, 2_000, 2_500, len(came_back)), between(rng, 5, 60, len(renewed))])
    earlier_end = started[earlier] - gap
    earlier_start = earlier_end - between(rng, 300, 1_500, len(earlier))
    return Contracts(
        np.concatenate([company, earlier]),
        np.concatenate([started, earlier_start]),
        np.concatenate([commercial_end, earlier_end]),
        np.concatenate([contract_end, earlier_end]),
        np.concatenate([is_open, np.zeros(len(earlier), dtype=np.bool_)]),
    )


def _falling(count: int, ratio: float) -> NDArray[np.float64]:
    """Probabilities in geometric progression."""
    weights = ratio ** np.arange(count)
    return np.asarray(weights / weights.sum(), dtype=np.float64)

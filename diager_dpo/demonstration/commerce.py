"""Six years of orders, their lines and their invoices; invoices of older years without lines."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from diager_dpo.demonstration.companies import Companies, Standing
from diager_dpo.demonstration.moments import between
from diager_dpo.demonstration.people import People
from diager_dpo.domain.civil import Days, Positions, day_date, day_number

FIRST_ORDER = 400_001
FIRST_INVOICE = 600_001
LINES = 120_000
_ORDERS = 45_000
_YEARS = 6
CHANNELS = ("distributeur", "direct", "boutique en ligne", "comptoir", "salon")
FAMILIES = {  # code: name, what it is called on an invoice, sizes in millimetres, price in cents at the smallest size
    "FOR": ("Forets béton", "Foret béton", (4, 5, 6, 8, 10, 12), 310),
    "SDS": ("Mèches SDS-plus", "Mèche SDS-plus", (5, 6, 8, 10, 12, 14, 16), 480),
    "MAX": ("Mèches SDS-max", "Mèche SDS-max", (16, 18, 20, 25, 32), 2_650),
    "TRE": ("Trépans", "Trépan carbure", (30, 40, 50, 68, 82), 4_900),
    "COU": ("Couronnes diamant", "Couronne diamant", (52, 82, 112, 132), 9_800),
    "BUR": ("Burins", "Burin", (20, 26, 50, 80), 1_150),
    "SCI": ("Scies-cloches", "Scie-cloche", (20, 35, 51, 68, 92), 1_480),
    "MET": ("Forets métal", "Foret métal", (2, 3, 4, 5, 6, 8, 10), 190),
    "BOI": ("Mèches à bois", "Mèche à bois", (6, 8, 10, 12, 16), 260),
    "CAR": ("Forets carrelage", "Foret carrelage", (5, 6, 8, 10), 890),
}


@dataclass(frozen=True, slots=True)
class Orders:
    """One row an order, oldest first. ``company`` is -1 for a sale over the counter that names nobody."""

    company: Positions
    person: Positions  # who ordered, -1 where it is not known
    on: Days
    channel: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Lines:
    """One row a sales line; amounts in integer cents, negative on a credit note."""

    order: Positions
    article: Positions
    quantity: NDArray[np.int64]
    amount: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Invoices:
    """One row an invoice; ``person`` is the addressee named on it, -1 for none."""

    company: Positions
    person: Positions
    on: Days
    total: NDArray[np.int64]


def take_orders(rng: Generator, companies: Companies, people: People, today: int) -> Orders:
    """Orders of customers while they are customers, with the seasons of the building trade."""
    first_day = today - _YEARS * 365
    days = np.arange(first_day, today, dtype=np.int32)
    cumulated = np.concatenate([[0.0], np.cumsum(_season(days))])
    opens = np.clip(companies.since, first_day, today - 1)
    ends = np.maximum(companies.commercial_end, companies.contract_end)
    last_order = today - 1_105 - np.arange(len(opens)) % 13 * 50  # of those who order no more: over three years ago
    closes = np.select(
        [companies.standing == Standing.ACTIVE, companies.standing == Standing.INACTIVE, ends > 0],
        [today - 1, last_order, ends],
        today - 430,
    )
    buying = np.flatnonzero(companies.customer & (closes > opens)).astype(np.int32)
    low, high = cumulated[opens[buying] - first_day], cumulated[closes[buying] - first_day]
    share = (high - low) * rng.lognormal(0.0, 1.0, len(buying))
    company = rng.choice(buying, _ORDERS - len(buying), p=share / share.sum())
    company = np.concatenate([buying, company])  # each at least once
    place = np.searchsorted(buying, company)
    on = days[np.searchsorted(cumulated, low[place] + rng.random(_ORDERS) * (high - low)[place], side="right") - 1]
    active = companies.standing[buying] == Standing.ACTIVE
    on[: len(buying)][active] = between(rng, np.maximum(opens[buying], today - 500), today - 1, len(buying))[active]
    order = np.argsort(on, kind="stable")
    company, on = company[order], on[order]
    channel = rng.choice(len(CHANNELS), _ORDERS, p=[0.42, 0.26, 0.17, 0.11, 0.04]).astype(np.int8)
    person = _colleague(rng, companies, people, company, on)
    nobody = rng.random(_ORDERS) < 0.01
    company[nobody], person[nobody], channel[nobody] = -1, -1, CHANNELS.index("comptoir")
    return Orders(company, person, on, channel)


def _season(days: Days) -> NDArray[np.float64]:
    """The weight of each day: growth of 4 % a year, a slack August and December, week-ends off."""
    months = (days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12).astype(np.intp)
    by_month = np.array([0.9, 1.0, 1.15, 1.1, 1.05, 1.15, 1.0, 0.55, 1.2, 1.15, 1.0, 0.7])
    growth = 1.04 ** ((days - days[0]) / 365)
    return np.asarray(by_month[months] * growth * np.where((days + 3) % 7 >= 5, 0.02, 1.0), dtype=np.float64)


def _colleague(rng: Generator, companies: Companies, people: People, company: Positions, on: Days) -> Positions:
    """Somebody of the company who was known by then. Customers' contacts stand company by company from the first."""
    first = np.concatenate([[0], np.cumsum(companies.contacts)[:-1]])
    person = first[company] + np.floor(rng.random(len(company)) * companies.contacts[company]).astype(np.int64)
    return np.where(people.collected[person] <= on, person, -1).astype(np.int32)


def sell(rng: Generator, orders: Orders, prices: NDArray[np.int64]) -> Lines:
    """The lines of every order. One order in fifty is a credit note: quantities and amounts below zero."""
    count = len(orders.on)
    order = np.concatenate([np.arange(count), rng.integers(0, count, LINES - count)])
    order.sort()
    article = rng.integers(0, len(prices), LINES)
    returned = rng.random(count) < 0.02
    quantity = (1 + rng.geometric(0.12, LINES)) * np.where(returned[order], -1, 1)
    rebate = np.array([0, 5, 10, 15, 25])[rng.integers(0, 5, LINES)]
    amount = quantity * prices[article] * (100 - rebate) // 100
    return Lines(order.astype(np.int32), article.astype(np.int32), quantity, amount)


def invoice(  # noqa: PLR0917 what an invoice follows from
    rng: Generator, companies: Companies, people: People, orders: Orders, lines: Lines, today: int
) -> Invoices:
    """An invoice for each order, addressed to the person who signed for some companies; and those of older years."""
    total = np.bincount(lines.order, weights=lines.amount, minlength=len(orders.on)).astype(np.int64)
    first = np.concatenate([[0], np.cumsum(companies.contacts)[:-1]])
    addressed = (rng.random(len(companies.contacts)) < 0.62) & companies.customer
    known = (orders.company >= 0) & addressed[orders.company]
    addressee = np.where(known, first[orders.company], -1)
    addressee[people.collected[addressee] > orders.on] = -1
    on = np.minimum(orders.on + between(rng, 0, 12, len(orders.on)), today)
    parts = [(orders.company, addressee, on, total), *_older_invoices(rng, companies, today)]
    company, person, issued, amounts = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.argsort(issued, kind="stable")
    return Invoices(company[order].astype(np.int32), person[order].astype(np.int32), issued[order], amounts[order])


def _older_invoices(
    rng: Generator, companies: Companies, today: int
) -> list[tuple[NDArray[np.int64], NDArray[np.int64], Days, NDArray[np.int64]]]:
    """Customers of long standing whose second contact was last named on a voucher eleven or ten years ago."""
    year = day_date(today).year
    company = np.flatnonzero(companies.of_long_standing(today) & (companies.contacts > 1))[:42]
    person = np.cumsum(companies.contacts)[company] - companies.contacts[company] + 1
    parts = []
    for members, back in ((slice(0, 30), 11), (slice(30, 42), 10)):
        size = len(company[members])
        low, high = (
            day_number(day_date(today).replace(year=year - back, month=m, day=d)) for m, d in ((1, 8), (12, 20))
        )
        on = between(rng, low, high, 2 * size)
        amounts = rng.integers(4_000, 900_000, 2 * size)
        parts.append((np.tile(company[members], 2), np.tile(person[members], 2), on, amounts))
    return parts

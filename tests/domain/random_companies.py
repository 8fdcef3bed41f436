"""Random facts, dense with what makes rules differ: equal days, month ends, leap days, today, and what is no day at all."""

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from diager_dpo.domain.civil import NO_DAY, OPEN_END, UNREADABLE, ZERO_DATE, day_date, day_number
from diager_dpo.domain.facts import (
    Consents,
    Entries,
    Facts,
    Holds,
    Litigations,
    Moments,
    Objections,
    Operations,
    Persons,
    Purged,
    Qualifications,
    Relations,
    Vouchers,
)
from tests.domain.building import PARIS, SUPPLEMENT, charter, version
from tests.domain.plain_facts import TABLES

TODAYS = [
    date(2025, 1, 10),
    date(2024, 2, 29),
    date(2025, 2, 28),
    date(2024, 3, 1),
    date(2023, 12, 31),
    date(2025, 3, 30),
]
_HOURS = [time(0), time(8), time(22, 30), time(23, 59, 59, 999_999)]
_FAR = day_number(date(9998, 12, 31))  # what some systems write for "never"
_SPECIAL = [NO_DAY, NO_DAY, UNREADABLE, ZERO_DATE, OPEN_END, 0, 1, -1, day_number(date(1900, 1, 1))]


def _around(today):
    """Days on which something turns: today and its anniversaries, month ends, leap days, each with its neighbours."""
    years = (0, 0, 1, 2, 3, 5, 6, 9)
    anniversaries = [today.replace(year=today.year - back, day=min(today.day, 28)) for back in years]
    ends = [date(today.year - back, month, 1) - timedelta(1) for back in (0, 2, 3, 4) for month in (2, 3, 7)]
    leaps = [date(year, 2, 29) for year in (2016, 2020, 2024)]
    near = [day + timedelta(shift) for day in anniversaries + ends + leaps for shift in (-1, 0, 1)]
    return np.array([day_number(day) for day in near], np.int32)


class Random:
    """A source of random facts; the same seed gives the same facts."""

    def __init__(self, seed, today, persons=60):
        self.draw = np.random.default_rng(seed)
        self.today, self.size = today, persons
        self.pool = self.draw.choice(_around(today), 14)
        self.special = self.draw.choice([0.02, 0.15, 0.4])

    def days(self, count, *, ahead=0.05):
        """Days around today; ``ahead`` of them in the future, some of them impossible."""
        days = self.draw.choice(self.pool, count)
        future = np.minimum(day_number(self.today) + self.draw.choice([1, 2, 30, 366, 2000, _FAR], count), _FAR)
        days = np.where(self.draw.random(count) < ahead, future, days)
        impossible = self.draw.choice(_SPECIAL, count)
        return np.where(self.draw.random(count) < self.special, impossible, days).astype(np.int32)

    def moments(self, count):
        days, pure = self.days(count), self.draw.random(count) < 0.5
        hours = self.draw.integers(0, len(_HOURS), count)
        pure |= (days <= ZERO_DATE) | (days >= OPEN_END)
        micros = [_micros(*row) for row in zip(days.tolist(), pure.tolist(), hours.tolist(), strict=True)]
        return Moments(days, np.array(micros, np.int64), pure)

    def positions(self, among, count):
        return self.draw.integers(0, among, count).astype(np.int32)

    def truths(self, count, share=0.5):
        return self.draw.random(count) < share

    def codes(self, choices, count):
        return self.draw.choice(choices, count).astype(np.int8)

    def facts(self):
        """Facts of every kind; each table but that of persons may be missing or empty."""
        persons = np.array([f"p{number}" for number in range(self.size)], np.object_)
        dates = self.days(self.size), self.days(self.size)
        origin, several = self.codes([0, 0, 1, 2, 2, 3], self.size), self.truths(self.size, 0.1)
        known = Persons(persons, *dates, origin, several)
        operations = self._operations(5)
        tables = {
            "relations": self._relations(self._count(1.2)),
            "vouchers": self._vouchers(self._count(0.6)),
            "objections": self._objections(self._count(0.3)),
            "litigations": self._litigations(self._count(0.1)),
            "entries": self._entries(self._count(0.6), 5),
            "consents": self._consents(self._count(1.5), 5),
            "purged": self._purged(self._count(0.2), 5),
            "holds": self._holds(self._count(0.1)),
            "qualifications": self._qualifications(self._count(0.8), 5),
        }
        given = {name: table for name, table in tables.items() if self.draw.random() > 0.06}
        return Facts(persons=known, operations=operations, **given)

    def _count(self, share):
        return int(self.size * share) if self.draw.random() > 0.05 else 0

    def _person(self, count):
        return self.positions(self.size, count)

    def _relations(self, count):
        ends = self.days(count, ahead=0.2)
        other = np.where(self.truths(count), ends, self.days(count, ahead=0.2))
        return Relations(self._person(count), self.days(count), ends, other, self.truths(count, 0.3), self.days(count))

    def _vouchers(self, count):
        return Vouchers(self._person(count), self.days(count))

    def _objections(self, count):
        return Objections(self._person(count), self.moments(count))

    def _litigations(self, count):
        return Litigations(self._person(count), self.days(count), self.codes([0, 1, 2, 3, 4], count))

    def _operations(self, count):
        keys, nothing = (
            np.array([f"o{number}" for number in range(count)], np.object_),
            np.full(count, None, np.object_),
        )
        dates = self.days(count), self.days(count, ahead=0.4), self.days(count, ahead=0.4)
        months = self.draw.choice([-2, -1, -1, 0, 1, 6, 36], count).astype(np.int32)
        lengths = months, self.draw.choice([0, 0, 15], count).astype(np.int32)
        return Operations(
            keys, nothing, nothing, *dates, *lengths, np.where(self.truths(count), NO_DAY, self.days(count))
        )

    def _entries(self, count, operations):
        return Entries(self._person(count), self.positions(operations, count), self.moments(count))

    def _consents(self, count, operations):
        what = self.positions(operations, count), self.codes([0, 1, 1, 1, 2, 2], count), self.codes([1, 1, 2], count)
        return Consents(self._person(count), *what, self.moments(count), self.truths(count, 0.7), self.truths(count))

    def _purged(self, count, operations):
        purpose = self.codes([1, 2, 3, 4], count)
        operation = np.where(purpose == 3, self.positions(operations, count), -1).astype(np.int32)
        return Purged(self._person(count), purpose, operation, self.draw.choice(self.pool, count))

    def _holds(self, count):
        person = np.where(self.truths(count, 0.05), -1, self._person(count)).astype(np.int32)
        return Holds(person, self.codes([0, 1, 2, 3, 4], count), self._real_days(count))

    def _qualifications(self, count, operations):
        """One a record at most."""
        purpose = self.codes([1, 1, 2, 2, 3, 4], count)
        operation = np.where(purpose == 3, self.positions(operations, count), -1).astype(np.int32)
        rows = np.stack([self._person(count), purpose, operation])
        person, purpose, operation = np.unique(rows, axis=1)
        return Qualifications(person, purpose.astype(np.int8), operation, self._real_days(len(person)))

    def _real_days(self, count):
        """Days that somebody gave and that were checked: some ahead of a scan of a former day."""
        ahead = day_number(self.today) + self.draw.choice([1, 30], count)
        return np.where(self.truths(count, 0.1), ahead, self.draw.choice(self.pool, count)).astype(np.int32)

    def charters(self):
        """One to three versions in force, with the supplement."""
        effective = sorted({day_date(day) for day in self.draw.choice(self.pool, 3) if day <= day_number(self.today)})
        versions = [version("v0", "2000-01-01", **self._durations())]
        for number, day in enumerate(effective[: self.draw.integers(0, 3)], start=1):
            older = bool(self.draw.random() < 0.3)
            versions.append(version(f"v{number}", day.isoformat(), **self._durations(), applies_to_older_data=older))
        newer = charter("law2", "2022-01-01", SUPPLEMENT.rules, is_supplement=True)
        return (*versions, SUPPLEMENT, newer)

    def _durations(self):
        lengths = self.draw.choice(["P2Y", "P3Y", "P36M", "P5Y", "P1M15D"], 2)
        return dict(zip(("prospecting", "management"), lengths.tolist(), strict=True))


def _micros(number, pure, hour):
    if number <= ZERO_DATE or number >= OPEN_END:
        return 0
    at = datetime.combine(day_date(number), time(0) if pure else _HOURS[hour], PARIS)
    return (at.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def rows_of(table, chosen):
    """The chosen rows of a table, in the order given."""
    columns = {column.name: getattr(table, column.name) for column in fields(table)}
    return replace(table, **{name: rows_of(c, chosen) if is_dataclass(c) else c[chosen] for name, c in columns.items()})


def alone(facts, person):
    """What the source would say of one person, had it no other."""
    change = {"persons": rows_of(facts.persons, [person])}
    for name in TABLES:
        table = getattr(facts, name)
        if table is not None:
            mine = rows_of(table, np.flatnonzero((table.person == person) | (table.person < 0)))
            change[name] = replace(mine, person=np.where(mine.person < 0, -1, 0).astype(np.int32))
    return replace(facts, **change)


def shuffled(facts, draw):
    """The same facts in another order of rows; persons and operations keep their positions."""
    tables = {name: getattr(facts, name) for name in TABLES}
    return replace(
        facts, **{name: rows_of(table, draw.permutation(len(table.person))) for name, table in tables.items() if table}
    )

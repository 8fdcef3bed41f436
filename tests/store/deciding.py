"""Decisions made by hand or by chance, to be written into a store."""

from dataclasses import replace
from datetime import date

import numpy as np

from diager_dpo.domain.civil import NO_DAY, OPEN_END
from diager_dpo.domain.facts import Keys
from diager_dpo.domain.verdicts import AppliedRule, Decision, Records
from diager_dpo.domain.words import Category, Purpose

RULES = (
    AppliedRule(Purpose.PROSPECTING, Category.PROSPECT, "P3Y", "2018-09", "prospects", date(2018, 9, 1)),
    AppliedRule(Purpose.CUSTOMER_MANAGEMENT, Category.CONTRACTUAL, "P5Y", "2018-09", "clients", date(2018, 9, 1)),
    AppliedRule(Purpose.CONTESTS, Category.ENTRY, "", "2018-09", "jeux", date(2018, 9, 1)),
)


def keys(*names: str) -> Keys:
    return np.array(names, np.object_)


def random_decision(rng: np.random.Generator, persons: int, operations: int) -> Decision:
    """Prospecting for everybody, management and contest entries for some; days within a few weeks, to share groups."""
    everybody = np.arange(persons, dtype=np.int32)
    customers = np.flatnonzero(rng.random(persons) < 0.6).astype(np.int32)
    pairs = np.unique(rng.integers(0, persons * operations, persons)) if operations else np.empty(0, np.int64)
    person = np.concatenate([everybody, customers, (pairs // max(operations, 1)).astype(np.int32)])
    operation = np.full(len(person), -1, np.int32)
    operation[persons + len(customers) :] = pairs % max(operations, 1)
    purpose = np.repeat([1, 2, 3], [persons, len(customers), len(pairs)]).astype(np.int8)
    n = len(person)

    def days() -> np.ndarray:
        return np.where(rng.random(n) < 0.2, NO_DAY, rng.integers(19000, 19030, n)).astype(np.int32)

    return Decision(
        Records(
            person=person,
            purpose=purpose,
            operation=operation,
            category=np.choose(purpose - 1, [1, 3, 4]).astype(np.int8),
            kind=rng.integers(1, 4, n).astype(np.int8),
            anchor=rng.integers(0, 11, n).astype(np.int8),
            anchor_on=days(),
            rule=(purpose - 1).astype(np.int16),
            running_until=np.where(rng.random(n) < 0.3, OPEN_END, days()).astype(np.int32),
            last_day=days(),
            inactive_from=days(),
            flags=rng.integers(0, 256, n).astype(np.int16),
            anomalies=rng.integers(0, 512, n).astype(np.int16),
        ),
        RULES,
        (),
        (),
    )


def with_records(decision: Decision, which: np.ndarray) -> Decision:
    """Only some of the records."""
    r = decision.records
    return replace(decision, records=Records(*(getattr(r, name)[which] for name in Records.__dataclass_fields__)))

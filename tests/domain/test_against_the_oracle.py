"""Random companies: the engine on arrays against the rules told slowly, and against itself."""

from collections import Counter
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import partial

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from diager_dpo.domain.civil import NO_DAY, OPEN_END, day_date, day_number
from diager_dpo.domain.retention import Policy, decide
from diager_dpo.domain.verdicts import flags_on, statuses
from diager_dpo.domain.words import Anchor, Anomaly, Category, Flag, Kind, Purpose, Status
from tests.domain.fate import FOREVER
from tests.domain.oracle import Oracle
from tests.domain.random_companies import TODAYS, Random, alone, shuffled

CLOSES = st.sampled_from([(12, 31), (6, 30), (2, 28), (1, 1)])
NOT_PROCESSED = st.frozensets(st.sampled_from([Purpose.CUSTOMER_MANAGEMENT, Purpose.CONTESTS, Purpose.ACCOUNTING]))
WORDS = {"purpose": Purpose, "category": Category, "kind": Kind, "anchor": Anchor, "flags": Flag, "anomalies": Anomaly}
DAYS = ("anchor_on", "running_until", "last_day", "inactive_from")


@dataclass(frozen=True)
class RandomCompany:
    """What ``decide`` takes, made from a seed, so that a failing example is one line."""

    seed: int
    today: date
    closes: tuple[int, int]
    unprocessed: frozenset[Purpose]
    persons: int

    def taken(self):
        random = Random(self.seed, self.today, self.persons)
        facts = random.facts()
        tables = {
            Purpose.CUSTOMER_MANAGEMENT: facts.relations,
            Purpose.ACCOUNTING: facts.vouchers,
            Purpose.CONTESTS: facts.entries,
        }
        missing = frozenset(purpose for purpose, table in tables.items() if table is None)
        policy = Policy(fiscal_year_closes=self.closes, not_processed=self.unprocessed & missing)
        return facts, random.charters(), day_number(self.today), policy


def companies(persons=60):
    today = st.sampled_from(TODAYS)
    return st.builds(RandomCompany, st.integers(0, 2**63), today, CLOSES, NOT_PROCESSED, st.just(persons))


def many(examples):
    """So many companies; which ones does not change from run to run."""
    once = {"derandomize": True, "database": None, "phases": [Phase.generate]}  # a seed does not shrink
    return settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow], **once)


def day(number):
    return None if number == NO_DAY else FOREVER if number == OPEN_END else day_date(number)


def verdicts(decision):
    """Every column of every record, by person, purpose and operation."""
    records, found = decision.records, {}
    for row in range(len(records)):
        verdict = {column.name: int(getattr(records, column.name)[row]) for column in fields(records)}
        verdict |= {name: word(verdict[name]) for name, word in WORDS.items()}
        verdict |= {name: day(verdict[name]) for name in DAYS}
        rule = decision.rules[verdict.pop("rule")]
        assert (rule.purpose, rule.category) == (verdict["purpose"], verdict["category"])
        if verdict["last_day"] is not None:  # without a last day no rule was applied
            clock = verdict["category"] is not Category.ENTRY and rule.duration
            verdict |= {"duration": rule.duration, "charter": rule.charter if clock else None}
        key = (verdict["person"], verdict["purpose"], verdict["operation"])
        assert key not in found
        found[key] = verdict
    return found


def told(fate):
    """The same of one fate of the oracle."""
    names = [column.name for column in fields(fate) if column.name != "ends"]
    names = [name for name in names if fate.last_day is not None or name not in ("duration", "charter")]
    return {name: getattr(fate, name) for name in names}


def check(company):
    facts, charters, today, policy = company.taken()
    oracle, decision = Oracle(facts, charters, today, policy), decide(facts, charters, today, policy)
    expected, found = oracle.decide(), verdicts(decision)
    assert set(found) == set(expected)
    for key, fate in expected.items():
        assert found[key] == told(fate), fate
    return oracle, expected, decision


@given(companies())
@many(150)
def test_every_column_of_every_record_is_what_the_rules_say(company):
    check(company)


@pytest.mark.long
@given(companies())
@many(2000)
def test_every_column_of_every_record_is_what_the_rules_say_many_times(company):
    check(company)


@given(companies(), st.integers(0, 400))
@many(25)
def test_status_and_flags_on_any_day_are_what_the_rules_say(company, horizon):
    facts, charters, today, policy = company.taken()
    expected, decision = Oracle(facts, charters, today, policy).decide(), decide(facts, charters, today, policy)
    records = decision.records
    keys = list(zip(records.person.tolist(), records.purpose.tolist(), records.operation.tolist(), strict=True))
    archives = records.purpose == Purpose.CUSTOMER_MANAGEMENT
    turning = {fate.last_day for fate in expected.values()} | {fate.running_until for fate in expected.values()}
    turning = {on + timedelta(shift) for on in turning - {None, FOREVER} for shift in (-1, 0, 1)}
    for on in sorted(turning | {day_date(today)})[:: max(1, len(turning) // 20)]:
        number = day_number(on)
        stands = statuses(records.kind, records.running_until, records.last_day, number, horizon)
        flags = flags_on(
            records.flags, archives, records.running_until, records.last_day, records.inactive_from, today=number
        )
        for key, status, flag in zip(keys, stands.tolist(), flags.tolist(), strict=True):
            fate = expected[key]
            assert (Status(status), Flag(flag)) == (fate.status(on, horizon), fate.flags_on(on)), (on, fate)


@given(companies())
@many(120)
def test_findings_count_every_fact_that_cannot_be(company):
    facts, charters, today, policy = company.taken()
    found = Counter()
    for finding in decide(facts, charters, today, policy).findings:
        found[finding.anomaly, finding.fact] += finding.count
        assert 0 < len(set(finding.examples)) == len(finding.examples) <= min(20, finding.count)
    assert found == Oracle(facts, charters, today, policy).found


@given(companies())
@many(120)
def test_alerts_are_raised_where_facts_or_durations_are_missing(company):
    facts, charters, today, policy = company.taken()
    expected = Oracle(facts, charters, today, policy)
    found = {(a.code, a.purpose, a.operation): a.count for a in decide(facts, charters, today, policy).alerts}
    assert found == expected.alerts()


@given(companies(), st.integers(0, 2**32))
@many(50)
def test_the_order_of_rows_changes_nothing(company, seed):
    facts, *rest = company.taken()
    mixed = shuffled(facts, np.random.default_rng(seed))
    before, after = decide(facts, *rest), decide(mixed, *rest)
    assert verdicts(before) == verdicts(after)
    assert set(before.alerts) == set(after.alerts)
    counts = partial(map, lambda finding: (finding.anomaly, finding.fact, finding.column, finding.count))
    assert set(counts(before.findings)) == set(counts(after.findings))


@given(companies(persons=25))
@many(15)
def test_one_person_alone_is_decided_as_in_a_crowd(company):
    facts, *rest = company.taken()
    crowd = verdicts(decide(facts, *rest))
    for person in range(len(facts.persons.key)):
        mine = {key: verdict for key, verdict in crowd.items() if key[0] == person}
        single = verdicts(decide(alone(facts, person), *rest))
        assert single == {(0, *key[1:]): verdict | {"person": 0} for key, verdict in mine.items()}


@given(companies())
@many(50)
def test_the_statuses_of_a_purpose_sum_to_its_records_on_every_day(company):
    facts, charters, today, policy = company.taken()
    records = decide(facts, charters, today, policy).records
    in_scope = Counter(key[1] for key in Oracle(facts, charters, today, policy).decide())
    for number in (today - 2000, today - 1, today, today + 1, today + 2000):
        stands = statuses(records.kind, records.running_until, records.last_day, number, 90)
        counts = Counter(zip(records.purpose.tolist(), stands.tolist(), strict=True))
        for purpose in Purpose:
            assert sum(counts[purpose, status] for status in Status) == in_scope[purpose]

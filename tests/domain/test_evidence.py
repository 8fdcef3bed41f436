"""What proves each consent, against plain loops, and the two flags of a verdict that say the same."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diager_dpo.domain.civil import NO_DAY, OPEN_END
from diager_dpo.domain.evidence import INCOMPLETE, WITHOUT, ConsentState, Missing, evidence, score
from diager_dpo.domain.retention import Policy, decide
from diager_dpo.domain.words import ConsentEvent, Flag, Purpose, Subject
from tests.domain.random_companies import TODAYS, Random, day_number, shuffled


def oracle(facts, today):
    """One entry at a time."""
    found = {}
    if facts.entries is None:
        return found
    for person, operation in {*zip(facts.entries.person.tolist(), facts.entries.operation.tolist(), strict=True)}:
        found[person, operation] = of_entry(facts, today, person, operation)
    return found


def moments(at, rows):
    return [(int(at.day[row]), int(at.micros[row]), bool(at.pure[row])) for row in rows]


def can_be(day, today):
    return 0 < day <= min(today, OPEN_END - 1)


def of_entry(facts, today, person, operation):
    e, c = facts.entries, facts.consents
    rows = np.flatnonzero((e.person == person) & (e.operation == operation))
    dated = sorted((micros, day, pure) for day, micros, pure in moments(e.entered, rows) if can_be(day, today))
    entered = dated[0] if dated else None
    entered_on = entered[1] if entered else NO_DAY
    if c is None:
        return ConsentState.NONE, Missing.CONSENT, entered_on
    mine = np.flatnonzero((c.person == person) & (c.operation == operation) & (c.subject == Subject.ENTRY))
    given = [row for row in mine if c.event[row] == ConsentEvent.GIVEN]
    if not given:
        missing = Missing.CONSENT
    else:
        ways = [lacks(c, row, entered) for row in given if can_be(int(c.at.day[row]), today)]
        missing = min(ways, key=lambda m: (len(m & INCOMPLETE), len(m), m)) if ways else Missing.WHEN
    told = []
    for row in mine:
        (day, micros, pure), refuses = moments(c.at, [row])[0], c.event[row] == ConsentEvent.WITHDRAWN
        if can_be(day, today):
            told.append((micros + (86_399_999_999 if pure and refuses else 0), refuses))
    state = ConsentState.STANDING if not (missing & WITHOUT) else ConsentState.NONE
    if told and max(told)[1]:
        state = ConsentState.WITHDRAWN
    return state, missing, entered_on


def lacks(c, row, entered):
    missing = Missing(0)
    day, micros, pure = moments(c.at, [row])[0]
    if not c.has_notice[row]:
        missing |= Missing.NOTICE
    if not c.has_channel[row]:
        missing |= Missing.CHANNEL
    if entered:
        exact = not pure and not entered[2]
        if micros > entered[0] if exact else day > entered[1]:
            missing |= Missing.BEFORE_ENTRY
        if exact and micros == entered[0]:
            missing |= Missing.SEPARATE
    return missing


def as_dict(found):
    columns = (found.person, found.operation, found.state, found.missing, found.entered_on)
    return {
        (p, o): (ConsentState(s), Missing(m), d)
        for p, o, s, m, d in zip(*(c.tolist() for c in columns), strict=True)
    }  # fmt: skip


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.sampled_from(TODAYS))
def test_every_proof_is_judged_as_a_reader_would(seed, day):
    chance, today = Random(seed, day, persons=25), day_number(day)
    facts = chance.facts()
    expected = oracle(facts, today)
    assert as_dict(evidence(facts, today)) == expected
    assert as_dict(evidence(shuffled(facts, chance.draw), today)) == expected


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.sampled_from(TODAYS))
def test_the_flags_of_a_verdict_and_the_missing_pieces_never_differ(seed, day):
    chance, today = Random(seed, day, persons=25), day_number(day)
    facts = chance.facts()
    records = decide(facts, chance.charters(), today, Policy((12, 31), frozenset())).records
    found = as_dict(evidence(facts, today))
    for person, operation, purpose, flags in zip(
        records.person.tolist(), records.operation.tolist(), records.purpose.tolist(), records.flags.tolist(),
        strict=True,
    ):  # fmt: skip
        if purpose != Purpose.CONTESTS or facts.entries is None:
            continue
        _state, missing, _ = found[person, operation]
        assert bool(missing & WITHOUT) == bool(Flag.NO_CONSENT & flags)
        assert (bool(missing & INCOMPLETE) and not missing & WITHOUT) == bool(Flag.PROOF_INCOMPLETE & flags)


@pytest.mark.parametrize(("entries", "proven", "percent"), [(0, 0, None), (3, 3, 100), (1000, 999, 99), (3, 0, 0)])
def test_a_score_of_100_means_all(entries, proven, percent):
    assert score(entries, proven) == percent


def test_the_pieces_have_their_names():
    every = Missing.WHEN | Missing.NOTICE | Missing.CHANNEL | Missing.BEFORE_ENTRY | Missing.SEPARATE
    assert every.codes == ("when", "notice", "channel", "before_entry", "separate")

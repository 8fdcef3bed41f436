"""The state of consents at any instant, against plain loops."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diager_dpo.domain.civil import NO_DAY, day_number
from diager_dpo.domain.consent_states import end_of_day, standing, states_at
from diager_dpo.domain.consents import checked_consents, entry_consents
from diager_dpo.domain.facts import Consents, Moments
from diager_dpo.domain.words import ConsentEvent, Subject

DAY = 86_400_000_000
START = day_number(date(2024, 5, 1))
GIVEN, WITHDRAWN = int(ConsentEvent.GIVEN), int(ConsentEvent.WITHDRAWN)


def midnight(day):
    return end_of_day(day - 1) + 1


def consents_of(rows):
    """Rows: person, operation, subject, event, day, microseconds into the day or ``None`` for a pure date."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * 6
    day = np.array(columns[4], np.int32)
    pure = np.array([at is None for at in columns[5]], np.bool_)
    micros = np.array([midnight(row[4]) + (row[5] or 0) if row[4] != NO_DAY else 0 for row in rows], np.int64)
    return Consents(
        np.array(columns[0], np.int32),
        np.array(columns[1], np.int32),
        np.array(columns[2], np.int8),
        np.array(columns[3], np.int8),
        Moments(day, micros, pure),
        np.ones(len(rows), np.bool_),
        np.ones(len(rows), np.bool_),
    )


def oracle(rows, instant):
    """One event at a time: what was last said, a withdrawal without a time being the last word of its day."""
    found = {}
    for person, operation, subject, event, day, at in rows:
        if day == NO_DAY or midnight(day) + (at or 0) > instant:
            continue
        refuses = event == WITHDRAWN
        when = midnight(day) + (DAY - 1 if at is None and refuses else at or 0)
        said = (when, refuses, event, day)
        key = person, operation, subject
        if key not in found or said[:2] > found[key][:2]:
            found[key] = said
    return {key: (event, day) for key, (_, _, event, day) in found.items()}


def as_dict(states):
    columns = (states.person, states.operation, states.subject, states.state, states.since)
    return {(p, o, s): (state, day) for p, o, s, state, day in zip(*(c.tolist() for c in columns), strict=True)}


EVENTS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.integers(0, 2),
        st.sampled_from([0, 1, 2]),
        st.sampled_from([GIVEN, GIVEN, WITHDRAWN]),
        st.one_of(st.integers(START, START + 4), st.just(NO_DAY)),
        st.sampled_from([None, 0, 1, DAY // 2, DAY - 1]),
    ),
    max_size=40,
)


@settings(max_examples=300)
@given(EVENTS, st.integers(START - 1, START + 5), st.sampled_from([0, 1, DAY // 2, DAY - 1]), st.randoms())
def test_the_state_at_an_instant_is_what_was_said_last_whatever_the_order_of_storage(rows, day, at, random):
    instant = midnight(day) + at
    expected = oracle(rows, instant)
    assert as_dict(states_at(consents_of(rows), instant)) == expected
    random.shuffle(rows)
    states = states_at(consents_of(rows), instant)
    assert as_dict(states) == expected
    given_entries = sum(1 for (_, _, s), (state, _) in expected.items() if s == Subject.ENTRY and state == GIVEN)
    assert standing(states, Subject.ENTRY) == given_entries


@settings(max_examples=200)
@given(EVENTS)
def test_verdicts_use_the_state_at_the_instant_of_the_scan(rows):
    today = START + 2
    consents = consents_of(rows)
    pairs = [(p, o) for p in range(4) for o in range(3)]
    keys = np.array([p * 3 + o for p, o in pairs], np.int64)
    no_day = np.full(len(keys), NO_DAY, np.int32)
    entered = Moments(no_day, np.zeros(len(keys), np.int64), np.ones(len(keys), np.bool_))
    persons = np.array([f"p{n}" for n in range(4)], np.object_)
    found = entry_consents(checked_consents(consents, persons, today), keys, 3, entered, no_day)
    states = as_dict(states_at(consents, end_of_day(today)))
    for place, (person, operation) in enumerate(pairs):
        state = states.get((person, operation, int(Subject.ENTRY)), (GIVEN, 0))[0]
        assert (found.withdrawn_since[place] != NO_DAY) == (state == WITHDRAWN)


def test_order_of_events():
    """Given 05-10, withdrawn 05-20, given 05-25, stored out of order: as of 05-22 withdrawn, as of 06-01 given."""
    days = {name: day_number(date(2024, *day)) for name, day in
            {"first": (5, 10), "back": (5, 20), "again": (5, 25), "then": (5, 22), "late": (6, 1)}.items()}  # fmt: skip
    rows = [(0, 0, 1, WITHDRAWN, days["back"], None), (0, 0, 1, GIVEN, days["again"], None)]
    rows.append((0, 0, 1, GIVEN, days["first"], None))
    consents = consents_of(rows)
    assert as_dict(states_at(consents, end_of_day(days["then"]))) == {(0, 0, 1): (WITHDRAWN, days["back"])}
    assert as_dict(states_at(consents, end_of_day(days["late"]))) == {(0, 0, 1): (GIVEN, days["again"])}


def test_separate_consents():
    """The entry consent stands, the newsletter consent is withdrawn: consents are per subject matter."""
    rows = [(0, 0, 1, GIVEN, START, None), (0, 0, 2, GIVEN, START, None), (0, 0, 2, WITHDRAWN, START + 1, None)]
    states = states_at(consents_of(rows), end_of_day(START + 2))
    assert as_dict(states) == {(0, 0, 1): (GIVEN, START), (0, 0, 2): (WITHDRAWN, START + 1)}


@pytest.mark.parametrize("day", [date(2024, 3, 31), date(2024, 10, 27), date(2024, 7, 1)])
def test_a_day_ends_where_the_next_begins_in_paris_also_when_the_hour_changes(day):
    from datetime import datetime, timedelta
    from zoneinfo import ZoneInfo

    last = datetime.fromtimestamp(end_of_day(day_number(day)) // 1_000_000, ZoneInfo("Europe/Paris"))
    assert (last.date(), (last + timedelta(seconds=1)).date()) == (day, day + timedelta(1))

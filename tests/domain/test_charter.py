"""Which version of the charter counts on a day, and what stands beside it."""

from dataclasses import replace
from datetime import date

import pytest

from diager_dpo.domain.charter import Charter, CharterSet, Field, PurposeEntry, Statement, Text
from diager_dpo.domain.words import Purpose

NOTHING = Text("", "")


def version(name, effective, *, is_supplement=False):
    return Charter(
        version=name,
        effective=date.fromisoformat(effective),
        is_supplement=is_supplement,
        title=NOTHING,
        activity=NOTHING,
        controller="",
        contact="",
        general_charter="",
        applies_to_older_data=False,
        purposes=(),
        rules=(),
        open_questions=(),
        conventions=(),
    )


FIRST, SECOND, THIRD = version("1", "2018-09-01"), version("2", "2025-01-01"), version("3", "2030-01-01")
LAW = version("law", "2018-09-01", is_supplement=True)
LATER_LAW = version("later law", "2026-01-01", is_supplement=True)
CHARTERS = CharterSet((THIRD, LATER_LAW, FIRST, LAW, SECOND))


@pytest.mark.parametrize(
    ("day", "current"),
    [
        ("2018-08-31", FIRST),  # none is in force yet: the first one
        ("2018-09-01", FIRST),
        ("2024-12-31", FIRST),
        ("2025-01-01", SECOND),  # from its effective date on, inclusive
        ("2029-12-31", SECOND),
        ("2030-01-01", THIRD),
    ],
)
def test_the_current_charter_is_the_latest_in_force(day, current):
    assert CHARTERS.current(date.fromisoformat(day)) == current


def test_a_supplement_is_never_the_current_charter():
    assert CharterSet((FIRST, LATER_LAW)).current(date(2027, 1, 1)) == FIRST


def test_all_versions_until_the_day_are_in_force_for_older_data():
    assert CHARTERS.in_force(date(2025, 6, 1)) == (FIRST, LAW, SECOND)


def test_nothing_is_in_force_before_the_first_version():
    assert CHARTERS.in_force(date(2018, 8, 31)) == ()


def test_a_supplement_counts_from_its_own_effective_date():
    assert CHARTERS.supplements(date(2025, 12, 31)) == (LAW,)
    assert CHARTERS.supplements(date(2026, 1, 1)) == (LAW, LATER_LAW)


def test_what_is_not_stated_is_empty_and_not_none():
    one, two = Statement(Text("un", "one"), "1"), Statement(Text("deux", "two"), "1")
    stated = ((Field.RECIPIENTS, one), (Field.LEGAL_BASIS, two), (Field.RECIPIENTS, two))
    entry = PurposeEntry(Purpose.PROSPECTING, one, (), stated)
    assert entry.stated(Field.RECIPIENTS) == (one, two)
    assert entry.stated(Field.TRANSFERS) == ()


def test_a_version_is_a_value():
    assert replace(FIRST) == FIRST

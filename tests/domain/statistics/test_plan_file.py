"""The publication plan's file: what it says, and how a wrong one is refused."""

from datetime import date

import pytest

from diager_dpo.domain.statistics.plan import Dimension, Merge, Table
from diager_dpo.domain.statistics.plan_file import PlanFileError, parse_plan
from diager_dpo.domain.toml_table import ProblemCode
from tests.domain.statistics.selling import PLAN, TEXT


def refused(old, new):
    """The problems of the plan with one change."""
    assert old in TEXT
    with pytest.raises(PlanFileError) as error:
        parse_plan(TEXT.replace(old, new), "publication.toml")
    assert all(problem.file == "publication.toml" for problem in error.value.problems)
    return {(problem.code, problem.key) for problem in error.value.problems}


def test_the_plan_says_which_tables_exist():
    assert PLAN.tables == (
        Table("family_region", (Dimension.FAMILY, Dimension.REGION)),
        Table("family_channel", (Dimension.FAMILY, Dimension.CHANNEL)),
    )


def test_the_rules_are_those_of_their_sources():
    rules = PLAN.rules
    numbers = (rules.frequency, rules.natural_persons, rules.dominance, rules.p_percent)
    assert [rule.number for rule in numbers] == [3, 11, 85, 10]
    assert (rules.insider_guard.number, rules.insider_report.number) == (2, 10)
    assert all(rule.source.fr and rule.source.en for rule in numbers)


@pytest.mark.parametrize(
    ("month", "day"),
    [((2026, 10), date(2026, 11, 11)), ((2026, 12), date(2027, 1, 11)), ((2027, 2), date(2027, 3, 11))],
)
def test_a_month_is_published_ten_whole_days_after_it_closes(month, day):
    assert PLAN.published_from(*month) == day


def test_labels_are_merged_and_what_is_not_given_has_a_label():
    assert Merge(Dimension.CHANNEL, "comptoir et salon", ("comptoir", "salon")) in PLAN.merges
    merged = PLAN.merged(Dimension.CHANNEL, ["salon", "direct", "", None])
    assert merged.tolist() == ["comptoir et salon", "direct", "Non renseigné", "Non renseigné"]
    assert PLAN.merged(Dimension.FAMILY, ["salon"]).tolist() == ["salon"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("enterprises = 3", "enterprises = 2", (ProblemCode.NOT_ALLOWED, "rules.frequency.enterprises")),
        ("percent = 85", "percent = 90", (ProblemCode.NOT_ALLOWED, "rules.dominance.percent")),
        ("percent = 85", "percent = 85.0", (ProblemCode.WRONG_TYPE, "rules.dominance.percent")),
        ("percent = 85", "percent = true", (ProblemCode.WRONG_TYPE, "rules.dominance.percent")),
        ("percent = 85", "", (ProblemCode.MISSING, "rules.dominance.percent")),
        ("percent = 2\n", "percent = 20\n", (ProblemCode.DOES_NOT_FIT, "rules.insider_guard.percent")),
        ("[rules.p_percent]", "[rules.p_percents]", (ProblemCode.UNKNOWN_KEY, "rules.p_percents")),
        ("[rules.p_percent]", "[rules.p_percents]", (ProblemCode.MISSING, "rules.p_percent")),
        (
            "publish_after_days = 10",
            "publish_after_days = -1",
            (ProblemCode.NOT_ALLOWED, "publication.publish_after_days"),
        ),
        ("publish_after_days = 10", "delay = 10", (ProblemCode.UNKNOWN_KEY, "publication.delay")),
        ('["family", "region"]', '["family"]', (ProblemCode.DOES_NOT_FIT, "tables[1].dimensions")),
        ('["family", "region"]', '["family", "town"]', (ProblemCode.NOT_ALLOWED, "tables[1].dimensions[2]")),
        ('["family", "region"]', '["channel", "family"]', (ProblemCode.DUPLICATE, "tables")),
        ('name = "family_region"', 'name = "family_channel"', (ProblemCode.DUPLICATE, "tables[2].name")),
        ('["comptoir", "salon"]', '["comptoir", "comptoir"]', (ProblemCode.DUPLICATE, "merges[1].members[2]")),
        ('["comptoir", "salon"]', "[]", (ProblemCode.EMPTY, "merges[1].members")),
        ('["comptoir", "salon"]', "[1]", (ProblemCode.WRONG_TYPE, "merges[1].members")),
        ('dimension = "channel"', 'dimension = "canal"', (ProblemCode.NOT_ALLOWED, "merges[1].dimension")),
    ],
)
def test_a_wrong_plan_is_refused_with_what_is_wrong_and_where(old, new, problem):
    assert problem in refused(old, new)


def test_a_plan_without_tables_is_refused():
    with pytest.raises(PlanFileError) as error:
        parse_plan(TEXT.replace("[[tables]]", "[[drawers]]"), "publication.toml")
    assert (ProblemCode.MISSING, "tables") in {(problem.code, problem.key) for problem in error.value.problems}


def test_a_text_that_is_no_toml_is_refused():
    with pytest.raises(PlanFileError, match=r"publication.toml:1: syntax"):
        parse_plan("[publication", "publication.toml")

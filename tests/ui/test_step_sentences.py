from dataclasses import replace
from datetime import date

import pytest

from diager_dpo.domain.civil import Duration
from diager_dpo.domain.explanation import STEP_CODES, Step
from diager_dpo.ui import language
from diager_dpo.ui.language import Language
from diager_dpo.ui.step_sentences import STEPS, step_sentence


@pytest.fixture(autouse=True, params=list(Language))
def spoken(request):
    """Both languages, and the default afterwards."""
    language.use(request.param)
    yield request.param
    language.use(language.DEFAULT)


WHOLE = Step("", date(2024, 2, 29), date(2027, 2, 28), Duration(36), "2018-09", "DURÉE", 214)


@pytest.mark.parametrize("code", STEP_CODES)
def test_every_step_has_its_sentence(code):
    told = step_sentence(replace(WHOLE, code=code))
    assert told.endswith(".")
    assert "{" not in told


def test_no_sentence_is_left_over():
    assert set(STEPS) - {"rule_announced_duration", "status_due_today"} == set(STEP_CODES)


def test_lateness_of_no_day_is_said_as_today(spoken):
    today = step_sentence(Step("status_due", on=date(2027, 3, 1), days=0))
    assert "0" not in today.replace("2027", "")


def test_the_last_day_itself_is_a_day_that_is_left(spoken):
    told = step_sentence(Step("status_kept", on=date(2027, 2, 28), until=date(2027, 2, 28), days=0))
    assert ("1 jour" if spoken is Language.FRENCH else "1 day") in told


def test_an_announced_duration_is_told_where_there_is_one(spoken):
    step = Step("rule_announced", charter="2018-09", clause="x", duration=Duration(6))
    assert ("6 mois" if spoken is Language.FRENCH else "6 months") in step_sentence(step)
    assert "6" not in step_sentence(replace(step, duration=None))


def test_a_date_reads_as_people_write_it(spoken):
    told = step_sentence(Step("due_from", on=date(2027, 3, 1)))
    assert ("1er mars 2027" if spoken is Language.FRENCH else "1 March 2027") in told


def test_a_supplement_is_called_by_its_name_and_a_charter_by_its_version():
    step = Step("rule_duration", charter="supplement-x", clause="L1", duration=Duration(6))
    assert "supplement-x" not in step_sentence(step, {"supplement-x": "Pièces comptables"})
    assert "Pièces comptables" in step_sentence(step, {"supplement-x": "Pièces comptables"})
    assert "2018-09" in step_sentence(replace(step, charter="2018-09"), {"supplement-x": "Pièces comptables"})

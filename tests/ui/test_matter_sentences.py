import re
from dataclasses import replace
from datetime import date

import pytest

from diager_dpo.domain.words import Purpose
from diager_dpo.services.matters import MATTER_CODES, Matter, Target, Urgency
from diager_dpo.ui import language
from diager_dpo.ui.language import Language
from diager_dpo.ui.matter_sentences import (
    MATTERS,
    heading,
    matter_markdown,
    matter_sentence,
    rules,
    since,
    way_on,
)

WHOLE = Matter(
    "due",
    Urgency.LATE,
    142,
    Purpose.PROSPECTING,
    214,
    date(2026, 4, 22),
    "Jeu",
    Target("deadlines", (("status", "due"),)),
)


@pytest.fixture(params=list(Language))
def spoken(request):
    language.use(request.param)
    yield request.param
    language.use(language.DEFAULT)


@pytest.mark.parametrize("count", [0, 1, 2, 12_345])
@pytest.mark.parametrize("code", MATTER_CODES)
def test_every_matter_has_its_sentence(code, count, spoken):
    told = matter_sentence(replace(WHOLE, code=code, count=count))
    assert told.endswith(".")
    assert not re.search(r"[{}*]", told)


@pytest.mark.parametrize("code", MATTER_CODES)
def test_every_matter_has_its_rule(code, spoken):
    assert rules([replace(WHOLE, code=code)]).endswith(".")


def test_no_sentence_is_left_over():
    assert set(MATTERS) == set(MATTER_CODES)


@pytest.mark.parametrize("urgency", Urgency)
def test_every_urgency_has_its_heading(urgency, spoken):
    assert heading(urgency)


def test_what_is_late_is_said_as_a_person_would_say_it():
    assert matter_sentence(WHOLE) == (
        "142 fiches de prospection ont dépassé leur dernier jour, la plus ancienne depuis 214 jours."
    )


def test_one_record_is_spoken_of_in_the_singular():
    told = matter_sentence(replace(WHOLE, count=1, days=1))
    assert told == "1 fiche de prospection a dépassé son dernier jour depuis 1 jour."


def test_lateness_of_no_day_is_said_as_today():
    assert since(0) == "depuis aujourd\u2019hui"
    assert "0" not in matter_sentence(replace(WHOLE, days=0))


def test_a_rule_that_several_matters_share_is_told_once():
    assert rules([WHOLE, replace(WHOLE, purpose=Purpose.CONTESTS)]) == rules([WHOLE])


def test_the_name_of_an_operation_is_no_markdown():
    matter = replace(WHOLE, code="no_announced_duration", subject="[click](http://x)")
    assert r"\[click\]" in matter_markdown(matter)
    assert "[click](http://x)" in matter_sentence(matter)


@pytest.mark.parametrize(
    ("page", "words"),
    [("deadlines", "Voir les 142 fiches"), ("source", "Ouvrir la source"), ("register", "Ouvrir le registre")],
)
def test_the_way_on_says_where_it_leads(page, words):
    assert way_on(replace(WHOLE, target=Target(page))) == words

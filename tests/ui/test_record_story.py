"""Where one record stands, in one sentence."""

from datetime import date

from diager_dpo.domain.words import Status
from diager_dpo.ui.record_story import standing
from tests.ui.test_life_line import explained


def test_the_last_day_of_a_record_on_hold_is_spoken_of_in_its_time():
    assert standing(explained(Status.HELD, date(2026, 11, 22))).endswith("son dernier jour était le 22 novembre 2026.")
    assert standing(explained(Status.HELD, date(2026, 11, 23))).endswith("son dernier jour est le 23 novembre 2026.")
    assert standing(explained(Status.HELD, None)).endswith("sa purge est suspendue.")

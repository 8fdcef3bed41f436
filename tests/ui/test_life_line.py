from datetime import date, timedelta

import pytest

from diager_dpo.domain.explanation import Explanation
from diager_dpo.domain.verdicts import AppliedRule
from diager_dpo.domain.words import Anchor, Anomaly, Category, Flag, Purpose, Status
from diager_dpo.ui.life_line import life_line_html
from diager_dpo.ui.look import STATUS_COLOUR

RULE = AppliedRule(Purpose.PROSPECTING, Category.PROSPECT, "P3Y", "2018-09", "x", date(2018, 9, 1))
TODAY = date(2026, 11, 23)


def explained(status, last_day, anchor_on=date(2023, 5, 6), anchor=Anchor.LAST_CONTACT, as_of=TODAY):
    due_from = last_day and last_day + timedelta(days=1)
    return Explanation(
        Purpose.PROSPECTING,
        "",
        Category.PROSPECT,
        as_of,
        status,
        last_day,
        due_from,
        anchor,
        anchor_on,
        RULE,
        Flag(0),
        Anomaly(0),
        (),
    )


def test_the_days_of_a_life_stand_in_their_order():
    html = life_line_html(explained(Status.DUE, date(2026, 5, 6)), TODAY)
    places = [html.index(day) for day in ("6 mai 2023", "6 mai 2026", "23 novembre 2026")]
    assert places == sorted(places)
    assert "Dernier contact émanant de la personne" in html
    assert "Aujourd\u2019hui\u202f: échue" in html


def test_only_what_is_late_is_red():
    red = STATUS_COLOUR[Status.DUE]
    assert red in life_line_html(explained(Status.DUE, date(2026, 5, 6)), TODAY)
    assert red not in life_line_html(explained(Status.KEPT, date(2027, 5, 6)), TODAY)


def test_a_day_that_is_not_today_is_not_called_so():
    html = life_line_html(explained(Status.KEPT, date(2027, 5, 6), as_of=date(2027, 1, 1)), TODAY)
    assert "Jour choisi" in html
    assert "Aujourd\u2019hui" not in html


def test_without_a_last_day_there_is_nothing_to_draw():
    assert not life_line_html(explained(Status.UNDETERMINED, None, None, Anchor.NONE), TODAY)


def test_an_announced_day_that_is_the_last_day_stands_once():
    day = date(2026, 12, 31)
    html = life_line_html(explained(Status.KEPT, day, day, Anchor.ANNOUNCED_DAY), TODAY)
    assert html.count("31 décembre 2026") == 1


@pytest.mark.parametrize("last_day", [TODAY, TODAY - timedelta(days=1)])
def test_a_life_of_a_single_day_can_be_drawn(last_day):
    assert "<ol" in life_line_html(
        explained(Status.KEPT, last_day, last_day + timedelta(days=1), Anchor.OBJECTION), TODAY
    )

"""The matrix of statuses and the calendar of months: tables of HTML."""

import re
from datetime import UTC, date, datetime

from diager_dpo.domain.words import Purpose, Status
from diager_dpo.services.counting import Counts, Forecast, PurposeCounts, PurposeForecast
from diager_dpo.services.records import RecordFilter
from diager_dpo.ui.deadline_matrix import deadline_answer, matrix_html
from diager_dpo.ui.forecast_chart import forecast_sentence, next_due
from diager_dpo.ui.month_calendar import calendar_html

TODAY = date(2026, 11, 23)


def counts(*purposes, as_of=TODAY):
    return Counts(as_of, 90, datetime(2026, 11, 23, tzinfo=UTC), purposes)


PROSPECTING = PurposeCounts(Purpose.PROSPECTING, 2790, 2486, 60, 142, 11, 59, date(2026, 5, 7))
NOTHING = PurposeCounts(Purpose.CONTESTS, 0, 5, 0, 0, 0, 0)


def test_each_cell_of_the_matrix_leads_to_its_records():
    html = matrix_html(counts(PROSPECTING), RecordFilter(Purpose.PROSPECTING), {"language": "EN"})
    assert 'href="/deadlines?purpose=prospecting&amp;status=due&amp;language=EN"' in html
    assert 'aria-label="142 fiches de prospection, échue"' in html
    assert 'href="/deadlines?purpose=prospecting&amp;language=EN"' in html
    assert html.count("<a ") == len(Status) + 1


def test_the_cell_whose_records_are_shown_says_so():
    html = matrix_html(counts(PROSPECTING, NOTHING), RecordFilter(Purpose.PROSPECTING, Status.DUE), {})
    (current,) = re.findall(r"<a [^>]*aria-current[^>]*>([^<]*)", html)
    assert current == "142"


def test_the_answer_counts_what_is_due_and_what_soon_will_be():
    told = deadline_answer(counts(PROSPECTING, NOTHING), TODAY)
    assert (
        told
        == "142 fiches sont échues, la plus ancienne depuis 200 jours. 60 autres le seront dans un délai de 90 jours."
    )


def test_the_answer_names_its_day_where_that_is_not_today():
    assert deadline_answer(counts(PROSPECTING), date(2026, 1, 1)).startswith("Au 23 novembre 2026\u202f: ")


def test_where_nothing_is_due_the_answer_is_calm():
    assert (
        deadline_answer(counts(NOTHING), TODAY) == "Rien n\u2019est échu, et rien ne le sera dans un délai de 90 jours."
    )


def forecast(*falling_due):
    months = (date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1))
    return Forecast(TODAY, months, tuple(PurposeForecast(p, 0, due, due) for p, due in falling_due))


MIXED = forecast((Purpose.PROSPECTING, (0, 16, 3)), (Purpose.CONTESTS, (0, 133, 0)), (Purpose.ACCOUNTING, (0, 0, 0)))


def test_the_calendar_leads_to_what_falls_due_in_a_month():
    html = calendar_html(MIXED, {})
    assert 'href="/deadlines?purpose=contests&amp;month=2026-12"' in html
    assert 'aria-label="133 fiches de jeux-concours, décembre 2026"' in html


def test_a_deeper_tint_means_more():
    tints = re.findall(r"rgba\(\d+,\d+,\d+,([\d.]+)\).*?>(\d+)</a>", calendar_html(MIXED, {}))
    assert {count: tint for tint, count in tints} == {"16": "0.45", "3": "0.17", "133": "0.45"}


def test_a_year_without_deadlines_takes_no_row():
    html = calendar_html(MIXED, {})
    contests = html[html.index("Jeux-concours") : html.index("Comptabilité")]
    assert "2026" in contests
    assert ">2027<" not in contests
    assert "rien à venir" in html


def test_the_forecast_is_told_with_its_fullest_month():
    told = forecast_sentence(MIXED)
    assert "**152 fiches** arriveront à échéance" in told
    assert told.endswith("le mois le plus chargé est décembre 2026, avec 149.")
    assert next_due(MIXED) == (149, date(2026, 12, 1))


def test_a_forecast_of_nothing_says_so():
    empty = forecast((Purpose.PROSPECTING, (0, 0, 0)))
    assert forecast_sentence(empty) == "Rien n\u2019arrive à échéance dans les 3 mois à venir."
    assert next_due(empty) is None

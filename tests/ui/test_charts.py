"""A chart speaks the language of the run, and can be read without being seen."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from diager_dpo.ui import charts
from diager_dpo.ui.language import Language, use

MONTHS = [date(2026, month, 1) for month in (1, 2, 3)]
SERIES = [charts.Series("Prospection", [12, 1400, 3], "#1b6fd6"), charts.Series("Contrats", [1, 2, 3])]


@pytest.fixture(autouse=True)
def _back_to_french():
    use(Language.FRENCH)
    yield
    use(Language.FRENCH)


def test_the_text_of_a_chart_comes_from_its_data():
    assert charts.in_words("Prévision", MONTHS, SERIES[:1]) == (
        "Prévision. Prospection\u202f: 12 en janvier 2026, 3 en mars 2026, au plus 1\u202f400 en février 2026."
    )


def test_a_chart_without_data_says_so():
    assert charts.in_words("Prévision", [], []) == "Prévision. Il n\u2019y a rien à montrer."


def test_the_table_of_a_chart_holds_every_figure():
    table = charts.as_table(MONTHS, SERIES, "Mois")
    assert list(table["Mois"]) == ["janvier 2026", "février 2026", "mars 2026"]
    assert list(table["Prospection"]) == [12, 1400, 3]
    assert list(table["Contrats"]) == [1, 2, 3]


def test_plotly_is_given_the_whole_of_its_french():
    settings = charts.config()
    words = settings["locales"]["fr"]["format"]
    assert settings["locale"] == "fr"
    assert words["months"][0] == "janvier"
    assert words["days"][0] == "dimanche"
    assert words["decimal"] == ","


def test_plotly_speaks_english_by_itself():
    use(Language.ENGLISH)
    assert "locale" not in charts.config()


def test_there_is_no_mode_bar():
    assert charts.config()["displayModeBar"] is False


def test_areas_are_stacked_in_the_colours_given_with_a_line_for_today():
    figure = charts.areas(MONTHS, SERIES, today=date(2026, 2, 10))
    assert [trace.line.color for trace in figure.data] == ["#1b6fd6", charts.ACCENT]
    assert {trace.stackgroup for trace in figure.data} == {"all"}
    assert figure.layout.shapes[0].x0 == "2026-02-10"
    assert figure.layout.annotations[0].text == "Aujourd\u2019hui"


def draw():
    from datetime import date

    from diager_dpo.ui import charts

    months = [date(2026, 1, 1), date(2026, 2, 1)]
    series = [charts.Series("Prospection", [1, 2])]
    charts.show(charts.areas(months, series), key="c", alt="Deux mois", table=charts.as_table(months, series, "Mois"))


def test_a_chart_stands_with_its_text_and_its_table():
    app = AppTest.from_function(draw).run()
    assert not app.exception
    assert app.get("plotly_chart")[0].proto.alt == "Deux mois"
    assert app.expander[0].label == "Chiffres de ce graphique"
    assert len(app.table) == 1

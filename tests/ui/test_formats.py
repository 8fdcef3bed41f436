"""Numbers, dates and names as French and English write them."""

from datetime import UTC, date, datetime

import pytest

from diager_dpo.ui import formats
from diager_dpo.ui.language import Language, _, current, from_code, ngettext, preferred, use

NARROW = "\u202f"


@pytest.fixture(autouse=True)
def _back_to_french():
    yield
    use(Language.FRENCH)


@pytest.fixture
def english():
    use(Language.ENGLISH)


def test_french_is_what_one_gets_without_asking():
    assert current() is Language.FRENCH


def test_thousands_are_parted_by_a_narrow_space():
    assert formats.number(1234567) == f"1{NARROW}234{NARROW}567"
    assert formats.number(1234.56, 1) == f"1{NARROW}234,6"


def test_english_thousands_are_parted_by_a_comma(english):
    assert formats.number(1234567) == "1,234,567"
    assert formats.number(0.5, 2) == "0.50"


def test_a_difference_carries_its_sign():
    assert [formats.signed(value) for value in (12, -3, 0)] == ["+12", "\u22123", "0"]


def test_a_percentage_has_a_space_in_french_only(english):
    assert formats.percent(0.125, 1) == "12.5%"
    use(Language.FRENCH)
    assert formats.percent(0.125, 1) == f"12,5{NARROW}%"


def test_the_first_of_a_month_is_an_ordinal_in_french():
    assert formats.day(date(2027, 3, 1)) == "1er mars 2027"
    assert formats.day(date(2027, 3, 11)) == "11 mars 2027"
    assert formats.day(date(2027, 3, 1), full=False) == "01/03/2027"


def test_a_day_in_english_is_british(english):
    assert formats.day(date(2027, 3, 1)) == "1 March 2027"
    assert formats.day(date(2027, 3, 1), full=False) == "01/03/2027"


def test_months():
    assert formats.month(date(2027, 2, 1)) == "février 2027"
    assert formats.month(date(2027, 2, 1), short=True) == "févr. 27"


def test_an_instant_is_shown_in_paris():
    assert formats.instant(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == "1er janvier 2027 à 00:30"


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        formats.instant(datetime(2027, 1, 1, 12))  # noqa: DTZ001 - the mistake itself


def test_nought_and_one_are_singular_in_french():
    assert [formats.days(count) for count in (0, 1, 2)] == ["0 jour", "1 jour", "2 jours"]


def test_one_alone_is_singular_in_english(english):
    assert [formats.days(count) for count in (0, 1, 2)] == ["0 days", "1 day", "2 days"]


@pytest.mark.parametrize(
    ("iso", "words"),
    [
        ("P3Y", "3 ans"),
        ("P1Y", "1 an"),
        ("P6M", "6 mois"),
        ("P1M15D", "1 mois et 15 jours"),
        ("P0D", "0 jour"),
        ("P1Y6M", "1 an et 6 mois"),
    ],
)
def test_durations_in_words(iso, words):
    assert formats.duration(iso) == words


def test_a_count_in_a_sentence_is_written_as_people_write_it():
    assert ngettext("{n} day", "{n} days", 12345) == f"12{NARROW}345 jours"


@pytest.mark.parametrize(
    "hostile",
    [
        "[a](https://evil.example)",
        "![x](https://evil.example/x.png)",
        ":red[late]",
        "$x$",
        "<img src=x>",
        "**bold**",
        ":material/delete:",
        "https://evil.example",
        "a@b.fr",
        "`code`",
    ],
)
def test_data_is_never_live_in_markdown(hostile):
    """Every character that means something to Markdown has a backslash before it."""
    shown = formats.plain(hostile)
    for place, character in enumerate(shown):
        if character in "[]()!:$<>*`@":
            assert shown[place - 1] == "\\", shown


def test_line_breaks_of_data_do_not_start_a_block():
    assert formats.plain("a\n\n# b") == "a \\# b"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, Language.FRENCH),
        ("de-DE,de;q=0.9", Language.FRENCH),
        ("en-GB,en;q=0.9,fr;q=0.5", Language.ENGLISH),
        ("fr-CA", Language.FRENCH),
        (";;;", Language.FRENCH),
    ],
)
def test_the_language_a_browser_prefers(header, language):
    assert preferred(header) is language


@pytest.mark.parametrize("code", ["", None, "de", "english", "e n"])
def test_an_unknown_language_is_none(code):
    assert from_code(code) is None


def test_a_text_without_a_translation_shows_as_it_is():
    assert _("Not a text of the app") == "Not a text of the app"


def test_a_value_made_harmless_stays_on_one_line_and_keeps_its_no_break_spaces():
    assert formats.plain("a\n\n\tb\u00a0; c\u202f? ") == "a b\u00a0; c\u202f?"

"""Colours that can be told apart, and never speak alone."""

import itertools
import re
import tomllib

import pytest

from diager_dpo.domain.words import Purpose, Status
from diager_dpo.services.settings import CHECKOUT
from diager_dpo.ui import look

THEME = tomllib.loads((CHECKOUT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
GROUNDS = [THEME[mode]["backgroundColor"] for mode in ("light", "dark")]
NAMES = [*sorted(set(look.STATUS_THEME.values()))]


def _channels(colour):
    return [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]


def _luminance(colour):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


# What people with protanopia and deuteranopia see (Viénot, Brettel and Mollon 1999), on linear channels.
SIGHTS = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.11238, 0.88762, 0), (0.11238, 0.88762, 0), (0.00401, -0.00401, 1)),
    "deuteranopia": ((0.29275, 0.70725, 0), (0.29275, 0.70725, 0), (-0.02234, 0.02234, 1)),
}


def _seen(colour, sight):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour)]
    mixed = [sum(weight * value for weight, value in zip(row, linear, strict=True)) for row in SIGHTS[sight]]
    return [12.92 * c if c <= 0.0031308 else 1.055 * max(c, 0) ** (1 / 2.4) - 0.055 for c in mixed]


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("colour", [*look.STATUS_COLOUR.values(), *look.PURPOSE_COLOUR.values(), look.ACCENT])
def test_every_colour_of_a_chart_stands_out_from_both_grounds(colour, ground):
    assert contrast(colour, ground) >= 3


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_the_words_on_a_chip_can_be_read(mode, name):
    assert contrast(THEME[mode][f"{name}TextColor"], THEME[mode][f"{name}BackgroundColor"]) >= 4.5


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_and_links_can_be_read(mode):
    for surface in ("backgroundColor", "secondaryBackgroundColor"):
        for ink in ("textColor", "linkColor"):
            assert contrast(THEME[mode][ink], THEME[mode][surface]) >= 4.5


def test_the_words_on_a_primary_button_can_be_read():
    """White in the light; in the dark the accent is light, and `shell.css` makes the words dark."""
    style = (CHECKOUT / "diager_dpo" / "ui" / "assets" / "shell.css").read_text("utf-8")
    words = re.search(r'stBaseButton-primary"\][^{]*{ color: (#\w{6}); }', style)[1]
    assert contrast("#ffffff", THEME["light"]["primaryColor"]) >= 4.5
    assert contrast(words, THEME["dark"]["primaryColor"]) >= 4.5


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_captions_can_be_read(mode):
    """Streamlit writes them in the colour of text, at 60 %."""
    ink, ground = (THEME[mode][name] for name in ("textColor", "backgroundColor"))
    faded = [round(255 * (0.6 * a + 0.4 * b)) for a, b in zip(_channels(ink), _channels(ground), strict=True)]
    assert contrast("#" + "".join(f"{c:02x}" for c in faded), ground) >= 4.5


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("palette", [look.STATUS_COLOUR, look.PURPOSE_COLOUR], ids=["status", "purpose"])
def test_two_colours_of_one_picture_are_never_taken_for_each_other(palette, sight):
    for one, other in itertools.combinations(palette.values(), 2):
        distance = sum((a - b) ** 2 for a, b in zip(_seen(one, sight), _seen(other, sight), strict=True)) ** 0.5
        assert distance > 0.2, (one, other, distance)


def test_every_status_has_a_colour_a_sign_and_a_name_of_its_own():
    for table in (look.STATUS_COLOUR, look.STATUS_SIGN, look.STATUS_THEME):
        assert set(table) == set(Status)
        assert len(set(table.values())) == len(Status)


def test_every_purpose_has_a_colour_of_its_own():
    assert set(look.PURPOSE_COLOUR) == set(Purpose)
    assert len(set(look.PURPOSE_COLOUR.values())) == len(Purpose)


def test_streamlit_knows_the_same_colours_by_name():
    for mode in ("light", "dark"):
        for status, name in look.STATUS_THEME.items():
            assert THEME[mode][f"{name}Color"] == look.STATUS_COLOUR[status]


def test_red_is_for_what_is_late():
    assert [status for status, name in look.STATUS_THEME.items() if name == "red"] == [Status.DUE]


def test_charts_that_choose_their_own_colours_use_those_of_the_purposes():
    for mode in ("light", "dark"):
        assert THEME[mode]["chartCategoricalColors"] == list(look.PURPOSE_COLOUR.values())

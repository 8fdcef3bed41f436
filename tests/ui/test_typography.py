"""French as French is set."""

import pytest

from diager_dpo.ui.own_words import inside
from diager_dpo.ui.typography import in_french


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("l'opération", "l\u2019opération"),
        ("Prospects : 3 ans", "Prospects\u202f: 3 ans"),
        ("Prospects: 3 ans", "Prospects\u202f: 3 ans"),
        ("Pourquoi ?", "Pourquoi\u202f?"),
        ("le « dernier contact »", "le «\u202fdernier contact\u202f»"),
        ("fini\u00a0; ou non", "fini\u202f; ou non"),
        ("**Prospection** : une fiche", "**Prospection**\u202f: une fiche"),
        ("« Quoi ? »", "«\u202fQuoi\u202f?\u202f»"),
    ],
)
def test_what_french_keeps_apart_is_kept_apart(written, shown):
    assert in_french(written) == shown
    assert in_french(shown) == shown


@pytest.mark.parametrize("text", ["à 14:05", "http://localhost:8501/?a=1", "dit :orange-badge[‖ bloque]", "P3Y", "a:b"])
def test_what_is_no_punctuation_of_a_sentence_is_left_alone(text):
    assert in_french(text) == text


def test_inside_a_sentence_a_text_has_no_capital():
    assert inside("Le contact") == "le contact"
    assert inside("DPO de DIAGER") == "DPO de DIAGER"
    assert inside("") == ""

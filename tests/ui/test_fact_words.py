"""Facts and columns are told in words, with their spelling beside."""

from diager_dpo.domain.facts import Finding
from diager_dpo.domain.words import Anomaly
from diager_dpo.source.shapes import FACTS
from diager_dpo.ui.anomaly_list import place_markdown
from diager_dpo.ui.fact_words import place_words


def test_a_place_is_told_in_words():
    assert place_words("relations", "commercial_end_on") == "Relations, fin de la relation commerciale"
    assert place_words("relations", "") == "Relations"
    assert place_words("news", "shape") == "news, shape"


def test_every_day_of_every_fact_has_its_words():
    dated = [
        (fact, column) for fact, shape in FACTS.items() for column in shape.columns if column.endswith(("_at", "_on"))
    ]
    assert dated
    assert not [column for fact, column in dated if column in place_words(fact, column)]


def test_an_operation_is_called_by_its_name_with_its_key_beside():
    finding = Finding(Anomaly.UNREADABLE_DATE, "operations", "keep_until", 1, ("CJ08",))
    said = place_markdown(finding, {"CJ08": "Le chantier mystère"})
    assert "Le chantier mystère :small[(CJ08)]" in said
    assert ":small[`operations.keep_until`]" in said

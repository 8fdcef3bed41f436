"""Amounts as each language writes them, in sentences and on axes."""

from decimal import Decimal

from diager_dpo.ui.language import Language, use
from diager_dpo.ui.money import euro_ticks, euros, with_euro


def test_french_writes_the_sign_after_and_english_before():
    assert euros(1_234_567) == "12\u202f346\u202f€"
    assert euro_ticks() == {"ticksuffix": "\u202f€"}
    use(Language.ENGLISH)
    assert euros(1_234_567, 2) == "€12,345.67"
    assert with_euro(Decimal(-3)) == "\u2212€3"
    assert euro_ticks() == {"tickprefix": "€"}

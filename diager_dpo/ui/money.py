"""Amounts as people write them: 12 345 € in French, €12,345 in English."""

from decimal import Decimal

from diager_dpo.ui import formats
from diager_dpo.ui.language import Language, current


def euros(cents: int, decimals: int = 0) -> str:
    """An amount in euros, with a typographic minus where it is negative."""
    return with_euro(Decimal(cents).scaleb(-2), decimals)


def with_euro(amount: Decimal, decimals: int = 0) -> str:
    """The same of an amount that is in euros."""
    text = formats.number(float(abs(amount)), decimals)
    sign = "\u2212" if amount < 0 else ""
    return f"{sign}€{text}" if current() is Language.ENGLISH else f"{sign}{text}\u202f€"


def euro_ticks() -> dict[str, str]:
    """What stands before or after each number of an axis in euros: a setting of Plotly."""
    return {"tickprefix": "€"} if current() is Language.ENGLISH else {"ticksuffix": "\u202f€"}

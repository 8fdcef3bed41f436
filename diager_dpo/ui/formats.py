"""Numbers, dates and names as people write them, in the language of the run (Babel)."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from diager_dpo.domain.civil import Duration
from diager_dpo.ui.language import Language, current, ngettext

PARIS = ZoneInfo("Europe/Paris")

_SPACES = re.compile(r"[^\S\u00a0\u202f]+")  # no-break spaces stay as they are
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&@^=])")


def locale() -> Locale:
    """Babel's locale of the run; English dates are British, as the rest of Europe writes them."""
    return Locale.parse("en_GB" if current() is Language.ENGLISH else "fr_FR")


def number(value: float, decimals: int = 0) -> str:
    """12 345 (with a narrow no-break space) or 12,345."""
    return format_decimal(value, format="#,##0" + ("." + "0" * decimals if decimals else ""), locale=locale())


def signed(value: float, decimals: int = 0) -> str:
    """A difference, with its sign: +12, -3 (with a typographic minus), 0."""
    text = number(abs(value), decimals)
    return f"+{text}" if value > 0 else f"\u2212{text}" if value < 0 else text


def percent(share: float, decimals: int = 0) -> str:
    """A share between 0 and 1: 12 % or 12%."""
    return (
        format_percent(share, format="#,##0" + ("." + "0" * decimals if decimals else "") + "%", locale=locale())
        if current() is Language.ENGLISH
        else number(100 * share, decimals) + "\u202f%"
    )


def day(value: date, *, full: bool = True) -> str:
    """A civil day: 3 mars 2027, or 03/03/2027 for tables."""
    if full:
        text = format_date(value, "d MMMM y", locale=locale())
        return re.sub(r"^1 ", "1er ", text) if current() is Language.FRENCH else text
    return value.strftime("%d/%m/%Y")


def month(value: date, *, short: bool = False) -> str:
    """A month: mars 2027, or mars 27 for axes."""
    return format_date(value, "MMM yy" if short else "MMMM y", locale=locale())


def instant(value: datetime) -> str:
    """A moment, in Paris: 3 mars 2027 à 14:05. A naive value is refused: nobody knows when it was."""
    if value.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    local = value.astimezone(PARIS)
    joined = " à " if current() is Language.FRENCH else " at "
    return day(local.date()) + joined + format_datetime(local, "HH:mm", locale=locale(), tzinfo=PARIS)


def days(count: int) -> str:
    """A number of days: 1 jour, 214 jours."""
    return ngettext("{n} day", "{n} days", count)


def duration(value: Duration | str) -> str:
    """A retention: 3 ans, 6 mois, 1 mois et 15 jours."""
    whole = Duration.parse(value) if isinstance(value, str) else value
    years, months = divmod(whole.months, 12)
    parts = [
        ngettext("{n} year", "{n} years", years) if years else "",
        ngettext("{n} month", "{n} months", months) if months else "",
        days(whole.days) if whole.days or not whole.months else "",
    ]
    return listing([part for part in parts if part])


def listing(items: list[str]) -> str:
    """An enumeration: a, b et c."""
    return format_list(items, locale=locale())


def plain(text: str) -> str:
    """A value of the data, made harmless for Markdown: it shows as it is, and never as a link, an image or a colour."""
    return _MARKDOWN.sub(r"\\\1", _SPACES.sub(" ", text).strip())

"""Every text of the screens, in the language of the run.

How to add a text:

1. Write it in English where it is shown: ``_("Nothing is late.")``. A number or a name goes in as a value, never by
   concatenation: ``_("Last scan on {day}", day=formats.day(date))``. Counts go through ``ngettext``, whose ``{n}`` is
   formatted: ``ngettext("{n} record", "{n} records", count)``. A word that has two meanings gets a context:
   ``pgettext("verb", "Open")``. A text at module level is marked with ``N_`` and translated where it is shown:
   ``_(TITLE)``.
2. Write the French in ``diager_dpo/ui/locale/fr/AREA.po``, one file per area, usually named after the module that
   shows the text. A text used in several areas is written once, in any of them. French uses the typographic apostrophe
   ``\u2019``, a narrow no-break space (U+202F) before ``: ; ? ! »`` and after ``«``, and the same ``{names}``;
   ``typography.in_french`` sets them.
3. ``pytest tests/ui/test_catalogs.py`` says what is missing, unused, or does not fill the same places.

English is the source and needs no catalog. The .po files are read as they are: there is no build step. Values are put
in as they come; one that stems from data and goes to Markdown passes through ``formats.plain`` first.
"""

import gettext
from contextvars import ContextVar
from enum import StrEnum
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).with_name("locale")


class Language(StrEnum):
    """The languages of the app, by the code of their locale."""

    FRENCH = "fr"
    ENGLISH = "en"


DEFAULT = Language.FRENCH

_current: ContextVar[Language] = ContextVar("language", default=DEFAULT)


def current() -> Language:
    """The language of this run."""
    return _current.get()


def use(language: Language) -> None:
    """Set the language of this run: of the thread that runs the script, or of the request under way."""
    _current.set(language)


def from_code(code: str | None) -> Language | None:
    """The language of a code such as ``fr`` or ``en-GB``; ``None`` for any other."""
    head = (code or "").replace("_", "-").split("-")[0].lower()
    return Language(head) if head in set(Language) else None


def preferred(accept_language: str | None) -> Language:
    """The first language of an ``Accept-Language`` header that the app speaks; French where there is none."""
    for part in (accept_language or "").split(","):
        found = from_code(part.split(";")[0].strip())
        if found is not None:
            return found
    return DEFAULT


def N_(message: str) -> str:  # noqa: N802 - the name that extractors know
    """Mark a text that is translated later, where it is shown."""
    return message


def _(message: str, /, **values: object) -> str:
    """A text, with its places filled."""
    return _fill(_translations(current()).gettext(message), values)


def ngettext(singular: str, plural: str, n: int, /, **values: object) -> str:
    """A text that depends on a count. ``{n}`` is the count as people write it; in French, 0 and 1 are singular."""
    from diager_dpo.ui.formats import number  # noqa: PLC0415 - formats asks this module for the language

    return _fill(_translations(current()).ngettext(singular, plural, n), {"n": number(n), **values})


def pgettext(context: str, message: str, /, **values: object) -> str:
    """A text whose meaning depends on where it stands."""
    return _fill(_translations(current()).pgettext(context, message), values)


def merged_catalog(language: Language) -> Catalog:
    """All areas of one language as one catalog."""
    whole = Catalog(locale=language)
    for path in sorted((LOCALE / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id:
                    whole.add(message.id, message.string, context=message.context)
    return whole


def _fill(text: str, values: dict[str, object]) -> str:
    return text.format(**values) if values else text


@lru_cache
def _translations(language: Language) -> gettext.NullTranslations:
    if language is Language.ENGLISH:
        return gettext.NullTranslations()
    binary = BytesIO()
    write_mo(binary, merged_catalog(language))
    binary.seek(0)
    return gettext.GNUTranslations(binary)

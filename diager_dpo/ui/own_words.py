"""The words of a document or of a source file, in the language of the run: what the catalogs do not hold."""

from typing import Protocol

from diager_dpo.ui.language import Language, current
from diager_dpo.ui.typography import in_french


class Bilingual(Protocol):
    """A text that its author wrote in both languages."""

    @property
    def fr(self) -> str:
        """In French."""

    @property
    def en(self) -> str:
        """In English."""


def in_language(text: Bilingual) -> str:
    """The text, set as its language is; it passes ``formats.plain`` or ``html.escape`` before it is shown."""
    return text.en if current() is Language.ENGLISH else in_french(text.fr)


def inside(text: str) -> str:
    """A text inside a sentence, after a colon for one: without its capital, unless it begins with an abbreviation."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]

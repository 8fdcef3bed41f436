"""The words of a document or of a source file, in the language of the run: what the catalogs do not hold."""

from typing import Protocol

from diager_dpo.ui.language import Language, current


class Bilingual(Protocol):
    """A text that its author wrote in both languages."""

    @property
    def fr(self) -> str:
        """In French."""

    @property
    def en(self) -> str:
        """In English."""


def in_language(text: Bilingual) -> str:
    """The text as written; values go through ``formats.plain`` or ``html.escape`` before they are shown."""
    return text.en if current() is Language.ENGLISH else text.fr

"""So many records of a purpose, as the subject of a sentence: 142 fiches de prospection."""

from diager_dpo.domain.words import Purpose
from diager_dpo.ui.language import ngettext


def records(n: int, purpose: Purpose | None = None) -> str:
    """A number of records, of one purpose or of all."""
    match purpose:
        case Purpose.PROSPECTING:
            return ngettext("{n} prospecting record", "{n} prospecting records", n)
        case Purpose.CUSTOMER_MANAGEMENT:
            return ngettext("{n} customer management record", "{n} customer management records", n)
        case Purpose.CONTESTS:
            return ngettext("{n} contest record", "{n} contest records", n)
        case Purpose.ACCOUNTING:
            return ngettext("{n} accounting record", "{n} accounting records", n)
        case _:
            return ngettext("{n} record", "{n} records", n)

"""Which rules a decision goes by: the charters of a day, and what the source file says beside the facts."""

from datetime import date

from diager_dpo.domain.charter import Charter
from diager_dpo.domain.retention import Policy
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.installation import Installation
from diager_dpo.source.source_file import SourceFile


def charters_in_force(installation: Installation, day: date) -> tuple[Charter, ...]:
    """The versions and supplements of a day.

    Raises:
        NotPossible: ``no_charter_in_force``.
    """
    charters = installation.charters.in_force(day)
    if all(charter.is_supplement for charter in charters):
        raise NotPossible("no_charter_in_force", day=day.isoformat())
    return charters


def policy_of(source: SourceFile) -> Policy:
    """The fiscal year and the purposes without data here."""
    closes = source.fiscal_year_closes
    return Policy((closes.month, closes.day), source.not_processed)

"""One decision under way: the facts, the day, the rules, and what was found so far."""

from dataclasses import dataclass, field

from diager_dpo.domain.consents import CheckedConsents
from diager_dpo.domain.facts import Facts, Finding
from diager_dpo.domain.operations import Retention
from diager_dpo.domain.relations import RelationDays
from diager_dpo.domain.rulebook import Rulebook
from diager_dpo.domain.words import Purpose


@dataclass(frozen=True, slots=True)
class Policy:
    """What the source file says beside the facts: the fiscal year's (month, day), and purposes without data here."""

    fiscal_year_closes: tuple[int, int] = (12, 31)
    not_processed: frozenset[Purpose] = frozenset()


@dataclass(slots=True)
class Case:
    """One decision under way."""

    facts: Facts
    today: int
    policy: Policy
    rulebook: Rulebook
    findings: list[Finding] = field(default_factory=list)
    consents: CheckedConsents | None = None
    relations: RelationDays | None = None
    announced: Retention | None = None

    @property
    def size(self) -> int:
        """How many persons the source returns."""
        return len(self.facts.persons.key)

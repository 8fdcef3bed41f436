"""What the store knows of a record beside its verdict: who suspended its purge, and which date the DPO stated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from diager_dpo.domain.civil import NO_DAY, day_date
from diager_dpo.domain.explanation import Verdict
from diager_dpo.domain.holds import HoldKind, HoldNote
from diager_dpo.domain.permissions import Identity
from diager_dpo.store.holds import Standing, standing
from diager_dpo.store.qualifications import stated
from diager_dpo.store.tables import role_grant


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Of a few persons. ``stated``: the day, by person, purpose and operation; ``roles``: those of the owners."""

    holds: tuple[Standing, ...]
    stated: Mapping[tuple[str, int, str], int]
    roles: Mapping[Identity, str]

    @classmethod
    def of(cls, connection: Connection, source: str, persons: Sequence[str]) -> "Circumstances":
        """For services, which have asked for the right."""
        holds = standing(connection, source, persons)
        days = {(row.person, row.purpose, row.operation): row.stated_on for row in stated(connection, source, persons)}
        return cls(holds, days, {each.owner: _role(connection, each.owner) for each in holds})

    def added_to(self, person: str, verdict: Verdict) -> Verdict:
        """The verdict with what is known beside it."""
        notes = tuple(
            HoldNote(HoldKind(each.kind), day_date(each.since), day_date(each.review_on), self.roles[each.owner])
            for each in self.holds
            if each.person in (None, person) and each.purpose in (None, verdict.purpose)
        )
        day = self.stated.get((person, verdict.purpose, verdict.operation), NO_DAY)
        return replace(verdict, holds=notes, stated_on=day)


def _role(connection: Connection, owner: Identity) -> str:
    """The first role that somebody was given and still holds; empty where they hold none."""
    g = role_grant.c
    held = (g.issuer == owner.issuer, g.subject == owner.subject, g.revoked_at.is_(None))
    return connection.scalar(select(g.role).where(*held).order_by(g.id).limit(1)) or ""

"""For the register: who is actually entitled to each purpose, beside whom the charter names."""

from dataclasses import dataclass

from diager_dpo.domain.charter import Text
from diager_dpo.domain.entitlement import Difference, Entitled, difference
from diager_dpo.domain.permissions import BOUND, Action, Identity, allowed_purposes
from diager_dpo.domain.words import RECORD_PURPOSES, Purpose
from diager_dpo.services.access import grants_in
from diager_dpo.services.accounts import Account, people_in, recipients
from diager_dpo.services.errors import Refused
from diager_dpo.services.installation import Installation
from diager_dpo.store.engine import reading


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One purpose. ``entitled``: who works on it; ``by_mission``: who sees every purpose, as DPO or auditor."""

    purpose: Purpose
    named: tuple[Text, ...]
    entitled: tuple[Entitled, ...]
    by_mission: tuple[Entitled, ...]
    difference: Difference


def entitlements(installation: Installation, actor: Identity) -> tuple[Entitlement, ...]:
    """Each purpose that has records and that the actor may see in the register.

    Raises:
        Refused: ``not_permitted``.
    """
    with reading(installation.store) as connection:
        allowed = allowed_purposes(grants_in(connection, actor), Action.SEE_REGISTER)
        if not allowed:
            raise Refused("not_permitted", action=Action.SEE_REGISTER.value)
        people = people_in(connection, installation)
    named = recipients(installation)
    return tuple(_entitlement(purpose, named[purpose], people) for purpose in RECORD_PURPOSES if purpose in allowed)


def _entitlement(purpose: Purpose, named: tuple[Text, ...], people: tuple[Account, ...]) -> Entitlement:
    working: list[Entitled] = []
    by_mission: list[Entitled] = []
    for person in people:
        seen = [
            right
            for right in person.rights
            if not person.disabled_at and purpose in allowed_purposes([right.grant], Action.SEE_RECORDS)
        ]
        bound = [right for right in seen if right.grant.role in BOUND]
        for recipient in dict.fromkeys(right.recipient for right in bound):
            roles = tuple(right.grant.role for right in bound if right.recipient == recipient)
            working.append(Entitled(person.display_name, roles, recipient))
        others = tuple(right.grant.role for right in seen if right.grant.role not in BOUND)
        if others:
            by_mission.append(Entitled(person.display_name, others, ""))
    return Entitlement(purpose, named, tuple(working), tuple(by_mission), difference(named, working))

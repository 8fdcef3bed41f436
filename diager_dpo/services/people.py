"""The people an issuer of identities vouches for, with what each may do."""

from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import and_, select

from diager_dpo.domain.permissions import Grant, Identity, Role
from diager_dpo.domain.words import Purpose
from diager_dpo.services.installation import Installation
from diager_dpo.store.engine import reading
from diager_dpo.store.tables import account, role_grant


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in. ``display_name`` is a name of staff, never of a person of the source."""

    identity: Identity
    display_name: str
    grants: tuple[Grant, ...]


def people(installation: Installation, issuer: str) -> tuple[Person, ...]:
    """Everybody of one issuer who holds at least one role, in the order in which the roles were granted."""
    same = and_(account.c.issuer == role_grant.c.issuer, account.c.subject == role_grant.c.subject)
    query = (
        select(account.c.subject, account.c.display_name, role_grant.c.role, role_grant.c.purpose)
        .join(role_grant, same)
        .where(account.c.issuer == issuer, account.c.disabled_at.is_(None), role_grant.c.revoked_at.is_(None))
        .order_by(role_grant.c.id)
    )
    with reading(installation.store) as connection:
        rows = connection.execute(query).all()
    order = {subject: place for place, subject in reversed(list(enumerate(row.subject for row in rows)))}
    rows = sorted(rows, key=lambda row: order[row.subject])
    return tuple(
        Person(
            Identity(issuer, subject),
            held[0].display_name,
            tuple(Grant(Role(row.role), Purpose(row.purpose) if row.purpose else None) for row in held),
        )
        for subject, held in ((subject, list(group)) for subject, group in groupby(rows, lambda row: row.subject))
    )


def display_name(installation: Installation, identity: Identity) -> str:
    """What somebody is called on screen; the subject where no account says it."""
    query = select(account.c.display_name).where(
        account.c.issuer == identity.issuer, account.c.subject == identity.subject
    )
    with reading(installation.store) as connection:
        return connection.scalar(query) or identity.subject

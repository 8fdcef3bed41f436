"""The account of somebody a provider vouches for: its name and its grants are those of the latest sign-in.

A right that is still given keeps the instant since which it is held: one younger than 24 hours cannot approve a purge.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select, update

from diager_dpo.domain.permissions import Grant, Identity, Role, impediment
from diager_dpo.domain.words import Purpose
from diager_dpo.services import journal
from diager_dpo.services.accounts import ADDED, GRANTED, RENAMED, REVOKED
from diager_dpo.services.errors import Refused
from diager_dpo.services.id_token import Vouched
from diager_dpo.services.installation import Installation
from diager_dpo.services.sign_in_file import Provider
from diager_dpo.store.engine import writing
from diager_dpo.store.tables import account, role_grant


def grants_of(provider: Provider, claims: Mapping[str, Any]) -> tuple[Grant, ...]:
    """What the claims of somebody give them here. A claim may hold one value or a list."""
    found: dict[Grant, None] = {}
    for right in provider.grants:
        value = claims.get(right.claim)
        if right.value in (value if isinstance(value, list) else [value]):
            found |= dict.fromkeys(right.grants)
    return tuple(found)


def admit(installation: Installation, provider: Provider, vouched: Vouched) -> Identity:
    """Bring the account of somebody to what the provider says of them now; who they are.

    What is no longer said is taken away, also where the person is then refused.

    Raises:
        Refused: ``no_role_here``, ``own_account_disabled``, ``roles_exclude_each_other``.
    """
    identity = Identity(provider.issuer, vouched.subject)
    grants = grants_of(provider, vouched.claims)
    conflict = any(impediment(grants[:place], grant) for place, grant in enumerate(grants))
    name = vouched.claims.get(provider.name_claim)
    with writing(installation.store) as connection:
        name = name.strip()[:200] if isinstance(name, str) else ""
        disabled = _keep_account(installation, connection, identity, name)
        _bring_to(installation, connection, identity, () if conflict else grants)
    if disabled:
        raise Refused("own_account_disabled")
    if conflict:
        raise Refused("roles_exclude_each_other")
    if not grants:
        raise Refused("no_role_here")
    return identity


def _keep_account(installation: Installation, connection: Connection, identity: Identity, name: str) -> bool:
    """Make or rename the account; whether it is disabled."""
    mine = (account.c.issuer == identity.issuer) & (account.c.subject == identity.subject)
    known = connection.execute(select(account.c.disabled_at, account.c.display_name).where(mine)).one_or_none()
    if known is None:
        names = {"issuer": identity.issuer, "subject": identity.subject, "display_name": name or identity.subject}
        connection.execute(insert(account).values(names))
        _record(installation, connection, identity, ADDED)
        return False
    if name and name != known.display_name:
        connection.execute(update(account).where(mine).values(display_name=name))
        _record(installation, connection, identity, RENAMED)
    return known.disabled_at is not None


def _bring_to(
    installation: Installation, connection: Connection, identity: Identity, grants: tuple[Grant, ...]
) -> None:
    now = installation.now()
    rows = connection.execute(
        select(role_grant.c.id, role_grant.c.role, role_grant.c.purpose).where(
            role_grant.c.issuer == identity.issuer,
            role_grant.c.subject == identity.subject,
            role_grant.c.revoked_at.is_(None),
        )
    ).all()
    held = {Grant(Role(row.role), Purpose(row.purpose) if row.purpose else None): row.id for row in rows}
    gone = {grant: id_ for grant, id_ in held.items() if grant not in grants}
    if gone:
        taken = update(role_grant).where(role_grant.c.id.in_(gone.values())).values(revoked_at=now.isoformat())
        connection.execute(taken)
    for grant, right in gone.items():
        _record(installation, connection, identity, REVOKED, (grant, right))
    for grant in grants:
        if grant not in held:
            made = connection.execute(
                insert(role_grant).values(
                    issuer=identity.issuer,
                    subject=identity.subject,
                    role=grant.role.value,
                    purpose=grant.purpose,
                    granted_at=now.isoformat(),
                )
            )
            _record(installation, connection, identity, GRANTED, (grant, (made.inserted_primary_key or (0,))[0]))


def _record(
    installation: Installation,
    connection: Connection,
    identity: Identity,
    action: str,
    given: tuple[Grant, int] | None = None,
) -> None:
    """Written down as done by the provider: nobody here decided it. ``given``: a grant and its row."""
    details: dict[str, str | int | None] = {"issuer": identity.issuer, "subject": identity.subject}
    changed: journal.Changed = (account, {"issuer": identity.issuer, "subject": identity.subject})
    if given is not None:
        grant, right = given
        purpose = None if grant.purpose is None else grant.purpose.code
        details |= {"role": grant.role.value, "purpose": purpose, "recipient": None}
        changed = (role_grant, {"id": right})
    about = f"account:{identity.issuer}:{identity.subject}"
    provider = Identity(identity.issuer, identity.issuer)
    journal.record(installation, connection, provider, action=action, about=about, details=details, changed=[changed])

"""Who may do what, asked of the store each time: a right that was withdrawn a moment ago no longer counts."""

from sqlalchemy import Connection, select

from diager_dpo.domain.permissions import Action, Grant, Identity, Role, allowed_purposes
from diager_dpo.domain.words import Purpose
from diager_dpo.services.errors import Refused
from diager_dpo.services.installation import Installation
from diager_dpo.store.engine import reading
from diager_dpo.store.tables import account, role_grant

COMMAND_LINE = "cli"


def require(installation: Installation, actor: Identity, action: Action, purpose: Purpose | None = None) -> None:
    """Refuse an actor who may not do ``action``: for ``purpose``, or for any purpose at all where none is given.

    Raises:
        Refused: ``not_permitted``, with the action.
    """
    with reading(installation.store) as connection:
        require_in(connection, actor, action, purpose)


def require_in(connection: Connection, actor: Identity, action: Action, purpose: Purpose | None = None) -> None:
    """The same inside the transaction of the deed: a right that is withdrawn meanwhile stops it.

    Raises:
        Refused: ``not_permitted``, with the action.
    """
    allowed = allowed_purposes(grants_in(connection, actor), action)
    if not allowed or (purpose is not None and purpose not in allowed):
        raise Refused("not_permitted", action=action.value)


def purposes(installation: Installation, actor: Identity, action: Action) -> frozenset[Purpose]:
    """The purposes for which an actor may do ``action``; empty where they may not at all."""
    return allowed_purposes(actor_grants(installation, actor), action)


def actor_grants(installation: Installation, actor: Identity) -> tuple[Grant, ...]:
    """What an actor holds now. A disabled account and a revoked grant hold nothing."""
    with reading(installation.store) as connection:
        return grants_in(connection, actor)


def grants_in(connection: Connection, actor: Identity) -> tuple[Grant, ...]:
    """The same inside a transaction that is under way, for what must not change between the check and the deed."""
    if actor.issuer == COMMAND_LINE:
        return (Grant(Role.COMMAND_LINE),)
    rows = connection.execute(
        select(role_grant.c.role, role_grant.c.purpose)
        .join(
            account,
            (account.c.issuer == role_grant.c.issuer) & (account.c.subject == role_grant.c.subject),
        )
        .where(
            role_grant.c.issuer == actor.issuer,
            role_grant.c.subject == actor.subject,
            role_grant.c.revoked_at.is_(None),
            account.c.disabled_at.is_(None),
        )
    )
    return tuple(Grant(Role(role), None if purpose is None else Purpose(purpose)) for role, purpose in rows)

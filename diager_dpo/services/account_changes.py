"""Giving and taking rights: each change checks who makes it, and is written down, in its own transaction.

All changes of one issuer wait for one another, so that two administrators cannot take each other's right at once, nor
give one person together what nobody holds together.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, update

from diager_dpo.domain.permissions import Action, Grant, Identity, Role, impediment, may
from diager_dpo.domain.words import Purpose
from diager_dpo.services import journal
from diager_dpo.services.access import grants_in
from diager_dpo.services.accounts import DISABLED, ENABLED, GRANTED, REVOKED, recipients
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.services.installation import Installation
from diager_dpo.services.issuer import issuer_in_force, provider_decides
from diager_dpo.store.engine import writing
from diager_dpo.store.tables import account, role_grant, session


def grant_right(installation: Installation, actor: Identity, subject: str, wanted: Grant, recipient: str = "") -> None:
    """Give somebody a role. ``recipient``: which recipient of the charter they are for its purpose, in its words.

    Raises:
        Refused: ``not_permitted``; ``own_right``: nobody gives themself one; ``roles_exclude_each_other``.
        NotPossible: ``rights_given_elsewhere``, ``no_such_account``, ``account_is_disabled``, ``purpose_missing``,
            ``purpose_out_of_place``, ``role_not_for_people``, ``already_held``, ``recipient_unknown``.
    """
    with _change(installation, actor, subject) as change:
        change.rights_are_given_here()
        if change.whose == actor:
            raise Refused("own_right")
        if change.is_disabled():
            raise NotPossible("account_is_disabled")
        why = impediment(grants_in(change.connection, change.whose), wanted)
        if why is not None:
            raise (Refused if why is why.ROLES_EXCLUDE_EACH_OTHER else NotPossible)(why.value)
        named = recipients(installation).get(wanted.purpose, ()) if wanted.purpose else ()
        if recipient and recipient not in {text.fr for text in named}:
            raise NotPossible("recipient_unknown")
        made = change.connection.execute(
            insert(role_grant).values(
                issuer=change.whose.issuer,
                subject=subject,
                role=wanted.role.value,
                purpose=wanted.purpose,
                recipient=recipient or None,
                granted_at=installation.now().isoformat(),
            )
        )
        right = (made.inserted_primary_key or (0,))[0]
        change.record(GRANTED, wanted, recipient, changed=[(role_grant, {"id": right})])


def revoke_right(installation: Installation, actor: Identity, subject: str, right: int) -> None:
    """Take a role from somebody, at once: their next step is refused.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``rights_given_elsewhere``, ``no_such_account``, ``no_such_right``, ``last_administrator``.
    """
    with _change(installation, actor, subject) as change:
        change.rights_are_given_here()
        row = change.connection.execute(
            select(role_grant).where(
                role_grant.c.id == right,
                role_grant.c.issuer == change.whose.issuer,
                role_grant.c.subject == subject,
                role_grant.c.revoked_at.is_(None),
            )
        ).one_or_none()
        if row is None:
            raise NotPossible("no_such_right")
        held = Grant(Role(row.role), None if row.purpose is None else Purpose(row.purpose))
        if held.role is Role.ADMINISTRATOR and not change.is_disabled():
            change.another_administrator_remains()
        now = installation.now().isoformat()
        change.connection.execute(update(role_grant).where(role_grant.c.id == right).values(revoked_at=now))
        change.record(REVOKED, held, row.recipient or "", changed=[(role_grant, {"id": right})])


def disable_account(installation: Installation, actor: Identity, subject: str) -> None:
    """Close an account: its sessions end at once, and it opens nothing until it is enabled again.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_such_account``, ``account_is_disabled``, ``last_administrator``.
    """
    with _change(installation, actor, subject) as change:
        if change.is_disabled():
            raise NotPossible("account_is_disabled")
        if Role.ADMINISTRATOR in {grant.role for grant in grants_in(change.connection, change.whose)}:
            change.another_administrator_remains()
        closed = update(account).where(change.is_theirs).values(disabled_at=installation.now().isoformat())
        change.connection.execute(closed)
        change.connection.execute(
            delete(session).where(session.c.issuer == change.whose.issuer, session.c.subject == subject)
        )
        change.record(DISABLED, changed=[change.account])


def enable_account(installation: Installation, actor: Identity, subject: str) -> None:
    """Open a closed account again, with the rights it still has.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_such_account``, ``account_is_enabled``.
    """
    with _change(installation, actor, subject) as change:
        if not change.is_disabled():
            raise NotPossible("account_is_enabled")
        change.connection.execute(update(account).where(change.is_theirs).values(disabled_at=None))
        change.record(ENABLED, changed=[change.account])


@dataclass(frozen=True, slots=True)
class _Change:
    """One change under way: what it may ask, and how it is written down."""

    installation: Installation
    connection: Connection
    actor: Identity
    whose: Identity

    @property
    def is_theirs(self) -> ColumnElement[bool]:
        """The condition that an account is theirs."""
        return and_(account.c.issuer == self.whose.issuer, account.c.subject == self.whose.subject)

    @property
    def account(self) -> journal.Changed:
        """Their row, for the journal."""
        return account, {"issuer": self.whose.issuer, "subject": self.whose.subject}

    def rights_are_given_here(self) -> None:
        if provider_decides(self.installation):
            raise NotPossible("rights_given_elsewhere")

    def is_disabled(self) -> bool:
        return self.connection.scalar(select(account.c.disabled_at).where(self.is_theirs)) is not None

    def another_administrator_remains(self) -> None:
        """Without one, nobody could ever give a right again."""
        others = select(func.count()).select_from(
            role_grant.join(
                account,
                and_(account.c.issuer == role_grant.c.issuer, account.c.subject == role_grant.c.subject),
            )
        )
        active = (
            role_grant.c.role == Role.ADMINISTRATOR.value,
            role_grant.c.issuer == self.whose.issuer,
            role_grant.c.subject != self.whose.subject,
            role_grant.c.revoked_at.is_(None),
            account.c.disabled_at.is_(None),
        )
        if not self.connection.scalar(others.where(*active)):
            raise NotPossible("last_administrator")

    def record(
        self, action: str, grant: Grant | None = None, recipient: str = "", *, changed: Collection[journal.Changed]
    ) -> None:
        details: dict[str, str | int | None] = {"issuer": self.whose.issuer, "subject": self.whose.subject}
        if grant is not None:
            purpose = None if grant.purpose is None else grant.purpose.code
            details |= {"role": grant.role.value, "purpose": purpose, "recipient": recipient or None}
        about = f"account:{self.whose.issuer}:{self.whose.subject}"
        journal.record(
            self.installation,
            self.connection,
            self.actor,
            action=action,
            about=about,
            details=details,
            changed=changed,
        )


@contextmanager
def _change(installation: Installation, actor: Identity, subject: str) -> Iterator[_Change]:
    """The transaction of a change, once the actor's right and the account have been found in it."""
    issuer = issuer_in_force(installation)
    with writing(installation.store) as connection:
        # On SQLite there is one writer at a time anyway; on PostgreSQL the rows make changes wait for one another.
        every = select(account.c.subject).where(account.c.issuer == issuer).order_by(account.c.subject)
        known = set(connection.scalars(every.with_for_update()))
        if actor.issuer != issuer or not may(grants_in(connection, actor), Action.MANAGE_ACCOUNTS):
            raise Refused("not_permitted", action=Action.MANAGE_ACCOUNTS.value)
        if subject not in known:
            raise NotPossible("no_such_account")
        yield _Change(installation, connection, actor, Identity(issuer, subject))

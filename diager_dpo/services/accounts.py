"""Who may see and do what, and who changed it: the accounts of the issuer in force, for the administrator."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from diager_dpo.domain import register
from diager_dpo.domain.charter import Field, Text
from diager_dpo.domain.journal import Details
from diager_dpo.domain.permissions import Action, Grant, Identity, Role, may, without_four_eyes
from diager_dpo.domain.words import RECORD_PURPOSES, Purpose
from diager_dpo.services.access import grants_in
from diager_dpo.services.errors import Refused
from diager_dpo.services.installation import Installation
from diager_dpo.services.issuer import issuer_in_force, provider_decides
from diager_dpo.services.journal_reading import decisions
from diager_dpo.services.sessions import all_sessions
from diager_dpo.source.folding import folded
from diager_dpo.store.engine import reading
from diager_dpo.store.tables import account, role_grant

GRANTED, REVOKED, DISABLED, ENABLED = "right_granted", "right_revoked", "account_disabled", "account_enabled"
ADDED, RESET, RENAMED = "account_added", "password_reset", "account_renamed"
CHANGES = (GRANTED, REVOKED, DISABLED, ENABLED, ADDED, RESET)
_LAST_CHANGES = 100


@dataclass(frozen=True, slots=True)
class Right:
    """One role somebody holds. ``recipient``: which recipient of the charter they are, in its words; empty for none."""

    id: int
    grant: Grant
    recipient: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who can sign in, or could. ``sessions``: how many of theirs are open now."""

    identity: Identity
    display_name: str
    disabled_at: datetime | None
    last_used_at: datetime | None
    sessions: int
    rights: tuple[Right, ...]

    @property
    def grants(self) -> tuple[Grant, ...]:
        """What they hold now: nothing where the account is disabled."""
        return () if self.disabled_at else tuple(right.grant for right in self.rights)


@dataclass(frozen=True, slots=True)
class Accounts:
    """Everybody. ``without_four_eyes``: the purposes for which no two people can propose and approve a purge.

    ``recipients``: whom the charter in force names for each purpose. ``given_elsewhere``: a provider says at each
    sign-in what people hold, so that nothing can be given or taken here.
    """

    people: tuple[Account, ...]
    without_four_eyes: tuple[Purpose, ...]
    recipients: Mapping[Purpose, tuple[Text, ...]]
    given_elsewhere: bool

    @property
    def alone(self) -> bool:
        """Whether at most one person holds anything."""
        return sum(bool(each.grants) for each in self.people) < 2


@dataclass(frozen=True, slots=True)
class Change:
    """One change of rights. ``grant`` is ``None`` where it is about a whole account."""

    at: datetime
    by: str
    whose: str
    action: str
    grant: Grant | None
    recipient: str


def accounts(installation: Installation, actor: Identity) -> Accounts:
    """Every account of the issuer in force, by name, with what each holds.

    Raises:
        Refused: ``not_permitted``.
    """
    sessions = [each.identity for each in all_sessions(installation, actor)]
    with reading(installation.store) as connection:
        _require(connection, actor, Action.SEE_ACCOUNTS)
        known = people_in(connection, installation)
    people = tuple(replace(each, sessions=sessions.count(each.identity)) for each in known)
    return Accounts(
        people,
        without_four_eyes(each.grants for each in people),
        recipients(installation),
        provider_decides(installation),
    )


def people_in(connection: Connection, installation: Installation) -> tuple[Account, ...]:
    """Every account of the issuer in force with its rights, by name; for services. Sessions are not counted."""
    issuer = issuer_in_force(installation)
    rows = connection.execute(select(account).where(account.c.issuer == issuer)).all()
    rights = _rights(connection, issuer)
    return tuple(
        Account(
            Identity(issuer, row.subject),
            row.display_name,
            _instant(row.disabled_at),
            _instant(row.last_used_at),
            0,
            tuple(rights.get(row.subject, ())),
        )
        for row in sorted(rows, key=lambda row: (row.disabled_at is not None, folded(row.display_name), row.subject))
    )


def changes(installation: Installation, actor: Identity) -> tuple[Change, ...]:
    """The last changes of rights, newest first.

    Raises:
        Refused: ``not_permitted``.
    """
    with reading(installation.store) as connection:
        _require(connection, actor, Action.SEE_ACCOUNTS)
        found = decisions(connection, CHANGES, _LAST_CHANGES)
        names: dict[Identity, str] = {
            Identity(row.issuer, row.subject): row.display_name
            for row in connection.execute(select(account.c.issuer, account.c.subject, account.c.display_name))
        }

    def name(identity: Identity) -> str:
        return names.get(identity, identity.subject)

    return tuple(
        Change(
            each.at,
            name(each.actor),
            name(Identity(str(each.details["issuer"]), str(each.details["subject"]))),
            each.action,
            _grant(each.details),
            str(each.details.get("recipient") or ""),
        )
        for each in found
    )


def recipients(installation: Installation) -> Mapping[Purpose, tuple[Text, ...]]:
    """Whom the documents in force name as recipients, or the DPO in their place, for each purpose that has records."""
    found: dict[Purpose, tuple[Text, ...]] = dict.fromkeys(RECORD_PURPOSES, ())
    for entry in register.entries(installation.charters, installation.today()):
        cell = entry.cell(Field.RECIPIENTS)
        completed = (cell.completion.text,) if cell.completion else ()
        if entry.purpose in found:
            found[entry.purpose] = tuple(statement.text for statement in cell.statements) or completed
    return found


def _require(connection: Connection, actor: Identity, action: Action) -> None:
    if not may(grants_in(connection, actor), action):
        raise Refused("not_permitted", action=action.value)


def _rights(connection: Connection, issuer: str) -> Mapping[str, list[Right]]:
    held: dict[str, list[Right]] = {}
    query = select(role_grant).where(role_grant.c.issuer == issuer, role_grant.c.revoked_at.is_(None))
    for row in connection.execute(query.order_by(role_grant.c.id)):
        grant = Grant(Role(row.role), None if row.purpose is None else Purpose(row.purpose))
        right = Right(row.id, grant, row.recipient or "", datetime.fromisoformat(row.granted_at))
        held.setdefault(row.subject, []).append(right)
    return held


def _grant(details: Details) -> Grant | None:
    if "role" not in details:
        return None
    purpose = details.get("purpose")
    return Grant(Role(str(details["role"])), Purpose.of(str(purpose)) if purpose else None)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)

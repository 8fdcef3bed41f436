"""Accounts with a password that this installation keeps: for a company without a provider of identities.

Somebody else makes an account and reads its first password out; its person chooses the second at the first sign-in.
The command line, which never grants, makes one exception: the very first administrator, without whom nobody could.
"""

import re

from sqlalchemy import Connection, delete, insert, select, update

from diager_dpo.domain.permissions import Action, Grant, Identity, Role, may
from diager_dpo.services import journal
from diager_dpo.services.access import COMMAND_LINE, grants_in
from diager_dpo.services.accounts import ADDED, GRANTED, RESET
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.services.installation import Installation
from diager_dpo.services.issuer import has_local_accounts
from diager_dpo.services.passwords import hashed, normal, one_time
from diager_dpo.services.sign_in_file import LOCAL
from diager_dpo.store.engine import writing
from diager_dpo.store.tables import account, credential, role_grant, session

_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,62}[a-z0-9]")


def account_name(text: str) -> str:
    """The one form of the name somebody signs in with; what they type may differ in case."""
    return normal(text).strip().casefold()


def add_local_account(installation: Installation, actor: Identity, name: str, display_name: str) -> str:
    """Make an account that holds no right yet; its first password, to be shown once.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_local_accounts``, ``account_name_wrong``, ``account_exists``.
    """
    password = one_time()
    kept = hashed(password)
    with writing(installation.store) as connection:
        _require(installation, connection, actor)
        _add(installation, connection, actor, (name, display_name), kept)
    return password


def add_first_administrator(installation: Installation, actor: Identity, name: str, display_name: str) -> str:
    """Make the administrator who gives everybody else an account; the first password, to be shown once.

    Raises:
        Refused: ``not_permitted``: only the command line does this.
        NotPossible: ``administrator_exists``; or as ``add_local_account``.
    """
    if actor.issuer != COMMAND_LINE:
        raise Refused("not_permitted", action=Action.MANAGE_ACCOUNTS.value)
    password = one_time()
    kept = hashed(password)
    with writing(installation.store) as connection:
        connection.execute(select(account.c.subject).where(account.c.issuer == LOCAL).with_for_update()).all()
        known = select(role_grant.c.id).where(role_grant.c.issuer == LOCAL, role_grant.c.role == Role.ADMINISTRATOR)
        if connection.execute(known.limit(1)).first() is not None:  # one who was taken back counts: ask the others
            raise NotPossible("administrator_exists")
        subject = _add(installation, connection, actor, (name, display_name), kept)
        right = {"issuer": LOCAL, "subject": subject, "role": Role.ADMINISTRATOR.value}
        connection.execute(insert(role_grant).values(**right, granted_at=installation.now().isoformat()))
        _record(installation, connection, actor, GRANTED, subject, role=Role.ADMINISTRATOR.value)
    return password


def reset_password(installation: Installation, actor: Identity, name: str) -> str:
    """Give somebody who forgot theirs a new first password, to be shown once. Their sessions end.

    Whoever resets a password could use it. So the rights of that account begin anew: for a day it approves nothing, and
    its person, whose own password no longer works, has that day to notice. The command line, which never approves,
    resets passwords of administrators only.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_local_accounts``, ``no_such_account``.
    """
    subject = account_name(name)
    password = one_time()
    kept = hashed(password)
    with writing(installation.store) as connection:
        held = grants_in(connection, Identity(LOCAL, subject))
        if actor.issuer != COMMAND_LINE or Grant(Role.ADMINISTRATOR) not in held:
            _require(installation, connection, actor)
        _require_local(installation)
        now = installation.now().isoformat()
        changed = connection.execute(
            update(credential)
            .where(credential.c.subject == subject)
            .values(password_hash=kept, must_change=1, changed_at=now)
        )
        if changed.rowcount != 1:
            raise NotPossible("no_such_account")
        begin_rights_anew(connection, subject, now)
        end_sessions(connection, subject)
        _record(installation, connection, actor, RESET, subject)
    return password


def begin_rights_anew(connection: Connection, subject: str, now: str) -> None:
    """Take every right of an account and give it back at this instant."""
    theirs = (role_grant.c.issuer == LOCAL) & (role_grant.c.subject == subject) & role_grant.c.revoked_at.is_(None)
    rows = [dict(row) for row in connection.execute(select(role_grant).where(theirs)).mappings()]
    connection.execute(update(role_grant).where(theirs).values(revoked_at=now))
    for row in rows:
        del row["id"]
        connection.execute(insert(role_grant).values(**(row | {"granted_at": now})))


def end_sessions(connection: Connection, subject: str) -> None:
    """Sign an account out everywhere."""
    connection.execute(delete(session).where(session.c.issuer == LOCAL, session.c.subject == subject))


def _add(installation: Installation, connection: Connection, actor: Identity, names: tuple[str, str], kept: str) -> str:
    _require_local(installation)
    subject, shown = account_name(names[0]), names[1].strip()
    if not _NAME.fullmatch(subject) or not 0 < len(shown) <= 200:
        raise NotPossible("account_name_wrong")
    mine = (account.c.issuer == LOCAL) & (account.c.subject == subject)
    if connection.execute(select(account.c.subject).where(mine)).first() is not None:
        raise NotPossible("account_exists")
    now = installation.now().isoformat()
    connection.execute(insert(account).values(issuer=LOCAL, subject=subject, display_name=shown))
    connection.execute(
        insert(credential).values(subject=subject, password_hash=kept, must_change=1, changed_at=now),
    )
    _record(installation, connection, actor, ADDED, subject)
    return subject


def _require(installation: Installation, connection: Connection, actor: Identity) -> None:
    if not may(grants_in(connection, actor), Action.MANAGE_ACCOUNTS):
        raise Refused("not_permitted", action=Action.MANAGE_ACCOUNTS.value)
    _require_local(installation)


def _require_local(installation: Installation) -> None:
    if not has_local_accounts(installation):
        raise NotPossible("no_local_accounts")


def rows_of(connection: Connection, subject: str) -> tuple[journal.Changed, ...]:
    """Every row of a local account, for the journal: itself, its password, its rights and those it had."""
    held = select(role_grant.c.id).where(role_grant.c.issuer == LOCAL, role_grant.c.subject == subject)
    rights = connection.scalars(held.order_by(role_grant.c.id))
    theirs: list[journal.Changed] = [(account, {"issuer": LOCAL, "subject": subject})]
    return (*theirs, (credential, {"subject": subject}), *((role_grant, {"id": right}) for right in rights))


def _record(
    installation: Installation, connection: Connection, actor: Identity, action: str, subject: str, **details: str
) -> None:
    about = f"account:{LOCAL}:{subject}"
    known = {"issuer": LOCAL, "subject": subject, **details}
    rows = rows_of(connection, subject)
    journal.record(installation, connection, actor, action=action, about=about, details=known, changed=rows)

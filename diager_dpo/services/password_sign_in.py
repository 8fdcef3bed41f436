"""Signing in with a name and a password.

An attempt is counted before it is looked at, and by the name that was typed: neither the answer, nor how long it takes,
nor how often one may try says whether an account has that name.
"""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from diager_dpo.domain.permissions import Identity
from diager_dpo.services import journal
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.services.installation import Installation
from diager_dpo.services.issuer import has_local_accounts
from diager_dpo.services.local_accounts import account_name, end_sessions, rows_of
from diager_dpo.services.passwords import hashed, matches, require_good
from diager_dpo.services.sign_in_file import LOCAL
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.tables import account, credential, failed_sign_in

CHANGED = "password_changed"
FREE_FAILURES = 5  # after these, each failure doubles the wait
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)
ONE_TIME_LASTS = timedelta(days=7)


class MustChange(Refused):
    """The password was right, and good for choosing another only. ``identity``: whose it is."""

    def __init__(self, identity: Identity) -> None:
        self.identity = identity
        super().__init__("password_must_change")


def has_accounts(installation: Installation) -> bool:
    """Whether anybody can sign in with a password."""
    if not has_local_accounts(installation):
        return False
    with reading(installation.store) as connection:
        return connection.execute(select(credential.c.subject).limit(1)).first() is not None


def check_password(installation: Installation, name: str, password: str) -> Identity:
    """Who signs in with a name and a password.

    Raises:
        Refused: ``wrong_name_or_password``; ``too_many_attempts`` with the ``minutes`` to wait;
            ``one_time_password_over``; ``MustChange``.
        NotPossible: ``no_local_accounts``.
    """
    if not has_local_accounts(installation):
        raise NotPossible("no_local_accounts")
    subject, now = account_name(name)[:200], installation.now()
    with writing(installation.store) as connection:
        wait = _count_attempt(connection, subject, now)
    if wait > timedelta(0):
        raise Refused("too_many_attempts", minutes=-(-int(wait.total_seconds()) // 60))
    mine = (account.c.issuer == LOCAL) & (account.c.subject == subject) & account.c.disabled_at.is_(None)
    query = select(credential).join(account, account.c.subject == credential.c.subject).where(mine)
    with reading(installation.store) as connection:
        kept = connection.execute(query).one_or_none()
    if not matches(None if kept is None else kept.password_hash, password[:1024]) or kept is None:
        raise Refused("wrong_name_or_password")
    if kept.must_change and now - datetime.fromisoformat(kept.changed_at) > ONE_TIME_LASTS:
        raise Refused("one_time_password_over")
    with writing(installation.store) as connection:
        connection.execute(delete(failed_sign_in).where(failed_sign_in.c.name_hash == _digest(subject)))
    identity = Identity(LOCAL, subject)
    if kept.must_change:
        raise MustChange(identity)
    return identity


def change_password(
    installation: Installation, identity: Identity, password: str, proven_at: datetime | None = None
) -> None:
    """Set the password somebody chose, who has just proved who they are. Every session of theirs ends.

    ``proven_at``: when they did, where it is not now. A password that was reset since is not theirs to change.

    Raises:
        NotPossible: ``password_too_short`` and so on (``passwords.require_good``), ``password_not_new``,
            ``no_such_account``, ``sign_in_over``.
    """
    require_good(password, identity.subject)
    mine = credential.c.subject == identity.subject
    with reading(installation.store) as connection:
        kept = connection.execute(select(credential.c.password_hash, credential.c.changed_at).where(mine)).one_or_none()
    if identity.issuer != LOCAL or kept is None:
        raise NotPossible("no_such_account")
    if proven_at is not None and datetime.fromisoformat(kept.changed_at) > proven_at:
        raise NotPossible("sign_in_over")
    if matches(kept.password_hash, password):
        raise NotPossible("password_not_new")
    new, now = hashed(password), installation.now()
    with writing(installation.store) as connection:
        values = {"password_hash": new, "must_change": 0, "changed_at": now.isoformat()}
        unchanged = mine & (credential.c.password_hash == kept.password_hash)
        if connection.execute(update(credential).where(unchanged).values(values)).rowcount != 1:
            raise NotPossible("sign_in_over")
        end_sessions(connection, identity.subject)
        about, details = f"account:{LOCAL}:{identity.subject}", {"issuer": LOCAL, "subject": identity.subject}
        rows = rows_of(connection, identity.subject)
        journal.record(installation, connection, identity, action=CHANGED, about=about, details=details, changed=rows)


def _count_attempt(connection: Connection, subject: str, now: datetime) -> timedelta:
    """Count one attempt, as if it failed; how long to wait where it comes too early, which is then not counted."""
    digest = _digest(subject)
    mine = failed_sign_in.c.name_hash == digest
    old = (now - FORGOTTEN_AFTER).isoformat()
    connection.execute(delete(failed_sign_in).where(failed_sign_in.c.last_at < old))
    row = connection.execute(select(failed_sign_in).where(mine).with_for_update()).one_or_none()
    if row is None:
        connection.execute(insert(failed_sign_in).values(name_hash=digest, failures=1, last_at=now.isoformat()))
        return timedelta(0)
    too_many = row.failures - FREE_FAILURES
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(too_many, 20)) if too_many >= 0 else timedelta(0)
    left = datetime.fromisoformat(row.last_at) + wait - now
    if left <= timedelta(0):
        counted = update(failed_sign_in).where(mine).values(failures=row.failures + 1, last_at=now.isoformat())
        connection.execute(counted)
    return left


def _digest(subject: str) -> str:
    """Somebody may have typed a password in place of the name: it is not kept as it was typed."""
    return hashlib.sha256(b"sign-in\0" + subject.encode()).hexdigest()

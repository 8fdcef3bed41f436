"""Who is signed in: a random token in the browser, its hash in the store.

A session ends after ``IDLE`` without anything done, after ``ABSOLUTE`` whatever is done, when its person signs out or
somebody revokes it, when their account is disabled, and when another issuer vouches for people. Each sign-in makes a
token of its own: one that was known before it opens nothing. What somebody may do is not part of a session: each
service reads it from the store.
"""

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Update, and_, delete, insert, select, update

from diager_dpo.domain.permissions import Action, Identity, may
from diager_dpo.services import journal
from diager_dpo.services.access import grants_in
from diager_dpo.services.errors import Refused
from diager_dpo.services.installation import Installation
from diager_dpo.services.issuer import issuer_in_force
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.errors import StoreError
from diager_dpo.store.tables import account, session

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
SESSION_ENDED = "session_ended"
RECENT = timedelta(minutes=10)
_JUST_NOW = timedelta(0)
_SEEN_EVERY = timedelta(minutes=1)  # a click a second must not be a write a second
_PATIENCE_MS = 50


@dataclass(frozen=True, slots=True)
class SessionView:
    """One session that is alive. ``id`` names it and opens nothing; instants are aware, in UTC."""

    id: str
    identity: Identity
    display_name: str
    opened_at: datetime
    seen_at: datetime
    is_own: bool  # the one that asks


def open_session(
    installation: Installation,
    identity: Identity,
    proven_ago: timedelta | None = _JUST_NOW,
    provider_session: str | None = None,
) -> str:
    """Sign somebody in, once who they are has been established; the token for their browser, which is never stored.

    ``proven_ago``: how long ago they proved it; a provider remembers people for days, and may not say: ``None``.
    ``provider_session``: the provider's own name of the session, where it gives one.
    """
    token = secrets.token_urlsafe(32)
    now = installation.now()
    too_old, idle = (now - ABSOLUTE).isoformat(), (now - IDLE).isoformat()
    with writing(installation.store) as connection:
        connection.execute(delete(session).where((session.c.opened_at < too_old) | (session.c.seen_at < idle)))
        connection.execute(
            insert(session).values(
                token_hash=_hash(token),
                issuer=identity.issuer,
                subject=identity.subject,
                opened_at=now.isoformat(),
                seen_at=now.isoformat(),
                proven_at=None if proven_ago is None else (now - proven_ago).isoformat(),
                provider_session=provider_session,
            )
        )
        connection.execute(_used(identity, now))
    return token


def who(installation: Installation, token: str | None) -> Identity | None:
    """Whose session a token is; ``None`` where it is over, unknown, or its account is gone. Asking keeps it alive."""
    if not token:
        return None
    known = and_(account.c.issuer == session.c.issuer, account.c.subject == session.c.subject)
    query = (
        select(session.c.issuer, session.c.subject, session.c.opened_at, session.c.seen_at)
        .join(account, known)
        .where(
            session.c.token_hash == _hash(token),
            session.c.issuer == issuer_in_force(installation),
            account.c.disabled_at.is_(None),
        )
    )
    with reading(installation.store) as connection:
        row = connection.execute(query).one_or_none()
    now = installation.now()
    if row is None or _age(row.seen_at, now) > IDLE or _age(row.opened_at, now) > ABSOLUTE:
        return None
    if _age(row.seen_at, now) > _SEEN_EVERY:
        seen = update(session).where(session.c.token_hash == _hash(token)).values(seen_at=now.isoformat())
        # While a large scan writes, no screen waits for this mark: one of the next looks will set it.
        with suppress(StoreError), writing(installation.store, wait_ms=_PATIENCE_MS) as connection:
            connection.execute(seen)
            connection.execute(_used(Identity(row.issuer, row.subject), now))
    return Identity(row.issuer, row.subject)


def signed_in_recently(installation: Installation, token: str | None, within: timedelta = RECENT) -> bool:
    """Whether the person behind a token proved who they are a moment ago: asked before a purge or a charter.

    Where it is not so, ``/sign-in?again=1&next=ADDRESS`` asks them and leads back.
    """
    if who(installation, token) is None or token is None:
        return False
    with reading(installation.store) as connection:
        proven_at = connection.scalar(select(session.c.proven_at).where(session.c.token_hash == _hash(token)))
    return proven_at is not None and _age(proven_at, installation.now()) <= within


def close_session(installation: Installation, token: str | None) -> None:
    """Sign out. Every window of that browser loses its right at its next step."""
    if token:
        with writing(installation.store) as connection:
            connection.execute(delete(session).where(session.c.token_hash == _hash(token)))


def sessions_of(installation: Installation, token: str | None) -> tuple[SessionView, ...]:
    """The sessions of the person behind a token, the latest first; empty where nobody is."""
    owner = who(installation, token)
    return () if owner is None else _alive(installation, owner, token)


def all_sessions(installation: Installation, actor: Identity, token: str | None = None) -> tuple[SessionView, ...]:
    """Every session that is alive, the latest first.

    Raises:
        Refused: ``not_permitted`` unless the actor sees accounts.
    """
    with reading(installation.store) as connection:
        if not may(grants_in(connection, actor), Action.SEE_ACCOUNTS):
            raise Refused("not_permitted", action=Action.SEE_ACCOUNTS.value)
    return _alive(installation, None, token)


def revoke_session(installation: Installation, actor: Identity, session_id: str) -> None:
    """End a session at once: one's own, or anybody's for an administrator. One that is over already is no error.

    That somebody ended another's is written down.

    Raises:
        Refused: ``not_permitted`` where it is somebody else's and the actor does not manage accounts.
    """
    with writing(installation.store) as connection:
        owner = connection.execute(
            select(session.c.issuer, session.c.subject).where(session.c.token_hash == session_id)
        ).one_or_none()
        own = owner is not None and Identity(owner.issuer, owner.subject) == actor
        if not own and not may(grants_in(connection, actor), Action.MANAGE_ACCOUNTS):
            raise Refused("not_permitted", action=Action.MANAGE_ACCOUNTS.value)
        connection.execute(delete(session).where(session.c.token_hash == session_id))
        if owner is not None and not own:
            whose = f"account:{owner.issuer}:{owner.subject}"
            journal.record(installation, connection, actor, action=SESSION_ENDED, about=whose, details={})


def _alive(installation: Installation, owner: Identity | None, token: str | None) -> tuple[SessionView, ...]:
    now = installation.now()
    known = and_(account.c.issuer == session.c.issuer, account.c.subject == session.c.subject)
    query = (
        select(session, account.c.display_name)
        .join(account, known)
        .where(
            session.c.issuer == issuer_in_force(installation),
            account.c.disabled_at.is_(None),
            session.c.opened_at >= (now - ABSOLUTE).isoformat(),
            session.c.seen_at >= (now - IDLE).isoformat(),
        )
        .order_by(session.c.opened_at.desc(), session.c.token_hash)
    )
    if owner is not None:
        query = query.where(session.c.subject == owner.subject)
    with reading(installation.store) as connection:
        rows = connection.execute(query).all()
    own = _hash(token) if token else None
    return tuple(
        SessionView(
            row.token_hash,
            Identity(row.issuer, row.subject),
            row.display_name,
            datetime.fromisoformat(row.opened_at),
            datetime.fromisoformat(row.seen_at),
            row.token_hash == own,
        )
        for row in rows
    )


def _used(identity: Identity, now: datetime) -> Update:
    """Sessions are swept; that an account was used, and when, is what its administrator is shown."""
    mine = and_(account.c.issuer == identity.issuer, account.c.subject == identity.subject)
    return update(account).where(mine).values(last_used_at=now.isoformat())


def _hash(token: str) -> str:
    """The token is 256 random bits: a plain hash cannot be searched, and needs neither salt nor slowness."""
    return hashlib.sha256(token.encode()).hexdigest()


def _age(instant: str, now: datetime) -> timedelta:
    return now - datetime.fromisoformat(instant)

"""Who is signed in: a random token in the browser, its hash in the store.

A session ends after ``IDLE`` without anything done, after ``ABSOLUTE`` whatever is done, when its person signs out, and
when their account is disabled. What somebody may do is not part of a session: each service reads it from the store.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, insert, select, update

from diager_dpo.domain.permissions import Identity
from diager_dpo.services.installation import Installation
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.tables import account, session

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
_SEEN_EVERY = timedelta(minutes=1)  # a click a second must not be a write a second


def open_session(installation: Installation, identity: Identity) -> str:
    """Sign somebody in, once who they are has been established; the token for their browser, which is never stored."""
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
            )
        )
    return token


def who(installation: Installation, token: str | None) -> Identity | None:
    """Whose session a token is; ``None`` where it is over, unknown, or its account is gone. Asking keeps it alive."""
    if not token:
        return None
    known = and_(account.c.issuer == session.c.issuer, account.c.subject == session.c.subject)
    query = (
        select(session.c.issuer, session.c.subject, session.c.opened_at, session.c.seen_at)
        .join(account, known)
        .where(session.c.token_hash == _hash(token), account.c.disabled_at.is_(None))
    )
    with reading(installation.store) as connection:
        row = connection.execute(query).one_or_none()
    now = installation.now()
    if row is None or _age(row.seen_at, now) > IDLE or _age(row.opened_at, now) > ABSOLUTE:
        return None
    if _age(row.seen_at, now) > _SEEN_EVERY:
        seen = update(session).where(session.c.token_hash == _hash(token)).values(seen_at=now.isoformat())
        with writing(installation.store) as connection:
            connection.execute(seen)
    return Identity(row.issuer, row.subject)


def close_session(installation: Installation, token: str | None) -> None:
    """Sign out. Every window of that browser loses its right at its next step."""
    if token:
        with writing(installation.store) as connection:
            connection.execute(delete(session).where(session.c.token_hash == _hash(token)))


def _hash(token: str) -> str:
    """The token is 256 random bits: a plain hash cannot be searched, and needs neither salt nor slowness."""
    return hashlib.sha256(token.encode()).hexdigest()


def _age(instant: str, now: datetime) -> timedelta:
    return now - datetime.fromisoformat(instant)

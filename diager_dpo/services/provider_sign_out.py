"""Sessions the provider ends: somebody signed out there, or was signed out."""

from collections import OrderedDict
from threading import Lock

from sqlalchemy import ColumnElement, and_, delete, select

from diager_dpo.domain.permissions import Identity
from diager_dpo.services import journal
from diager_dpo.services.errors import Refused
from diager_dpo.services.identity_provider import ProviderClient
from diager_dpo.services.installation import Installation
from diager_dpo.services.logout_token import LoggedOut, read_logout_token
from diager_dpo.services.sessions import SESSION_ENDED
from diager_dpo.store.engine import writing
from diager_dpo.store.tables import session

_MOST = 10_000  # tokens remembered; one is good for six minutes


class ProviderSignOut:
    """The logout tokens of one provider, each good for once. A used one is forgotten when the server restarts."""

    def __init__(self, client: ProviderClient) -> None:
        self.client = client
        self._used: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()

    def end(self, installation: Installation, token: object) -> int:
        """End the sessions a logout token tells of, in one transaction with the journal; how many there were.

        None is no error: they may be over already. A token whose sessions could not be ended may come again.

        Raises:
            Refused: ``logout_token_refused``; ``reason`` is ``jti`` for a token that was used.
            NotPossible: ``provider_unreachable``, ``provider_wrong``.
        """
        provider = self.client.provider
        told = read_logout_token(token, self.client.keys(), provider, installation.now())
        with self._lock:
            if told.token_id in self._used:
                raise Refused("logout_token_refused", reason="jti")
        ended = _end(installation, provider.issuer, told)
        with self._lock:
            self._used[told.token_id] = None
            while len(self._used) > _MOST:
                self._used.popitem(last=False)
        return ended


def _end(installation: Installation, issuer: str, told: LoggedOut) -> int:
    actor = Identity(issuer, issuer)  # the provider: nobody here decided it
    with writing(installation.store) as connection:
        over = connection.execute(select(session.c.token_hash, session.c.subject).where(_meant(issuer, told))).all()
        connection.execute(delete(session).where(session.c.token_hash.in_([row.token_hash for row in over])))
        for row in over:
            whose = f"account:{issuer}:{row.subject}"
            journal.record(installation, connection, actor, action=SESSION_ENDED, about=whose, details={})
    return len(over)


def _meant(issuer: str, told: LoggedOut) -> ColumnElement[bool]:
    """The sessions a token means. One whose name the provider never gave is over with any other of its person."""
    named = session.c.provider_session == told.session
    if told.subject is None:
        return and_(session.c.issuer == issuer, named)
    his = and_(session.c.issuer == issuer, session.c.subject == told.subject)
    return his if told.session is None else and_(his, named | session.c.provider_session.is_(None))

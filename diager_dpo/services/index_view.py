"""One look into the deadline index: who asks, for which purposes, in one snapshot of the store."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from diager_dpo.domain.permissions import Action, Identity, allowed_purposes
from diager_dpo.domain.words import RECORD_PURPOSES, Purpose
from diager_dpo.services.access import grants_in
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.services.installation import Installation
from diager_dpo.services.source_engine import configured_source
from diager_dpo.store.calendar_counts import Calendar, calendar_of
from diager_dpo.store.engine import reading


@dataclass(frozen=True, slots=True)
class IndexView:
    """A snapshot of the store, the source it is about, and the purposes the actor may see, in their usual order."""

    connection: Connection
    source: str
    purposes: tuple[Purpose, ...]

    def calendar(self) -> Calendar:
        """The calendar of the last finished scan.

        Raises:
            NotPossible: ``never_scanned``.
        """
        calendar = calendar_of(self.connection, self.source)
        if calendar is None:
            raise NotPossible("never_scanned")
        return calendar


@contextmanager
def index_view(installation: Installation, actor: Identity, action: Action) -> Iterator[IndexView]:
    """Check the right and open the view; both see the same snapshot, so a right withdrawn before it does not count.

    Raises:
        Refused: ``not_permitted``, with the action.
        NotPossible: ``no_source`` where no source is configured.
    """
    with reading(installation.store) as connection:
        allowed = allowed_purposes(grants_in(connection, actor), action)
        if not allowed:
            raise Refused("not_permitted", action=action.value)
        yield IndexView(
            connection,
            configured_source(installation).name,
            tuple(purpose for purpose in RECORD_PURPOSES if purpose in allowed),
        )


def instant(text: str) -> datetime:
    """An instant of the store, aware."""
    value = datetime.fromisoformat(text)
    return value if value.tzinfo else value.replace(tzinfo=UTC)

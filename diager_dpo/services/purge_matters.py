"""What purges wait for, for the overview: numbers only, each with the way to its purge."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from sqlalchemy import func, select

from diager_dpo.domain.permissions import Action, Identity, allowed_purposes
from diager_dpo.domain.purges import ItemState, PurgeState
from diager_dpo.domain.words import RECORD_PURPOSES, Purpose
from diager_dpo.services.access import grants_in
from diager_dpo.services.index_view import IndexView, instant
from diager_dpo.services.installation import PARIS, Installation
from diager_dpo.services.matters import Matter, Target, Urgency
from diager_dpo.services.purge_standing import state_now
from diager_dpo.store import purges
from diager_dpo.store.tables import purge, purge_notice

_WAITS: Mapping[PurgeState, tuple[str, Urgency]] = MappingProxyType(
    {
        PurgeState.NEEDS_ATTENTION: ("purge_needs_attention", Urgency.BLOCKING),
        PurgeState.PROPOSED: ("purge_to_approve", Urgency.TO_QUALIFY),
        PurgeState.APPROVED: ("purge_to_execute", Urgency.TO_QUALIFY),
    }
)
_STILL = (ItemState.PLANNED, ItemState.INTENT, ItemState.FAILED)
_MOST = 200


def purge_matters(installation: Installation, view: IndexView, actor: Identity) -> Iterator[Matter]:
    """Of each purge that the actor may see and that waits for somebody; nothing for who may see none."""
    allowed = allowed_purposes(grants_in(view.connection, actor), Action.SEE_PURGES)
    seen = [purpose for purpose in RECORD_PURPOSES if purpose in allowed]
    rows = purges.listed(view.connection, view.source, seen, still_open=True, most=_MOST)
    counted = purges.states_of(view.connection, [row.id for row in rows])
    for row in rows:
        waits = _WAITS.get(state_now(row, installation.now()))
        if waits is not None:
            code, urgency = waits
            until = instant(row.expires_at).astimezone(PARIS).date() if row.expires_at else None
            count = sum(counted[row.id].get(state, 0) for state in _STILL)
            yield Matter(code, urgency, count, Purpose(row.purpose), on=until, target=_to(row.id))
    yield from _untold(view, seen)


def _untold(view: IndexView, seen: list[Purpose]) -> Iterator[Matter]:
    """Recipients of what was erased whom nobody has told yet (GDPR 19)."""
    query = (
        select(purge.c.id, purge.c.purpose, func.count())
        .select_from(purge.join(purge_notice, purge_notice.c.purge == purge.c.id))
        .where(purge.c.source == view.source, purge.c.purpose.in_(seen), purge_notice.c.told_at.is_(None))
        .group_by(purge.c.id, purge.c.purpose)
        .order_by(purge.c.id)
    )
    for number, purpose, count in view.connection.execute(query):
        yield Matter("purge_untold", Urgency.TO_QUALIFY, count, Purpose(purpose), target=_to(number))


def _to(number: int) -> Target:
    return Target("purge", (("number", str(number)),))

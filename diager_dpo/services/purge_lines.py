"""Purges as lines of a list, each with what must be done next and by whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from diager_dpo.domain.civil import day_date
from diager_dpo.domain.permissions import Action, Identity, may
from diager_dpo.domain.purges import NEXT_ACTION, Ground, ItemState, PurgeState
from diager_dpo.domain.words import Purpose
from diager_dpo.services.accounts import Account, people_in
from diager_dpo.services.index_view import instant
from diager_dpo.services.installation import Installation
from diager_dpo.services.purge_standing import state_now
from diager_dpo.services.purge_views import NextStep, PurgeLine
from diager_dpo.store import purges
from diager_dpo.store.tables import operation

_OUT = (ItemState.SET_ASIDE,)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the lines, and what they need to be told: who is who, and what operations are called."""

    actor: Identity
    now: datetime
    people: tuple[Account, ...]
    operations: Mapping[str, str]

    def name(self, issuer: str | None, subject: str | None) -> str:
        """What somebody is called; their subject where they have no account here; empty for nobody."""
        known = {each.identity: each.display_name for each in self.people}
        if issuer is None or subject is None:
            return ""
        return known.get(Identity(issuer, subject), subject)


def reader(installation: Installation, connection: Connection, actor: Identity, source: str) -> Reader:
    """What a reader needs, from the same snapshot."""
    query = select(operation.c.operation, operation.c.name).where(operation.c.source == source)
    names = {row.operation: row.name for row in connection.execute(query)}
    return Reader(actor, installation.now(), people_in(connection, installation), names)


def lines(connection: Connection, rows: Sequence[Row[Any]], reads: Reader) -> tuple[PurgeLine, ...]:
    """One line a purge."""
    counted = purges.states_of(connection, [row.id for row in rows])
    return tuple(line(row, counted[row.id], reads) for row in rows)


def line(row: Row[Any], counted: Mapping[ItemState, int], reads: Reader) -> PurgeLine:
    """One purge; ``counted``: its items by state."""
    state = state_now(row, reads.now)
    return PurgeLine(
        number=row.id,
        purpose=Purpose(row.purpose),
        operation=row.operation,
        operation_name=reads.operations.get(row.operation, row.operation),
        ground=Ground(row.ground),
        by_hand=bool(row.by_hand),
        state=state,
        version=row.version,
        as_of=day_date(row.as_of),
        items=sum(number for each, number in counted.items() if each not in _OUT),
        erased=counted.get(ItemState.ERASED, 0),
        proposer=reads.name(row.proposer_issuer, row.proposer_subject),
        proposed_at=instant(row.proposed_at),
        expires_at=optional_instant(row.expires_at),
        finished_at=optional_instant(row.finished_at),
        next=_next(row, state, reads),
    )


def optional_instant(text: str | None) -> datetime | None:
    """An instant of the store, where there is one."""
    return None if text is None else instant(text)


def _next(row: Row[Any], state: PurgeState, reads: Reader) -> NextStep | None:
    action = NEXT_ACTION.get(state)
    if action is None:
        return None
    proposer = Identity(row.proposer_issuer, row.proposer_subject)
    able = [
        each
        for each in reads.people
        if may(each.grants, action, Purpose(row.purpose))
        and (action is not Action.APPROVE_PURGE or each.identity != proposer)
    ]
    until = optional_instant(row.expires_at) if state is PurgeState.APPROVED else None
    mine = any(each.identity == reads.actor for each in able)
    return NextStep(action, tuple(each.display_name for each in able), mine, until)

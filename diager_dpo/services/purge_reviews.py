"""Looking at a purge before and after it is decided: the whole, its items page by page, and names while it is open."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, select

from diager_dpo.domain.civil import NO_DAY, day_date
from diager_dpo.domain.explanation import due_from
from diager_dpo.domain.permissions import Action, Identity, may
from diager_dpo.domain.purges import OPEN_STATES, ItemState, PurgeState
from diager_dpo.domain.verdicts import AppliedRule
from diager_dpo.domain.words import Anchor, Category, Purpose
from diager_dpo.services.access import grants_in
from diager_dpo.services.access_log import note_list
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.installation import Installation
from diager_dpo.services.purge_decisions import NewHold, approve, is_ripe, reject, right_since, set_aside
from diager_dpo.services.purge_fates import fate, live_on
from diager_dpo.services.purge_lines import Reader, line, optional_instant, reader
from diager_dpo.services.purge_notices import notices_of
from diager_dpo.services.purge_standing import expire, standing, state_now
from diager_dpo.services.purge_views import ItemLine, ItemPage, PlaceLine, PurgeView, ResiduePlace, is_large
from diager_dpo.services.source_engine import configured_source, source_engine
from diager_dpo.source.person_search import labels_of
from diager_dpo.store import purge_items, purges
from diager_dpo.store.engine import reading
from diager_dpo.store.record_queries import rules
from diager_dpo.store.tables import purge_place, purge_residue, reason

__all__ = ["NewHold", "approve", "items", "names_under_review", "purge", "reject", "set_aside"]

MOST_ON_A_PAGE = 500
MOST_NAMES = 100


def purge(installation: Installation, actor: Identity, number: int) -> PurgeView:
    """All that is said of one purge.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``purge_unknown``.
    """
    with reading(installation.store) as connection:
        row = standing(installation, connection, actor, Action.SEE_PURGES, number)
        reads = reader(installation, connection, actor, row.source)
        view = _view(installation, connection, row, reads)
    if view.line.state is PurgeState.EXPIRED and row.state == PurgeState.APPROVED:
        expire(installation)
    return view


def items(
    installation: Installation,
    actor: Identity,
    number: int,
    *,
    page: int = 1,
    size: int = 50,
    state: ItemState | None = None,
) -> ItemPage:
    """One page of the items of a purge; that somebody looked is written down.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``purge_unknown``, ``no_such_page``.
    """
    with reading(installation.store) as connection:
        row = standing(installation, connection, actor, Action.SEE_PURGES, number)
        if page < 1 or not 1 <= size <= MOST_ON_A_PAGE:
            raise NotPossible("no_such_page", page=page, size=size)
        total = purge_items.count(connection, number, state)
        found = purge_items.page(connection, number, skip=(page - 1) * size, size=size, state=state)
        lines = _items(installation, connection, row, found)
    criteria = {"purge": str(number), "item_state": state.value if state else ""}
    note_list(installation, actor, Purpose(row.purpose), {name: it for name, it in criteria.items() if it}, total)
    return ItemPage(number, lines, page, size, total)


def names_under_review(
    installation: Installation, actor: Identity, number: int, persons: Sequence[str]
) -> Mapping[str, str]:
    """What the persons of one page of an open purge are called, live from the source. Kept nowhere; written down.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``purge_unknown``, ``purge_state_differs`` where it is over,
            ``purge_too_many_names``, ``purge_items_differ`` where somebody is no item of it, or what is wrong with
            the source.
    """
    wanted = list(dict.fromkeys(persons))
    with reading(installation.store) as connection:
        row = standing(installation, connection, actor, Action.SEE_NAMES_UNDER_REVIEW, number)
        state = state_now(row, installation.now())
        if state not in OPEN_STATES:
            raise NotPossible("purge_state_differs", purge=number, state=state.value)
        if len(wanted) > MOST_NAMES:
            raise NotPossible("purge_too_many_names", most=MOST_NAMES)
        if purge_items.persons_of(connection, number, wanted) != set(wanted):
            raise NotPossible("purge_items_differ", purge=number)
    with source_engine(installation) as engine:
        names = labels_of(engine, configured_source(installation), wanted)
    note_list(installation, actor, Purpose(row.purpose), {"purge": str(number), "names": "shown"}, len(wanted))
    return names


def _view(installation: Installation, connection: Connection, row: Row[Any], reads: Reader) -> PurgeView:
    states = purges.states_of(connection, [row.id])[row.id]
    said, purpose = line(row, states, reads), Purpose(row.purpose)
    held = grants_in(connection, reads.actor)
    decided = row.approver_issuer is not None
    return PurgeView(
        line=said,
        digest=row.digest,
        charters=tuple(json.loads(row.charters)),
        proposed=row.proposed,
        people=row.people,
        large=is_large(said.items, row.people),
        proposer=Identity(row.proposer_issuer, row.proposer_subject),
        approver=Identity(row.approver_issuer, row.approver_subject) if decided else None,
        approver_name=reads.name(row.approver_issuer, row.approver_subject),
        decided_at=optional_instant(row.decided_at),
        started_at=optional_instant(row.started_at),
        heartbeat_at=optional_instant(row.heartbeat_at),
        stopped=row.stopped or "",
        proposal_reason=_said(connection, row.proposal_reason),
        decision_reason=_said(connection, row.decision_reason),
        states=states,
        places=_places(connection, row.id),
        residue=_residue(connection, row.id),
        notices=notices_of(installation, connection, row, reads),
        may_not_approve=_may_not_approve(connection, row, reads),
        may_propose=may(held, Action.PROPOSE_PURGE, purpose),
        may_execute=may(held, Action.EXECUTE_PURGE, purpose),
        may_see_names=may(held, Action.SEE_NAMES_UNDER_REVIEW, purpose) and said.next is not None,
    )


def _may_not_approve(connection: Connection, row: Row[Any], reads: Reader) -> str:
    """The code of why the reader could not approve now, the sign-in apart; empty where they could."""
    purpose = Purpose(row.purpose)
    if not may(grants_in(connection, reads.actor), Action.APPROVE_PURGE, purpose):
        return "not_permitted"
    if reads.actor == Identity(row.proposer_issuer, row.proposer_subject):
        return "purge_own_proposal"
    if not is_ripe(right_since(connection, reads.actor, purpose), reads.now):
        return "purge_right_too_young"
    return "" if row.state == PurgeState.PROPOSED else "purge_state_differs"


def _said(connection: Connection, number: int | None) -> str:
    return "" if number is None else str(connection.scalar(select(reason.c.text).where(reason.c.id == number)) or "")


def _places(connection: Connection, number: int) -> tuple[PlaceLine, ...]:
    query = select(purge_place).where(purge_place.c.purge == number).order_by(purge_place.c.table, purge_place.c.column)
    return tuple(
        PlaceLine(row.table, row.column, row.planned, row.unlinked, row.gone, row.remaining)
        for row in connection.execute(query)
    )


def _residue(connection: Connection, number: int) -> int:
    query = select(func.count()).select_from(purge_residue).where(purge_residue.c.purge == number)
    return connection.execute(query).scalar_one()


def _items(
    installation: Installation, connection: Connection, row: Row[Any], found: Sequence[Row[Any]]
) -> tuple[ItemLine, ...]:
    known, source, purpose = rules(connection), configured_source(installation), Purpose(row.purpose)
    fates = {live: fate(source, purpose, live) for live in {each.live for each in found}}
    elsewhere: dict[int, list[ResiduePlace]] = {}
    for place in purge_items.residue_of(connection, row.id, [each.item for each in found]):
        elsewhere.setdefault(place.item, []).append(ResiduePlace(place.table, place.column, place.key))
    nothing = {each.rule: AppliedRule(purpose, Category(each.category), "", "", "", day_date(0)) for each in found}
    return tuple(
        ItemLine(
            item=each.item,
            person=each.person,
            category=Category(each.category),
            state=ItemState(each.state),
            why=each.why or "",
            until=None if each.until is None else day_date(each.until),
            reason=each.said or "",
            anchor=Anchor(each.anchor),
            anchor_on=None if each.anchor_on is None else day_date(each.anchor_on),
            last_day=None if each.last_day is None else day_date(each.last_day),
            due_from=due_from(NO_DAY if each.last_day is None else each.last_day),
            rule=known.get(each.rule, nothing[each.rule]),
            live=live_on(each.live),
            fate=fates[each.live],
            residue=tuple(elsewhere.get(each.item, ())),
        )
        for each in found
    )

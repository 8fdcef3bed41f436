"""Proposing a purge: a list is drawn from the index, tried in the source without leaving a trace, and frozen."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from diager_dpo.domain.civil import day_number
from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.domain.purges import Ground, ItemState, PurgeState
from diager_dpo.domain.words import Purpose
from diager_dpo.services import journal
from diager_dpo.services.access import require_in
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.services.index_view import index_view
from diager_dpo.services.installation import Installation
from diager_dpo.services.purge_basis import charters_in_force, live_fingerprint
from diager_dpo.services.purge_board import board
from diager_dpo.services.purge_digest import digest_of
from diager_dpo.services.purge_list import Asked, Drawn, draw
from diager_dpo.services.purge_rehearsal import rehearse
from diager_dpo.services.purge_standing import expect, kept_reason, note, require_confirmed, standing, write_expired
from diager_dpo.services.purge_views import Obstacle, PurgePreview
from diager_dpo.services.source_engine import configured_source
from diager_dpo.source.source_file import ErasureMode
from diager_dpo.store import purge_items, purges
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.live_purposes import live_purposes

__all__ = ["board", "cancel", "preview", "propose"]

PROPOSED, CANCELLED = "purge_proposed", "purge_cancelled"
CAN_BE_CANCELLED = (PurgeState.PROPOSED, PurgeState.APPROVED, PurgeState.NEEDS_ATTENTION)


def preview(
    installation: Installation,
    actor: Identity,
    purpose: Purpose,
    operation: str,
    as_of: date,
    *,
    persons: Sequence[str] | None = None,
    ground: Ground = Ground.DUE,
) -> PurgePreview:
    """What a purge would take, what it would leave, and what stands in its way. Nothing is tried in the source.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``never_scanned``, or what is asked for means nothing (``purge_list.Asked.of``).
    """
    return _drawn(installation, actor, purpose, operation, as_of, ground=ground, persons=persons).preview


def propose(
    installation: Installation,
    actor: Identity,
    purpose: Purpose,
    operation: str,
    as_of: date,
    *,
    ground: Ground = Ground.DUE,
    persons: Sequence[str] | None = None,
    reason: str = "",
    share_confirmed: int | None = None,
) -> int:
    """Freeze a list; the number of its purge. Nothing is erased: a dry run is counted and undone.

    ``share_confirmed``: the number of items that somebody was shown and confirmed, where it is a large share.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: as ``preview``; an obstacle of it; ``purge_reason_missing`` for a request of the person;
            ``purge_empty``; ``purge_share_not_confirmed`` with ``items``, ``people`` and ``percent``; what the dry run
            ran into; ``purge_overlaps`` where another purge took a person meanwhile.
    """
    drawn = _drawn(installation, actor, purpose, operation, as_of, ground=ground, persons=persons)
    _require_possible(drawn.preview, reason, share_confirmed)
    listed, source = drawn.listed, configured_source(installation)

    def live_of(others: Sequence[str]) -> Mapping[str, int]:
        with reading(installation.store) as connection:
            return live_purposes(connection, source.name, others)

    tried = rehearse(installation, purpose, operation, listed.person.tolist(), live=listed.live, live_of=live_of)
    if tried.fingerprint != drawn.fingerprint:
        raise NotPossible("schema_changed_since_check")
    head = _head(installation, actor, drawn)
    with reading(installation.store) as connection:  # before others have to wait for this to be written
        head["digest"] = digest_of(installation, connection, head, _rows(drawn, tried.refused))
    with writing(installation.store) as connection:
        require_in(connection, actor, Action.PROPOSE_PURGE, purpose)
        purges.one_at_a_time(connection)
        write_expired(installation, connection)
        if reason.strip():
            head["proposal_reason"] = journal.keep_reason(connection, reason.strip())
        number = purges.add(connection, head)
        purge_items.add(connection, number, listed)
        for code in sorted(set(tried.refused.values())):
            which = [at + 1 for at, why in tried.refused.items() if why == code]
            purge_items.set_aside(connection, number, which, purge_items.Aside(code, None, None))
        purge_items.add_places(connection, number, tried.places)
        purge_items.add_residue(
            connection, number, ((at + 1, table, column, key) for at, table, column, key in tried.residue)
        )
        if purge_items.also_elsewhere(connection, number, source.name, head["proposed_at"]):
            raise NotPossible("purge_overlaps")
        row = purges.find(connection, source.name, number)
        assert row is not None, "it was written a moment ago"
        details = {
            "operation": operation,
            "as_of": as_of.isoformat(),
            "ground": ground.value,
            "items": len(listed),
            "refused": len(tried.refused),
            "digest": head["digest"],
        }
        note(installation, connection, actor, PROPOSED, row, details=details, reason_id=head["proposal_reason"])
    return number


def cancel(installation: Installation, actor: Identity, purge: int, version: int, reason: str) -> None:
    """Take a purge back before it is executed, or where its execution stopped and nothing is to follow.

    Raises:
        Refused: ``not_permitted`` unless the actor may propose such a purge.
        NotPossible: ``purge_unknown``, ``purge_state_differs``, ``purge_changed``, ``purge_reason_missing``;
            ``purge_unsettled`` where nobody has looked yet whether some items were erased.
    """
    with writing(installation.store) as connection:
        row = standing(installation, connection, actor, Action.PROPOSE_PURGE, purge)
        former = expect(row, version, installation.now(), *CAN_BE_CANCELLED)
        if purge_items.count(connection, purge, ItemState.INTENT):
            raise NotPossible("purge_unsettled", purge=purge)
        reason_id = kept_reason(connection, reason)
        now = installation.now().isoformat()
        if not purges.change(connection, purge, former, version, PurgeState.CANCELLED, finished_at=now):
            raise NotPossible("purge_changed", purge=purge)
        note(installation, connection, actor, CANCELLED, row, details={"from": former.value}, reason_id=reason_id)


def _drawn(
    installation: Installation,
    actor: Identity,
    purpose: Purpose,
    operation: str,
    as_of: date,
    *,
    ground: Ground,
    persons: Sequence[str] | None,
) -> Drawn:
    with index_view(installation, actor, Action.PROPOSE_PURGE) as view:
        if purpose not in view.purposes:
            raise Refused("not_permitted", action=Action.PROPOSE_PURGE.value)
        asked = Asked.of(installation, purpose, operation, as_of, ground=ground, persons=persons)
        view.calendar()
        unreachable: tuple[Obstacle, ...] = ()
        fingerprint = None
        try:
            fingerprint = live_fingerprint(installation)
        except NotPossible as error:
            unreachable = (Obstacle(error.code, error.values),)
        drawn = draw(installation, view, asked, fingerprint)
    return replace(drawn, preview=drawn.preview.also(unreachable))


def _require_possible(found: PurgePreview, reason: str, share_confirmed: int | None) -> None:
    for obstacle in found.obstacles:
        raise NotPossible(obstacle.code, **obstacle.values)
    if found.ground is Ground.REQUEST and not reason.strip():
        raise NotPossible("purge_reason_missing")
    if not found.items:
        raise NotPossible("purge_empty")
    require_confirmed(found.items, found.people, share_confirmed)


def _rows(drawn: Drawn, refused: Collection[int]) -> list[tuple[Any, ...]]:
    """What a second person is asked to approve: without those whom the database does not let go."""
    listed = drawn.listed
    rows = list(
        zip(
            listed.person.tolist(),
            purge_items.days(listed.last_day.tolist()),
            listed.anchor.tolist(),
            purge_items.days(listed.anchor_on.tolist()),
            listed.rule.tolist(),
            listed.live.tolist(),
            strict=True,
        )
    )
    return [row for at, row in enumerate(rows) if at not in refused]


def _head(installation: Installation, actor: Identity, drawn: Drawn) -> dict[str, Any]:
    """The row of the purge, but for its digest and the text of its reason."""
    source, found = configured_source(installation), drawn.preview
    return {
        "uuid": secrets.token_hex(16),
        "source": source.name,
        "purpose": int(found.purpose),
        "operation": found.operation,
        "as_of": day_number(found.as_of),
        "ground": found.ground.value,
        "by_hand": int(source.erasure is ErasureMode.BY_HAND),
        "state": PurgeState.PROPOSED.value,
        "version": 1,
        "charters": charters_in_force(installation),
        "source_digest": source.digest,
        "schema_fingerprint": drawn.fingerprint,
        "proposed": found.items,
        "people": found.people,
        "proposed_at": installation.now().isoformat(),
        "proposer_issuer": actor.issuer,
        "proposer_subject": actor.subject,
        "proposal_reason": None,
        "fence": 0,
    }

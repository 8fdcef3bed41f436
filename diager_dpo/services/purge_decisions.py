"""Deciding about a purge that somebody else proposed: setting items aside, approving, rejecting.

Each decision names what was seen (version, digest). It is checked and written in one transaction of the store.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from diager_dpo.domain.civil import day_number
from diager_dpo.domain.holds import HoldKind
from diager_dpo.domain.permissions import Action, Grant, Identity, Role, may
from diager_dpo.domain.purges import APPROVAL_LASTS, RIGHT_RIPENS, ItemState, PurgeState
from diager_dpo.domain.words import Purpose
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.services.index_view import instant
from diager_dpo.services.installation import Installation
from diager_dpo.services.purge_basis import changed_since, live_fingerprint, obstacles
from diager_dpo.services.purge_digest import digest_now
from diager_dpo.services.purge_standing import expect, kept_reason, note, require_confirmed, standing
from diager_dpo.services.sessions import signed_in_recently, who
from diager_dpo.store import purge_items, purges
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.tables import role_grant

SET_ASIDE, APPROVED, REJECTED = "purge_items_set_aside", "purge_approved", "purge_rejected"
ASIDE, HELD = "set_aside", "held"


@dataclass(frozen=True, slots=True)
class NewHold:
    """The suspension that a reviewer places on what is set aside. ``owner``: the subject of an account."""

    kind: HoldKind
    owner: str
    review_on: date


def set_aside(  # noqa: PLR0917 as every decision: who, what, which version, why
    installation: Installation,
    actor: Identity,
    number: int,
    version: int,
    items: Sequence[int],
    reason: str,
    *,
    until: date | None = None,
    hold: NewHold | None = None,
) -> None:
    """Take items out of a proposal: for this time, ``until`` a day (inclusive), or with a suspension of their own.

    What can be approved then is another list, with another digest and version.

    Raises:
        Refused: ``not_permitted``, ``purge_own_proposal``.
        NotPossible: ``purge_unknown``, ``purge_state_differs``, ``purge_changed``, ``purge_reason_missing``,
            ``purge_items_missing``, ``purge_items_differ``, ``purge_date_in_past``, or what a suspension lacks.
    """
    which = list(dict.fromkeys(items))
    with writing(installation.store) as connection:
        row = _proposed_by_another(installation, connection, actor, number, version)
        if not which:
            raise NotPossible("purge_items_missing", purge=number)
        if until is not None and until < installation.today():
            raise NotPossible("purge_date_in_past")
        reason_id = kept_reason(connection, reason)
        day = None if until is None else day_number(until)
        aside = purge_items.Aside(ASIDE if hold is None else HELD, day, reason_id)
        if purge_items.set_aside(connection, number, which, aside) != len(which):
            raise NotPossible("purge_items_differ", purge=number)
        digest = digest_now(installation, connection, row)
        if not purges.change(connection, number, PurgeState.PROPOSED, version, PurgeState.PROPOSED, digest=digest):
            raise NotPossible("purge_changed", purge=number)
        if hold is not None:
            _hold(installation, connection, actor, row, which=which, wanted=hold, reason=reason)
        details = {"items": len(which), "until": day, "held": int(hold is not None), "digest": digest}
        note(installation, connection, actor, SET_ASIDE, row, details=details, reason_id=reason_id)


def approve(
    installation: Installation,
    actor: Identity,
    number: int,
    version: int,
    digest: str,
    *,
    token: str | None = None,
    share_confirmed: int | None = None,
) -> None:
    """Approve exactly the list that was seen. Good for seven days; nothing is erased yet.

    ``token``: of the session of whoever approves, as the browser sent it: the store says whose it is and when they last
    proved who they are, not the page. ``share_confirmed``: the number of items, where it is a large share.

    Raises:
        Refused: ``not_permitted``, ``purge_own_proposal``, ``purge_right_too_young`` (``since``, ``hours``),
            ``purge_sign_in_too_old``.
        NotPossible: ``purge_unknown``, ``purge_state_differs``, ``purge_changed``, ``purge_digest_differs``,
            ``purge_basis_changed`` (``what``: charter, source_file, schema), an obstacle (``purge_basis``),
            ``purge_empty``, ``purge_share_not_confirmed``, or that the source cannot be read.
    """
    with reading(installation.store) as connection:  # who may not approve at all learns nothing of the source
        row = _proposed_by_another(installation, connection, actor, number, version)
        _require_ripe(installation, connection, actor, Purpose(row.purpose))
    if who(installation, token) != actor or not signed_in_recently(installation, token):
        raise Refused("purge_sign_in_too_old")
    fingerprint = live_fingerprint(installation)
    with writing(installation.store) as connection:
        row = _proposed_by_another(installation, connection, actor, number, version)
        _require_ripe(installation, connection, actor, Purpose(row.purpose))
        _require_same(installation, connection, row, digest, fingerprint)
        items = purge_items.count(connection, number, ItemState.PLANNED)
        if not items:
            raise NotPossible("purge_empty")
        require_confirmed(items, row.people, share_confirmed)
        now = installation.now()
        decided = {
            "decided_at": now.isoformat(),
            "approver_issuer": actor.issuer,
            "approver_subject": actor.subject,
            "expires_at": (now + APPROVAL_LASTS).isoformat(),
        }
        if not purges.change(connection, number, PurgeState.PROPOSED, version, PurgeState.APPROVED, **decided):
            raise NotPossible("purge_changed", purge=number)
        note(installation, connection, actor, APPROVED, row, details={"items": items, "digest": digest})


def reject(installation: Installation, actor: Identity, number: int, version: int, reason: str) -> None:
    """Refuse a proposal: its records can be proposed again.

    Raises:
        Refused: ``not_permitted``, ``purge_own_proposal``.
        NotPossible: ``purge_unknown``, ``purge_state_differs``, ``purge_changed``, ``purge_reason_missing``.
    """
    with writing(installation.store) as connection:
        row = _proposed_by_another(installation, connection, actor, number, version)
        reason_id, now = kept_reason(connection, reason), installation.now().isoformat()
        decided = {
            "decided_at": now,
            "finished_at": now,
            "approver_issuer": actor.issuer,
            "approver_subject": actor.subject,
            "decision_reason": reason_id,
        }
        if not purges.change(connection, number, PurgeState.PROPOSED, version, PurgeState.REJECTED, **decided):
            raise NotPossible("purge_changed", purge=number)
        note(installation, connection, actor, REJECTED, row, details={}, reason_id=reason_id)


def right_since(connection: Connection, actor: Identity, purpose: Purpose) -> datetime | None:
    """Since when somebody has held the right to approve purges of a purpose; ``None`` where they do not."""
    rows = connection.execute(
        select(role_grant.c.role, role_grant.c.purpose, role_grant.c.granted_at).where(
            role_grant.c.issuer == actor.issuer,
            role_grant.c.subject == actor.subject,
            role_grant.c.revoked_at.is_(None),
        )
    )
    since = [
        instant(row.granted_at)
        for row in rows
        if may([Grant(Role(row.role), row.purpose and Purpose(row.purpose))], Action.APPROVE_PURGE, purpose)
    ]
    return min(since, default=None)


def is_ripe(since: datetime | None, now: datetime) -> bool:
    """Whether a right is old enough to approve."""
    return since is not None and now - since >= RIGHT_RIPENS


def _proposed_by_another(
    installation: Installation, connection: Connection, actor: Identity, number: int, version: int
) -> Row[Any]:
    """The proposal as it was seen, for somebody who may approve it and did not make it (four eyes)."""
    row = standing(installation, connection, actor, Action.APPROVE_PURGE, number)
    if actor == Identity(row.proposer_issuer, row.proposer_subject):
        raise Refused("purge_own_proposal", purge=number)
    expect(row, version, installation.now(), PurgeState.PROPOSED)
    return row


def _require_ripe(installation: Installation, connection: Connection, actor: Identity, purpose: Purpose) -> None:
    since, now = right_since(connection, actor, purpose), installation.now()
    if since is None or not is_ripe(since, now):
        age = now - since if since else timedelta()
        hours = -(-(RIGHT_RIPENS - age) // timedelta(hours=1))
        raise Refused("purge_right_too_young", since=since.isoformat() if since else "", hours=hours)


def _require_same(
    installation: Installation, connection: Connection, row: Row[Any], digest: str, fingerprint: str
) -> None:
    """What is approved is what was seen, and it rests on what it rested on; so do its rows."""
    if digest != row.digest or digest_now(installation, connection, row) != digest:
        raise NotPossible("purge_digest_differs", purge=row.id)
    what = changed_since(installation, row, fingerprint)
    if what is not None:
        raise NotPossible("purge_basis_changed", purge=row.id, what=what)
    for obstacle in obstacles(installation, connection, Purpose(row.purpose), fingerprint):
        raise NotPossible(obstacle.code, **obstacle.values)


def _hold(
    installation: Installation,
    connection: Connection,
    actor: Identity,
    row: Row[Any],
    *,
    which: Sequence[int],
    wanted: NewHold,
    reason: str,
) -> None:
    """A suspension of this purpose for each of these persons: a reviewer sets aside a handful, not a crowd."""
    from diager_dpo.services.holds import place_in  # noqa: PLC0415 - services of holds know services of purges

    for person in purge_items.keys_of(connection, row.id, which):
        place_in(
            installation,
            connection,
            actor,
            wanted.kind,
            reason,
            owner=wanted.owner,
            review_on=wanted.review_on,
            person=person,
            purpose=Purpose(row.purpose),
        )

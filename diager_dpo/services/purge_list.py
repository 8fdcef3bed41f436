"""The list of a new purge: which records it takes, which it leaves and why, and what stands in its way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Connection, select

from diager_dpo.domain.civil import day_number
from diager_dpo.domain.purges import Ground
from diager_dpo.domain.words import Category, Purpose, Status
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.index_view import IndexView
from diager_dpo.services.installation import Installation
from diager_dpo.services.purge_basis import blocked_categories, blocking_questions, obstacles
from diager_dpo.services.purge_views import PurgePreview
from diager_dpo.store.purge_candidates import Candidates, Wanted, candidates, count
from diager_dpo.store.tables import operation as operation_table


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to purge."""

    purpose: Purpose
    operation: str
    as_of: date
    ground: Ground
    persons: tuple[str, ...] | None

    @classmethod
    def of(
        cls,
        installation: Installation,
        purpose: Purpose,
        operation: str,
        as_of: date,
        *,
        ground: Ground,
        persons: Sequence[str] | None,
    ) -> "Asked":
        """The same, once it can mean something.

        Raises:
            NotPossible: ``purge_date_in_future``, ``purge_operation_missing``, ``purge_operation_out_of_place``,
                ``purge_persons_missing``.
        """
        if as_of > installation.today():
            raise NotPossible("purge_date_in_future")
        if purpose is Purpose.CONTESTS and not operation:
            raise NotPossible("purge_operation_missing")
        if purpose is not Purpose.CONTESTS and operation:
            raise NotPossible("purge_operation_out_of_place")
        named = None if persons is None else tuple(dict.fromkeys(persons))
        if ground is Ground.REQUEST and not named:
            raise NotPossible("purge_persons_missing")
        return cls(purpose, operation, as_of, ground, named)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The records of a list, and what is said of it before anybody decides. ``fingerprint``: of the schema."""

    listed: Candidates
    preview: PurgePreview
    fingerprint: str | None


def draw(installation: Installation, view: IndexView, asked: Asked, fingerprint: str | None) -> Drawn:
    """The list as the index gives it now. Only a calendar that was made by a scan says whose records are due.

    Raises:
        NotPossible: ``never_scanned``, ``purge_operation_unknown``.
    """
    calendar = view.calendar()
    if asked.operation:
        _require_known(view.connection, view.source, asked.operation)
    wanted = _wanted(installation, view, asked)
    found = candidates(view.connection, wanted)
    blocked = np.isin(found.category, sorted(blocked_categories(installation, asked.purpose)))
    held = found.status == Status.HELD
    kept = found.kept & (asked.ground is Ground.DUE)
    stays = found.taken | kept | blocked | held
    listed = found.where(~stays)
    categories = {Category(int(category)) for category in np.unique(found.category[blocked])}
    ways = obstacles(installation, view.connection, asked.purpose, fingerprint)
    questions = () if len(listed) else tuple(blocking_questions(installation, asked.purpose, categories))
    everybody = int(calendar.n[calendar.purpose == asked.purpose].sum())
    return Drawn(
        listed,
        PurgePreview(
            purpose=asked.purpose,
            operation=asked.operation,
            as_of=asked.as_of,
            ground=asked.ground,
            items=len(listed),
            taken=int(found.taken.sum()),
            kept=int((kept & ~found.taken).sum()),
            blocked=int((blocked & ~found.taken & ~kept).sum()),
            held=count(view.connection, wanted, Status.HELD),
            undetermined=count(view.connection, wanted, Status.UNDETERMINED),
            unknown=_unknown(asked, found),
            people=everybody,
            obstacles=(*ways, *questions),
        ),
        fingerprint,
    )


def _wanted(installation: Installation, view: IndexView, asked: Asked) -> Wanted:
    return Wanted(
        source=view.source,
        purpose=asked.purpose,
        operation=asked.operation,
        as_of=day_number(asked.as_of),
        today=day_number(installation.today()),
        now=installation.now().isoformat(),
        persons=asked.persons,
        due_only=asked.ground is Ground.DUE,
    )


def _unknown(asked: Asked, found: Candidates) -> int:
    """Named persons without a record that could be taken."""
    return 0 if asked.persons is None else len(set(asked.persons) - set(found.person.tolist()))


def _require_known(connection: Connection, source: str, operation: str) -> None:
    kept = operation_table.c
    query = select(kept.operation).where(kept.source == source, kept.operation == operation)
    if connection.execute(query).one_or_none() is None:
        raise NotPossible("purge_operation_unknown")

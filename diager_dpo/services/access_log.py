"""Who looked at which records, when, and how many answers there were; for the DPO and the auditor, for twelve months.

Nothing of a person is in it but the key of a record that was opened, which goes with the person. A list is written as
its filter; the same one within ten minutes is one line, however often its pages are turned. What was searched for is
never written.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Thread
from types import MappingProxyType
from typing import Any, TypeAlias

from sqlalchemy import and_, func, insert, select

from diager_dpo.domain.permissions import Action, Identity, may
from diager_dpo.domain.words import Purpose
from diager_dpo.services.access import grants_in
from diager_dpo.services.access_log_segments import close_and_prune
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.services.installation import Installation
from diager_dpo.store.engine import BUSY_TIMEOUT_MS, reading, writing
from diager_dpo.store.errors import StoreError
from diager_dpo.store.tables import access_log, account

KEPT_FOR = timedelta(days=365)
ONE_LOOK = timedelta(minutes=10)
MOST_ON_A_PAGE = 200
_WAIT_MS = 50  # a scan that writes must not hold up whoever looks: the line then waits on its own

_log = logging.getLogger(__name__)

Criteria: TypeAlias = Mapping[str, str]
_NO_CRITERIA: Criteria = MappingProxyType({})


class Kind(StrEnum):
    """What was looked at."""

    LIST = "list"
    RECORD = "record"
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Look:
    """One look. ``criteria``: codes and days of the filter; ``person``: key of the record that was opened."""

    at: datetime
    actor: Identity
    name: str
    kind: Kind
    purpose: Purpose | None
    criteria: Criteria
    person: str | None
    found: int


@dataclass(frozen=True, slots=True)
class LookPage:
    """One page of looks, newest first. ``names``: everybody who looked at anything, and what they are called."""

    looks: tuple[Look, ...]
    names: Mapping[Identity, str]
    page: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(-(-self.total // self.size), 1)


def note_list(installation: Installation, viewer: Identity, purpose: Purpose, criteria: Criteria, found: int) -> None:
    """Write that somebody looked at a list of records."""
    _note(installation, viewer, [_line(Kind.LIST, found, purpose=purpose, criteria=criteria)])


def note_records(installation: Installation, viewer: Identity, records: Mapping[str, int]) -> None:
    """Write that somebody opened the records of persons. ``records``: key -> how many records were shown of it.

    A key that nothing was found for was typed by somebody and may be anything: it is not written.
    """
    _note(
        installation,
        viewer,
        [_line(Kind.RECORD, found, person=person if found else None) for person, found in records.items()],
    )


def note_search(installation: Installation, viewer: Identity, found: int) -> None:
    """Write that somebody searched for a person; every search is a line."""
    _note(installation, viewer, [_line(Kind.SEARCH, found)])


def looks(
    installation: Installation,
    actor: Identity,
    *,
    whose: Identity | None = None,
    kind: Kind | None = None,
    page: int = 1,
    size: int = 50,
) -> LookPage:
    """One page of who looked at what.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_such_page``.
    """
    if page < 1 or not 1 <= size <= MOST_ON_A_PAGE:
        raise NotPossible("no_such_page", page=page, size=size)
    wanted = [access_log.c.at >= (installation.now() - KEPT_FOR).isoformat()]
    if whose is not None:
        wanted += [access_log.c.issuer == whose.issuer, access_log.c.subject == whose.subject]
    if kind is not None:
        wanted.append(access_log.c.kind == kind.value)
    newest = select(access_log).where(*wanted).order_by(access_log.c.at.desc(), access_log.c.id.desc())
    with reading(installation.store) as connection:
        if not may(grants_in(connection, actor), Action.SEE_ACCESS_LOG):
            raise Refused("not_permitted", action=Action.SEE_ACCESS_LOG.value)
        total = connection.execute(select(func.count()).select_from(access_log).where(*wanted)).scalar_one()
        rows = connection.execute(newest.limit(size).offset((page - 1) * size)).all()
        same = and_(account.c.issuer == access_log.c.issuer, account.c.subject == access_log.c.subject)
        known = connection.execute(
            select(access_log.c.issuer, access_log.c.subject, account.c.display_name)
            .select_from(access_log.outerjoin(account, same))
            .distinct()
        )
        names = {Identity(row.issuer, row.subject): row.display_name or row.subject for row in known}
    return LookPage(tuple(_look(row, names) for row in rows), names, page, size, total)


def forget_old_looks(installation: Installation) -> None:
    """Remove the months that hold a line older than twelve months, each once it was closed in the journal."""
    close_and_prune(installation, KEPT_FOR)


def _line(
    kind: Kind,
    found: int,
    *,
    purpose: Purpose | None = None,
    criteria: Criteria = _NO_CRITERIA,
    person: str | None = None,
) -> dict[str, Any]:
    return {
        "kind": kind.value,
        "purpose": purpose,
        "filter": json.dumps(dict(criteria), sort_keys=True, separators=(",", ":")),
        "person": person,
        "n": found,
    }


def _note(installation: Installation, viewer: Identity, lines: Sequence[dict[str, Any]]) -> None:
    """Write the lines that are not written yet, before anything is shown.

    Where another writer is at work, they wait in a thread of their own, for whose end the process waits too.
    """
    lines = _new(installation, viewer, lines)
    if not lines:
        return
    now = installation.now()
    rows = [{**line, "at": now.isoformat(), "issuer": viewer.issuer, "subject": viewer.subject} for line in lines]
    try:
        _write(installation, rows, _WAIT_MS)
    except StoreError:
        Thread(target=_write_in_time, args=(installation, rows), name="access-log").start()


def _new(installation: Installation, viewer: Identity, lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines that this viewer did not cause within the last minutes; a search is always new."""
    since = (installation.now() - ONE_LOOK).isoformat()
    recent = select(
        access_log.c.kind, access_log.c.purpose, access_log.c.filter, access_log.c.person, access_log.c.n
    ).where(access_log.c.issuer == viewer.issuer, access_log.c.subject == viewer.subject, access_log.c.at > since)
    with reading(installation.store) as connection:
        known = {tuple(row) for row in connection.execute(recent)}
    return [line for line in lines if line["kind"] == Kind.SEARCH or tuple(line.values()) not in known]


def _write(installation: Installation, rows: Sequence[dict[str, Any]], wait_ms: int = BUSY_TIMEOUT_MS) -> None:
    with writing(installation.store, wait_ms) as connection:
        connection.execute(insert(access_log), rows)


def _write_in_time(installation: Installation, rows: Sequence[dict[str, Any]]) -> None:
    try:
        _write(installation, rows)
    except Exception as error:  # noqa: BLE001 - there is nobody left to tell; the log gets no value
        _log.error("access log: %d lines lost, %s", len(rows), type(error).__name__)


def _look(row: Any, names: Mapping[Identity, str]) -> Look:
    actor = Identity(row.issuer, row.subject)
    return Look(
        datetime.fromisoformat(row.at),
        actor,
        names[actor],
        Kind(row.kind),
        None if row.purpose is None else Purpose(row.purpose),
        json.loads(row.filter),
        row.person,
        row.n,
    )

"""The opt-out list (liste repoussoir): how long it is, which addresses of a file are on it, how somebody leaves it."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from diager_dpo.domain.civil import NO_DAY, day_date, day_number
from diager_dpo.domain.contact_points import ContactPoint, PointKind, contact_point
from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.domain.words import Purpose
from diager_dpo.services import journal
from diager_dpo.services.access import require, require_in
from diager_dpo.services.access_log import note_search
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.index_view import index_view
from diager_dpo.services.installation import Installation
from diager_dpo.services.live_decision import decide_now, refresh_index
from diager_dpo.services.opt_out_scan import hashed
from diager_dpo.services.source_engine import configured_source, source_engine
from diager_dpo.source.connection import snapshot
from diager_dpo.source.person_search import CONTACT_POINTS
from diager_dpo.store import consent_proofs
from diager_dpo.store import opt_out as store
from diager_dpo.store.engine import writing
from diager_dpo.store.locks import take_turn

STRUCK = "opt_out_struck"
LARGEST = 10_000_000  # bytes
_SEPARATORS = ",;\t|"
_BETWEEN = re.compile(r"[;,|\s]+")


@dataclass(frozen=True, slots=True)
class OptOutState:
    """The list in figures. ``lists``: whether the source file gives contact points at all.

    ``to_re_examine``: points whose three years are over, and refusals of persons who are gone; nothing removes them.
    """

    lists: bool
    points: int
    persons: int
    to_re_examine: int
    next_review: date | None


@dataclass(frozen=True, slots=True)
class OpposedAddress:
    """An address of the file that is opposed: its line and column, from 1, as spreadsheets count them."""

    line: int
    column: int
    kind: PointKind
    address: str = field(repr=False)
    since: date


@dataclass(frozen=True, slots=True)
class CheckedAddresses:
    """What a file said. ``addresses``: e-mail addresses and telephone numbers; all else was ignored."""

    lines: int
    addresses: int
    opposed: tuple[OpposedAddress, ...]


def opt_out_state(installation: Installation, actor: Identity) -> OptOutState:
    """How long the list is, and what of it waits to be re-examined.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``.
    """
    today = day_number(installation.today())
    with index_view(installation, actor, Action.CHECK_OPT_OUT) as view:
        found = store.state(view.connection, view.source, today)
        refusals = consent_proofs.to_re_examine(view.connection, view.source, today)
    lists = CONTACT_POINTS in configured_source(installation).facts
    following = None if found.next_review == NO_DAY else day_date(found.next_review)
    return OptOutState(lists, found.points, found.persons, found.to_re_examine + refusals, following)


def check_addresses(installation: Installation, actor: Identity, content: bytes) -> CheckedAddresses:
    """Which e-mail addresses and telephone numbers of a CSV are opposed, in whatever column they stand.

    Nothing of the file is kept but that there was a check, and how many addresses were opposed.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``file_too_large``, ``csv_unreadable``.
    """
    require(installation, actor, Action.CHECK_OPT_OUT)
    if len(content) > LARGEST:
        raise NotPossible("file_too_large", most=LARGEST)
    lines, cells = _cells(_text(content))
    with index_view(installation, actor, Action.CHECK_OPT_OUT) as view:
        points = hashed(installation, (point for *_place, point, _written in cells))
        listed = store.listed(view.connection, view.source, sorted(set(points)))
    opposed = tuple(
        OpposedAddress(line, column, point.kind, written, day_date(listed[value]))
        for (line, column, point, written), value in zip(cells, points, strict=True)
        if value in listed
    )
    note_search(installation, actor, len(opposed))
    return CheckedAddresses(lines, len(cells), opposed)


def strike(installation: Installation, actor: Identity, person: str, reason: str) -> None:
    """Take somebody off the list who chose so, or was on it by mistake. What the source says of them stands.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``refusal_without_reason``, ``not_on_the_list``, or what is wrong with the source.
    """
    require(installation, actor, Action.RECORD_OBJECTION, Purpose.PROSPECTING)
    source = configured_source(installation)
    with source_engine(installation) as engine, snapshot(engine) as facts, writing(installation.store) as connection:
        require_in(connection, actor, Action.RECORD_OBJECTION, Purpose.PROSPECTING)
        take_turn(connection)
        if not reason.strip():
            raise NotPossible("refusal_without_reason")
        if not store.remove(connection, source.name, [person]):
            raise NotPossible("not_on_the_list")
        decision = decide_now(installation, connection, facts, [person], installation.today())
        refresh_index(installation, connection, [person], decision)
        journal.record(
            installation,
            connection,
            actor,
            action=STRUCK,
            about="opt_out_list",
            details={"purpose": Purpose.PROSPECTING.code, "persons": 1},
            reason_id=journal.keep_reason(connection, reason.strip()),
        )


def _text(content: bytes) -> str:
    """As a spreadsheet wrote it: UTF-8, or the code page of Windows."""
    if b"\0" in content:
        raise NotPossible("csv_unreadable")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _cells(text: str) -> tuple[int, list[tuple[int, int, ContactPoint, str]]]:
    """How many lines there are, and each contact point with its place and as it was written."""
    head = text[:10_000]
    separator = max(_SEPARATORS, key=head.count)
    found: list[tuple[int, int, ContactPoint, str]] = []
    lines = 0
    try:
        for line, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), 1):
            lines = line
            for column, cell in enumerate(row, 1):
                found += [(line, column, point, written) for point, written in _points(cell)]
    except csv.Error:
        raise NotPossible("csv_unreadable") from None
    return lines, found


def _points(cell: str) -> Iterator[tuple[ContactPoint, str]]:
    """The contact points of a cell: itself, or the e-mail addresses among its words."""
    whole = contact_point(cell)
    if whole is not None:
        yield whole, cell.strip()
    elif "@" in cell:
        for word in _BETWEEN.split(cell):
            point = contact_point(word) if "@" in word else None
            if point is not None:
                yield point, word

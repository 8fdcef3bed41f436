"""What outlives the record it proves: events of erased consents, and the objections of persons who are gone."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, func, insert, select

from diager_dpo.domain.civil import later
from diager_dpo.domain.words import ConsentEvent, Subject
from diager_dpo.store import entry_consents
from diager_dpo.store.fingerprints import keyed_marks
from diager_dpo.store.membership import within
from diager_dpo.store.tables import consent_proof, opposed_person, opt_out_point, recorded_refusal

OBJECTION = ("", 0)
"""Operation and subject of an objection: it is of no consent."""

REVIEW_MONTHS = 36


@dataclass(frozen=True, slots=True)
class Proof:
    """One event. ``at``: microseconds since 1970 in UTC; ``pure``: 1 for a day without a time."""

    pseudonym: str
    operation: str
    about: int
    event: int
    at: int
    on: int
    pure: int
    notice_version: str
    channel: str
    mark: int
    keep_until: int


_COLUMNS = tuple(field.name for field in fields(Proof))
_UNIQUE = ("pseudonym", "operation", "about", "event", "at")


def keep(connection: Connection, source: str, proofs: Sequence[Proof]) -> int:
    """Keep what is not kept yet; how many events that were. Done again, it changes nothing."""
    if not proofs:
        return 0
    p = consent_proof.c
    known = select(*(p[name] for name in _UNIQUE)).where(
        p.source == source, within(connection, p.pseudonym, sorted({each.pseudonym for each in proofs}))
    )
    there = {tuple(row) for row in connection.execute(known)}
    fresh = {tuple(getattr(each, name) for name in _UNIQUE): each for each in proofs}
    rows = [
        dict(zip(_COLUMNS, astuple(each), strict=True)) | {"source": source}
        for key, each in fresh.items()
        if key not in there
    ]
    if rows:
        connection.execute(insert(consent_proof), rows)
    return len(rows)


def marks(connection: Connection, source: str) -> NDArray[np.int64]:
    """The marks of everybody something is kept of."""
    p = consent_proof.c
    return np.fromiter(connection.scalars(select(p.mark).where(p.source == source).distinct()), np.int64)


def of(connection: Connection, source: str, pseudonyms: Sequence[str]) -> list[Proof]:
    """Everything that is kept of these persons, in the order of time."""
    p = consent_proof.c
    query = select(*(p[name] for name in _COLUMNS)).where(p.source == source)
    rows = connection.execute(query.where(within(connection, p.pseudonym, pseudonyms)).order_by(p.at))
    return [Proof(*row) for row in rows]


def drop_expired(connection: Connection, source: str, today: int) -> int:
    """Drop proofs whose time is over; how many. A refusal of prospecting that stands is re-examined, never dropped."""
    p = consent_proof.c
    over = (p.source == source, p.keep_until < today)
    entries = (p.about != Subject.NEWSLETTER) & (p.operation != "")
    dropped = connection.execute(delete(consent_proof).where(*over, entries)).rowcount
    newsletter = (p.source == source, p.about == Subject.NEWSLETTER)
    last = select(p.pseudonym, func.max(p.at).label("at")).where(*newsletter).group_by(p.pseudonym).subquery()
    undone = (
        select(last.c.pseudonym)
        .join(consent_proof, (p.pseudonym == last.c.pseudonym) & (p.at == last.c.at))
        .where(*newsletter)
        .group_by(last.c.pseudonym)
        .having(func.max(p.event) == ConsentEvent.GIVEN)
    )
    done = list(connection.scalars(undone))
    if done:
        these = within(connection, p.pseudonym, done)
        dropped += connection.execute(delete(consent_proof).where(*over, *newsletter, these)).rowcount
    return int(dropped)


def to_re_examine(connection: Connection, source: str, today: int) -> int:
    """How many refusals of gone persons wait for somebody to look at them again."""
    p = consent_proof.c
    counted = select(func.count(p.pseudonym.distinct())).where(p.source == source, p.keep_until < today)
    return int(connection.scalar(counted) or 0)


def forget_key(connection: Connection, source: str, pseudonyms: Mapping[str, str], key: bytes) -> None:
    """Take the keys of erased persons out of everything that is known of their consents and refusals.

    Their objections are kept under the pseudonym: no erasure brings a person back to prospecting.
    """
    persons = sorted(pseudonyms)
    entry_consents.forget(connection, source, persons)
    o = opposed_person.c
    rows = connection.execute(select(opposed_person).where(o.source == source, within(connection, o.person, persons)))
    found = rows.all()
    if found:
        on = np.array([row.on for row in found], np.int32)
        until = later(on, REVIEW_MONTHS).tolist()
        mark = keyed_marks(np.array([row.person for row in found], np.object_), key).tolist()
        (operation, about), event = OBJECTION, int(ConsentEvent.WITHDRAWN)
        kept = [
            Proof(pseudonyms[row.person], operation, about, event, row.at, row.on, row.pure, "", "", its_mark, its_end)
            for row, its_mark, its_end in zip(found, mark, until, strict=True)
        ]
        keep(connection, source, kept)
        connection.execute(delete(opposed_person).where(o.source == source, within(connection, o.person, persons)))
    for table in (opt_out_point, recorded_refusal):
        theirs = (table.c.source == source, within(connection, table.c.person, persons))
        for person in list(connection.scalars(select(table.c.person).where(*theirs).distinct())):
            mine = (table.c.source == source, table.c.person == person)
            connection.execute(table.update().where(*mine).values(person=pseudonyms[person]))

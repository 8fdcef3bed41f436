"""Refusals and announcements that the store knows beside the source, as facts: a scan and a live look see the same.

Recorded here by somebody; seen by an earlier scan and lost by the source since; or kept when their own record was
erased: none of them ends with what it refuses (rules, "Refusals outlive what they refuse").
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from diager_dpo.domain.added_facts import ConsentEvents, with_announced, with_consents, with_objections
from diager_dpo.domain.civil import Duration
from diager_dpo.domain.consent_states import pure_moments
from diager_dpo.domain.facts import Facts, Keys, Moments
from diager_dpo.domain.words import ConsentEvent, Subject
from diager_dpo.services.installation import Installation
from diager_dpo.services.keys import PSEUDONYM, secret
from diager_dpo.services.pseudonyms import pseudonyms
from diager_dpo.store import announcements, consent_proofs, opt_out, recorded_refusals
from diager_dpo.store.fingerprints import keyed_marks

_FEW = 20_000


def with_recorded(connection: Connection, source_name: str, facts: Facts, today: int) -> Facts:
    """With the refusals that were recorded here, and the objections that an earlier scan saw.

    Those of a later day than ``today`` are left out: a scan of a former day knows what that day knew.
    """
    persons = facts.persons.key
    few = persons.tolist() if len(persons) <= _FEW else None
    opposed = [each for each in opt_out.opposed(connection, source_name, few) if each.on <= today]
    recorded = [each for each in recorded_refusals.standing(connection, source_name, few) if each.on <= today]
    if not opposed and not recorded:
        return facts
    objected = [each for each in recorded if each.kind == recorded_refusals.OBJECTION]
    place = _places(persons, [*(each.person for each in opposed), *(each.person for each in objected)])
    days = pure_moments(np.array([each.on for each in objected], np.int32))
    at = Moments(
        np.concatenate([np.array([each.on for each in opposed], np.int32), days.day]),
        np.concatenate([np.array([each.at for each in opposed], np.int64), days.micros]),
        np.concatenate([np.array([each.pure for each in opposed], np.bool_), days.pure]),
    )
    known = place >= 0
    facts = with_objections(facts, place[known], Moments(at.day[known], at.micros[known], at.pure[known]))
    return _with_withdrawals(facts, [each for each in recorded if each.kind == recorded_refusals.WITHDRAWAL])


def _with_withdrawals(facts: Facts, recorded: Sequence[recorded_refusals.Refusal]) -> Facts:
    if not recorded:
        return facts
    operations = np.empty(0, np.object_) if facts.operations is None else facts.operations.key
    person = _places(facts.persons.key, [each.person for each in recorded])
    operation = _places(operations, [each.operation for each in recorded])
    subject = np.array([each.about for each in recorded], np.int8)
    # An entry is one of an operation; a newsletter is refused whatever became of its operation.
    kept = (person >= 0) & ((operation >= 0) | (subject == Subject.NEWSLETTER))
    size = int(kept.sum())
    events = ConsentEvents(
        person[kept],
        operation[kept],
        subject[kept],
        np.full(size, ConsentEvent.WITHDRAWN, np.int8),
        pure_moments(np.array([each.on for each in recorded], np.int32)[kept]),
        np.zeros(size, np.bool_),
        np.ones(size, np.bool_),
    )
    return with_consents(facts, events)


def with_proofs(
    installation: Installation, connection: Connection, source_name: str, facts: Facts, today: int
) -> Facts:
    """With what the store kept of erased consents, and of the objections of persons who were gone and came back."""
    marks = consent_proofs.marks(connection, source_name)
    if not len(marks):
        return facts
    marked = keyed_marks(facts.persons.key, secret(installation, PSEUDONYM))
    where = np.flatnonzero(np.isin(marked, marks))
    if not len(where):
        return facts
    names = pseudonyms(installation, source_name, facts.persons.key[where].tolist())
    of = dict(zip(names, where.tolist(), strict=True))
    rows = [row for row in consent_proofs.of(connection, source_name, names) if row.on <= today]
    objections = [row for row in rows if (row.operation, row.about) == consent_proofs.OBJECTION]
    facts = with_objections(facts, np.array([of[row.pseudonym] for row in objections], np.int32), _moments(objections))
    operations = np.empty(0, np.object_) if facts.operations is None else facts.operations.key
    given = [row for row in rows if row.operation]
    operation = _places(operations, [row.operation for row in given])
    kept = (operation >= 0) | np.array([row.about == Subject.NEWSLETTER for row in given], np.bool_)
    told = [row for row, wanted in zip(given, kept.tolist(), strict=True) if wanted]
    events = ConsentEvents(
        np.array([of[row.pseudonym] for row in told], np.int32),
        operation[kept],
        np.array([row.about for row in told], np.int8),
        np.array([row.event for row in told], np.int8),
        _moments(told),
        np.array([bool(row.notice_version) for row in told], np.bool_),
        np.array([bool(row.channel) for row in told], np.bool_),
    )
    return with_consents(facts, events)


def with_announcements(connection: Connection, source_name: str, facts: Facts) -> Facts:
    """With the durations that the DPO announced in place of those of the source."""
    standing = announcements.standing(connection, source_name)
    if facts.operations is None or not standing:
        return facts
    announced: list[tuple[int, int | Duration]] = []
    for place, operation in enumerate(facts.operations.key.tolist()):
        stands = standing.get(operation)
        if stands is not None and stands.keep_until is not None:
            announced.append((place, stands.keep_until))
        elif stands is not None and stands.keep_for is not None:
            announced.append((place, Duration.parse(stands.keep_for)))
    return with_announced(facts, announced)


def _places(keys: Keys, named: Sequence[str]) -> "np.ndarray[tuple[int], np.dtype[np.int32]]":
    """Where each named key stands among ``keys``, which are many; -1 where it does not."""
    wanted = pd.Index(sorted(set(named)), dtype=object)
    if wanted.empty or not len(keys):
        return np.full(len(named), -1, np.int32)
    among = wanted.get_indexer(pd.Index(keys, dtype=object))
    found = np.flatnonzero(among >= 0)
    of_key = dict(zip(wanted[among[found]].tolist(), found.tolist(), strict=True))
    return np.array([of_key.get(each, -1) for each in named], np.int32)


def _moments(rows: Sequence[consent_proofs.Proof]) -> Moments:
    return Moments(
        np.array([row.on for row in rows], np.int32),
        np.array([row.at for row in rows], np.int64),
        np.array([row.pure for row in rows], np.bool_),
    )

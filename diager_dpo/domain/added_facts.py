"""Facts of the source with more rows: what people said elsewhere, and what the store kept of what is erased."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

import numpy as np

from diager_dpo.domain.civil import NO_DAY, Duration, Mask, Positions
from diager_dpo.domain.facts import Codes, Consents, Facts, Moments, Objections

_Table = TypeVar("_Table", Moments, Objections, Consents)


def with_objections(facts: Facts, person: Positions, at: Moments) -> Facts:
    """The same facts with more objections; ``person``: positions among the persons of the facts."""
    if not len(person):
        return facts
    more = Objections(person.astype(np.int32), at)
    return replace(facts, objections=more if facts.objections is None else _joined(facts.objections, more))


@dataclass(frozen=True, slots=True)
class ConsentEvents:
    """More consent events; ``operation`` -1: one that the facts do not know."""

    person: Positions
    operation: Positions
    subject: Codes
    event: Codes
    at: Moments
    has_notice: Mask
    has_channel: Mask


def with_consents(facts: Facts, events: ConsentEvents) -> Facts:
    """The same facts with more consent events."""
    if not len(events.person):
        return facts
    more = Consents(*(getattr(events, field.name) for field in fields(Consents)))
    return replace(facts, consents=more if facts.consents is None else _joined(facts.consents, more))


def with_announced(facts: Facts, announced: Sequence[tuple[int, int | Duration]]) -> Facts:
    """The same facts with other durations of some operations: its position, and the last day or the duration."""
    if facts.operations is None or not announced:
        return facts
    kept = facts.operations
    until, months, days = kept.keep_until.copy(), kept.keep_for_months.copy(), kept.keep_for_days.copy()
    for place, what in announced:
        if isinstance(what, Duration):
            until[place], months[place], days[place] = NO_DAY, what.months, what.days
        else:
            until[place], months[place], days[place] = what, -1, -1
    return replace(facts, operations=replace(kept, keep_until=until, keep_for_months=months, keep_for_days=days))


def _joined(table: _Table, more: _Table) -> _Table:
    values: list[Any] = []
    for field in fields(table):
        one, other = getattr(table, field.name), getattr(more, field.name)
        values.append(_joined(one, other) if is_dataclass(one) else np.concatenate([one, other.astype(one.dtype)]))
    return type(table)(*values)

"""The rules behind verdicts, numbered once for ever."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, insert, select

from diager_dpo.domain.civil import day_number
from diager_dpo.domain.verdicts import AppliedRule
from diager_dpo.store.tables import rule

_COLUMNS = (rule.c.purpose, rule.c.category, rule.c.duration, rule.c.charter, rule.c.clause, rule.c.effective)


def known_numbers(connection: Connection, rules: Sequence[AppliedRule]) -> NDArray[np.int32]:
    """The number of each rule in the store, -1 where it does not know it."""
    known = {tuple(row[1:]): row[0] for row in connection.execute(select(rule.c.id, *_COLUMNS))}
    return np.array([known.get(_row(applied), -1) for applied in rules], np.int32)


def numbers(connection: Connection, rules: Sequence[AppliedRule]) -> NDArray[np.int32]:
    """The number of each rule in the store; those it does not know yet are added. Needs a writing transaction."""
    known = {tuple(row[1:]): row[0] for row in connection.execute(select(rule.c.id, *_COLUMNS))}
    answer = []
    for applied in rules:
        row = _row(applied)
        if row not in known:
            values = dict(zip((column.name for column in _COLUMNS), row, strict=True))
            known[row] = connection.execute(insert(rule).values(values).returning(rule.c.id)).scalar_one()
        answer.append(known[row])
    return np.array(answer, np.int32)


def _row(applied: AppliedRule) -> tuple[int, int, str, str, str, int]:
    return (
        int(applied.purpose),
        int(applied.category),
        applied.duration,
        applied.charter,
        applied.clause,
        day_number(applied.effective),
    )

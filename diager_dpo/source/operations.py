"""The operations of a source: those it announces, and those that only an entry or a consent names."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from diager_dpo.domain.civil import NO_DAY
from diager_dpo.domain.facts import Keys, Operations
from diager_dpo.source.rows import FactRows


def announced(rows: FactRows) -> tuple[Operations, list[str]]:
    """Each operation once, and the keys of those that come several times with different dates or durations.

    Of these the row of the longest retention counts, so that nothing goes before what was announced last.
    """
    keep_for = rows["keep_for"]
    values = np.column_stack([
        rows["keep_until"], rows["closes_on"], keep_for, rows["opens_on"],
    ]).astype(np.int64).reshape(rows.count, 5)  # fmt: skip
    which, _ = pd.factorize(rows["operation"])
    columns = [rows["provider"].astype(str), rows["name"].astype(str), *values.T[::-1], which]
    order = np.lexsort(columns)
    last = np.append(np.diff(which[order]) != 0, True) if rows.count else np.array([], np.bool_)
    chosen = order[np.flatnonzero(last)]
    differs = (values != values[chosen][which]).any(axis=1)
    contradicting = sorted(set(rows["operation"][differs]))
    return _operations(rows, chosen), contradicting


def _operations(rows: FactRows, chosen: "np.ndarray[tuple[int], np.dtype[np.intp]]") -> Operations:
    return Operations(
        key=rows["operation"][chosen],
        name=rows["name"][chosen],
        provider=rows["provider"][chosen],
        opens=rows["opens_on"][chosen],
        closes=rows["closes_on"][chosen],
        keep_until=rows["keep_until"][chosen],
        keep_for_months=rows["keep_for"][chosen, 0],
        keep_for_days=rows["keep_for"][chosen, 1],
        prolonged_on=np.full(len(chosen), NO_DAY, np.int32),
    )


def no_operations() -> Operations:
    """Where the source file gives entries and no operations."""
    return _unannounced(np.array([], dtype=object))


def with_unannounced(operations: Operations, named: Sequence[Keys], prolonged: Mapping[str, int]) -> Operations:
    """With the operations that only ``named`` knows, without a duration, and with the days of known prolongations."""
    known = pd.Index(operations.key, dtype=object)
    seen = pd.Index(pd.unique(np.concatenate([*named, np.array([], dtype=object)])), dtype=object)
    extra = _unannounced(np.array(sorted(seen[~seen.isin(known)]), dtype=object))
    key = np.concatenate([operations.key, extra.key])
    return Operations(
        key=key,
        name=np.concatenate([operations.name, extra.name]),
        provider=np.concatenate([operations.provider, extra.provider]),
        opens=np.concatenate([operations.opens, extra.opens]),
        closes=np.concatenate([operations.closes, extra.closes]),
        keep_until=np.concatenate([operations.keep_until, extra.keep_until]),
        keep_for_months=np.concatenate([operations.keep_for_months, extra.keep_for_months]),
        keep_for_days=np.concatenate([operations.keep_for_days, extra.keep_for_days]),
        prolonged_on=np.array([prolonged.get(operation, NO_DAY) for operation in key], np.int32),
    )


def _unannounced(keys: Keys) -> Operations:
    count = len(keys)
    no_text, no_day = np.full(count, "", dtype=object), np.full(count, NO_DAY, np.int32)
    no_duration = np.full(count, -1, np.int32)
    return Operations(keys, no_text, no_text, no_day, no_day, no_day, no_duration, no_duration, no_day)

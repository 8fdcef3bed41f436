"""The rows of the index that a scan takes away."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row, bindparam, delete, select, text

from diager_dpo.store.tables import record

Key: TypeAlias = tuple[str, int, str]  # person, purpose, operation
Fingerprints: TypeAlias = NDArray[np.int64]


def former_records(connection: Connection, source: str, come: Iterable[Key], stale: Fingerprints) -> Sequence[Row[Any]]:
    """The rows that go: those in whose place another comes, and those that nothing replaces.

    Where every one of the ``stale`` fingerprints is found among the former, no pass over the index is needed.
    """
    replaced = _with_keys(connection, source, come)
    left = np.setdiff1d(stale, np.array([row.fingerprint for row in replaced], np.int64))
    return [*replaced, *_with_fingerprints(connection, source, left)]


def _with_keys(connection: Connection, source: str, keys: Iterable[Key]) -> Sequence[Row[Any]]:
    given = (
        "json_each(:keys) AS wanted CROSS JOIN record ON person = json_extract(wanted.value, '$[0]')"
        " AND purpose = json_extract(wanted.value, '$[1]') AND operation = json_extract(wanted.value, '$[2]')"
        if _is_sqlite(connection)
        else "json_array_elements(CAST(:keys AS json)) AS wanted(value) JOIN record ON person = wanted.value ->> 0"
        " AND purpose = CAST(wanted.value ->> 1 AS smallint) AND operation = wanted.value ->> 2"
    )
    query = text(f"SELECT record.* FROM {given} WHERE source = :source").columns(*record.columns)  # noqa: S608
    return connection.execute(query, {"keys": json.dumps(sorted(keys)), "source": source}).all()


def _with_fingerprints(connection: Connection, source: str, stale: Fingerprints) -> Sequence[Row[Any]]:
    if not len(stale):
        return ()
    given = (
        "SELECT value FROM json_each(:stale)"
        if _is_sqlite(connection)
        else "SELECT value::bigint FROM json_array_elements_text(CAST(:stale AS json))"
    )
    among = text(f"fingerprint IN ({given})").bindparams(stale=json.dumps(stale.tolist()))
    return connection.execute(select(record).where(record.c.source == source, among)).all()


def delete_records(connection: Connection, source: str, keys: Iterable[Key]) -> None:
    """Delete the records with these keys."""
    names = ("person", "purpose", "operation")
    conditions = [record.c[name] == bindparam(f"of_{name}") for name in names]
    parameters = [{f"of_{name}": part for name, part in zip(names, key, strict=True)} for key in sorted(keys)]
    if parameters:
        connection.execute(delete(record).where(record.c.source == source, *conditions), parameters)


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"

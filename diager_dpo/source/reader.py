"""Reads the facts of a source: one snapshot, in chunks, as the columns that the rules work on.

Nothing is dropped in silence: a row without a key, or about a person that ``persons`` does not return, becomes a
counted finding; a fact that cannot be read at all is an error that names it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from diager_dpo.domain.civil import Positions
from diager_dpo.domain.facts import (
    EXAMPLES,
    Consents,
    Entries,
    Facts,
    Finding,
    Keys,
    Litigations,
    Objections,
    Operations,
    Persons,
    Relations,
    Vouchers,
)
from diager_dpo.domain.words import Anomaly
from diager_dpo.source.connection import snapshot
from diager_dpo.source.errors import SourceReadError
from diager_dpo.source.merging import examples, merge_persons
from diager_dpo.source.narrowing import statements
from diager_dpo.source.operations import announced, no_operations, with_unannounced
from diager_dpo.source.rows import FactRows, Progress, read_rows
from diager_dpo.source.source_file import SourceFile

_NO_DAY_IS_AFTER = 2**31 - 1
_NOTHING: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a source said, and what of it could not be placed."""

    facts: Facts
    findings: tuple[Finding, ...]


def read_facts(
    engine: sa.Engine,
    source_file: SourceFile,
    *,
    known_prolongations: Mapping[str, int] = _NOTHING,
    progress: Progress | None = None,
    persons: Sequence[str] | None = None,
    today: int = _NO_DAY_IS_AFTER,
) -> Reading:
    """Read every fact that a scan needs, in one snapshot.

    Args:
        engine: of ``connection.open_source``.
        source_file: the SELECTs.
        known_prolongations: operation -> day on which a scan first saw a longer retention.
        progress: told each fact and how many of its rows were read so far.
        persons: read their rows only, for a live look at a few; operations are read whole.
        today: day after which a date is in the future; of a person that comes twice, days up to it win.

    Raises:
        SourceConnectionError: the source cannot be reached.
        SourceReadError: a fact cannot be read; names the fact, the column, what is expected, and never a value.
    """
    with snapshot(engine) as connection:
        reader = _Reader(connection, source_file, progress, persons, today)
        return reader.read(known_prolongations)


def read_facts_of(connection: sa.Connection, source_file: SourceFile, persons: Sequence[str], *, today: int) -> Reading:
    """The facts of a few persons as a transaction that is under way sees them, its own changes included.

    Raises:
        SourceReadError: as ``read_facts``.
    """
    return _Reader(connection, source_file, None, persons, today).read(_NOTHING)


def persons_named(connection: sa.Connection, source_file: SourceFile, fact: str) -> frozenset[str]:
    """Whom a fact of persons names; nobody where the source file does not give it."""
    if fact not in source_file.facts:
        return frozenset()
    rows = read_rows(connection, statements(connection, fact, source_file.facts[fact]), source_file.timezone)
    return frozenset(key for key in rows["person"].tolist() if isinstance(key, str))


@dataclass(slots=True)
class _Reader:
    """The state of one reading: the persons found so far and what could not be placed."""

    connection: sa.Connection
    source: SourceFile
    progress: Progress | None
    wanted: Sequence[str] | None
    today: int
    findings: list[Finding] = field(default_factory=list)
    has_kind: bool = False
    index: pd.Index = field(default_factory=lambda: pd.Index([], dtype=object))

    def read(self, known_prolongations: Mapping[str, int]) -> Reading:
        persons = self._persons()
        relations, vouchers = self._relations(), self._vouchers()
        objections, litigations = self._objections(), self._litigations()
        entry_rows, consent_rows = self._of_operations("entries"), self._of_operations("consents")
        operations = self._operations()
        if operations is None and (entry_rows or consent_rows):
            operations = no_operations()
        entries, consents = None, None
        if operations is not None:
            named = [placed.rows["operation"] for placed in (entry_rows, consent_rows) if placed]
            operations = with_unannounced(operations, named, known_prolongations)
            keys = pd.Index(operations.key, dtype=object)
            entries = _entries(entry_rows, keys) if entry_rows else None
            consents = _consents(consent_rows, keys) if consent_rows else None
        facts = Facts(persons, relations, vouchers, objections, litigations, operations, entries, consents)
        return Reading(facts, tuple(self.findings))

    def _rows(self, fact: str) -> FactRows | None:
        """The rows of a fact whose keys are all there; ``None`` where the source file does not give the fact."""
        if fact not in self.source.facts:
            return None
        wanted = None if fact == "operations" else self.wanted
        planned = statements(self.connection, fact, self.source.facts[fact], wanted)
        rows = read_rows(self.connection, planned, self.source.timezone, self.progress)
        if wanted is not None:
            rows = rows.where(pd.Index(rows["person"], dtype=object).isin(wanted))
        return self._with_keys(rows)

    def _with_keys(self, rows: FactRows) -> FactRows:
        kept = np.ones(rows.count, np.bool_)
        for column in ("person", "operation"):
            if column in rows.columns:
                given = ~pd.isna(rows[column])
                others = [rows["person"][~given]] if column == "operation" and "person" in rows.columns else []
                self._find(Anomaly.NULL_KEY, rows.fact, column, int((~given).sum()), others)
                kept &= given
        return rows.where(kept)

    def _find(self, anomaly: Anomaly, fact: str, column: str, count: int, keys: Sequence[Keys | list[str]]) -> None:
        if count:
            named = [key for part in keys for key in part if key is not None]
            self.findings.append(Finding(anomaly, fact, column, count, examples(named, EXAMPLES)))

    def _persons(self) -> Persons:
        rows = self._rows("persons")
        if rows is None:
            raise SourceReadError("missing_fact", fact="persons")
        self.has_kind = rows.has_kind
        once = np.zeros(rows.count, np.bool_)
        given = Persons(rows["person"], rows["collected_at"], rows["last_inbound_contact_at"], rows["origin"], once)
        persons, twice = merge_persons(given, self.today)
        self._find(Anomaly.DUPLICATE_PERSON, "persons", "person", len(twice), [twice])
        self.index = pd.Index(persons.key, dtype=object)
        return persons

    def _placed(self, fact: str) -> "_Placed | None":
        """The rows of a fact about persons that ``persons`` returns, each with the position of its person."""
        rows = self._rows(fact)
        if rows is None:
            return None
        if rows.has_kind != self.has_kind:
            raise SourceReadError("kind_not_everywhere", fact=fact, column="kind")
        positions = _places(self.index, rows["person"])
        known = positions >= 0
        unknown = rows["person"][~known]
        self._find(Anomaly.UNKNOWN_PERSON, fact, "person", len(unknown), [unknown])
        return _Placed(rows.where(known), positions[known])

    _of_operations = _placed

    def _relations(self) -> Relations | None:
        placed = self._placed("relations")
        if placed is None:
            return None
        rows = placed.rows
        return Relations(
            person=placed.person,
            started=rows["started_on"],
            commercial_end=rows["commercial_end_on"],
            contract_end=rows["contract_end_on"],
            is_open=rows["is_open"],
            last_activity=rows["last_activity_on"],
        )

    def _vouchers(self) -> Vouchers | None:
        placed = self._placed("vouchers")
        return Vouchers(placed.person, placed.rows["issued_on"]) if placed else None

    def _objections(self) -> Objections | None:
        placed = self._placed("objections")
        return Objections(placed.person, placed.rows["objected_at"]) if placed else None

    def _litigations(self) -> Litigations | None:
        placed = self._placed("litigations")
        return Litigations(placed.person, placed.rows["since"], placed.rows["purpose"]) if placed else None

    def _operations(self) -> Operations | None:
        rows = self._rows("operations")
        if rows is None:
            return None
        operations, contradicting = announced(rows)
        self._find(Anomaly.KEEP_CONFLICT, "operations", "operation", len(contradicting), [contradicting])
        return operations


@dataclass(frozen=True, slots=True)
class _Placed:
    """Rows whose person is known."""

    rows: FactRows
    person: Positions


def _places(index: "pd.Index[Any]", keys: Keys) -> Positions:
    """Where each key stands, -1 where it does not. As objects: pandas would first turn the keys into its own text."""
    return index.get_indexer(pd.Index(keys, dtype=object)).astype(np.int32)


def _entries(placed: _Placed, operations: "pd.Index[Any]") -> Entries:
    return Entries(placed.person, _places(operations, placed.rows["operation"]), placed.rows["entered_at"])


def _consents(placed: _Placed, operations: "pd.Index[Any]") -> Consents:
    rows = placed.rows
    return Consents(
        person=placed.person,
        operation=_places(operations, rows["operation"]),
        subject=rows["subject"],
        event=rows["event"],
        at=rows["at"],
        has_notice=rows["notice_version"],
        has_channel=rows["channel"],
    )

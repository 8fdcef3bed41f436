"""Where else a person's values stand: in the text columns a source file names, in rows and columns that stay.

A person's values are their labels, their contact points and the texts that an erasure of them takes. Each becomes a
short run of words, without accents and case, or the digits of a telephone number. The texts are read once, in chunks;
each word of a text is looked up in an index of the first words of the values. Whole names, e-mail addresses and
telephone numbers count wherever they stand. Anything else (a last name alone, a remark of the person's own row) names
somebody only where hardly any row holds it: see docs/decisions/residue.md. No value leaves this module.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import sqlalchemy as sa

from diager_dpo.domain.erasure import bit
from diager_dpo.source.connection import server_side_cursor
from diager_dpo.source.erasure_batch import Batch, chunks, keys_as_text
from diager_dpo.source.erasure_errors import SourceErasureError, rows_of, told_by
from diager_dpo.source.erasure_keys import of_keys
from diager_dpo.source.erasure_plan import ErasurePlan, TablePlan
from diager_dpo.source.erasure_rows import Decision, Erasing, decide, rows_leading
from diager_dpo.source.erasure_whole import goes_whole
from diager_dpo.source.folding import digits, folded
from diager_dpo.source.narrowing import statements
from diager_dpo.source.rows import read_rows
from diager_dpo.source.sampling import place
from diager_dpo.source.schema import TypeKind
from diager_dpo.source.source_file import SourceFile, TableColumn

_WORD = re.compile(r"\w+(?:[.+@\-]\w+)*@\w+(?:[.\-]\w+)+|\w+")
_TELEPHONE = re.compile(r"\+?\d(?:[\s().\-/]*\d){7,14}")
_FEWEST_LETTERS, _MOST_WORDS, _FEW_ROWS, _NATIONAL = 3, 6, 1, 9
_Run: TypeAlias = tuple[str, ...]
_ROWS = 2_000
_EVERYWHERE = frozenset({
    "monsieur", "madame", "mme", "mlle", "mademoiselle", "maitre", "dr", "docteur", "mr", "mrs", "ms", "none",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Residue:
    """In the row ``key`` of ``table``, ``column`` holds a value of the person at position ``item`` of the batch.

    ``key``: the row's primary key, several columns joined by "/".
    """

    item: int
    table: str
    column: str
    key: str


@dataclass(slots=True)
class _Values:
    """What is looked for: runs of words by their first word, and digits of telephone numbers; each with who.

    ``named``: by run, whom it names wherever it stands; whom else it may mean is in ``runs`` alone.
    """

    runs: dict[str, dict[_Run, set[int]]] = field(default_factory=lambda: defaultdict(dict))
    named: dict[_Run, set[int]] = field(default_factory=lambda: defaultdict(set))
    numbers: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def add(self, item: int, text: str, *, names: bool = False) -> None:
        """One value. A text longer than a name or an address is no value: it would be found nowhere else.

        ``names``: a label or a contact point, which names somebody unless it is one word of a name.
        """
        for number in _numbers(text):
            self.numbers[number].add(item)
        words = tuple(word for word in _words(text) if word not in _EVERYWHERE)
        letters = sum(character.isalpha() for word in words for character in word)
        if 0 < len(words) <= _MOST_WORDS and letters >= _FEWEST_LETTERS and not _TELEPHONE.search(text):
            self.runs[words[0]].setdefault(words, set()).add(item)
            if "@" in words[0] or (names and len(words) > 1):
                self.named[words].add(item)

    def in_text(self, text: str) -> tuple[set[int], set[_Run]]:
        """Whose names, addresses and numbers stand in it, and the runs that may mean somebody else as well."""
        found: set[int] = set()
        runs: set[_Run] = set()
        for number in _numbers(text):
            found |= self.numbers.get(number, set())
        words = tuple(_words(text))
        for at, word in enumerate(words):
            for run, items in self.runs.get(word, {}).items():
                if words[at : at + len(run)] == run:
                    named = self.named.get(run, set())
                    found |= named
                    if len(items) > len(named):
                        runs.add(run)
        return found, runs


@dataclass(slots=True)
class _Unsure:
    """Rows that hold what may mean anybody: by run, the few rows that hold it, and how many do."""

    values: _Values
    rows: dict[_Run, list[tuple[str, str, str]]] = field(default_factory=lambda: defaultdict(list))
    seen: Counter[_Run] = field(default_factory=Counter)

    def add(self, run: _Run, row: tuple[str, str, str]) -> None:
        """One more row."""
        self.seen[run] += 1
        if self.seen[run] <= _FEW_ROWS:
            self.rows[run].append(row)

    def rare(self) -> set[Residue]:
        """What hardly any row holds means somebody, where it is not the value of several of the batch."""
        return {
            Residue(item, *row)
            for run, rows in self.rows.items()
            if self.seen[run] <= _FEW_ROWS and len(self.values.runs[run[0]][run]) <= _FEW_ROWS
            for row in rows
            for item in self.values.runs[run[0]][run]
        }


def find_residue(connection: sa.Connection, plan: ErasurePlan, source: SourceFile, batch: Batch) -> tuple[Residue, ...]:
    """Every place of the ``[residue]`` columns where a value of somebody in the batch would remain.

    Read before the erasure, in one transaction. What the batch itself erases there is left out; companions count as
    fully live. Memory: the values of the batch, and one chunk of texts.

    Raises:
        SourceErasureError: a table cannot be read. SourceReadError: a fact cannot be.
    """
    if not source.residue:
        return ()
    erasing = Erasing.of(connection, plan, batch)
    values = _values_of(erasing, source)
    unsure, found = _Unsure(values), set[Residue]()
    places = {column.table for column in source.residue}
    tables = {table.name: _Table.of(erasing, table) for table in plan.tables if table.name in places}
    for column in source.residue:
        own = tables.get(column.table)
        erased = own.erased(column.column) if own else frozenset()
        for key, text in _texts(connection, plan, column):
            if key in erased:
                continue
            row = (column.table, column.column, key)
            named, runs = values.in_text(text)
            leads = own.leads.get(key, frozenset()) if own else frozenset()
            found |= {Residue(item, *row) for item in named}
            for run in runs:
                found |= {Residue(item, *row) for item in values.runs[run[0]][run] & leads}
                unsure.add(run, row)
    found |= unsure.rare()
    return tuple(sorted(found, key=lambda it: (it.item, it.table, it.column, it.key)))


@dataclass(frozen=True, slots=True)
class _Table:
    """A declared table that holds texts. ``leads``: by row, the persons of the batch that it leads to."""

    leads: Mapping[str, frozenset[int]]
    decision: Decision | None
    gone: frozenset[str]

    @classmethod
    def of(cls, erasing: Erasing, table: TablePlan) -> "_Table":
        """As the erasure would find it."""
        rows = rows_leading(erasing, table)
        leads: dict[str, frozenset[int]] = {}
        for row, person in zip(rows.row.tolist(), rows.person.tolist(), strict=True):
            key = _spelt(rows.keys[row])
            leads[key] = leads.get(key, frozenset()) | {person}
        if not table.serves & bit(erasing.batch.purpose):
            return cls(leads, None, frozenset())
        whole = goes_whole(erasing.plan, table, erasing.batch)
        gone = frozenset(key for key, persons in leads.items() if any(whole[at] for at in persons))
        return cls(leads, decide(erasing, table, {}), gone)

    def erased(self, column: str) -> frozenset[str]:
        """The rows whose text the erasure takes itself."""
        if self.decision is None:
            return frozenset()
        keys, mask = self.decision.rows.keys, self.decision.goes.copy()
        if column in self.decision.columns:
            mask |= self.decision.columns[column]
        return self.gone | {_spelt(keys[at]) for at in mask.nonzero()[0]}


def _values_of(erasing: Erasing, source: SourceFile) -> _Values:
    values = _Values()
    where = {key: at for at, key in enumerate(erasing.batch.persons)}
    for fact, name in (("labels", "label"), ("contact_points", "value")):
        if fact in source.facts:
            asked = statements(erasing.connection, fact, source.facts[fact], erasing.batch.persons)
            rows = read_rows(erasing.connection, asked, source.timezone)
            for person, text in zip(rows["person"], rows[name], strict=True):
                if person in where:
                    values.add(where[person], text, names=True)
    for table in erasing.plan.tables:
        for item, text in _stored(erasing, table):
            values.add(item, text)
    return values


def _stored(erasing: Erasing, table: TablePlan) -> Iterator[tuple[int, str]]:
    """Texts of the columns that the purpose served, of rows that lead to one person."""
    names = [it.name for it in table.ending(erasing.batch.purpose) if it.column.kind is TypeKind.TEXT]
    if not names or table.shared:
        return
    way = table.ways[0]
    for chunk in chunks(erasing.people.of_kind(way.kind)):
        leads = of_keys(erasing.plan.dialect, way.person_column, way.person, chunk)
        asked = sa.select(way.person, *(way.own.c[name] for name in names)).where(leads, *way.counts)
        read = rows_of(erasing.connection, asked, table.name)
        for row, item in zip(read, _items(erasing, table, [row[0] for row in read]), strict=True):
            for text in row[1:]:
                if item >= 0 and isinstance(text, str):
                    yield item, text


def _items(erasing: Erasing, table: TablePlan, persons: Sequence[Any]) -> list[int]:
    positions: list[int] = erasing.people.positions(table.ways[0].kind, keys_as_text(table.name, persons)).tolist()
    return positions


def _texts(connection: sa.Connection, plan: ErasurePlan, column: TableColumn) -> Iterator[tuple[str, str]]:
    """Every text of a column with the key of its row, read in chunks by a cursor of the server."""
    declared = {table.name: tuple(it.name for it in table.key) for table in plan.tables}
    schema = plan.schema.tables.get(column.table)
    if schema is None or schema.column(column.column) is None:
        raise SourceErasureError("residue_column_missing", table=column.table, column=column.column)
    key = declared.get(column.table) or schema.primary_key
    own = place(column.table, *key, column.column)
    text = own.c[column.column]
    asked = sa.select(*(own.c[name] for name in key), text).where(text.is_not(None))
    statement = str(asked.compile(connection, compile_kwargs={"literal_binds": True}))
    with told_by(column.table):
        cursor = server_side_cursor(connection)
        try:
            cursor.execute(statement)
            while rows := cursor.fetchmany(_ROWS):
                for row in rows:
                    yield _spelt(row[:-1]), str(row[-1])
        finally:
            cursor.close()


def _spelt(key: Sequence[Any]) -> str:
    return "/".join(str(part) for part in key)


def _words(text: str) -> list[str]:
    """Its words in order; an e-mail address is one word."""
    return _WORD.findall(folded(text))


def _numbers(text: str) -> Iterator[str]:
    """The last nine digits of each telephone number: those it has at home and abroad."""
    for match in _TELEPHONE.finditer(text):
        yield digits(match[0])[-_NATIONAL:]

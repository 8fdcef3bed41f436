"""Where else a person's values stand: in the text columns a source file names, in rows and columns that stay.

A person's values are their labels, their contact points and the texts that an erasure of them takes. Each becomes a
short run of words, without accents and case, or the digits of a telephone number. The texts are read once, in chunks;
each word of a text is looked up in an index of the first words of the values. A single word that several persons of
the batch share (a first name) says nothing and is left out; who bears it is still found by their whole name. No value
leaves this module.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from diager_dpo.domain.erasure import bit
from diager_dpo.source.connection import server_side_cursor
from diager_dpo.source.erasure_batch import Batch, chunks, keys_as_text
from diager_dpo.source.erasure_errors import SourceErasureError, rows_of, told_by
from diager_dpo.source.erasure_keys import of_keys
from diager_dpo.source.erasure_plan import ErasurePlan, TablePlan
from diager_dpo.source.erasure_rows import Decision, Erasing, decide
from diager_dpo.source.folding import digits, folded
from diager_dpo.source.narrowing import statements
from diager_dpo.source.rows import read_rows
from diager_dpo.source.sampling import place
from diager_dpo.source.schema import TypeKind
from diager_dpo.source.source_file import SourceFile, TableColumn

_WORD = re.compile(r"\w+(?:[.+@\-]\w+)*@\w+(?:[.\-]\w+)+|\w+")
_TELEPHONE = re.compile(r"\+?\d(?:[\s().\-/]*\d){7,14}")
_FEWEST_LETTERS, _MOST_WORDS, _SHARED, _NATIONAL = 3, 6, 3, 9
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
    """What is looked for: runs of words by their first word, and digits of telephone numbers; each with who."""

    runs: dict[str, dict[tuple[str, ...], set[int]]] = field(default_factory=lambda: defaultdict(dict))
    numbers: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def add(self, item: int, text: str) -> None:
        """One value. A text longer than a name or an address is no value: it would be found nowhere else."""
        for number in _numbers(text):
            self.numbers[number].add(item)
        words = tuple(word for word in _words(text) if word not in _EVERYWHERE)
        letters = sum(character.isalpha() for word in words for character in word)
        if 0 < len(words) <= _MOST_WORDS and letters >= _FEWEST_LETTERS and not _TELEPHONE.search(text):
            self.runs[words[0]].setdefault(words, set()).add(item)

    def without_common(self) -> "_Values":
        """Without the single words that many share, so that no text finds everybody."""
        for first, runs in self.runs.items():
            if len(runs.get((first,), ())) > _SHARED:
                del runs[first,]
        return self

    def in_text(self, text: str) -> set[int]:
        """Whose values stand in it."""
        found: set[int] = set()
        for number in _numbers(text):
            found |= self.numbers.get(number, set())
        words = tuple(_words(text))
        for at, word in enumerate(words):
            for run, items in self.runs.get(word, {}).items():
                if words[at : at + len(run)] == run:
                    found |= items
        return found


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
    going = {
        table.name: decide(erasing, table, {})
        for table in plan.tables
        if table.serves & bit(batch.purpose) and any(table.name == column.table for column in source.residue)
    }
    found: list[Residue] = []
    for column in source.residue:
        erased = _erased(going.get(column.table), column)
        for key, text in _texts(connection, plan, column):
            if key not in erased:
                found += [Residue(item, column.table, column.column, key) for item in values.in_text(text)]
    return tuple(sorted(found, key=lambda it: (it.item, it.table, it.column, it.key)))


def _values_of(erasing: Erasing, source: SourceFile) -> _Values:
    values = _Values()
    where = {key: at for at, key in enumerate(erasing.batch.persons)}
    for fact, name in (("labels", "label"), ("contact_points", "value")):
        if fact in source.facts:
            asked = statements(erasing.connection, fact, source.facts[fact], erasing.batch.persons)
            rows = read_rows(erasing.connection, asked, source.timezone)
            for person, text in zip(rows["person"], rows[name], strict=True):
                if person in where:
                    values.add(where[person], text)
    for table in erasing.plan.tables:
        for item, text in _stored(erasing, table):
            values.add(item, text)
    return values.without_common()


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


def _erased(decision: Decision | None, column: TableColumn) -> frozenset[str]:
    """The rows whose text the erasure takes itself."""
    if decision is None:
        return frozenset()
    keys, mask = decision.rows.keys, decision.goes.copy()
    if column.column in decision.columns:
        mask |= decision.columns[column.column]
    return frozenset(_spelt(keys[at]) for at in mask.nonzero()[0])


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

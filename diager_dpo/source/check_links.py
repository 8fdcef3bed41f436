"""Which columns hold keys of persons although nothing in the source file says so?"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from diager_dpo.source.check_tables import used_columns
from diager_dpo.source.problems import Code, Problem, problem
from diager_dpo.source.sampling import FEWEST, Likeness, likeness
from diager_dpo.source.schema import Column, Schema, Table, TypeKind
from diager_dpo.source.source_file import SourceFile

_KEYS = frozenset({TypeKind.INTEGER, TypeKind.TEXT, TypeKind.UUID})


@dataclass(frozen=True, slots=True)
class PersonTable:
    """A table whose own key is the key of a person."""

    name: str
    key: Column


def person_tables(schema: Schema, source: SourceFile) -> tuple[PersonTable, ...]:
    """Every declared table with ``person`` on its own single key."""
    found = []
    for described in source.tables.values():
        table = schema.tables.get(described.name)
        own = {link.column.column for link in described.persons if not link.steps}
        key = table.column(described.key[0]) if table and len(described.key) == 1 else None
        if key is not None and key.name in own:
            found.append(PersonTable(described.name, key))
    return tuple(found)


def link_problems(connection: sa.Connection, schema: Schema, source: SourceFile) -> Iterator[Problem]:
    """Foreign keys to a person's table, and columns that look like one, that no entry of the file covers.

    In a table the file calls personal, or does not name, they block. In one it gives a reason for (about nobody, about
    other persons) they are a warning, until ``[seen] keys`` gives the column its own.
    """
    persons = person_tables(schema, source)
    names = _likely_names(source, persons)
    others = _names_of(set(schema.tables) - {person.name for person in persons})
    excused = set(source.not_personal) | set(source.other_persons)
    for table in schema.tables.values():
        if table.name == source.receipts:
            continue
        covered = _covered(table, source)
        for column in table.columns:
            if column.name in covered or f"{table.name}.{column.name}" in source.seen.keys:
                continue
            named = None if others.search(column.name) else names.search(column.name) is not None
            if found := _found(connection, table, column, persons, named, nobody=table.name in excused):
                yield found
                if found.code is Code.TABLE_NOT_READ:
                    break


def _covered(table: Table, source: SourceFile) -> set[str]:
    own = set(used_columns(source.tables[table.name])) if table.name in source.tables else set()
    links = (link for described in source.tables.values() for link in described.persons)
    for link in links:  # the end of a path is declared there, and so is every key on its way
        ways = [link.column, *(place for step in link.steps for place in (step.here, step.there))]
        own.update(column.column for column in ways if column.table == table.name)
    return own


def _found(
    connection: sa.Connection,
    table: Table,
    column: Column,
    persons: tuple[PersonTable, ...],
    named: bool | None,
    *,
    nobody: bool,
) -> Problem | None:
    """``named``: whether its name says that the column leads to persons; ``None`` where it says that it does not."""
    entry = f"{table.name}.{column.name}"
    targets = {key.target for key in table.foreign_keys if column.name in key.columns}
    for target in persons:
        if target.name in targets:
            code = Code.LINK_AMONG_NOBODY if nobody else Code.LINK_UNDECLARED
            return problem(code, table.name, column.name, target=target.name, entry=entry)
    if targets or named is None:  # a foreign key says itself where it leads
        return None
    for target in persons:
        if target.name == table.name or not _comparable(column, target.key):
            continue
        numbers = column.kind is TypeKind.INTEGER
        if numbers and table.primary_key == (column.name,) and not named:
            continue  # numbered from one, as persons are
        place, key = (table.name, column.name), (target.name, target.key.name)
        like = likeness(connection, place, key, ordered=numbers)
        if like is None:
            return problem(Code.TABLE_NOT_READ, table.name, column.name)
        if _convinces(like, named=named, numbers=numbers):
            values: dict[str, str | int] = {"target": target.name, "sampled": like.sampled, "found": like.found}
            code = Code.LINK_LIKELY_AMONG_NOBODY if nobody else Code.LINK_LIKELY
            return problem(code, table.name, column.name, **values, entry=entry)
    return None


def _comparable(column: Column, key: Column) -> bool:
    return column.kind is key.kind and column.kind in _KEYS


def _convinces(like: Likeness, *, named: bool, numbers: bool) -> bool:
    """All values are keys of persons. Where the name says so too, one in ten may point to a row deleted since."""
    if like.sampled < FEWEST:
        return False
    if named:
        return like.found * 10 >= like.sampled * 9
    return like.found == like.sampled and (like.spans or not numbers)


def _likely_names(source: SourceFile, persons: tuple[PersonTable, ...]) -> re.Pattern[str]:
    """Names a key to a person would have here: of the tables of persons, and of the columns known to hold one."""
    links = {link.column.column for described in source.tables.values() for link in described.persons}
    known = links - {person.key.name for person in persons}
    return _names_of({person.name for person in persons} | known | {"person", "contact"})


def _names_of(words: Iterable[str]) -> re.Pattern[str]:
    """``contact``, ``contact_id``, ``ContactID``, ``fk_contact``, ``old_contact_no`` for the word ``contacts``."""
    stems = sorted({re.escape(stem) for word in words for stem in (word, word.removesuffix("s")) if stem})
    return re.compile(rf"(?:^|_)(?:fk_?)?(?:{'|'.join(stems)})(?:_?(?:id|key|no|code|ref|uuid))?$", re.IGNORECASE)

"""Does the source file speak of the schema that is there, and of all of it?"""

from collections.abc import Iterable, Iterator

import sqlalchemy as sa

from diager_dpo.source.problems import Code, Problem, problem
from diager_dpo.source.sampling import look, place
from diager_dpo.source.schema import CASCADING, ForeignKey, Schema, Table, TypeKind
from diager_dpo.source.source_file import RowEnd, SourceFile, SourceTable, TableColumn


def table_problems(schema: Schema, source: SourceFile) -> Iterator[Problem]:
    """Tables and columns known to the file only, or to the database only; paths, purposes and keys of the others."""
    sections = {"tables": source.tables, "not_personal": source.not_personal, "other_persons": source.other_persons}
    declared = {name for names in sections.values() for name in names} | {source.receipts}
    for name in schema.tables:
        if name not in declared:
            yield problem(Code.TABLE_UNDECLARED, name)
    for section, names in sections.items():
        for name in names:
            if name not in schema.tables:
                yield problem(Code.TABLE_MISSING, name, section=section)
    for described in source.tables.values():
        if table := schema.tables.get(described.name):
            yield from _columns(table, described)
            yield from _paths(schema, described)
            yield from _purposes(described, source)
            yield from _key(table, described)
    for column in source.residue:
        yield from _missing(schema, column, "residue")


def used_columns(described: SourceTable) -> dict[str, str]:
    """The columns of a table that its entry names, each with the part of the entry that does."""
    used = dict.fromkeys(described.columns, "columns")
    used.update(dict.fromkeys(described.key, "key"))
    if described.operation is not None:
        used[described.operation] = "operation"
    for link in described.persons:
        used.update({condition.column: "where" for condition in link.where})
        own = link.steps[0].here if link.steps else link.column
        used[own.column] = "through" if link.steps else "person"
    return used


def _columns(table: Table, described: SourceTable) -> Iterator[Problem]:
    used = used_columns(described)
    for name, role in used.items():
        if table.column(name) is None:
            yield problem(Code.COLUMN_MISSING, table.name, name, role=role)
    # Where only whole rows are erased, every column goes with its row and needs no word of its own.
    for column in () if described.is_whole_row else table.columns:
        if column.name not in used:
            yield problem(Code.COLUMN_UNDECLARED, table.name, column.name)


def _paths(schema: Schema, described: SourceTable) -> Iterator[Problem]:
    for link in described.persons:
        written = ", ".join(f"{step.here} -> {step.there}" for step in link.steps)
        beyond = [step.here for step in link.steps[1:]] + [step.there for step in link.steps]
        for column in (*beyond, link.column) if link.steps else ():
            if any(True for _ in _missing(schema, column, "through")):
                yield problem(Code.PATH_UNRESOLVED, described.name, str(column), path=f"{written}, {link.column}")
                break


def _missing(schema: Schema, column: TableColumn, role: str) -> Iterator[Problem]:
    table = schema.tables.get(column.table)
    if table is None:
        yield problem(Code.TABLE_MISSING, column.table, section=role)
    elif table.column(column.column) is None:
        yield problem(Code.COLUMN_MISSING, column.table, column.column, role=role)


def _purposes(described: SourceTable, source: SourceFile) -> Iterator[Problem]:
    for column, purposes in (("", described.purposes), *((name, u.purposes) for name, u in described.columns.items())):
        for purpose in purposes:
            if purpose in source.not_processed:
                yield problem(Code.PURPOSE_NOT_PROCESSED, described.name, column, purpose=purpose.code)


def _key(table: Table, described: SourceTable) -> Iterator[Problem]:
    if not table.primary_key and not any(table.is_key(unique.columns) for unique in table.uniques):
        yield problem(Code.TABLE_WITHOUT_KEY, table.name)
    elif not table.is_key(described.key):
        yield problem(Code.KEY_NOT_UNIQUE, table.name, key=", ".join(described.key))
    if not table.transactional:
        yield problem(Code.NO_TRANSACTIONS, table.name)


def key_value_problems(connection: sa.Connection, schema: Schema, source: SourceFile) -> Iterator[Problem]:
    """Keys that read like an e-mail address or a name: they would carry it into the store, for ever."""
    for described in source.tables.values():
        table = schema.tables.get(described.name)
        links = (link.column.column for link in described.persons if not link.steps)
        for name in dict.fromkeys((*described.key, *links)) if table else ():
            column = table.column(name) if table else None
            if column is None or column.kind is not TypeKind.TEXT:
                continue
            seen = look(connection, place(described.name, name).c[name])
            if seen is None:
                yield problem(Code.TABLE_NOT_READ, described.name, name)
            elif seen.emails:
                yield problem(Code.KEY_LIKE_EMAIL, described.name, name, found=seen.emails, sampled=seen.sampled)
            elif seen.names * 2 > seen.sampled:
                yield problem(Code.KEY_LIKE_NAME, described.name, name, found=seen.names, sampled=seen.sampled)


def unseen_problems(schema: Schema, source: SourceFile) -> Iterator[Problem]:
    """Triggers of the tables an erasure touches and rows it takes along, unless the file says they were seen."""
    cascades = list(_cascades(schema, source))
    touched = set(source.tables) | {table.name for table, _ in cascades}
    triggers = [trigger for name in sorted(touched & set(schema.tables)) for trigger in schema.tables[name].triggers]
    for trigger in triggers:
        entry = f"{trigger.table}.{trigger.name}"
        if entry not in source.seen.triggers:
            yield problem(Code.TRIGGER_UNSEEN, trigger.table, trigger=trigger.name, entry=entry)
    for table, key in cascades:
        entry = cascade_entry(table, key)
        if entry not in source.seen.cascades:
            values = {"target": key.target, "action": key.on_delete, "entry": entry}
            yield problem(Code.CASCADE_UNSEEN, table.name, ", ".join(key.columns), **values)
    known = {f"{trigger.table}.{trigger.name}" for table in schema.tables.values() for trigger in table.triggers}
    yield from _answered_by_nothing(source.seen.triggers, known)
    yield from _answered_by_nothing(source.seen.cascades, {cascade_entry(table, key) for table, key in cascades})
    columns = {f"{table.name}.{column.name}" for table in schema.tables.values() for column in table.columns}
    yield from _answered_by_nothing(source.seen.keys, columns)


def cascade_entry(table: Table, key: ForeignKey) -> str:
    """How ``[seen]`` names a foreign key."""
    return f"{table.name}.{'+'.join(key.columns)}"


def _cascades(schema: Schema, source: SourceFile) -> Iterator[tuple[Table, ForeignKey]]:
    """What goes or changes when rows that may be deleted are, and what goes with that."""
    waiting = [name for name, it in source.tables.items() if it.when_no_purpose_is_left is RowEnd.DELETE]
    done: set[str] = set()
    while waiting:
        target = waiting.pop(0)
        if target in done:
            continue
        done.add(target)
        for table, key in schema.foreign_keys_to(target):
            if key.on_delete in CASCADING:
                yield table, key
                if key.on_delete == "CASCADE":
                    waiting.append(table.name)


def _answered_by_nothing(entries: Iterable[str], known: set[str]) -> Iterator[Problem]:
    for entry in sorted(set(entries) - known):
        yield problem(Code.SEEN_MISSING, entry=entry)

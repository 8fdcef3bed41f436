"""May the rows be deleted that the file says go, and does what refuses something outlive it?"""

import re
from collections.abc import Iterator

from diager_dpo.domain.words import Purpose
from diager_dpo.source.problems import Code, Problem, problem
from diager_dpo.source.schema import ForeignKey, Schema, Table
from diager_dpo.source.source_file import ColumnRole, RowEnd, SourceFile, SourceTable
from diager_dpo.source.trial import mentions

_TEXT_OR_COMMENT = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)
_TOKEN = re.compile(r"\w+|[(),]")


def deletion_problems(schema: Schema, source: SourceFile) -> Iterator[Problem]:
    """Foreign keys to rows that go: they refuse the deletion, or a cascade takes what a live purpose still needs.

    A table no section names is left to ``table_undeclared``: what its rows are comes first.
    """
    for target in source.tables.values():
        if target.when_no_purpose_is_left is not RowEnd.DELETE:
            continue
        for child, key in schema.foreign_keys_to(target.name):
            yield from _child(child, key, target, source)


def _child(child: Table, key: ForeignKey, target: SourceTable, source: SourceFile) -> Iterator[Problem]:
    place = (child.name, ", ".join(key.columns))
    described = source.tables.get(child.name)
    if key.on_delete == "SET NULL":
        columns = [child.column(name) for name in key.columns]
        if any(column is not None and not column.nullable for column in columns):
            yield problem(Code.DELETE_REFUSED, *place, target=target.name)
    elif key.on_delete == "CASCADE":
        live = _outliving(described, target)
        if not live and described is not None and not _follows(described, key, target):
            live = tuple(sorted(row_purposes(described)))  # those of another person of the row
        for purpose in live:
            yield problem(Code.DELETE_ERASES_LIVE, *place, target=target.name, purpose=purpose.code)
    elif described is not None:
        goes = described.when_no_purpose_is_left is RowEnd.DELETE and _follows(described, key, target)
        if not goes or _outliving(described, target):
            yield problem(Code.DELETE_REFUSED, *place, target=target.name)
    elif child.name in source.not_personal or child.name in source.other_persons:
        yield problem(Code.DELETE_REFUSED, *place, target=target.name)


def _follows(child: SourceTable, key: ForeignKey, target: SourceTable) -> bool:
    """Whether the row leads to its person by this key alone, so that it goes with the row it refers to, or before it.

    A row of several persons lives while one of them needs it, whatever becomes of the row of another.
    """
    if len(child.persons) > 1 or child.persons[0].where or child.name == target.name:
        return False
    link = child.persons[0]
    if link.steps:
        return link.steps[0].here.column in key.columns and link.steps[0].there.table == target.name
    return link.column.column in key.columns


def _outliving(child: SourceTable | None, target: SourceTable) -> tuple[Purpose, ...]:
    """Purposes that keep a row of ``child`` while no purpose keeps the row of ``target`` any more."""
    if child is None:
        return ()
    return tuple(sorted(row_purposes(child) - row_purposes(target)))


def row_purposes(described: SourceTable) -> frozenset[Purpose]:
    """A row lives while a live purpose serves it or one of its columns (rules, "Erasing")."""
    return frozenset(described.purposes).union(*(use.purposes for use in described.columns.values()))


def refusal_problems(schema: Schema, source: SourceFile) -> Iterator[Problem]:
    """Refusals outlive what they refuse (rules): the columns the objections are read from are ``refusal``.

    The SELECT is read as words. A column it names that would be erased takes the objection with it. The one behind
    ``objected_at`` must be declared ``refusal``, also where only whole rows are erased.
    """
    statement = _TEXT_OR_COMMENT.sub(" ", source.facts.get("objections", ""))
    carrying = _behind("objected_at", statement)
    for described in source.tables.values():
        table = schema.tables.get(described.name)
        if table is None or not mentions(statement, described.name):
            continue
        for column in table.columns:
            use = described.columns.get(column.name)
            if not mentions(statement, column.name) or (use and use.role is ColumnRole.REFUSAL):
                continue
            if use and use.role is ColumnRole.SERVES:
                yield problem(Code.REFUSAL_ERASED, described.name, column.name)
            elif column.name.lower() in carrying:
                yield problem(Code.REFUSAL_UNDECLARED, described.name, column.name)


def _behind(name: str, statement: str) -> frozenset[str]:
    """The words of the expressions that a SELECT returns under ``name``, in lower case."""
    tokens = _TOKEN.findall(statement.lower())
    found: set[str] = set()
    for end in (position for position, token in enumerate(tokens) if token == name):
        depth = 0
        for token in reversed(tokens[: end + 1]):
            if depth == 0 and token in {",", "(", "select"}:
                break
            depth += {")": 1, "(": -1}.get(token, 0)
            found.add(token)
    return frozenset(found)

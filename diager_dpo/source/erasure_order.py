"""In which order tables are erased: rows that refer to others go first, as foreign keys ask."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from diager_dpo.source.erasure_errors import SourceErasureError
from diager_dpo.source.schema import CASCADING, ForeignKey, Schema
from diager_dpo.source.source_file import RowEnd, SourceFile


@dataclass(frozen=True, slots=True)
class Referring:
    """A foreign key of a declared table to one whose rows may go; directly, or over tables that go along with it."""

    child: str
    key: ForeignKey

    @property
    def refuses(self) -> bool:
        """Whether the database would refuse to delete the row referred to."""
        return self.key.on_delete not in CASCADING


@dataclass(frozen=True, slots=True)
class ErasureOrder:
    """``tables``: children first. ``untied``: foreign keys of a table, emptied in rows that go before anything is.

    A circle of foreign keys has no first table; it is cut where a key may be NULL.
    """

    tables: tuple[str, ...]
    untied: Mapping[str, tuple[ForeignKey, ...]]


def erasure_order(schema: Schema, source: SourceFile) -> ErasureOrder:
    """The order of all declared tables; the same for the same schema.

    Raises:
        SourceErasureError: ``foreign_key_cycle`` where rows refer to each other and no key of the circle may be NULL.
    """
    referring = {
        name: tuple(_referring(schema, source, name)) if it.when_no_purpose_is_left is RowEnd.DELETE else ()
        for name, it in source.tables.items()
    }
    untied: dict[str, list[ForeignKey]] = {}
    for name, found in referring.items():
        for it in found:
            if it.child == name and it.refuses:
                _untie(schema, it, untied)
    waiting, done = sorted(referring), list[str]()
    while waiting:
        name = _next(schema, waiting, referring)
        for it in referring[name]:
            if it.child in waiting and it.child != name and it.refuses:
                _untie(schema, it, untied)
        waiting.remove(name)
        done.append(name)
    return ErasureOrder(tuple(done), {name: tuple(keys) for name, keys in untied.items()})


def _referring(schema: Schema, source: SourceFile, target: str) -> Iterator[Referring]:
    """Also over tables that the database takes along with rows of ``target`` by itself."""
    reached, seen = [target], {target}
    while reached:
        for child, key in schema.foreign_keys_to(reached.pop()):
            if child.name in source.tables:
                yield Referring(child.name, key)
            elif key.on_delete == "CASCADE" and child.name not in seen:
                seen.add(child.name)
                reached.append(child.name)


def _next(schema: Schema, waiting: list[str], referring: Mapping[str, tuple[Referring, ...]]) -> str:
    """The first table that no waiting table refers to; else that none refuses; else whose circle can be cut."""

    def others(name: str) -> list[Referring]:
        return [it for it in referring[name] if it.child in waiting and it.child != name]

    for name in waiting:
        if not others(name):
            return name
    for name in waiting:
        if not any(it.refuses for it in others(name)):
            return name
    for name in waiting:
        if all(_nullable(schema, it) for it in others(name) if it.refuses):
            return name
    raise SourceErasureError("foreign_key_cycle", table=waiting[0])


def _untie(schema: Schema, it: Referring, untied: dict[str, list[ForeignKey]]) -> None:
    if not _nullable(schema, it):
        raise SourceErasureError("foreign_key_cycle", table=it.child)
    keys = untied.setdefault(it.child, [])
    if it.key not in keys:
        keys.append(it.key)


def _nullable(schema: Schema, it: Referring) -> bool:
    table = schema.tables[it.child]
    columns = [table.column(name) for name in it.key.columns]
    return all(column is not None and column.nullable for column in columns)

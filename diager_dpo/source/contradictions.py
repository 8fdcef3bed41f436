"""What no single key of a source file shows: keys that contradict each other, paths that lead nowhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from diager_dpo.domain.words import Purpose
from diager_dpo.source.description_model import ColumnSection, DescriptionModel, TableSection
from diager_dpo.source.links import LinkError, person_link, qualified
from diager_dpo.source.source_file import ColumnRole, ErasureMode, PersonLink, RowEnd

_FACTS_OF = {Purpose.CONTESTS: ("entries", "consents"), Purpose.ACCOUNTING: ("vouchers",)}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: at which key, what (a code), what stands there and what is expected."""

    key: str
    code: str
    found: str = ""
    expected: str = ""

    def __str__(self) -> str:
        found = f" ({self.found})" if self.found else ""
        expected = f", expected: {self.expected}" if self.expected else ""
        return f"{self.key}: {self.code}{found}{expected}"


def contradictions(model: DescriptionModel) -> Iterator[Problem]:
    """All of them; none where the file can be used."""
    yield from _of_source(model)
    yield from _of_places(model)
    for name, section in model.tables.items():
        for problem in (*_of_links(name, section), *_of_columns(section)):
            yield Problem(f"tables.{name}.{problem.key}", problem.code, problem.found, problem.expected)


def links_of(name: str, section: TableSection) -> tuple[PersonLink, ...]:
    """The ways from a row of the table to a person; ``LinkError``."""
    return tuple(person_link(name, link.column, link.through or (), link.where, link.kind) for link in section.person)


def _of_source(model: DescriptionModel) -> Iterator[Problem]:
    source = model.source
    if "persons" not in model.facts:
        yield Problem("facts.persons", "missing_key", expected="SELECT … AS person")
    if source.erasure is ErasureMode.DIRECT and source.receipts is None:
        yield Problem("source.receipts", "missing_key", expected='table, or erasure = "by_hand"')
    given: set[str] = set(model.facts)
    for purpose in cast("list[Purpose]", source.not_processed):
        for fact in _FACTS_OF.get(purpose, ()):
            if fact in given:
                yield Problem(f"facts.{fact}", "fact_of_not_processed_purpose", purpose.code)


def _of_places(model: DescriptionModel) -> Iterator[Problem]:
    """Each table stands in one place; the residue names columns."""
    seen = set(model.tables)
    for place, names in (("not_personal", model.not_personal), ("other_persons", model.other_persons)):
        for name in names:
            if name in seen:
                yield Problem(f"{place}.{name}", "table_twice", name)
        seen.update(names)
    for text in model.residue.columns:
        if qualified(text) is None:
            yield Problem("residue.columns", "not_a_column", text, "table.column")


def _of_links(name: str, section: TableSection) -> Iterator[Problem]:
    try:
        links_of(name, section)
    except LinkError as error:
        yield Problem("person", error.code, error.found, error.expected)


def _of_columns(section: TableSection) -> Iterator[Problem]:
    serving = {column: use for column, use in section.columns.items() if use.role is ColumnRole.SERVES}
    for column, use in serving.items():
        yield from _of_serving(column, use)
    if not section.purposes and not serving:
        yield Problem("purposes", "no_purpose", expected="purposes = […]")
    if not section.columns:
        if section.when_no_purpose_is_left is RowEnd.KEEP:
            yield Problem("when_no_purpose_is_left", "keep_without_columns", "keep", "[columns]")
        return
    for column in section.key:
        role: Any = section.columns[column].role if column in section.columns else ""
        if role != ColumnRole.KEY:
            yield Problem(f"columns.{column}", "not_one_of" if role else "missing_key", role, '"key"')


def _of_serving(column: str, use: ColumnSection) -> Iterator[Problem]:
    if use.purposes is None:
        yield Problem(f"columns.{column}.purposes", "missing_key", expected="purposes = […]")
    if use.erase is None:
        yield Problem(f"columns.{column}.erase", "missing_key", expected='"null" | "random" | { constant = … }')

"""Reads a source file (TOML) and refuses a wrong one: file, key, what is wrong, what is expected, all at once."""

import difflib
import hashlib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pydantic import ValidationError

from diager_dpo.domain.words import Purpose
from diager_dpo.source.contradictions import Problem, contradictions, links_of
from diager_dpo.source.description_model import DescriptionModel, TableSection
from diager_dpo.source.links import qualified
from diager_dpo.source.shapes import FACTS
from diager_dpo.source.source_file import (
    ColumnUse,
    Seen,
    SourceFile,
    SourceTable,
    TableColumn,
    Title,
)

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from diager_dpo.domain.civil import Duration
    from diager_dpo.source.source_file import MonthDay


__all__ = ["Problem", "SourceFile", "SourceFileError", "load_source", "parse_source"]


class SourceFileError(Exception):
    """The source file cannot be used; ``problems`` are all that is wrong with it."""

    def __init__(self, file: str, problems: tuple[Problem, ...]) -> None:
        self.code = "source_file_wrong"
        self.file = file
        self.problems = problems
        super().__init__("\n".join(f"{file}: {problem}" for problem in problems))

    @property
    def values(self) -> Mapping[str, str | int]:
        """What the sentence of the code needs."""
        return {"file": self.file, "count": len(self.problems), "problems": "; ".join(map(str, self.problems))}


def load_source(path: Path) -> SourceFile:
    """The source that a file describes; ``SourceFileError`` where the file is missing or wrong."""
    try:
        content = path.read_bytes()
    except OSError as error:
        code = "file_missing" if isinstance(error, FileNotFoundError) else "file_unreadable"
        raise SourceFileError(str(path), (Problem("", code, expected=str(path)),)) from error
    return parse_source(content, str(path))


def parse_source(content: bytes, file: str) -> SourceFile:
    """As ``load_source``, from the bytes of the file."""
    try:
        document = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceFileError(file, (Problem("", "not_toml", str(error), "TOML, UTF-8"),)) from error
    try:
        model = DescriptionModel.model_validate(document)
    except ValidationError as error:
        problems = tuple(_problem(detail) for detail in error.errors(include_url=False))
        raise SourceFileError(file, problems) from error
    problems = tuple(contradictions(model))
    if problems:
        raise SourceFileError(file, problems)
    return _source_file(model, file, hashlib.sha256(content).hexdigest())


def _source_file(model: DescriptionModel, file: str, digest: str) -> SourceFile:
    source = model.source
    return SourceFile(
        file=file,
        digest=digest,
        name=source.name,
        title=Title(source.title.fr, source.title.en),
        url_env=source.url_env,
        erasure=source.erasure,
        receipts=source.receipts,
        fiscal_year_closes=cast("MonthDay", source.fiscal_year_closes),
        timezone=source.timezone,
        not_processed=frozenset(cast("list[Purpose]", source.not_processed)),
        backups_kept_for=cast("Duration | None", source.backups_kept_for),
        facts=dict(cast("Mapping[str, str]", model.facts)),
        tables={name: _table(name, section) for name, section in model.tables.items()},
        not_personal=model.not_personal,
        other_persons=model.other_persons,
        out_of_reach=model.out_of_reach,
        residue=tuple(cast("TableColumn", qualified(text)) for text in model.residue.columns),
        seen=Seen(frozenset(model.seen.triggers), frozenset(model.seen.cascades), model.seen.keys),
    )


def _table(name: str, section: TableSection) -> SourceTable:
    return SourceTable(
        name=name,
        key=tuple(section.key),
        persons=links_of(name, section),
        operation=section.operation,
        purposes=_purposes(section.purposes),
        columns={
            column: ColumnUse(
                use.role,
                _purposes(use.purposes or ()),
                use.erase.by if use.erase else None,
                use.erase.constant if use.erase else None,
            )
            for column, use in section.columns.items()
        },
        when_no_purpose_is_left=section.when_no_purpose_is_left,
    )


def _purposes(codes: Any) -> tuple[Purpose, ...]:
    return tuple(codes)


# pydantic's own kinds of errors, by the word a reader knows; the codes of description_model stay as they are.
_KINDS = {
    "missing": ("missing_key", ""),
    "extra_forbidden": ("unknown_key", ""),
    "literal_error": ("unknown_key", ""),
    "string_type": ("wrong_type", "text"),
    "list_type": ("wrong_type", "[…]"),
    "dict_type": ("wrong_type", "{ … }"),
    "model_type": ("wrong_type", "{ … }"),
    "too_short": ("empty", "[…]"),
}


def _problem(detail: "ErrorDetails") -> Problem:
    parts = [str(part) for part in detail["loc"] if part != "[key]"]
    code, expected = _KINDS.get(detail["type"], (detail["type"], ""))
    context = detail.get("ctx", {})
    if code == "unknown_key":
        return Problem(".".join(parts), code, parts[-1], _nearest(parts))
    if code == "wrong_type":
        return Problem(".".join(parts), code, type(detail["input"]).__name__, expected)
    return Problem(".".join(parts), code, str(context.get("found", "")), str(context.get("expected", expected)))


_KEYS = {
    "": tuple(DescriptionModel.model_fields),
    "facts": tuple(FACTS),
    "source": tuple(DescriptionModel.model_fields["source"].annotation.model_fields),  # type: ignore[union-attr]
    "tables": tuple(TableSection.model_fields),
}


def _nearest(parts: list[str]) -> str:
    """The keys that may stand there; only the ones that look alike, where some do."""
    known = _KEYS.get(parts[0] if len(parts) > 1 else "", ())
    return " | ".join(difflib.get_close_matches(parts[-1], known) or known)

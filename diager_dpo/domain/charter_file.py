"""The charter file: a TOML text that a DPO can read and change, checked word by word before anything relies on it.

``data/charters/2018-09.toml`` shows the whole format. A file with any problem is refused with all its problems.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from diager_dpo.domain.charter import (
    Charter,
    CharterSet,
    Completion,
    Convention,
    Field,
    OpenQuestion,
    PurposeEntry,
    Statement,
    SubPurpose,
    Text,
)
from diager_dpo.domain.charter_rules import read_rules
from diager_dpo.domain.charter_text import read_statement, read_text, read_text_of
from diager_dpo.domain.toml_table import Problem, ProblemCode, TomlTable, note_twice
from diager_dpo.domain.words import Category, Purpose

_DATE_EXAMPLE = "2018-09-01"
_FIRST_DAY, _LAST_DAY = date(1978, 1, 6), date(2199, 12, 31)  # from the French data protection act on
_PURPOSES = tuple(purpose.code for purpose in Purpose)
_CATEGORIES = tuple(category.code for category in Category)
_COMMON_KEYS = ("version", "effective", "is_supplement", "title", "applies_to_older_data")
_CHARTER_KEYS = ("activity", "controller", "contact", "general_charter")
_PARTS = ("charter", "purposes", "rules", "open_questions", "conventions")
_SUPPLEMENT_PARTS = (*_PARTS, "completions")  # a published charter is completed beside it, never inside


class CharterFileError(Exception):
    """A charter file is wrong. ``problems`` says everything that must be mended, in the order of the files."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def parse_charters(files: Mapping[str, str]) -> CharterSet:
    """Every version and supplement, from file name to text; ``CharterFileError`` with the problems of all files.

    There must be a charter, no two files may bear one version, and no two charters may begin on one day.
    """
    charters: dict[str, Charter] = {}
    problems: list[Problem] = []
    for name, text in sorted(files.items()):
        try:
            charters[name] = parse_charter(text, name)
        except CharterFileError as error:
            problems.extend(error.problems)
    problems.extend(_contradictions(charters))
    if not problems and all(charter.is_supplement for charter in charters.values()):
        problems.append(Problem(ProblemCode.MISSING, "*.toml", "charter", None, expected=("is_supplement = false",)))
    if problems:
        raise CharterFileError(problems)
    return CharterSet(tuple(sorted(charters.values(), key=lambda charter: (charter.effective, charter.version))))


def parse_charter(text: str, name: str) -> Charter:
    """One version of the charter, or a supplement; ``CharterFileError`` with every problem. ``name``: of the file."""
    file = TomlTable.parse(text, name)
    if file.notes.problems:
        raise CharterFileError(file.notes.problems)
    head = file.table("charter") or TomlTable(("charter",), {}, file.notes)
    is_supplement = head.boolean("is_supplement", default=False)
    file.only(_SUPPLEMENT_PARTS if is_supplement else _PARTS)
    head.only(_COMMON_KEYS if is_supplement else (*_COMMON_KEYS, *_CHARTER_KEYS))
    purposes = _purposes(file, required=not is_supplement)
    charter = Charter(
        version=head.name("version", r"[A-Za-z0-9][A-Za-z0-9._-]*"),
        effective=_day(head, "effective"),
        is_supplement=is_supplement,
        title=read_text_of(head, "title"),
        activity=Text("", "") if is_supplement else read_text_of(head, "activity"),
        controller="" if is_supplement else head.text("controller"),
        contact="" if is_supplement else head.text("contact"),
        general_charter="" if is_supplement else head.text("general_charter"),
        applies_to_older_data=head.boolean("applies_to_older_data", default=False),
        purposes=purposes,
        rules=read_rules(file, [entry.purpose for entry in purposes], is_supplement=is_supplement),
        open_questions=_open_questions(file),
        conventions=_conventions(file),
        completions=_completions(file) if is_supplement else (),
    )
    if file.notes.problems:
        raise CharterFileError(file.notes.problems)
    return charter


def _day(table: TomlTable, key: str) -> date:
    day = table.date(key) or _FIRST_DAY
    if not _FIRST_DAY <= day <= _LAST_DAY:
        table.note(ProblemCode.BAD_DATE, key, found=day.isoformat(), expected=(_DATE_EXAMPLE,))
    return day


def _purposes(file: TomlTable, *, required: bool) -> tuple[PurposeEntry, ...]:
    table = file.table("purposes", required=required)
    if table is None:
        return ()
    if not table.values:
        table.notes.add(ProblemCode.EMPTY, table.path, expected=_PURPOSES)
    table.only(_PURPOSES)
    entries = ((code, table.table(code)) for code in table.values if code in _PURPOSES)
    return tuple(_purpose(Purpose.of(code), entry) for code, entry in entries if entry is not None)


def _purpose(purpose: Purpose, entry: TomlTable) -> PurposeEntry:
    entry.only(("title", "sub_purposes", *Field))
    title = entry.table("title")
    sub_purposes = entry.tables("sub_purposes")
    codes = [sub_purpose.name("code") for sub_purpose in sub_purposes]
    note_twice(zip(sub_purposes, codes, strict=True), "code")
    return PurposeEntry(
        purpose=purpose,
        title=read_statement(title) if title else Statement(Text("", ""), ""),
        sub_purposes=tuple(
            SubPurpose(code, read_text(sub_purpose, "code"))
            for code, sub_purpose in zip(codes, sub_purposes, strict=True)
        ),
        statements=tuple((field, read_statement(one)) for field in Field for one in entry.tables(field, single=True)),
    )


def _open_questions(file: TomlTable) -> tuple[OpenQuestion, ...]:
    tables = file.tables("open_questions")
    questions = tuple(
        OpenQuestion(
            code=table.name("code"),
            purpose=_optional_purpose(table),
            text=read_text(table, "code", "purpose", "blocks_purge"),
            blocks_purge=tuple(Category.of(word) for word in table.words("blocks_purge", _CATEGORIES)),
        )
        for table in tables
    )
    note_twice(zip(tables, (question.code for question in questions), strict=True), "code")
    return questions


def _conventions(file: TomlTable) -> tuple[Convention, ...]:
    tables = file.tables("conventions")
    conventions = tuple(
        Convention(
            code=table.name("code"),
            purpose=_optional_purpose(table),
            text=read_text(table, "code", "purpose", "source"),
            source=read_text_of(table, "source"),
        )
        for table in tables
    )
    note_twice(zip(tables, (convention.code for convention in conventions), strict=True), "code")
    return conventions


def _completions(file: TomlTable) -> tuple[Completion, ...]:
    completions = []
    for table in file.tables("completions"):
        text, why = read_text(table, "purpose", "field", "by", "on", "why"), read_text_of(table, "why")
        purpose, field = table.word("purpose", _PURPOSES), table.word("field", tuple(Field))
        by, on = table.text("by"), _day(table, "on")
        if purpose and field:
            completions.append(Completion(Purpose.of(purpose), Field(field), text, by, on, why))
    return tuple(completions)


def _optional_purpose(table: TomlTable) -> Purpose | None:
    code = table.word("purpose", _PURPOSES, required=False)
    return Purpose.of(code) if code else None


def _contradictions(charters: Mapping[str, Charter]) -> list[Problem]:
    """Files that are right each, and wrong together."""
    problems = []
    versions: dict[str, str] = {}
    beginnings: dict[date, str] = {}
    for name, charter in charters.items():
        if charter.version in versions:
            problems.append(Problem(ProblemCode.DUPLICATE, name, "charter.version", None, charter.version))
        if not charter.is_supplement and charter.effective in beginnings:
            day = charter.effective.isoformat()
            problems.append(Problem(ProblemCode.DUPLICATE, name, "charter.effective", None, day))
        versions.setdefault(charter.version, name)
        if not charter.is_supplement:
            beginnings.setdefault(charter.effective, name)
    return problems

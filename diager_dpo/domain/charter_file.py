"""The charter file: a TOML text that a DPO can read and change, checked word by word before anything relies on it.

``data/charters/2018-09.toml`` shows the whole format. A file with any problem is refused with all its problems.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from diager_dpo.domain.charter import (
    Charter,
    CharterSet,
    Convention,
    Field,
    OpenQuestion,
    Origin,
    PurposeEntry,
    RetentionRule,
    Statement,
    SubPurpose,
    Text,
)
from diager_dpo.domain.civil import Duration
from diager_dpo.domain.toml_table import Problem, ProblemCode, TomlTable
from diager_dpo.domain.words import Anchor, Category, Purpose

#: What the rules can compute for each category: of which purpose it is, and from which event its clock starts.
CLOCKS = {
    Category.PROSPECT: (Purpose.PROSPECTING, Anchor.LAST_CONTACT),
    Category.CUSTOMER: (Purpose.PROSPECTING, Anchor.COMMERCIAL_END),
    Category.CONTRACTUAL: (Purpose.CUSTOMER_MANAGEMENT, Anchor.CONTRACT_END),
    Category.ENTRY: (Purpose.CONTESTS, Anchor.OPERATION_CLOSE),
    Category.VOUCHER: (Purpose.ACCOUNTING, Anchor.FISCAL_YEAR_CLOSE),
}

#: Written instead of a duration that each operation announces for itself.
ANNOUNCED = "announced"

_DURATION_EXAMPLES = ("P3Y", "P6M", "P1M15D")
_DATE_EXAMPLE = "2018-09-01"
_FIRST_EFFECTIVE, _LAST_EFFECTIVE = date(1978, 1, 6), date(2199, 12, 31)  # from the French data protection act on
_PURPOSES = tuple(purpose.code for purpose in Purpose)
_CATEGORIES = tuple(category.code for category in Category)
_STARTS = tuple(start.code for _, start in CLOCKS.values())
_COMMON_KEYS = ("version", "effective", "is_supplement", "title", "applies_to_older_data")
_CHARTER_KEYS = ("activity", "controller", "contact", "general_charter")
_PARTS = ("charter", "purposes", "rules", "open_questions", "conventions")


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
    file.only(_PARTS)
    head = file.table("charter") or TomlTable(("charter",), {}, file.notes)
    is_supplement = head.boolean("is_supplement", default=False)
    head.only(_COMMON_KEYS if is_supplement else (*_COMMON_KEYS, *_CHARTER_KEYS))
    purposes = _purposes(file, required=not is_supplement)
    charter = Charter(
        version=_code(head, "version", r"[A-Za-z0-9][A-Za-z0-9._-]*") if head.values else "",
        effective=_effective(head),
        is_supplement=is_supplement,
        title=_text_of(head, "title"),
        activity=Text("", "") if is_supplement else _text_of(head, "activity"),
        controller="" if is_supplement else head.text("controller"),
        contact="" if is_supplement else head.text("contact"),
        general_charter="" if is_supplement else head.text("general_charter"),
        applies_to_older_data=head.boolean("applies_to_older_data", default=False),
        purposes=purposes,
        rules=_rules(file, {entry.purpose for entry in purposes}, is_supplement=is_supplement),
        open_questions=_open_questions(file),
        conventions=_conventions(file),
    )
    if file.notes.problems:
        raise CharterFileError(file.notes.problems)
    return charter


def _effective(head: TomlTable) -> date:
    effective = head.date("effective") or _FIRST_EFFECTIVE
    if not _FIRST_EFFECTIVE <= effective <= _LAST_EFFECTIVE:
        _note(head, ProblemCode.BAD_DATE, "effective", found=effective.isoformat(), expected=(_DATE_EXAMPLE,))
    return effective


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
    codes = [_code(sub_purpose, "code") for sub_purpose in sub_purposes]
    _note_twice(zip(sub_purposes, codes, strict=True), "code")
    return PurposeEntry(
        purpose=purpose,
        title=_statement(title) if title else Statement(Text("", ""), ""),
        sub_purposes=tuple(
            SubPurpose(code, _text(sub_purpose, "code")) for code, sub_purpose in zip(codes, sub_purposes, strict=True)
        ),
        statements=tuple((field, _statement(one)) for field in Field for one in entry.tables(field, single=True)),
    )


def _rules(file: TomlTable, described: set[Purpose], *, is_supplement: bool) -> tuple[RetentionRule, ...]:
    rules = []
    seen = []
    for table in file.tables("rules"):
        rule = _rule(table, is_supplement=is_supplement)
        if rule is None:
            continue
        if rule.purpose not in described:
            _note(table, ProblemCode.NOT_DESCRIBED, "purpose", found=rule.purpose.code, expected=_codes(described))
        rules.append(rule)
        seen.append((table, f"{rule.purpose.code}, {rule.category.code}"))
    _note_twice(seen, "category")
    return tuple(rules)


def _rule(table: TomlTable, *, is_supplement: bool) -> RetentionRule | None:
    """A rule; ``None`` where one of its words is wrong. A rule that the engine cannot compute is no rule."""
    keys = ("purpose", "category", "start", "start_stated", "duration", "archive", "clause", "origin")
    text = _text(table, *keys)
    purpose, category = table.word("purpose", _PURPOSES), table.word("category", _CATEGORIES)
    start, clause = table.word("start", _STARTS), table.text("clause")
    duration = _duration(table)
    origins = tuple(origin for origin in Origin if (origin is Origin.CHARTER) is not is_supplement)
    origin = table.word("origin", origins, required=is_supplement) or origins[0]
    archive = table.boolean("archive", default=False)
    start_stated = table.boolean("start_stated", default=True)
    if not (purpose and category and start):
        return None
    kind = Category.of(category)
    its_purpose, its_start = CLOCKS[kind]
    _expect(table, "category", category, _codes(c for c, (of, _) in CLOCKS.items() if of.code == purpose))
    if its_purpose.code == purpose:
        _expect(table, "start", start, (its_start.code,))
    if duration is not None or table.values.get("duration") == ANNOUNCED:
        fits = (ANNOUNCED,) if kind is Category.ENTRY else _DURATION_EXAMPLES
        if (duration is None) is not (kind is Category.ENTRY):
            _note(table, ProblemCode.DOES_NOT_FIT, "duration", found=str(duration or ANNOUNCED), expected=fits)
    if archive and kind not in {Category.CUSTOMER, Category.CONTRACTUAL}:
        _note(table, ProblemCode.DOES_NOT_FIT, "archive", found="true", expected=("false",))
    return RetentionRule(
        purpose=Purpose.of(purpose),
        category=kind,
        start=Anchor.of(start),
        duration=duration,
        clause=clause,
        origin=Origin(origin),
        text=text,
        archive=archive,
        start_stated=start_stated,
    )


def _duration(table: TomlTable) -> Duration | None:
    text = table.text("duration")
    if text in {"", ANNOUNCED}:
        return None
    try:
        duration = Duration.parse(text)
    except ValueError:
        duration = Duration(0)
    if duration > Duration(0):
        return duration
    _note(table, ProblemCode.BAD_DURATION, "duration", found=text, expected=(*_DURATION_EXAMPLES, ANNOUNCED))
    return None


def _open_questions(file: TomlTable) -> tuple[OpenQuestion, ...]:
    tables = file.tables("open_questions")
    questions = tuple(
        OpenQuestion(
            code=_code(table, "code"),
            purpose=_optional_purpose(table),
            text=_text(table, "code", "purpose", "blocks_purge"),
            blocks_purge=tuple(Category.of(word) for word in table.words("blocks_purge", _CATEGORIES)),
        )
        for table in tables
    )
    _note_twice(zip(tables, (question.code for question in questions), strict=True), "code")
    return questions


def _conventions(file: TomlTable) -> tuple[Convention, ...]:
    tables = file.tables("conventions")
    conventions = tuple(
        Convention(
            code=_code(table, "code"),
            purpose=_optional_purpose(table),
            text=_text(table, "code", "purpose", "source"),
            source=_text_of(table, "source"),
        )
        for table in tables
    )
    _note_twice(zip(tables, (convention.code for convention in conventions), strict=True), "code")
    return conventions


def _optional_purpose(table: TomlTable) -> Purpose | None:
    code = table.word("purpose", _PURPOSES, required=False)
    return Purpose.of(code) if code else None


def _statement(table: TomlTable) -> Statement:
    return Statement(_text(table, "clause"), table.text("clause"))


def _text_of(table: TomlTable, key: str) -> Text:
    inner = table.table(key)
    return _text(inner) if inner else Text("", "")


def _text(table: TomlTable, *other_keys: str) -> Text:
    """The French and the English of a table, which may hold nothing else but ``other_keys``."""
    table.only((*other_keys, "fr", "en"))
    return Text(table.text("fr"), table.text("en"))


def _code(table: TomlTable, key: str, pattern: str = r"[a-z][a-z0-9_]*") -> str:
    code = table.text(key)
    if code and not re.fullmatch(pattern, code):
        _note(table, ProblemCode.BAD_CODE, key, found=code, expected=(re.sub(r"[^a-z0-9]+", "_", code.lower()),))
    return code


def _expect(table: TomlTable, key: str, found: str, fits: tuple[str, ...]) -> None:
    if found not in fits:
        _note(table, ProblemCode.DOES_NOT_FIT, key, found=found, expected=fits)


def _note_twice(named: Iterable[tuple[TomlTable, str]], key: str) -> None:
    """Note the second and later tables of one name."""
    seen = set()
    for table, name in named:
        if name and name in seen:
            _note(table, ProblemCode.DUPLICATE, key, found=name)
        seen.add(name)


def _note(table: TomlTable, code: ProblemCode, key: str, *, found: str, expected: Iterable[str] = ()) -> None:
    table.notes.add(code, (*table.path, key), found=found, expected=expected)


def _codes(words: Iterable[Purpose | Category]) -> tuple[str, ...]:
    return tuple(word.code for word in sorted(words))


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

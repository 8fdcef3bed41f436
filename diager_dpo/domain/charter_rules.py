"""The retention rules of a charter file: only such rules as the program can compute."""

from collections.abc import Iterable

from diager_dpo.domain.charter import Origin, RetentionRule
from diager_dpo.domain.charter_text import read_text
from diager_dpo.domain.civil import Duration
from diager_dpo.domain.toml_table import ProblemCode, TomlTable, note_twice
from diager_dpo.domain.words import Anchor, Category, Purpose

#: What can be computed for each category: of which purpose it is, and from which event its clock starts.
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
_KEYS = ("purpose", "category", "start", "start_stated", "duration", "archive", "clause", "origin")
_PURPOSES = tuple(purpose.code for purpose, _ in dict.fromkeys(CLOCKS.values()))
_CATEGORIES = tuple(category.code for category in CLOCKS)
_STARTS = tuple(start.code for _, start in CLOCKS.values())


def read_rules(file: TomlTable, described: Iterable[Purpose], *, is_supplement: bool) -> tuple[RetentionRule, ...]:
    """Every rule of a file, at most one for a category, each of a purpose that the file describes."""
    purposes = tuple(purpose.code for purpose in described)
    tables = file.tables("rules")
    rules = [_rule(table, purposes, is_supplement=is_supplement) for table in tables]
    good = [(table, rule) for table, rule in zip(tables, rules, strict=True) if rule]
    note_twice(((table, f"{rule.purpose.code}, {rule.category.code}") for table, rule in good), "category")
    return tuple(rule for _, rule in good)


def _rule(table: TomlTable, described: tuple[str, ...], *, is_supplement: bool) -> RetentionRule | None:
    """One rule; ``None`` where one of its words is wrong. All its keys are read, so that all problems are found."""
    text, clause = read_text(table, *_KEYS), table.text("clause")
    purpose, category = table.word("purpose", _PURPOSES), table.word("category", _CATEGORIES)
    start, duration = table.word("start", _STARTS), _duration(table)
    archive, start_stated = table.boolean("archive", default=False), table.boolean("start_stated", default=True)
    origins = tuple(origin for origin in Origin if (origin is Origin.CHARTER) is not is_supplement)
    origin = table.word("origin", origins, required=is_supplement) or origins[0]
    if purpose and purpose not in described:
        table.note(ProblemCode.NOT_DESCRIBED, "purpose", found=purpose, expected=described)
    if not (purpose and category and start):
        return None
    rule = RetentionRule(
        purpose=Purpose.of(purpose),
        category=Category.of(category),
        start=Anchor.of(start),
        duration=duration,
        clause=clause,
        origin=Origin(origin),
        text=text,
        archive=archive,
        start_stated=start_stated,
    )
    _check_fit(table, rule)
    return rule


def _check_fit(table: TomlTable, rule: RetentionRule) -> None:
    """Note words that are right alone and mean nothing together."""
    purpose, start = CLOCKS[rule.category]
    if rule.purpose is not purpose:
        fits = tuple(category.code for category, (of, _) in CLOCKS.items() if of is rule.purpose)
        table.note(ProblemCode.DOES_NOT_FIT, "category", found=rule.category.code, expected=fits)
    elif rule.start is not start:
        table.note(ProblemCode.DOES_NOT_FIT, "start", found=rule.start.code, expected=(start.code,))
    announced = rule.category is Category.ENTRY
    if announced and rule.duration is not None:
        table.note(ProblemCode.DOES_NOT_FIT, "duration", found=str(rule.duration), expected=(ANNOUNCED,))
    if not announced and table.values.get("duration") == ANNOUNCED:
        table.note(ProblemCode.DOES_NOT_FIT, "duration", found=ANNOUNCED, expected=_DURATION_EXAMPLES)
    if rule.archive and rule.category not in {Category.CUSTOMER, Category.CONTRACTUAL}:
        table.note(ProblemCode.DOES_NOT_FIT, "archive", found="true", expected=("false",))


def _duration(table: TomlTable) -> Duration | None:
    """A duration of at least a day; ``None`` where it is announced, missing or wrong."""
    text = table.text("duration")
    if text in {"", ANNOUNCED}:
        return None
    try:
        duration = Duration.parse(text)
    except ValueError:
        duration = Duration(0)
    if duration > Duration(0):
        return duration
    table.note(ProblemCode.BAD_DURATION, "duration", found=text, expected=(*_DURATION_EXAMPLES, ANNOUNCED))
    return None

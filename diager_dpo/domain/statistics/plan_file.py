"""The publication plan as a TOML text that a DPO can read and change; a file with any problem is refused with all."""

from collections import Counter
from collections.abc import Iterable

from diager_dpo.domain.charter import Text
from diager_dpo.domain.charter_text import read_text_of
from diager_dpo.domain.statistics.plan import DIMENSIONS, Dimension, Merge, PublicationPlan, Rule, Rules, Table
from diager_dpo.domain.toml_table import Problem, ProblemCode, TomlTable, note_twice

_PARTS = ("publication", "tables", "merges", "rules")
_HEAD = ("version", "publish_after_days", "round_limit", "simplex_iteration_limit", "not_given")
_RULES = {  # the key of each number and what it may be; nothing below what the rule's source asks for
    "frequency": ("enterprises", 3, 100),
    "natural_persons": ("enterprises", 3, 100),
    "dominance": ("percent", 50, 85),
    "p_percent": ("percent", 1, 100),
    "insider_guard": ("percent", 1, 50),
    "insider_report": ("percent", 1, 50),
}


class PlanFileError(Exception):
    """The publication plan is wrong. ``problems`` says everything that must be mended, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def parse_plan(text: str, name: str) -> PublicationPlan:
    """The publication plan; ``PlanFileError`` with every problem. ``name``: of the file."""
    file = TomlTable.parse(text, name)
    if file.notes.problems:
        raise PlanFileError(file.notes.problems)
    file.only(_PARTS)
    head = file.table("publication") or TomlTable(("publication",), {}, file.notes)
    head.only(_HEAD)
    plan = PublicationPlan(
        version=head.name("version", r"[A-Za-z0-9][A-Za-z0-9._-]*"),
        publish_after_days=_whole(head, "publish_after_days", 0, 366),
        round_limit=_whole(head, "round_limit", 1, 100),
        simplex_iteration_limit=_whole(head, "simplex_iteration_limit", 100, 10_000_000),
        not_given=head.text("not_given"),
        tables=_tables(file),
        merges=_merges(file),
        rules=_rules(file),
    )
    if plan.rules.insider_guard.number > plan.rules.insider_report.number:
        found = str(plan.rules.insider_guard.number)
        file.notes.add(
            ProblemCode.DOES_NOT_FIT,
            ("rules", "insider_guard", "percent"),
            found=found,
            expected=(f"1..{plan.rules.insider_report.number}",),
        )
    if file.notes.problems:
        raise PlanFileError(file.notes.problems)
    return plan


def _whole(table: TomlTable, key: str, low: int, high: int) -> int:
    """A whole number within its bounds; the lower bound where it is missing or wrong."""
    value = table.values.get(key)
    expected = (f"{low}..{high}",)
    if value is None:
        table.notes.add(ProblemCode.MISSING, (*table.path, key), expected=expected)
    elif not isinstance(value, int) or isinstance(value, bool):
        table.notes.add(ProblemCode.WRONG_TYPE, (*table.path, key), found=type(value).__name__, expected=expected)
    elif not low <= value <= high:
        table.note(ProblemCode.NOT_ALLOWED, key, found=str(value), expected=expected)
    else:
        return value
    return low


def _tables(file: TomlTable) -> tuple[Table, ...]:
    entries = file.tables("tables")
    if "tables" not in file.values:
        file.notes.add(ProblemCode.MISSING, ("tables",), expected=("list",))
    tables = []
    for entry in entries:
        entry.only(("name", "dimensions"))
        name, found = entry.name("name"), set(entry.words("dimensions", DIMENSIONS))
        chosen = [dimension for dimension in DIMENSIONS if dimension in found]
        if len(chosen) == 2:
            tables.append(Table(name, (chosen[0], chosen[1])))
        else:
            entry.note(ProblemCode.DOES_NOT_FIT, "dimensions", found=str(len(chosen)), expected=("2",))
    note_twice(((entry, entry.name("name")) for entry in entries if "name" in entry.values), "name")
    pairs = Counter(table.dimensions for table in tables)
    for pair in (pair for pair, count in pairs.items() if count > 1):
        file.notes.add(ProblemCode.DUPLICATE, ("tables",), found=", ".join(pair))
    return tuple(tables)


def _merges(file: TomlTable) -> tuple[Merge, ...]:
    merges = []
    seen: set[tuple[str, str]] = set()
    for entry in file.tables("merges"):
        entry.only(("dimension", "label", "members"))
        dimension, label = entry.word("dimension", DIMENSIONS), entry.text("label")
        members = _texts(entry, "members")
        for position, member in enumerate(members):
            if (dimension, member) in seen:
                file.notes.add(ProblemCode.DUPLICATE, (*entry.path, "members", position), found=member)
            seen.add((dimension, member))
        if dimension:
            merges.append(Merge(Dimension(dimension), label, members))
    return tuple(merges)


def _texts(entry: TomlTable, key: str) -> tuple[str, ...]:
    items = entry.values.get(key)
    if not isinstance(items, list) or not all(isinstance(item, str) and item.strip() for item in items):
        code = ProblemCode.MISSING if items is None else ProblemCode.WRONG_TYPE
        entry.notes.add(code, (*entry.path, key), expected=("list", "text"))
        return ()
    if len(items) < 1:
        entry.notes.add(ProblemCode.EMPTY, (*entry.path, key), expected=("text",))
    return tuple(item.strip() for item in items)


def _rules(file: TomlTable) -> Rules:
    table = file.table("rules") or TomlTable(("rules",), {}, file.notes)
    table.only(_RULES)
    rules = {}
    for name, (key, low, high) in _RULES.items():
        entry = table.table(name) if "rules" in file.values else None
        if entry is None:
            rules[name] = Rule(low, Text("", ""))
            continue
        entry.only((key, "source"))
        rules[name] = Rule(_whole(entry, key, low, high), read_text_of(entry, "source"))
    return Rules(**rules)

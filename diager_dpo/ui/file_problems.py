"""What is wrong in a charter file or a source file, as a person would say it: where, what, and what was expected.

The codes are those of ``domain.toml_table.ProblemCode``, and those that ``source.description`` and
``source.contradictions`` give to a source file.
"""

from collections.abc import Iterable, Mapping

from diager_dpo.domain.toml_table import Problem as CharterProblem
from diager_dpo.source.contradictions import Problem as SourceProblem
from diager_dpo.ui.language import N_, _

_WRONG: Mapping[str, str] = {
    "syntax": N_("this is not TOML: {found}"),
    "not_toml": N_("the file is not TOML: {found}"),
    "file_missing": N_("the file is not there"),
    "file_unreadable": N_("this is not a file that may be read"),
    "missing": N_("this key is missing"),
    "missing_key": N_("this key is missing"),
    "unknown_key": N_("nothing reads this key"),
    "wrong_type": N_("the value is of another type ({found})"),
    "empty": N_("nothing stands here"),
    "not_allowed": N_("“{found}” is not one of the words that may stand here"),
    "not_one_of": N_("“{found}” is not one of the words that may stand here"),
    "bad_name": N_("“{found}” is not a name for machines: lower-case letters, digits and _ only"),
    "not_a_name": N_("“{found}” is not a name for machines: lower-case letters, digits and _ only"),
    "bad_date": N_("{found} cannot be the day from which a document is in force"),
    "bad_duration": N_("“{found}” is not a duration"),
    "not_a_duration": N_("“{found}” is not a duration"),
    "does_not_fit": N_("“{found}” means nothing in this place"),
    "duplicate": N_("“{found}” stands here a second time"),
    "twice": N_("a value stands here twice ({found})"),
    "not_described": N_("the file has a rule for “{found}” but does not describe this purpose"),
    "not_a_variable": N_(
        "“{found}” is not the name of an environment variable; the address itself must not stand here"
    ),
    "not_a_month_day": N_("“{found}” is not a day of the year"),
    "not_a_timezone": N_("“{found}” is not a time zone"),
    "several_statements": N_("more than one statement stands here"),
    "not_a_select": N_("this is not a SELECT"),
    "fact_of_not_processed_purpose": N_("this fact is about a purpose that the file calls not processed ({found})"),
    "table_twice": N_("the table {found} stands in two sections"),
    "not_a_column": N_("“{found}” does not name a column"),
    "not_a_step": N_("“{found}” is not a step from one table to another"),
    "not_reached": N_("the path does not reach {found}"),
    "no_purpose": N_("neither the row nor one of its columns serves a purpose"),
    "keep_without_columns": N_("a row that is kept needs columns that are erased"),
}
#: The types of TOML, as ``domain.toml_table.TYPES`` and ``source.description`` name them.
_TYPE: Mapping[str, str] = {
    "text": N_("a text between quotes"),
    "date": N_("a day without quotes, such as 2018-09-01"),
    "boolean": N_("true or false"),
    "table": N_("a table"),
    "list": N_("a list"),
    "number": N_("a number"),
    "date_and_time": N_("a day with an hour"),
    "table_or_list": N_("a table or a list of tables"),
}


def file_problem_sentence(problem: object) -> str:
    """One problem of a file. What this version has no words for shows as it is written, never as nothing."""
    if isinstance(problem, CharterProblem):
        at_line = _("{file}, line {line}", file=problem.file, line=problem.line) if problem.line else problem.file
        place = _("{file}, {key}", file=at_line, key=problem.key) if problem.key else at_line
        return _said(place, problem.code.value, problem.found, problem.expected, problem.suggestion)
    if isinstance(problem, SourceProblem):
        return _said(problem.key, problem.code, problem.found, [problem.expected] if problem.expected else [])
    return str(problem)


def _said(place: str, code: str, found: str, expected: Iterable[str], suggestion: str = "") -> str:
    wrong = _(_WRONG[code], found=_word(found)) if code in _WRONG else _("this cannot stand here ({code})", code=code)
    said = _("{place}: {wrong}.", place=place, wrong=wrong) if place else _("{wrong}.", wrong=_capital(wrong))
    choices = " | ".join(_word(choice) for choice in expected)
    if choices and code not in {"file_missing", "file_unreadable", "not_toml"}:
        said += " " + _("Expected: {choices}.", choices=choices)
    if suggestion:
        said += " " + _("Did you mean “{suggestion}”?", suggestion=suggestion)
    return said


def _word(text: str) -> str:
    return _(_TYPE[text]) if text in _TYPE else text


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

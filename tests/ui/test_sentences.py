"""Whatever can go wrong has a sentence: every code that a layer raises, with the values it raises it with."""

import ast
import re
from pathlib import Path

import pytest

import diager_dpo
from diager_dpo.domain.charter_file import CharterFileError, parse_charter
from diager_dpo.domain.permissions import Impediment
from diager_dpo.domain.toml_table import TYPES, ProblemCode
from diager_dpo.domain.toml_table import Problem as CharterProblem
from diager_dpo.services.errors import DpoError, FilesWrong, NotPossible
from diager_dpo.services.scan_run import INTERRUPTED
from diager_dpo.source import contradictions, description, description_model, errors, links, statement
from diager_dpo.source.contradictions import Problem as SourceProblem
from diager_dpo.source.description import SourceFileError, parse_source
from diager_dpo.ui.file_problems import _TYPE, _WRONG, file_problem_sentence
from diager_dpo.ui.language import Language, use
from diager_dpo.ui.sentences import SENTENCES, sentence

PACKAGE = Path(diager_dpo.__file__).parent
RAISED = {
    "DpoError", "Refused", "NotPossible", "FilesWrong", "StoreError",
    "SourceError", "SourceReadError", "SourceConnectionError", "StatementError",
}  # fmt: skip


def raised():
    """Each error that is made with a code written out: place, code, names of its values (``None``: not all known)."""
    for folder in ("services", "store", "source"):
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") in RAISED and node.args):
                    continue
                code = node.args[0]
                if isinstance(code, ast.Constant):
                    names = {word.arg for word in node.keywords}
                    wrapped = None in names or node.func.id == "StatementError"  # the fact is put in further up
                    yield f"{path.name}:{node.lineno}", code.value, None if wrapped else names


@pytest.fixture(params=list(Language), autouse=True)
def language(request):
    use(request.param)
    yield request.param
    use(Language.FRENCH)


def test_there_are_errors_to_look_at():
    assert len(list(raised())) > 25


def test_every_error_that_is_raised_has_its_sentence():
    assert not [(place, code) for place, code, _names in raised() if code not in SENTENCES]


def test_every_sentence_finds_the_values_it_counts_on():
    counted = {code: set(re.findall(r"{(\w+)}", text)) for code, text in SENTENCES.items()}
    given_by_the_class = {"problems", "count"}  # of FilesWrong
    assert not [
        (place, code)
        for place, code, names in raised()
        if names is not None and code in counted and not counted[code] <= names | given_by_the_class
    ]


def test_what_a_driver_can_fail_with_has_its_sentence():
    codes = {*errors._CODES.values(), "not_utf8", "broken_select", "unknown_table", "unknown_column"}
    assert codes <= set(SENTENCES)


def test_why_a_role_cannot_be_given_has_its_sentence():
    assert {why.value for why in Impediment} <= set(SENTENCES)


def test_what_a_scan_can_fail_with_has_its_sentence():
    assert {INTERRUPTED, "unexpected"} <= set(SENTENCES)


def test_an_error_without_a_sentence_shows_its_code_and_not_its_values():
    said = sentence(NotPossible("never_heard_of", value="secret"))
    assert "never_heard_of" in said
    assert "secret" not in said


def test_a_sentence_whose_value_is_missing_is_not_said_by_half():
    assert "{" not in sentence(DpoError("source_file_absent"))


@pytest.mark.parametrize("code", list(ProblemCode))
def test_every_problem_of_a_charter_file_has_its_sentence(code):
    assert code in _WRONG
    said = file_problem_sentence(CharterProblem(code, "2018-09.toml", "rules[2].start", 12, "x", ("y", "z"), "y"))
    assert "2018-09.toml" in said
    assert "rules[2].start" in said
    assert "y | z" in said
    assert "{" not in said


def test_every_type_of_toml_has_its_words():
    assert set(TYPES) <= set(_TYPE)


def source_file_codes():
    """Codes that stand as the second argument of ``Problem``, the first of ``wrong`` and of the errors of a text."""
    places = {"Problem": 1, "wrong": 0, "LinkError": 0, "StatementError": 0}
    for module in (contradictions, description, description_model, links, statement):
        for node in ast.walk(ast.parse(Path(module.__file__).read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in places:
                place = places[node.func.id]
                for each in ast.walk(node.args[place]) if len(node.args) > place else ():
                    if isinstance(each, ast.Constant) and re.fullmatch(r"[a-z_]{4,}", str(each.value)):
                        yield each.value
    yield from (code for code, _expected in description._KINDS.values())


def test_every_problem_of_a_source_file_has_its_sentence():
    codes = set(source_file_codes())
    assert len(codes) > 15
    assert not codes - set(_WRONG)


def test_a_problem_that_nobody_foresaw_still_says_where():
    assert "tables.contact.key" in file_problem_sentence(SourceProblem("tables.contact.key", "bool_type"))


def test_a_wrong_charter_file_says_each_problem_in_words():
    with pytest.raises(CharterFileError) as refused:
        parse_charter('[charter]\nversion = "x"\nefective = 2020-01-01\n', "new.toml")
    said = sentence(FilesWrong("charter_file_wrong", refused.value.problems))
    assert said.count("\n- new.toml") == len(refused.value.problems) > 3
    assert "“effective”" in said or "« effective »" in said.replace("\u202f", " ")
    assert "unknown_key" not in said


def test_a_wrong_source_file_says_each_problem_in_words(language):
    with pytest.raises(SourceFileError) as refused:
        parse_source(b'[source]\nname = "Big Name"\n[facts]\npersons = "DELETE FROM x"\n', "crm.toml")
    said = sentence(FilesWrong("source_file_wrong", refused.value.problems, file="crm.toml"))
    assert said.count("\n- ") == len(refused.value.problems)
    assert ("is not a SELECT" if language is Language.ENGLISH else "pas une requête SELECT") in said

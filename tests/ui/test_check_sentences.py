"""Every problem a check can find has its sentence, in both languages, with every place filled."""

import pytest

from diager_dpo.source.problems import Code, Severity, problem
from diager_dpo.ui.check_sentences import in_order, problem_markdown, problem_sentence
from diager_dpo.ui.language import Language, use

#: The values that ``source.problems`` names beside each code, as the checks give them.
VALUES = {
    "FACT_FAILS": {"fact": "persons", "reason": "unknown_column", "error": "OperationalError"},
    "FACT_COLUMN_MISSING": {"fact": "persons"},
    "FACT_COLUMN_UNKNOWN": {"fact": "persons"},
    "FACT_COLUMN_DOUBLE": {"fact": "persons"},
    "FACT_COLUMN_TYPE": {"fact": "persons", "expected": "day", "found": "integer"},
    "FACT_KEY_LIKE_EMAIL": {"fact": "persons", "found": 3, "sampled": 100},
    "FACT_KEY_LIKE_NAME": {"fact": "persons", "found": 3, "sampled": 100},
    "TABLE_MISSING": {"section": "tables"},
    "COLUMN_MISSING": {"role": "columns"},
    "PATH_UNRESOLVED": {"path": "a.b -> c.d, c.e"},
    "PURPOSE_NOT_PROCESSED": {"purpose": "contests"},
    "KEY_NOT_UNIQUE": {"key": "id"},
    "KEY_LIKE_EMAIL": {"found": 3, "sampled": 100},
    "KEY_LIKE_NAME": {"found": 3, "sampled": 100},
    "TRIGGER_UNSEEN": {"trigger": "copy", "entry": "contact.copy"},
    "CASCADE_UNSEEN": {"target": "contact", "action": "CASCADE", "entry": "note.contact_id"},
    "SEEN_MISSING": {"entry": "contact.copy"},
    "LINK_UNDECLARED": {"target": "contact", "entry": "note.contact_id"},
    "LINK_LIKELY": {"target": "contact", "sampled": 100, "found": 100, "entry": "note.contact_id"},
    "LINK_AMONG_NOBODY": {"target": "contact", "entry": "note.contact_id"},
    "LINK_LIKELY_AMONG_NOBODY": {"target": "contact", "sampled": 100, "found": 100, "entry": "note.contact_id"},
    "SCHEMA_HIDDEN": {"part": "triggers"},
    "ERASE_REFERRED": {"other": "box"},
    "ERASE_FOREIGN_KEY": {"target": "firm"},
    "ERASE_TYPE": {"manner": "random", "type": "DATE"},
    "ERASE_TOO_LONG": {"length": 3, "needed": 32},
    "ERASE_NOT_A_CHOICE": {"type": "ENUM"},
    "ERASE_UNIQUE": {"unique": "mail"},
    "ERASE_CHECK": {"manner": "null"},
    "DELETE_REFUSED": {"target": "contact"},
    "DELETE_ERASES_LIVE": {"target": "contact", "purpose": "accounting"},
    "RECEIPTS_MISSING": {"command": "sources receipts-ddl"},
    "RECEIPTS_COLUMN": {"command": "sources receipts-ddl"},
    "RECEIPTS_KEY": {"command": "sources receipts-ddl"},
}


def found(code):
    return problem(code, "note", "author", **VALUES.get(code.name, {}))


@pytest.fixture(params=list(Language))
def language(request):
    use(request.param)
    yield request.param
    use(Language.FRENCH)


@pytest.mark.parametrize("code", list(Code))
def test_every_problem_says_what_is_wrong_and_what_to_do(code, language):
    said = problem_sentence(found(code))
    assert said.endswith((".", "receipts-ddl."))
    assert "{" not in said
    wrong, to_do = problem_markdown(found(code))
    assert wrong
    assert to_do


def test_names_of_the_database_stand_as_code_in_markdown():
    wrong, _to_do = problem_markdown(problem(Code.COLUMN_UNDECLARED, "con`tact", "*mail*"))
    assert "`contact.*mail*`" in wrong


def test_blocking_problems_come_first():
    warning, blocking = found(Code.KEY_LIKE_NAME), found(Code.KEY_LIKE_EMAIL)
    assert [each.severity for each in in_order([warning, blocking])] == [Severity.BLOCKING, Severity.WARNING]

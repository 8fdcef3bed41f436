"""What the register says of each purpose, and what it says is not stated."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from diager_dpo.domain.charter import CharterSet, Completion, Field, Statement, Text
from diager_dpo.domain.charter_file import parse_charters
from diager_dpo.domain.register import FieldState, conventions, documents, entries, open_questions
from diager_dpo.domain.words import Purpose

FOLDER = Path(__file__).parents[2] / "data" / "charters"
CHARTERS = parse_charters({file.name: file.read_text("utf-8") for file in FOLDER.glob("*.toml")})
TODAY = date(2026, 3, 1)
STATED, NOT_STATED, COMPLETED = FieldState.STATED, FieldState.NOT_STATED, FieldState.COMPLETED


def entry(purpose, charters=CHARTERS, day=TODAY):
    return next(entry for entry in entries(charters, day) if entry.purpose is purpose)


def changed(version, **values):
    return CharterSet(tuple(replace(c, **values) if c.version == version else c for c in CHARTERS.charters))


def test_every_purpose_is_there_in_one_order():
    assert [entry.purpose for entry in entries(CHARTERS, TODAY)] == list(Purpose)


@pytest.mark.parametrize(
    ("purpose", "stated"),
    [
        (Purpose.PROSPECTING, {"legal_basis", "duration", "start_event", "recipients", "person_categories"}),
        (Purpose.CUSTOMER_MANAGEMENT, {"legal_basis", "duration", "start_event", "recipients", "person_categories"}),
        (Purpose.CONTESTS, {"legal_basis", "duration", "recipients"}),
        (Purpose.ACCOUNTING, {"legal_basis", "duration", "start_event"}),
        (Purpose.STATISTICS, set()),
    ],
)
def test_the_matrix_says_of_each_field_whether_it_is_stated(purpose, stated):
    states = {cell.field.value: cell.state for cell in entry(purpose).cells}
    assert states == {field.value: STATED if field in stated else NOT_STATED for field in Field}


def test_only_accounting_is_a_supplement_to_the_charter():
    assert [entry.purpose for entry in entries(CHARTERS, TODAY) if entry.is_supplement] == [Purpose.ACCOUNTING]
    assert entry(Purpose.ACCOUNTING).charter == "supplement-accounting"


def test_a_rule_states_the_duration_in_the_words_of_its_clause():
    cell = entry(Purpose.CUSTOMER_MANAGEMENT).cell(Field.DURATION)
    assert [statement.clause for statement in cell.statements] == ["Durée de conservation"]
    assert len(entry(Purpose.PROSPECTING).cell(Field.DURATION).statements) == 2


def test_a_start_that_only_a_convention_gives_is_not_stated():
    assert entry(Purpose.CONTESTS).clocks[0].rule.start_stated is False
    assert entry(Purpose.CONTESTS).cell(Field.START_EVENT).state is NOT_STATED


def completion(purpose, text="Union européenne"):
    return Completion(purpose, Field.TRANSFERS, Text(text, text), "DPO", date(2026, 1, 5), Text("vérifié", "checked"))


def test_what_the_dpo_completes_says_so():
    charters = changed("supplement-conventions", completions=(completion(Purpose.PROSPECTING),))
    cell = entry(Purpose.PROSPECTING, charters).cell(Field.TRANSFERS)
    assert (cell.state, cell.completion.by, cell.completion.on) == (COMPLETED, "DPO", date(2026, 1, 5))
    assert entry(Purpose.CONTESTS, charters).cell(Field.TRANSFERS).state is NOT_STATED


def test_the_latest_completion_counts():
    both = (completion(Purpose.PROSPECTING, "avant"), completion(Purpose.PROSPECTING, "après"))
    charters = changed("supplement-conventions", completions=both)
    assert entry(Purpose.PROSPECTING, charters).cell(Field.TRANSFERS).completion.text.fr == "après"


def test_a_completion_does_not_hide_what_the_charter_states():
    late = replace(completion(Purpose.PROSPECTING), field=Field.LEGAL_BASIS)
    cell = entry(Purpose.PROSPECTING, changed("supplement-conventions", completions=(late,))).cell(Field.LEGAL_BASIS)
    assert cell.state is STATED


def test_what_a_supplement_adds_does_not_make_the_charter_state_it():
    addition = Statement(Text("Liste d'opposition", "Opt-out list"), "CNIL")
    described = replace(entry_of_file(Purpose.PROSPECTING), statements=((Field.OPT_OUT_LIST, addition),))
    cell = entry(Purpose.PROSPECTING, changed("supplement-accounting", purposes=(described,))).cell(Field.OPT_OUT_LIST)
    assert (cell.state, cell.additions) == (NOT_STATED, (addition,))


def entry_of_file(purpose):
    return next(entry for entry in CHARTERS.charters[0].purposes if entry.purpose is purpose)


def test_a_purpose_that_no_document_in_force_describes_is_not_in_the_register():
    assert Purpose.ACCOUNTING not in {entry.purpose for entry in entries(CHARTERS, date(2018, 8, 31))}


def test_the_register_follows_the_version_in_force():
    old = CHARTERS.charters[0]
    rules = tuple(replace(rule, clause="new") for rule in old.rules)
    newer = replace(old, version="2026-07", effective=date(2026, 7, 1), rules=rules)
    both = CharterSet((*CHARTERS.charters, newer))
    assert entry(Purpose.PROSPECTING, both, date(2026, 6, 30)).charter == "2018-09"
    assert entry(Purpose.PROSPECTING, both, date(2026, 7, 1)).charter == "2026-07"
    clocks = entry(Purpose.PROSPECTING, both, date(2026, 7, 1)).clocks
    assert [(clock.charter, clock.rule.clause) for clock in clocks] == [("2026-07", "new"), ("2026-07", "new")]


def test_the_charter_stands_before_its_supplements():
    assert [document.is_supplement for document in documents(CHARTERS, TODAY)] == [False, True, True]


def test_conventions_are_those_of_the_purposes_asked_for_and_of_all():
    asked = {convention.purpose for convention in conventions(CHARTERS, TODAY, {Purpose.CONTESTS})}
    assert asked == {None, Purpose.CONTESTS}
    assert len(conventions(CHARTERS, TODAY, set(Purpose))) == 13


def test_who_sees_accounting_sees_the_question_that_blocks_it():
    codes = {question.code for question in open_questions(CHARTERS, TODAY, {Purpose.ACCOUNTING})}
    assert "invoices_five_or_ten_years" in codes
    assert "last_contact_undefined" not in codes

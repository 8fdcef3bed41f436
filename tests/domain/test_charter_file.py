"""A wrong charter file is refused with everything that must be mended: file, line, key, what is wrong, what is expected."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diager_dpo.domain.charter import Field, Origin, Text
from diager_dpo.domain.charter_file import CharterFileError, parse_charter, parse_charters
from diager_dpo.domain.civil import Duration
from diager_dpo.domain.toml_table import TYPES, ProblemCode
from diager_dpo.domain.words import Anchor, Category, Purpose

FILES = {
    file.name: file.read_text("utf-8") for file in (Path(__file__).parents[2] / "data" / "charters").glob("*.toml")
}

GOOD = """\
[charter]
version = "2025-01"
effective = 2025-01-01
controller = "DIAGER"
contact = "dpo@example.org"
general_charter = "example.org/charter"
title = { fr = "Charte", en = "Charter" }
activity = { fr = "Relation clients", en = "Customer relations" }

[purposes.prospecting]
title = { fr = "Prospection", en = "Prospecting", clause = "1" }
legal_basis = { fr = "Intérêt légitime", en = "Legitimate interest", clause = "2" }
recipients = [
  { fr = "Ventes", en = "Sales", clause = "3" },
]

[purposes.contests]
title = { fr = "Jeux", en = "Contests", clause = "1" }

[purposes.customer_management]
title = { fr = "Clients", en = "Customers", clause = "1" }
sub_purposes = [
  { code = "orders", fr = "Commandes", en = "Orders" },
  { code = "invoices", fr = "Factures", en = "Invoices" },
]

[[rules]]
purpose = "prospecting"
category = "prospect"
start = "last_contact"
duration = "P2Y"
clause = "4"
fr = "2 ans"
en = "2 years"

[[rules]]
purpose = "contests"
category = "entry"
start = "operation_close"
duration = "announced"
clause = "4"
fr = "Durée annoncée"
en = "Announced period"

[[open_questions]]
code = "archive"
purpose = "prospecting"
blocks_purge = ["prospect"]
fr = "Rien sur l'archivage"
en = "Nothing on archives"

[[conventions]]
code = "paris"
fr = "Jours de Paris"
en = "Days in Paris"
source = { fr = "Choix", en = "Choice" }
"""

SUPPLEMENT = """\
[charter]
version = "law"
effective = 2018-09-01
is_supplement = true
title = { fr = "Loi", en = "Law" }

[purposes.accounting]
title = { fr = "Comptabilité", en = "Accounting", clause = "L123-22" }

[[rules]]
purpose = "accounting"
category = "voucher"
start = "fiscal_year_close"
duration = "P10Y"
clause = "L123-22"
origin = "law"
fr = "10 ans"
en = "10 years"

[[completions]]
purpose = "statistics"
field = "legal_basis"
fr = "Intérêt légitime"
en = "Legitimate interest"
by = "DPO"
on = 2025-02-01
why = { fr = "Oubli de la charte", en = "Left out of the charter" }
"""

P = ProblemCode

# What is replaced by what; the line where the problem is; its key; its code; a word that must be among what is expected.
BROKEN = [
    ('version = "2025-01"\n', "", 1, "charter.version", P.MISSING, "text"),
    ('version = "2025-01"', 'version = ""', 2, "charter.version", P.EMPTY, "text"),
    ('version = "2025-01"', "version = 2025", 2, "charter.version", P.WRONG_TYPE, "text"),
    ('version = "2025-01"', "version = 2025-01-01", 2, "charter.version", P.WRONG_TYPE, "text"),
    ('version = "2025-01"', 'version = "janvier 2025"', 2, "charter.version", P.BAD_NAME, "janvier_2025"),
    ("effective = 2025-01-01\n", "", 1, "charter.effective", P.MISSING, "date"),
    ("effective = 2025-01-01", 'effective = "2025-01-01"', 3, "charter.effective", P.WRONG_TYPE, "date"),
    ("effective = 2025-01-01", "effective = 2025-01-01T08:00:00", 3, "charter.effective", P.WRONG_TYPE, "date"),
    ("effective = 2025-01-01", "effective = 08:00:00", 3, "charter.effective", P.WRONG_TYPE, "date"),
    ("effective = 2025-01-01", "effective = 1900-01-01", 3, "charter.effective", P.BAD_DATE, "2018-09-01"),
    ("effective = 2025-01-01", "effective = 9999-12-31", 3, "charter.effective", P.BAD_DATE, "2018-09-01"),
    ("effective = 2025-01-01", "effective = 2025-02-30", 3, "", P.SYNTAX, None),
    ("effective = 2025-01-01", "effective = 01/01/2025", 3, "", P.SYNTAX, None),
    ('controller = "DIAGER"\n', "", 1, "charter.controller", P.MISSING, "text"),
    ('controller = "DIAGER"', 'controller = "   "', 4, "charter.controller", P.EMPTY, "text"),
    ('controller = "DIAGER"', 'controler = "DIAGER"', 4, "charter.controler", P.UNKNOWN_KEY, "controller"),
    ('controller = "DIAGER"', 'controller = "DIAGER', 4, "", P.SYNTAX, None),
    ('controller = "DIAGER"', 'version = "2"', 4, "", P.SYNTAX, None),
    ('contact = "dpo@example.org"\n', "", 1, "charter.contact", P.MISSING, "text"),
    ('contact = "dpo@example.org"', "contact = true", 5, "charter.contact", P.WRONG_TYPE, "text"),
    ('general_charter = "example.org/charter"\n', "", 1, "charter.general_charter", P.MISSING, "text"),
    ('title = { fr = "Charte", en = "Charter" }\n', "", 1, "charter.title", P.MISSING, "table"),
    ('title = { fr = "Charte", en = "Charter" }', 'title = "Charte"', 7, "charter.title", P.WRONG_TYPE, "table"),
    ('{ fr = "Charte", en = "Charter" }', '{ fr = "Charte" }', 7, "charter.title.en", P.MISSING, "text"),
    ('{ fr = "Charte", en = "Charter" }', '{ en = "Charter" }', 7, "charter.title.fr", P.MISSING, "text"),
    ('fr = "Relation clients", ', 'fr = "", ', 8, "charter.activity.fr", P.EMPTY, "text"),
    ('en = "Customer relations" }', "en = 3 }", 8, "charter.activity.en", P.WRONG_TYPE, "text"),
    (
        'title = { fr = "Charte"',
        'is_supplement = "no"\ntitle = { fr = "Charte"',
        7,
        "charter.is_supplement",
        P.WRONG_TYPE,
        "boolean",
    ),
    (
        'title = { fr = "Charte"',
        'applies_to_older_data = 1\ntitle = { fr = "Charte"',
        7,
        "charter.applies_to_older_data",
        P.WRONG_TYPE,
        "boolean",
    ),
    ("[charter]", "[chart]", 1, "chart", P.UNKNOWN_KEY, "charter"),
    ("[charter]", "[charter", 1, "", P.SYNTAX, None),
    ("[purposes.prospecting]", "[purposes.prospection]", 10, "purposes.prospection", P.UNKNOWN_KEY, "prospecting"),
    (
        "[purposes.prospecting]",
        "[purposes]\nprospecting = 3\n[purposes.statistics]",
        11,
        "purposes.prospecting",
        P.WRONG_TYPE,
        "table",
    ),
    (
        'title = { fr = "Prospection", en = "Prospecting", clause = "1" }\n',
        "",
        10,
        "purposes.prospecting.title",
        P.MISSING,
        "table",
    ),
    (
        'en = "Prospecting", clause = "1"',
        'en = "Prospecting"',
        11,
        "purposes.prospecting.title.clause",
        P.MISSING,
        "text",
    ),
    (
        'en = "Prospecting", clause = "1"',
        'en = "Prospecting", section = "1", clause = "1"',
        11,
        "purposes.prospecting.title.section",
        P.UNKNOWN_KEY,
        "clause",
    ),
    ("legal_basis =", "legal_bases =", 12, "purposes.prospecting.legal_bases", P.UNKNOWN_KEY, "legal_basis"),
    (
        'legal_basis = { fr = "Intérêt légitime", en = "Legitimate interest", clause = "2" }',
        'legal_basis = "Intérêt"',
        12,
        "purposes.prospecting.legal_basis",
        P.WRONG_TYPE,
        "table_or_list",
    ),
    ('fr = "Intérêt légitime", ', "", 12, "purposes.prospecting.legal_basis.fr", P.MISSING, "text"),
    (
        '{ fr = "Ventes", en = "Sales", clause = "3" },',
        '"Ventes"',
        13,
        "purposes.prospecting.recipients[1]",
        P.WRONG_TYPE,
        "table",
    ),
    ('{ fr = "Ventes", en = "Sales", clause = "3" },', "", 13, "purposes.prospecting.recipients", P.EMPTY, "table"),
    (
        '{ fr = "Ventes", en = "Sales", clause = "3" },',
        '{ fr = "Ventes", en = "Sales", clause = "" },',
        13,
        "purposes.prospecting.recipients[1].clause",
        P.EMPTY,
        "text",
    ),
    ('code = "orders", fr', "fr", 22, "purposes.customer_management.sub_purposes[1].code", P.MISSING, "text"),
    (
        'code = "orders"',
        'code = "Commandes clients"',
        22,
        "purposes.customer_management.sub_purposes[1].code",
        P.BAD_NAME,
        "commandes_clients",
    ),
    (
        'code = "invoices"',
        'code = "orders"',
        22,
        "purposes.customer_management.sub_purposes[2].code",
        P.DUPLICATE,
        None,
    ),
    ('fr = "Factures", ', "", 22, "purposes.customer_management.sub_purposes[2].fr", P.MISSING, "text"),
    ('en = "Invoices" }', 'en = "" }', 22, "purposes.customer_management.sub_purposes[2].en", P.EMPTY, "text"),
    (
        'en = "Invoices" }',
        'en = "Invoices", clause = "1" }',
        22,
        "purposes.customer_management.sub_purposes[2].clause",
        P.UNKNOWN_KEY,
        "code",
    ),
    ('[[rules]]\npurpose = "prospecting"', '[[rule]]\npurpose = "prospecting"', 27, "rule", P.UNKNOWN_KEY, "rules"),
    ('[[rules]]\npurpose = "prospecting"\n', "[[rules]]\n", 27, "rules[1].purpose", P.MISSING, "text"),
    (
        'purpose = "prospecting"\ncategory',
        'purpose = "prospect"\ncategory',
        28,
        "rules[1].purpose",
        P.NOT_ALLOWED,
        "prospecting",
    ),
    (
        'purpose = "prospecting"\ncategory',
        'purpose = "statistics"\ncategory',
        28,
        "rules[1].purpose",
        P.NOT_ALLOWED,
        "accounting",
    ),
    (
        'purpose = "prospecting"\ncategory = "prospect"\nstart = "last_contact"',
        'purpose = "accounting"\ncategory = "voucher"\nstart = "fiscal_year_close"',
        28,
        "rules[1].purpose",
        P.NOT_DESCRIBED,
        "prospecting",
    ),
    ('category = "prospect"', 'category = "prospects"', 29, "rules[1].category", P.NOT_ALLOWED, "prospect"),
    ('category = "prospect"', 'category = "entry"', 29, "rules[1].category", P.DOES_NOT_FIT, "customer"),
    ('category = "prospect"\n', "", 27, "rules[1].category", P.MISSING, "text"),
    ('start = "last_contact"', 'start = "dernier contact"', 30, "rules[1].start", P.NOT_ALLOWED, "last_contact"),
    ('start = "last_contact"', 'start = "commercial_end"', 30, "rules[1].start", P.DOES_NOT_FIT, "last_contact"),
    ('start = "last_contact"', 'start = "objection"', 30, "rules[1].start", P.NOT_ALLOWED, "last_contact"),
    ('start = "last_contact"\n', "", 27, "rules[1].start", P.MISSING, "text"),
    (
        'start = "last_contact"',
        'start = "last_contact"\nstart_stated = "no"',
        31,
        "rules[1].start_stated",
        P.WRONG_TYPE,
        "boolean",
    ),
    ('duration = "P2Y"', 'duration = "2 ans"', 31, "rules[1].duration", P.BAD_DURATION, "P3Y"),
    ('duration = "P2Y"', 'duration = "P"', 31, "rules[1].duration", P.BAD_DURATION, "P3Y"),
    ('duration = "P2Y"', 'duration = "P0Y"', 31, "rules[1].duration", P.BAD_DURATION, "P3Y"),
    ('duration = "P2Y"', 'duration = "-P2Y"', 31, "rules[1].duration", P.BAD_DURATION, "P3Y"),
    ('duration = "P2Y"', 'duration = "P2YT12H"', 31, "rules[1].duration", P.BAD_DURATION, "P3Y"),
    ('duration = "P2Y"', "duration = 2", 31, "rules[1].duration", P.WRONG_TYPE, "text"),
    ('duration = "P2Y"', 'duration = "announced"', 31, "rules[1].duration", P.DOES_NOT_FIT, "P3Y"),
    ('duration = "P2Y"\n', "", 27, "rules[1].duration", P.MISSING, "text"),
    ('duration = "P2Y"', 'duration = "P2Y"\narchive = true', 32, "rules[1].archive", P.DOES_NOT_FIT, "false"),
    ('duration = "P2Y"', 'duration = "P2Y"\narchive = "oui"', 32, "rules[1].archive", P.WRONG_TYPE, "boolean"),
    ('duration = "P2Y"', 'duration = "P2Y"\norigin = "law"', 32, "rules[1].origin", P.NOT_ALLOWED, "charter"),
    ('duration = "P2Y"\nclause = "4"\n', 'duration = "P2Y"\n', 27, "rules[1].clause", P.MISSING, "text"),
    ('fr = "2 ans"\n', "", 27, "rules[1].fr", P.MISSING, "text"),
    ('en = "2 years"', 'en = ""', 34, "rules[1].en", P.EMPTY, "text"),
    ('duration = "announced"', 'duration = "P6M"', 40, "rules[2].duration", P.DOES_NOT_FIT, "announced"),
    (
        'purpose = "contests"\ncategory = "entry"\nstart = "operation_close"\nduration = "announced"',
        'purpose = "prospecting"\ncategory = "prospect"\nstart = "last_contact"\nduration = "P3Y"',
        38,
        "rules[2].category",
        P.DUPLICATE,
        None,
    ),
    ('code = "archive"\n', "", 45, "open_questions[1].code", P.MISSING, "text"),
    (
        'code = "archive"\npurpose = "prospecting"',
        'code = "archive"\npurpose = "marketing"',
        47,
        "open_questions[1].purpose",
        P.NOT_ALLOWED,
        "prospecting",
    ),
    (
        'blocks_purge = ["prospect"]',
        'blocks_purge = ["vouchers"]',
        48,
        "open_questions[1].blocks_purge[1]",
        P.NOT_ALLOWED,
        "voucher",
    ),
    ('blocks_purge = ["prospect"]', "blocks_purge = true", 48, "open_questions[1].blocks_purge", P.WRONG_TYPE, "list"),
    (
        'blocks_purge = ["prospect"]',
        "blocks_purge = [1]",
        48,
        "open_questions[1].blocks_purge[1]",
        P.WRONG_TYPE,
        "text",
    ),
    ('fr = "Rien sur l\'archivage"\n', "", 45, "open_questions[1].fr", P.MISSING, "text"),
    (
        '[[open_questions]]\ncode = "archive"',
        '[[open_questions]]\ncode = "archive"\nfr = "x"\nen = "x"\n\n[[open_questions]]\ncode = "archive"',
        51,
        "open_questions[2].code",
        P.DUPLICATE,
        None,
    ),
    ('code = "paris"', 'code = "Paris !"', 53, "conventions[1].code", P.BAD_NAME, "paris_"),
    ('en = "Days in Paris"\n', "", 52, "conventions[1].en", P.MISSING, "text"),
    ('source = { fr = "Choix", en = "Choice" }\n', "", 52, "conventions[1].source", P.MISSING, "table"),
    ('source = { fr = "Choix", en = "Choice" }', 'source = "K"', 56, "conventions[1].source", P.WRONG_TYPE, "table"),
    (
        'source = { fr = "Choix", en = "Choice" }',
        'sources = { fr = "Choix", en = "Choice" }',
        56,
        "conventions[1].sources",
        P.UNKNOWN_KEY,
        "source",
    ),
    ("[[conventions]]", "[conventions]", 52, "conventions", P.WRONG_TYPE, "list"),
    ("[[conventions]]", "[[completions]]", 52, "completions", P.UNKNOWN_KEY, "conventions"),
]

BROKEN_SUPPLEMENT = [
    (
        'title = { fr = "Loi"',
        'controller = "DIAGER"\ntitle = { fr = "Loi"',
        5,
        "charter.controller",
        P.UNKNOWN_KEY,
        "title",
    ),
    ('origin = "law"\n', "", 10, "rules[1].origin", P.MISSING, "text"),
    ('origin = "law"', 'origin = "charter"', 16, "rules[1].origin", P.NOT_ALLOWED, "law"),
    ('origin = "law"', 'origin = "loi"', 16, "rules[1].origin", P.NOT_ALLOWED, "cnil"),
    ("[purposes.accounting]\n", "[purposes]\n", 8, "purposes.title", P.UNKNOWN_KEY, "accounting"),
    ('field = "legal_basis"', 'field = "basis"', 22, "completions[1].field", P.NOT_ALLOWED, "legal_basis"),
    ('by = "DPO"\n', "", 20, "completions[1].by", P.MISSING, "text"),
    ("on = 2025-02-01", 'on = "hier"', 26, "completions[1].on", P.WRONG_TYPE, "date"),
    ("why = {", "because = {", 27, "completions[1].because", P.UNKNOWN_KEY, "why"),
]


def problems_of(text, name="charte.toml"):
    with pytest.raises(CharterFileError) as refused:
        parse_charter(text, name)
    return refused.value.problems


def assert_refused(text, case):
    old, new, line, key, code, expected = case
    assert text.count(old) >= 1
    problems = problems_of(text.replace(old, new, 1))
    found = [problem for problem in problems if (problem.key, problem.code) == (key, code)]
    assert len(found) == 1, problems
    (problem,) = found
    assert problem.file == "charte.toml"
    assert problem.line == line, problem
    assert expected is None or expected in problem.expected
    assert key in str(problem)
    assert "charte.toml" in str(problem)


@pytest.mark.parametrize("case", BROKEN)
def test_a_wrong_charter_is_refused_at_the_key(case):
    assert_refused(GOOD, case)


@pytest.mark.parametrize("case", BROKEN_SUPPLEMENT)
def test_a_wrong_supplement_is_refused_at_the_key(case):
    assert_refused(SUPPLEMENT, case)


@pytest.mark.parametrize("text", ["", "\n", "# only a comment"])
def test_an_empty_file_misses_its_tables(text):
    keys = {problem.key for problem in problems_of(text)}
    assert {"charter", "purposes"} <= keys


def test_every_code_of_a_problem_is_reached():
    reached = {case[4] for case in BROKEN + BROKEN_SUPPLEMENT}
    assert reached == set(ProblemCode)


def test_all_problems_are_listed_at_once_in_reading_order_of_the_checks():
    text = GOOD.replace('"P2Y"', '"2 ans"').replace("controller", "controler").replace('en = "Sales", ', "")
    problems = problems_of(text)
    assert {problem.key for problem in problems} == {
        "charter.controler",
        "charter.controller",
        "purposes.prospecting.recipients[1].en",
        "rules[1].duration",
    }


@pytest.mark.parametrize(
    ("old", "new", "suggestion"),
    [
        ("controller", "controler", "controller"),
        ('"last_contact"', '"last_contct"', "last_contact"),
        ('"last_contact"', '"LAST_CONTACT"', "last_contact"),
        ("[purposes.prospecting]", "[purposes.prospection]", "prospecting"),
        ('"prospect"\nstart', '"prospects"\nstart', "prospect"),
        ("legal_basis", "legalbasis", "legal_basis"),
    ],
)
def test_a_near_miss_names_the_right_word(old, new, suggestion):
    assert suggestion in {problem.suggestion for problem in problems_of(GOOD.replace(old, new, 1))}


def test_a_far_miss_suggests_nothing():
    (problem,) = (p for p in problems_of(GOOD + "\n[xyz]\n") if p.key == "xyz")
    assert problem.suggestion == ""


def test_a_message_can_be_read_without_the_app():
    (problem,) = problems_of(GOOD.replace('"last_contact"', '"last_contct"'))
    assert str(problem).startswith(
        "charte.toml:30: rules[1].start: not_allowed; found last_contct; expected last_contact"
    )
    assert str(problem).endswith("did you mean last_contact?")


def test_types_have_words_that_the_catalogs_know():
    for _, _, _, _, code, expected in BROKEN:
        if code is P.WRONG_TYPE:
            assert expected in TYPES


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault():
    assert parse_charter("\ufeff" + GOOD.replace("\n", "\r\n"), "a.toml") == parse_charter(GOOD, "a.toml")


def test_a_right_file_is_read_word_for_word():
    charter = parse_charter(GOOD, "a.toml")
    assert (charter.version, charter.effective, charter.is_supplement) == ("2025-01", date(2025, 1, 1), False)
    assert charter.title == Text("Charte", "Charter")
    assert charter.applies_to_older_data is False
    first, second = charter.rules
    assert (first.duration, first.origin, first.start_stated) == (Duration(24), Origin.CHARTER, True)
    assert second.duration is None
    (question,) = charter.open_questions
    assert question.blocks_purge == (Category.PROSPECT,)
    (convention,) = charter.conventions
    assert (convention.purpose, convention.source) == (None, Text("Choix", "Choice"))


def test_a_completion_says_who_when_and_why():
    (completion,) = parse_charter(SUPPLEMENT, "law.toml").completions
    assert (completion.purpose, completion.field) == (Purpose.STATISTICS, Field.LEGAL_BASIS)
    assert (completion.by, completion.on, completion.why.fr) == ("DPO", date(2025, 2, 1), "Oubli de la charte")


def test_the_example_in_the_comments_of_the_charter_is_right():
    example = [line[8:] for line in FILES["2018-09.toml"].splitlines() if line.startswith("#       ")]
    head = SUPPLEMENT.split("[purposes", maxsplit=1)[0]
    (completion,) = parse_charter(head + "\n".join(example), "law.toml").completions
    assert (completion.purpose, completion.field) == (Purpose.STATISTICS, Field.RECIPIENTS)


def test_a_supplement_needs_no_purpose_of_its_own():
    head = SUPPLEMENT.split("[purposes", maxsplit=1)[0]
    assert parse_charter(head, "law.toml").purposes == ()


# Versions side by side


def test_versions_stand_side_by_side_oldest_first():
    files = {
        "b.toml": GOOD,
        "c.toml": GOOD.replace('"2025-01"', '"2027-01"').replace("2025-01-01", "2027-01-01").replace("P2Y", "P4Y"),
        "a.toml": SUPPLEMENT,
        "2018-09.toml": FILES["2018-09.toml"],
    }
    charters = parse_charters(files).charters
    assert [charter.version for charter in charters] == ["2018-09", "law", "2025-01", "2027-01"]
    durations = [
        str(rule.duration) for charter in charters for rule in charter.rules if rule.category is Category.PROSPECT
    ]
    assert durations == ["P3Y", "P2Y", "P4Y"]


def test_two_files_of_one_version_are_refused():
    with pytest.raises(CharterFileError) as refused:
        parse_charters({"a.toml": GOOD, "b.toml": GOOD.replace("2025-01-01", "2026-01-01")})
    (problem,) = refused.value.problems
    assert (problem.file, problem.key, problem.code, problem.found) == (
        "b.toml",
        "charter.version",
        P.DUPLICATE,
        "2025-01",
    )


def test_two_charters_that_begin_on_one_day_are_refused():
    with pytest.raises(CharterFileError) as refused:
        parse_charters({"a.toml": GOOD, "b.toml": GOOD.replace('"2025-01"', '"2025-01-bis"')})
    (problem,) = refused.value.problems
    assert (problem.file, problem.key, problem.found) == ("b.toml", "charter.effective", "2025-01-01")


@pytest.mark.parametrize("files", [{}, {"law.toml": SUPPLEMENT}])
def test_supplements_alone_are_no_charter(files):
    with pytest.raises(CharterFileError) as refused:
        parse_charters(files)
    assert [problem.code for problem in refused.value.problems] == [P.MISSING]


def test_the_problems_of_all_files_are_listed():
    with pytest.raises(CharterFileError) as refused:
        parse_charters({"a.toml": "[charter", "b.toml": "x = 1\n" + GOOD})
    assert {problem.file for problem in refused.value.problems} == {"a.toml", "b.toml"}


# Whatever is in the file, it is read or refused


@given(st.data())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(data):
    text = FILES["2018-09.toml"]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(start + 60, len(text))))
    put = data.draw(
        st.one_of(st.text(max_size=8), st.sampled_from(["[[", "]", "= 1", '"', "'''", "{", "}", "1e999", "nan"]))
    )
    for problem in problems_if_any(text[:start] + put + text[end:]):
        assert problem.line is None or 1 <= problem.line <= text.count("\n") + 20


def problems_if_any(text):
    """The problems of a text; ``CharterFileError`` is the only error that may come, and never without one."""
    try:
        parse_charter(text, "a.toml")
    except CharterFileError as refused:
        return refused.problems or pytest.fail("refused without a reason")
    return ()


@given(st.text())
def test_any_text_at_all_is_refused(text):
    with pytest.raises(CharterFileError):
        parse_charter(text, "a.toml")


# The files that are shipped


def shipped():
    return parse_charters(FILES)


def the_charter():
    return parse_charter(FILES["2018-09.toml"], "2018-09.toml")


def test_the_published_charter_names_its_company():
    charter = the_charter()
    assert charter.version == "2018-09"
    assert charter.effective == date(2018, 9, 1)
    assert charter.controller == "DIAGER"
    assert charter.contact == "dpo@diager.com"
    assert charter.general_charter == "www.diager.com/informations-personnelles"
    assert not charter.is_supplement


def test_the_published_charter_has_four_purposes_and_no_accounting():
    assert {entry.purpose for entry in the_charter().purposes} == {
        Purpose.PROSPECTING,
        Purpose.CUSTOMER_MANAGEMENT,
        Purpose.CONTESTS,
        Purpose.STATISTICS,
    }


def test_the_clocks_are_those_of_the_charter_and_the_law():
    clocks = {
        (rule.purpose, rule.category): (
            rule.start,
            str(rule.duration) if rule.duration else None,
            rule.archive,
            rule.origin,
        )
        for charter in shipped().charters
        for rule in charter.rules
    }
    assert clocks == {
        (Purpose.PROSPECTING, Category.PROSPECT): (Anchor.LAST_CONTACT, "P3Y", False, Origin.CHARTER),
        (Purpose.PROSPECTING, Category.CUSTOMER): (Anchor.COMMERCIAL_END, "P3Y", False, Origin.CHARTER),
        (Purpose.CUSTOMER_MANAGEMENT, Category.CONTRACTUAL): (Anchor.CONTRACT_END, "P5Y", True, Origin.CHARTER),
        (Purpose.CONTESTS, Category.ENTRY): (Anchor.OPERATION_CLOSE, None, False, Origin.CHARTER),
        (Purpose.ACCOUNTING, Category.VOUCHER): (Anchor.FISCAL_YEAR_CLOSE, "P10Y", False, Origin.LAW),
    }


def entry_of(purpose):
    return next(entry for charter in shipped().charters for entry in charter.purposes if entry.purpose is purpose)


@pytest.mark.parametrize(
    ("purpose", "basis"),
    [
        (Purpose.PROSPECTING, "Intérêt légitime"),
        (Purpose.CUSTOMER_MANAGEMENT, "Mesure contractuelle ou précontractuelle"),
        (Purpose.CONTESTS, "Consentement"),
        (Purpose.ACCOUNTING, "Obligation légale"),
    ],
)
def test_the_legal_bases_are_those_stated(purpose, basis):
    assert [statement.text.fr for statement in entry_of(purpose).stated(Field.LEGAL_BASIS)] == [basis]


@pytest.mark.parametrize(
    ("purpose", "count"),
    [
        (Purpose.PROSPECTING, 1),
        (Purpose.CUSTOMER_MANAGEMENT, 4),
        (Purpose.CONTESTS, 2),
        (Purpose.STATISTICS, 0),
        (Purpose.ACCOUNTING, 0),
    ],
)
def test_recipients_are_stated_or_left_out_as_in_the_charter(purpose, count):
    assert len(entry_of(purpose).stated(Field.RECIPIENTS)) == count


def test_the_sub_purposes_of_customer_management_are_seven():
    codes = [sub_purpose.code for sub_purpose in entry_of(Purpose.CUSTOMER_MANAGEMENT).sub_purposes]
    assert codes == [
        "contract",
        "orders",
        "deliveries",
        "invoices",
        "accounting",
        "follow_up",
        "unpaid_debts_and_litigation",
    ]


def test_nothing_is_said_of_statistics_but_their_name():
    assert entry_of(Purpose.STATISTICS).statements == ()


def test_every_statement_of_the_charter_names_a_section_of_it():
    sections = {"Traitement", "Finalités", "Base juridique", "Durée de conservation", "Destinataires", "Contact"}
    charter = the_charter()
    statements = [statement for entry in charter.purposes for _, statement in entry.statements]
    clauses = {statement.clause for statement in statements} | {rule.clause for rule in charter.rules}
    assert clauses | {entry.title.clause for entry in charter.purposes} <= sections


def test_the_charter_leaves_open_what_the_rules_list():
    assert {question.code for question in the_charter().open_questions} == {
        "statistics_unstated",
        "invoices_five_or_ten_years",
        "contest_without_announced_duration",
        "last_contact_undefined",
        "commercial_end_undefined",
        "contractual_end_undefined",
        "no_archive_phase",
        "no_transfers",
        "no_data_categories",
        "no_processors",
        "no_withdrawal",
        "no_opt_out_list",
        "no_litigation_hold",
        "general_charter_not_supplied",
    }


def test_only_the_conflict_over_invoices_blocks_a_purge_and_it_blocks_vouchers():
    blocking = {q.code: q.blocks_purge for q in the_charter().open_questions if q.blocks_purge}
    assert blocking == {"invoices_five_or_ten_years": (Category.VOUCHER,)}


def test_accounting_is_a_supplement_with_its_article():
    charter = parse_charter(FILES["supplement-accounting.toml"], "supplement-accounting.toml")
    assert charter.is_supplement
    assert charter.rules[0].clause == "Code de commerce, art. L123-22"


def test_conventions_are_a_supplement_of_their_own():
    charter = parse_charter(FILES["supplement-conventions.toml"], "supplement-conventions.toml")
    assert charter.is_supplement
    assert {convention.code for convention in charter.conventions} >= {
        "civil_dates_in_paris",
        "no_extension_to_working_days",
        "contact_from_the_person",
        "restart",
        "contact_after_the_end",
        "newsletter_withdrawal_is_an_objection",
        "shorter_charter",
        "longer_charter",
        "proofs_five_years",
        "insee_disclosure_rules",
    }


def test_no_shipped_text_is_the_same_in_both_languages_by_oversight():
    same = {
        text.fr
        for charter in shipped().charters
        for text in [q.text for q in charter.open_questions]
        + [c.text for c in charter.conventions]
        + [r.text for r in charter.rules]
        if text.fr == text.en
    }
    assert same == set()

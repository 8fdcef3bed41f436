"""The format of a source file: all of it is read, and what is wrong is refused at its key, all at once."""

from pathlib import Path

import pytest

from diager_dpo.domain.civil import Duration
from diager_dpo.domain.words import Purpose
from diager_dpo.source.description import Problem, SourceFileError, load_source, parse_source
from diager_dpo.source.source_file import (
    ColumnRole,
    ColumnUse,
    Condition,
    EraseBy,
    ErasureMode,
    MonthDay,
    PersonLink,
    RowEnd,
    Step,
    TableColumn,
    Title,
)

FILE = """
[source]
name = "crm"
title = { fr = "Le CRM", en = "The CRM" }
url_env = "CRM_URL"
erasure = "direct"
receipts = "receipt"
fiscal_year_closes = "06-30"
timezone = "Indian/Reunion"
not_processed = ["accounting"]
backups_kept_for = "P1Y"

[facts]
persons = "SELECT id AS person FROM contact;"
entries = "SELECT code AS operation, id AS person, at AS entered_at FROM entry"

[tables.contact]
key = ["id"]
person = "id"
when_no_purpose_is_left = "keep"
[tables.contact.columns]
id = "key"
company = "structure"
opt_out = "refusal"
score = "not_personal"
name = { purposes = ["prospecting", "contests"], erase = { constant = "—" } }
mail = { purposes = ["contests"], erase = "random" }
born = { purposes = ["contests"], erase = "null" }

[tables.entry]
key = ["id"]
person = "contact_id"
operation = "code"
purposes = ["contests"]

[tables.message]
key = ["id", "part"]
person = [
  { column = "sender_id", kind = "contact" },
  { column = "record_id", where = { record_type = "contact", archived = false } },
  { through = ["deal_id -> deal.id", "owner_id -> crm.owner.id"], column = "crm.owner.contact_id" },
]
purposes = ["customer_management"]

[not_personal]
company = "legal persons"
[other_persons]
employee = "covered by the staff charter"
[out_of_reach]
files = "on the file server"
[residue]
columns = ["invoice.comment"]
"""


def read(*changes, text=FILE):
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return parse_source(text.encode(), "crm.toml")


def problems(*changes, text=FILE):
    with pytest.raises(SourceFileError) as refusal:
        read(*changes, text=text)
    assert refusal.value.file == "crm.toml"
    return refusal.value.problems


def test_what_the_source_is_is_read():
    source = read()
    assert (source.file, source.name, source.title) == ("crm.toml", "crm", Title("Le CRM", "The CRM"))
    assert (source.url_env, source.erasure, source.receipts) == ("CRM_URL", ErasureMode.DIRECT, "receipt")
    assert (source.fiscal_year_closes, source.timezone) == (MonthDay(6, 30), "Indian/Reunion")
    assert (source.not_processed, source.backups_kept_for) == ({Purpose.ACCOUNTING}, Duration(12))
    assert source.facts["persons"] == "SELECT id AS person FROM contact"
    assert source.not_personal == {"company": "legal persons"}
    assert source.other_persons == {"employee": "covered by the staff charter"}
    assert source.out_of_reach == {"files": "on the file server"}
    assert source.residue == (TableColumn("invoice", "comment"),)


def test_columns_say_whom_they_serve_and_how_they_go():
    contact = read().tables["contact"]
    assert (contact.key, contact.when_no_purpose_is_left, contact.is_whole_row) == (("id",), RowEnd.KEEP, False)
    assert contact.columns["id"] == ColumnUse(ColumnRole.KEY)
    assert contact.columns["company"].role is ColumnRole.STRUCTURE
    assert contact.columns["opt_out"].role is ColumnRole.REFUSAL
    assert contact.columns["score"].role is ColumnRole.NOT_PERSONAL
    name = (Purpose.PROSPECTING, Purpose.CONTESTS)
    assert contact.columns["name"] == ColumnUse(ColumnRole.SERVES, name, EraseBy.CONSTANT, "—")
    assert contact.columns["mail"] == ColumnUse(ColumnRole.SERVES, (Purpose.CONTESTS,), EraseBy.RANDOM)
    assert contact.columns["born"].erase_by is EraseBy.NULL


def test_a_row_leads_to_persons_by_a_column_a_condition_or_a_path():
    tables = read().tables
    assert tables["entry"].persons == (PersonLink(TableColumn("entry", "contact_id")),)
    assert (tables["entry"].operation, tables["entry"].purposes) == ("code", (Purpose.CONTESTS,))
    assert tables["entry"].is_whole_row
    sender, record, owner = tables["message"].persons
    assert sender == PersonLink(TableColumn("message", "sender_id"), kind="contact")
    assert record.where == (Condition("record_type", "contact"), Condition("archived", value=False))
    assert owner.column == TableColumn("crm.owner", "contact_id")
    assert owner.steps == (
        Step(TableColumn("message", "deal_id"), TableColumn("deal", "id")),
        Step(TableColumn("deal", "owner_id"), TableColumn("crm.owner", "id")),
    )


def test_the_digest_changes_with_the_file():
    assert read().digest != read(("Le CRM", "Un CRM")).digest
    assert read().digest == read().digest


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"direct"', '"directly"', Problem("source.erasure", "not_one_of", "directly", "direct | by_hand")),
        ('name = "crm"', 'name = "C R M"', Problem("source.name", "not_a_name", "C R M", "a-z, 0-9, _")),
        ('name = "crm"\n', "", Problem("source.name", "missing_key")),
        ('en = "The CRM"', 'en = ""', Problem("source.title.en", "empty", "", "text")),
        ('"P1Y"', '"1 year"', Problem("source.backups_kept_for", "not_a_duration", "1 year", "P1Y")),
        ('"06-30"', '"06-31"', Problem("source.fiscal_year_closes", "not_a_month_day", "06-31", "12-31")),
        ('"Indian/Reunion"', '"Reunion"', Problem("source.timezone", "not_a_timezone", "Reunion", "Europe/Paris")),
        ('"CRM_URL"', '"sqlite:///x"', Problem("source.url_env", "not_a_variable", "sqlite:///x", "DIAGER_DPO_SOURCE_URL")),
        ('url_env = "CRM_URL"', "url_env = 3", Problem("source.url_env", "wrong_type", "int", "text")),
        ("timezone =", "timezoen =", Problem("source.timezoen", "unknown_key", "timezoen", "timezone")),
        ("entries =", "entrys =", Problem("facts.entrys", "unknown_key", "entrys", "entries")),
        ("contact;", "contact; DELETE FROM contact", Problem("facts.persons", "several_statements", "SELECT id AS person FROM contact; DELETE FROM contact", "SELECT …")),
        ('"SELECT id AS', '"VACUUM -- ', Problem("facts.persons", "not_a_select", "VACUUM -- person FROM contact;", "SELECT …")),
        ("persons =", "labels =", Problem("facts.persons", "missing_key", "", "SELECT … AS person")),
        ('receipts = "receipt"\n', "", Problem("source.receipts", "missing_key", "", 'table, or erasure = "by_hand"')),
        ('["accounting"]', '["contests"]', Problem("facts.entries", "fact_of_not_processed_purpose", "contests")),
        ('key = ["id"]', 'key = "id"', Problem("tables.contact.key", "wrong_type", "str", "[…]")),
        ('key = ["id"]\n', "", Problem("tables.contact.key", "missing_key")),
        ('key = ["id", "part"]', 'key = ["id", "id"]', Problem("tables.message.key", "twice", "id, id")),
        ('id = "key"', 'id = "structure"', Problem("tables.contact.columns.id", "not_one_of", "structure", '"key"')),
        ('id = "key"\n', "", Problem("tables.contact.columns.id", "missing_key", "", '"key"')),
        ('"random"', '"delete"', Problem("tables.contact.columns.mail.erase", "not_one_of", "delete", '"null" | "random" | { constant = … }')),
        (', erase = "null"', "", Problem("tables.contact.columns.born.erase", "missing_key", "", '"null" | "random" | { constant = … }')),
        ('purposes = ["contests"], erase = "null"', 'erase = "null"', Problem("tables.contact.columns.born.purposes", "missing_key", "", "purposes = […]")),
        ('purposes = ["contests"], erase = "null"', 'purposes = [], erase = "null"', Problem("tables.contact.columns.born.purposes", "empty", "", "[…]")),
        ('"contests"], erase = "null"', '"contest"], erase = "null"', Problem("tables.contact.columns.born.purposes.0", "not_one_of", "contest", "prospecting | customer_management | contests | accounting")),
        ('"contests"], erase = "null"', '"statistics"], erase = "null"', Problem("tables.contact.columns.born.purposes.0", "not_one_of", "statistics", "prospecting | customer_management | contests | accounting")),
        ('"contact_id"\noperation', '"contact_id"\nwhen_no_purpose_is_left = "keep"\noperation', Problem("tables.entry.when_no_purpose_is_left", "keep_without_columns", "keep", "[columns]")),
        ('\npurposes = ["contests"]\n', "\n", Problem("tables.entry.purposes", "no_purpose", "", "purposes = […]")),
        ('"deal_id -> deal.id"', '"deal_id = deal.id"', Problem("tables.message.person", "not_a_step", "deal_id = deal.id", "deal_id -> deal.id")),
        ('"crm.owner.contact_id"', '"deal.contact_id"', Problem("tables.message.person", "not_reached", "deal.contact_id", "crm.owner.contact_id")),
        ('company = "legal', 'contact = "legal', Problem("not_personal.contact", "table_twice", "contact")),
        ("employee =", "company =", Problem("other_persons.company", "table_twice", "company")),
        ('"legal persons"', '" "', Problem("not_personal.company", "empty", " ", "text")),
        ('"invoice.comment"', '"comment"', Problem("residue.columns", "not_a_column", "comment", "table.column")),
    ],
)  # fmt: skip
def test_a_wrong_key_is_refused_with_what_was_expected(old, new, problem):
    assert problems((old, new)) == (problem,)


def test_a_role_that_is_none_is_refused_with_those_there_are():
    (problem,) = problems(('"refusal"', '"refused"'))
    assert (problem.key, problem.code, problem.found) == ("tables.contact.columns.opt_out", "not_one_of", "refused")
    assert '"refusal"' in problem.expected
    assert '"serves"' not in problem.expected


def test_everything_that_is_wrong_is_said_at_once():
    found = problems(('"direct"', '"directly"'), ("entries =", "entrys ="), ('"random"', '"delete"'), ('"P1Y"', '"P"'))
    assert [problem.key for problem in found] == [
        "source.erasure",
        "source.backups_kept_for",
        "facts.entrys",
        "tables.contact.columns.mail.erase",
    ]
    contradictions = problems(
        ('id = "key"\n', ""), ('["accounting"]', '["contests"]'), ('"invoice.comment"', '"comment"')
    )
    assert len(contradictions) == 3


def test_an_error_names_file_key_fault_and_expectation():
    with pytest.raises(SourceFileError) as refusal:
        read(('"direct"', '"directly"'))
    assert str(refusal.value) == "crm.toml: source.erasure: not_one_of (directly), expected: direct | by_hand"
    assert refusal.value.code == "source_file_wrong"
    assert refusal.value.values["file"] == "crm.toml"
    assert refusal.value.values["count"] == 1


def test_a_file_that_is_no_toml_is_refused_with_its_place():
    (problem,) = problems(text="[source\n")
    assert problem.code == "not_toml"
    assert "line 1" in problem.found


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(SourceFileError) as refusal:
        load_source(tmp_path / "none.toml")
    assert [problem.code for problem in refusal.value.problems] == ["file_missing"]
    with pytest.raises(SourceFileError) as refusal:
        load_source(tmp_path)
    assert [problem.code for problem in refusal.value.problems] == ["file_unreadable"]


def test_a_file_is_read_from_its_place(tmp_path):
    file = tmp_path / "crm.toml"
    file.write_text(FILE, "utf-8")
    assert load_source(file).file == str(file)


def test_a_small_file_is_enough():
    small = """
    source = { name = "x", title = { fr = "x", en = "x" }, url_env = "X", erasure = "by_hand" }
    facts = { persons = "SELECT 1 AS person" }
    """
    source = read(text=small)
    assert (source.timezone, source.fiscal_year_closes, source.backups_kept_for) == (
        "Europe/Paris",
        MonthDay(12, 31),
        None,
    )
    assert source.tables == {}
    assert source.not_processed == frozenset()


def test_the_shipped_source_files_are_right():
    for file in Path("data/sources").glob("*.toml"):
        assert load_source(file).facts["persons"]

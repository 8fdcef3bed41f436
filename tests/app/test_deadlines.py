"""Deadlines: the matrix, the list and its filters in the address, and the story of one record."""

import re

import pytest

from diager_dpo.domain.permissions import Identity
from diager_dpo.domain.words import Purpose, Status
from diager_dpo.services.access_log import Kind, looks
from diager_dpo.services.counting import counts
from diager_dpo.services.demonstration import ISSUER
from diager_dpo.services.records import RecordFilter, find
from diager_dpo.ui.record_counts import records

DPO = Identity(ISSUER, "dpo")


def html(app):
    return " ".join(each.proto.body for each in app.get("html"))


def table(app):
    """The list of records; empty where none is shown."""
    return "".join(re.findall(r'<table class="dpo-records".*?</table>', html(app)))


def rows(app):
    """The lines of the list, as HTML."""
    return re.findall(r'<tr role="row"><th scope="row".*?</tr>', table(app))


def found(app):
    return next(each.value for each in app.markdown if each.value.startswith("**"))


def first(demonstration, purpose, status):
    page = find(demonstration, DPO, RecordFilter(purpose, status), demonstration.today(), 90)
    return page.records[0], page.total


def test_the_matrix_holds_every_count(look_at, demonstration):
    body = html(look_at("deadlines"))
    for each in counts(demonstration, DPO, demonstration.today(), 90).purposes:
        for status in Status:
            assert f"purpose={each.purpose.code}&amp;status={status.code}" in body


def test_a_link_from_elsewhere_finds_its_records(look_at, demonstration):
    _line, total = first(demonstration, Purpose.CONTESTS, Status.UNDETERMINED)
    app = look_at("deadlines", purpose="contests", status="undetermined")
    assert found(app).startswith(f"**{records(total, Purpose.CONTESTS)}**")
    assert len(rows(app)) == min(total, 50)
    assert ">Opération</th>" in html(app)


def test_the_address_keeps_its_codes_in_any_language(look_at):
    app = look_at("deadlines", language="en", purpose="contests", status="due", flag="operation_prolonged")
    assert app.query_params["flag"] == "operation_prolonged"
    assert app.selectbox(key="status").value == "due"
    assert "contest record" in found(app)


def test_a_choice_is_written_into_the_address(look_at):
    app = look_at("deadlines", purpose="prospecting")
    app.selectbox(key="status").select("held").run()
    assert app.query_params["status"] == "held"
    assert rows(app)
    assert all("Purge suspendue" in row for row in rows(app))


def test_no_list_is_shown_and_none_written_down_until_somebody_asks_for_one(look_at, demonstration):
    before = looks(demonstration, DPO, kind=Kind.LIST).total
    app = look_at("deadlines")
    assert not rows(app)
    assert "Choisissez une finalité" in app.info[0].value
    assert looks(demonstration, DPO, kind=Kind.LIST).total == before
    app.selectbox(key="purpose").select("accounting").run()
    assert rows(app)
    assert app.query_params["purpose"] == "accounting"
    assert looks(demonstration, DPO, kind=Kind.LIST).total == before + 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("purpose", "bogus"),
        ("as_of", "yesterday"),
        ("horizon", "-4"),
    ],
)
def test_what_cannot_be_read_in_the_address_is_ignored(look_at, name, value):
    app = look_at("deadlines", **{name: value})
    assert not app.exception
    assert not app.error
    assert name not in app.query_params


@pytest.mark.parametrize(("name", "value"), [("status", "bogus"), ("flag", "x"), ("month", "13")])
def test_nor_is_what_narrows_a_list(look_at, name, value):
    app = look_at("deadlines", purpose="prospecting", **{name: value})
    assert not app.exception
    assert name not in app.query_params
    assert rows(app)


def test_another_choice_begins_on_the_first_page(look_at):
    app = look_at("deadlines", purpose="prospecting", page="2")
    assert app.query_params["page"] == "2"
    app.selectbox(key="status").select("running").run()
    assert "page" not in app.query_params


def test_a_page_that_is_not_there_any_more_leads_to_the_last(look_at):
    app = look_at("deadlines", purpose="prospecting", status="held", page="99")
    assert not app.info
    assert rows(app)


def test_a_filter_that_finds_nothing_says_what_to_do(look_at):
    app = look_at("deadlines", purpose="prospecting", key="nobody")
    assert "Aucune fiche ne répond à tous ces choix." in app.info[0].value
    assert not rows(app)


def test_another_day_is_named_in_the_answer(look_at):
    app = look_at("deadlines", as_of="2040-01-01")
    assert app.header[0].value.startswith("Au 1er janvier 2040\u202f: ")


def test_a_day_before_any_promise_is_brought_to_the_first_one_and_said(look_at):
    app = look_at("deadlines", as_of="1990-01-01")
    assert app.query_params["as_of"] == "2018-09-01"
    assert app.header[0].value.startswith("Au 1er septembre 2018")
    assert "Aucune charte n\u2019était en vigueur avant le 1er septembre 2018" in app.warning[0].value
    assert "Ce jour est passé." in app.warning[1].value


def test_today_needs_no_warning(look_at):
    assert not look_at("deadlines").warning


def test_a_record_is_opened_by_a_link_that_keeps_the_filters(look_at, demonstration):
    line, _total = first(demonstration, Purpose.CONTESTS, Status.DUE)
    (row, *_others) = rows(look_at("deadlines", purpose="contests", status="due"))
    assert f"record={line.person.replace(':', '%3A')}&amp;of={line.operation}" in row
    assert "purpose=contests&amp;status=due" in row


def test_no_name_of_a_person_stands_in_the_list(look_at):
    columns = re.findall(r'role="columnheader">([^<]*)', table(look_at("deadlines", purpose="prospecting")))
    assert columns == ["Clé", "Statut", "Dernier jour", "Événement", "Catégorie", "À savoir"]


def test_one_record_is_told_step_by_step(look_at, demonstration):
    line, _total = first(demonstration, Purpose.PROSPECTING, Status.DUE)
    app = look_at("deadlines", record=line.person)
    assert "cette fiche est échue" in app.subheader[0].value
    steps = next(each.value for each in app.markdown if each.value.startswith("1. "))
    assert "Le délai part" in steps
    assert "Charte 2018\\-09" in steps
    assert "Dernier jour de conservation" in html(app)
    assert [each.value for each in app.header][-1] != ""
    assert not rows(app)


def test_the_record_of_the_purpose_in_the_address_is_told_first(look_at, demonstration):
    line, _total = first(demonstration, Purpose.CUSTOMER_MANAGEMENT, Status.DUE)
    app = look_at("deadlines", record=line.person, purpose="customer_management")
    assert any(each.value.startswith("**Gestion des clients**") for each in app.markdown)
    assert "Autres fiches de cette personne" in [each.value for each in app.header]


def test_the_way_back_keeps_the_filters(look_at, demonstration):
    line, _total = first(demonstration, Purpose.CONTESTS, Status.DUE)
    app = look_at("deadlines", record=line.person, of=line.operation, purpose="contests", status="due")
    app.button(key="back").click().run()
    assert "record" not in app.query_params
    assert app.query_params["purpose"] == "contests"
    assert rows(app)


def test_a_key_nobody_has_is_met_with_the_way_back(look_at):
    app = look_at("deadlines", record="nobody")
    assert "aucune fiche de cette clé" in app.info[0].value
    assert app.button(key="back")


def test_an_approver_finds_the_records_of_the_role_only(look_at, demonstration):
    app = look_at("deadlines", "approver-sales", purpose="accounting")
    assert app.selectbox(key="purpose").value == "all"
    assert "purpose=accounting" not in html(app)
    line, _total = first(demonstration, Purpose.ACCOUNTING, Status.DUE)
    told = look_at("deadlines", "approver-sales", purpose="accounting", record=line.person)
    assert not any("Comptabilité" in each.value for each in told.markdown)


@pytest.mark.parametrize("as_of", ["1970-01-02", "2060-01-01", "2199-12-31", "9999-12-31", "0001-01-01", "soon"])
def test_a_date_far_away_is_looked_at_or_left_alone(look_at, as_of):
    app = look_at("deadlines", as_of=as_of)
    assert not app.exception
    assert app.title[0].value

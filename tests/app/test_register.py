"""The register on screen: what is promised and held, to whom, and what nobody has decided."""

import re

import pytest

from diager_dpo.ui.registry import screen


def page(app):
    """Everything a reader reads, markup included."""
    parts = [*app.title, *app.header, *app.subheader, *app.markdown, *app.info, *app.caption]
    said = "\n".join(each.value for each in parts)
    return (said + "\n".join(each.proto.body for each in app.get("html"))).replace("\u00a0", " ").replace("\u202f", " ")


def links(app):
    return [each.proto for each in app.get("page_link")]


def test_the_question_is_answered_first(look_at):
    app = look_at("register")
    assert not app.exception
    assert app.title[0].value.startswith("Que faisons-nous des données")
    assert "DIAGER traite des données personnelles pour 5 finalités" in app.header[0].value


def test_the_documents_in_force_are_named_and_nothing_leads_off_the_host(look_at):
    read = page(look_at("register"))
    for words in ("version 2018-09", "dpo@diager.com", "Charte générale", "en vigueur depuis le 1er septembre 2018"):
        assert words in read
    assert read.count("href") == read.count('href="/sign-out"') + read.count('href="#')


def test_accounting_is_marked_as_a_supplement_everywhere(look_at):
    read = page(look_at("register"))
    assert "Comptabilité (supplément à la charte)" in read
    assert "Comptabilité<small>supplément à la charte</small>" in read
    assert "Supplément à la charte : Code de commerce, art. L123-22" in read
    assert any("Supplément à la charte" in each.value for each in look_at("register", purpose="accounting").markdown)


def test_what_is_not_stated_never_reads_none(look_at):
    read = page(look_at("register", purpose="statistics", language="en"))
    assert "○ not stated" in read
    assert "does not mean that there is none" in read
    assert "retention not stated" in read


def test_a_statement_and_its_clause_are_in_the_cell(look_at):
    read = page(look_at("register"))
    assert "<summary>✓ énoncé</summary><div class='said'>Intérêt légitime<cite>Clause : Base juridique</cite>" in read


def test_the_question_that_blocks_a_purge_comes_first(look_at):
    asked = next(each.value for each in look_at("register").markdown if each.value.startswith("- **"))
    assert "bloque la purge" in asked.splitlines()[0]
    assert "bloque la purge" not in "".join(asked.splitlines()[1:])


def test_conventions_wait_for_the_dpo_with_their_origin(look_at):
    table = next(each.value for each in look_at("register").table if "État" in each.value)
    assert set(table["État"]) == {"à confirmer par le DPO"}
    assert table["Origine"].str.len().min() > 3


def test_counts_lead_to_the_deadlines_of_their_purpose(look_at):
    found = links(look_at("register", purpose="prospecting"))
    assert any("status=due" in link.query_string and "purpose=prospecting" in link.query_string for link in found)
    assert any("month=" in link.query_string for link in found)


def test_one_purpose_can_be_chosen_in_the_address(look_at):
    app = look_at("register", purpose="contests")
    assert [each.value for each in app.header].count("Jeux-concours") == 1
    assert "Prospection" not in [each.value for each in app.header]


def test_a_purpose_that_does_not_exist_is_ignored(look_at):
    app = look_at("register", purpose="laundry")
    assert not app.exception
    assert "Prospection" in [each.value for each in app.header]


def test_an_operator_sees_their_own_purpose_only(look_at):
    app = look_at("register", "operator")
    assert "Vous voyez une finalité : prospection" in app.header[0].value.replace("\u202f", " ")
    assert "Comptabilité" not in [each.value for each in app.header]


def test_management_sees_figures_without_a_way_to_records(look_at):
    app = look_at("register", "management")
    assert not [link for link in links(app) if "status=" in link.query_string]
    assert "Échue" in page(app)


def test_the_administrator_has_no_register(look_at):
    with pytest.raises(ValueError, match="navigation page"):
        look_at("register", "administrator")


@pytest.fixture
def never_scanned(demonstration, monkeypatch):
    """As if no scan had come to its end."""
    monkeypatch.setattr("diager_dpo.services.index_view.calendar_of", lambda connection, source: None)


def test_without_a_scan_the_register_stands_and_says_what_to_do(look_at, never_scanned):
    app = look_at("register")
    assert not app.exception
    assert "jamais été analysée" in app.info[0].value
    assert "non compté" in page(app)
    assert any("source" in link.page for link in links(app))


def test_the_purpose_chosen_here_does_not_trouble_the_deadlines(look_at):
    """Both screens have a choice of that name; only here does it know "all"."""
    app = look_at("register")
    app.switch_page(str(screen("deadlines").path)).run()
    assert not app.exception
    app.switch_page(str(screen("register").path)).run()
    assert not app.exception


def test_each_part_of_the_register_is_one_link_away(look_at):
    app = look_at("register")
    links = re.findall(r'href="#(\w+)"', "".join(each.proto.body for each in app.get("html")))
    anchors = [each.anchor for each in app.header]
    assert links
    assert set(links) <= set(anchors)

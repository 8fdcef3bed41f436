"""Finding a person on the deadlines: for those entitled, shown once, leading to the record by its key."""

import pytest

from diager_dpo.domain.permissions import Identity
from diager_dpo.services.access_log import Kind, looks
from diager_dpo.services.demonstration import ISSUER


def search(app, text):
    app.button(key="find_person").click().run()
    app.text_input(key="person_searched").input(text)
    return app.button(key="person_search_go").click().run()


def found(app):
    return [each for each in app.button if each.key and each.key.startswith("found_")]


def test_whoever_is_found_leads_to_the_record(look_at):
    app = search(look_at("deadlines"), "zelie")
    assert not app.exception
    chosen = found(app)[0]
    assert "**Zélie" in chosen.label.replace("\\", "")
    app = chosen.click().run()
    assert not app.exception
    key = chosen.key.removeprefix("found_")
    assert app.query_params["record"] in (key, [key])
    assert key in app.header[0].value.replace("\\", "")
    assert not found(app)


def test_a_search_is_one_line_of_the_log_and_a_rerun_none(look_at, demonstration):
    def lines():
        return looks(demonstration, Identity(ISSUER, "auditor"), kind=Kind.SEARCH, size=1).total

    before = lines()
    app = search(look_at("deadlines"), "zelie")
    app.run()
    assert not found(app), "what was found is shown once"
    assert lines() == before + 1


def test_nothing_that_was_typed_is_in_the_address(look_at):
    app = search(look_at("deadlines"), "Martinet Zélie")
    assert "Martinet" not in str(app.query_params)


def test_nobody_found_is_said(look_at):
    app = search(look_at("deadlines"), "Quuxbury")
    assert any("été trouvé" in each.value for each in app.info)


def test_a_text_too_short_is_said(look_at):
    assert search(look_at("deadlines"), "z").error[0].value


def test_what_a_person_is_called_is_never_live_markdown(look_at, monkeypatch):
    from diager_dpo.services.person_search import FoundPerson, FoundPersons
    from diager_dpo.ui import person_finder

    hostile = FoundPerson("contact:1", "[click](https://evil.example) :red[x]", "![x](y)", ())
    monkeypatch.setattr(person_finder, "find_person", lambda *_arguments: FoundPersons((hostile,), more=False))
    label = found(search(look_at("deadlines"), "click"))[0].label
    assert "[click](" not in label
    assert "![x]" not in label


@pytest.mark.parametrize("person", ["auditor", "approver-sales"])
def test_whoever_may_not_see_names_has_no_such_button(look_at, person):
    assert "find_person" not in {each.key for each in look_at("deadlines", person).button}


def test_an_operator_may_search(look_at):
    assert found(search(look_at("deadlines", "operator"), "zelie"))

"""Each screen opens for whom the table of rights says, and for nobody else, without an error."""

import pytest
from streamlit.testing.v1 import AppTest

from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.services.demonstration import ISSUER, PEOPLE
from diager_dpo.services.sessions import close_session, open_session
from diager_dpo.ui import visit
from diager_dpo.ui.language import Language, _, use
from diager_dpo.ui.registry import SCREENS, permitted, screen
from tests.app.conftest import MAIN

EVERYBODY = [person.identity.subject for person in PEOPLE]
MAY = [(person.identity.subject, each.address) for person in PEOPLE for each in permitted(person.grants)]


@pytest.fixture(autouse=True)
def _back_to_french():
    yield
    use(Language.FRENCH)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(("person", "address"), MAY)
def test_a_screen_is_drawn_for_whom_it_is_for(look_at, person, address, language):
    app = look_at(address, person, language=language)
    assert not app.exception
    assert not app.error
    use(language)
    assert app.title[0].value == _(screen(address).question)


@pytest.mark.parametrize("language", Language)
def test_the_first_page_opens_in_the_language_of_the_address(demonstration, monkeypatch, language):
    token = open_session(demonstration, Identity(ISSUER, "dpo"))
    monkeypatch.setattr(visit, "browser_token", lambda: token)
    app = AppTest.from_file(str(MAIN), default_timeout=30)
    app.query_params["language"] = language.upper()
    app.run()
    assert not app.exception
    use(language)
    assert app.title[0].value == _(screen("overview").question)


@pytest.mark.parametrize("person", EVERYBODY)
def test_the_way_to_other_screens_is_barred(look_at, person):
    """The navigation does not know them: Streamlit has nothing to switch to."""
    barred = {each.address for each in SCREENS} - {address for who, address in MAY if who == person}
    for address in barred:
        with pytest.raises(ValueError, match="page"):
            look_at(address, person)


def test_every_screen_has_a_file_a_title_and_a_question():
    for each in SCREENS:
        assert each.path.is_file()
        assert each.address.isidentifier()
        assert each.action is None or each.action in Action


def test_a_session_that_is_over_shows_the_way_back_and_no_data(look_at, demonstration):
    app = look_at("overview")
    close_session(demonstration, visit.browser_token())
    app.run()
    assert not app.exception
    assert [title.value for title in app.title] == ["Vous êtes déconnecté"]
    assert not app.metric
    assert not app.dataframe


def test_nobody_sees_a_screen_without_a_session(look_at, monkeypatch):
    app = look_at("overview")
    monkeypatch.setattr(visit, "browser_token", lambda: "forged")
    assert app.run().title[0].value == "Vous êtes déconnecté"

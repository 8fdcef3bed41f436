"""The answer of a page is shown before the rest of it arrives."""

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from diager_dpo.ui import first_words


def page():
    import streamlit as st

    from diager_dpo.ui.first_words import show_first

    show_first(st.session_state.get("at", "overview"))


@pytest.fixture
def pauses(monkeypatch):
    made = []
    monkeypatch.setattr(first_words, "time", SimpleNamespace(sleep=made.append))
    return made


def test_there_is_a_moment_when_somebody_comes_to_a_page_and_none_when_it_is_drawn_again(pauses):
    app = AppTest.from_function(page).run()
    assert len(pauses) == 1
    app.run()
    assert len(pauses) == 1
    app.session_state["at"] = "register"
    app.run()
    assert len(pauses) == 2

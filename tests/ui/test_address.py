"""Filters in the address: codes, not words; nothing where the filter is at its default; what is unreadable is ignored."""

from streamlit.testing.v1 import AppTest


def script():
    from datetime import date

    import streamlit as st

    from diager_dpo.domain.words import RECORD_PURPOSES, Purpose
    from diager_dpo.ui import address
    from diager_dpo.ui.words import purpose_name

    chosen = address.option(
        "Purpose",
        RECORD_PURPOSES,
        key="purpose",
        code=lambda purpose: purpose.code,
        name=purpose_name,
        default=Purpose.PROSPECTING,
    )
    day = address.day("Day", key="as_of", default=date(2025, 1, 10), first=date(2000, 1, 1), last=date(2099, 1, 1))
    horizon = address.count("Horizon", key="horizon", default=90, most=3650)
    word = address.text("Key", key="key", longest=5)
    page = address.number_of_page()
    st.text(f"{chosen.code} {day} {horizon} [{word}] {page}")


def looked_at(**filters):
    app = AppTest.from_function(script)
    for name, value in filters.items():
        app.query_params[name] = value
    return app.run()


def test_without_filters_everything_is_at_its_default_and_the_address_is_empty():
    app = looked_at()
    assert app.text[0].value == "prospecting 2025-01-10 90 [] 1"
    assert dict(app.query_params) == {}


def test_an_address_that_was_sent_opens_the_same_view():
    app = looked_at(purpose="contests", as_of="2027-03-01", horizon="30", key="A1", page="7")
    assert app.text[0].value == "contests 2027-03-01 30 [A1] 7"


def test_what_cannot_be_read_is_ignored():
    app = looked_at(purpose="Jeux-concours", as_of="1999-12-31", horizon="-1", key="A" * 9, page="0x7")
    assert not app.exception
    assert app.text[0].value == "prospecting 2025-01-10 90 [AAAAA] 1"


def test_a_choice_is_written_into_the_address_as_a_code():
    app = looked_at()
    app.selectbox(key="purpose").select("contests").run()
    app.number_input(key="horizon").set_value(30).run()
    assert app.query_params["purpose"] == "contests"
    assert app.query_params["horizon"] == "30"
    assert app.text[0].value == "contests 2025-01-10 30 [] 1"


def test_going_back_to_the_default_leaves_the_address():
    app = looked_at(purpose="contests")
    app.selectbox(key="purpose").select("prospecting").run()
    assert "purpose" not in app.query_params


def test_a_link_within_the_app_changes_a_filter_that_is_drawn_already():
    app = looked_at(purpose="contests")
    app.query_params["purpose"] = "accounting"
    assert app.run().text[0].value.startswith("accounting")


def test_a_day_that_was_emptied_is_the_default():
    app = looked_at(as_of="2027-03-01")
    app.date_input(key="as_of").set_value(None).run()
    assert not app.exception
    assert " 2025-01-10 " in app.text[0].value

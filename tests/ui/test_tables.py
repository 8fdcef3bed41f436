"""Tables show numbers and days as people write them, and data as data."""

import pytest
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest

from diager_dpo.ui.language import Language, use

NARROW = "\u202f"


def plain_script():
    from datetime import date

    import pandas as pd

    from diager_dpo.ui import tables

    frame = pd.DataFrame(
        {
            "key": ["A1", "[x](http://evil.example)"],
            "day": [date(2024, 2, 29), None],
            "n": [1234567, 2],
            "share": [1.5, None],
            "yes": [True, False],
        }
    )
    tables.plain(frame)


def pager_script():
    import streamlit as st

    from diager_dpo.ui import tables

    st.text(str(tables.pager(st.session_state.get("at", 1), 3, key="list")))


@pytest.fixture(autouse=True)
def _french():
    use(Language.FRENCH)


def test_values_are_written_in_french():
    app = AppTest.from_function(plain_script).run()
    assert not app.exception
    shown = convert_arrow_bytes_to_pandas_df(app.table[0].proto.arrow_data.styler.display_values)
    first, second = (list(row) for row in shown.to_numpy())
    assert first == ["A1", "29/02/2024", f"1{NARROW}234{NARROW}567", "1,5", "oui"]
    assert second == [r"\[x\]\(http\://evil\.example\)", "\u2013", "2", "\u2013", "non"]


def test_steps_through_pages_stop_at_both_ends():
    app = AppTest.from_function(pager_script).run()
    assert [button.disabled for button in app.button] == [True, False]
    assert app.caption[0].value == "Page 1 sur 3"
    app.session_state["at"] = 3
    app.run()
    assert [button.disabled for button in app.button] == [False, True]


def test_a_step_leads_to_the_next_page():
    app = AppTest.from_function(pager_script).run()
    app.button(key="list_next").click().run()
    assert app.text[0].value == "2"

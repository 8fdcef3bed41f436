"""What goes wrong is told in one sentence or under a code; the log never holds a value of a person."""

import logging

import pytest
from sqlalchemy.exc import IntegrityError

from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.ui.failures import on_script_error, report, unforeseen
from diager_dpo.ui.language import Language, use
from diager_dpo.ui.sentences import sentence


@pytest.fixture(autouse=True)
def _french():
    use(Language.FRENCH)


def raised(error):
    try:
        raise error  # noqa: TRY301 - an error has a traceback once it was raised
    except Exception as caught:  # noqa: BLE001 - with its traceback
        return caught


def test_a_known_code_is_a_sentence_with_its_values():
    assert sentence(NotPossible("source_url_missing", variable="DIAGER_DPO_SOURCE_URL")).startswith("L\u2019adresse")
    assert "DIAGER_DPO_SOURCE_URL" in sentence(NotPossible("source_url_missing", variable="DIAGER_DPO_SOURCE_URL"))


def test_an_unknown_code_or_a_missing_value_shows_the_code():
    assert "(brand_new)" in sentence(NotPossible("brand_new"))
    assert "(source_url_missing)" in sentence(NotPossible("source_url_missing"))


def test_the_log_of_an_unforeseen_error_says_where_and_never_what(caplog):
    with caplog.at_level(logging.ERROR):
        code = report(raised(ValueError("Jeanne Martin")))
    line = caplog.records[-1].getMessage()
    assert line.startswith(code)
    assert "ValueError" in line
    assert "test_failures.py" in line
    assert "Jeanne" not in caplog.text


def test_the_log_of_a_database_error_says_its_state_only(caplog):
    class OriginError(Exception):
        sqlstate = "23505"

    error = IntegrityError("INSERT", {"name": "Jeanne"}, OriginError("Key (name)=(Jeanne) already exists"))
    report(raised(error))
    assert "23505" in caplog.records[-1].getMessage()
    assert "Jeanne" not in caplog.text


def test_a_person_is_told_the_code_that_is_in_the_log(caplog):
    told = unforeseen(raised(RuntimeError("Jeanne")))
    assert caplog.records[-1].getMessage().split()[0] in told
    assert "Jeanne" not in told


@pytest.mark.parametrize(
    ("error", "how"),
    [(Refused("not_permitted"), "warning"), (NotPossible("scan_running"), "error"), (KeyError("x"), "error")],
)
def test_streamlit_shows_nothing_of_its_own(monkeypatch, error, how):
    shown = []
    monkeypatch.setattr(f"streamlit.{how}", shown.append)
    assert on_script_error(raised(error)) is True
    assert len(shown) == 1

"""The log is one JSON object a line, and holds no value of a person."""

import json
import logging
import os

import pytest

from diager_dpo.services.logs import FILE, write_logs_to
from diager_dpo.ui.failures import report


@pytest.fixture
def log(tmp_path):
    handler = write_logs_to(tmp_path)
    yield tmp_path / FILE
    logging.getLogger("diager_dpo").removeHandler(handler)
    handler.close()


def lines(log):
    return [json.loads(line) for line in log.read_text("utf-8").splitlines()]


def test_a_line_says_when_where_and_what(log):
    logging.getLogger("diager_dpo.sign_in").info("signed_in")
    (line,) = lines(log)
    assert (line["level"], line["logger"], line["event"]) == ("info", "diager_dpo.sign_in", "signed_in")
    assert line["at"].endswith("+00:00")


def test_an_error_leaves_its_class_and_its_place_and_none_of_its_words(log):
    try:
        int("canary-4711 Jeanne Martin jeanne@example.com")
    except ValueError as error:
        report(error)
        logging.getLogger("diager_dpo.x").exception("stopped")
    text = log.read_text("utf-8")
    assert "canary-4711" not in text
    assert "Jeanne" not in text
    assert [line.get("error") for line in lines(log)] == [None, "ValueError"]
    assert "ValueError" in lines(log)[0]["event"]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such bits")
def test_nobody_but_its_owner_reads_it(log):
    logging.getLogger("diager_dpo").info("x")
    assert log.stat().st_mode & 0o077 == 0


def test_what_libraries_say_is_not_in_it(log):
    logging.getLogger("sqlalchemy").error("canary-4711")
    logging.getLogger("uvicorn").error("GET /deadlines?person=canary-4711")
    assert "canary" not in log.read_text("utf-8")


def test_writing_elsewhere_closes_what_was_written_to(log, tmp_path):
    (tmp_path / "other").mkdir()
    again = write_logs_to(tmp_path / "other")
    logging.getLogger("diager_dpo").info("there")
    assert not log.read_text("utf-8")
    logging.getLogger("diager_dpo").removeHandler(again)
    again.close()

"""Who looked at what is written down: once a look, without anything of a person, for twelve months."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from diager_dpo.domain.permissions import Identity, Role
from diager_dpo.domain.words import Flag, Purpose, Status
from diager_dpo.services import access_log
from diager_dpo.services.access_log import ONE_LOOK, Kind, forget_old_looks, looks, note_search
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.services.records import RecordFilter, explain, find
from diager_dpo.services.scanning import scan
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.tables import access_log as table
from tests.services.filled_store import CLI, DPO, NOW, TODAY, Row, fill, grant

AUDITOR = Identity("demonstration", "auditor")
PROSPECTS = RecordFilter(Purpose.PROSPECTING)


@pytest.fixture
def house(any_installation):
    grant(any_installation.store, DPO, Role.DPO)
    grant(any_installation.store, AUDITOR, Role.AUDITOR)
    fill(any_installation.store, [Row("contact:1", last_day=TODAY), Row("contact:2")])
    return any_installation


def later(installation, delay):
    return replace(installation, clock=lambda: NOW + delay)


def written(installation, **choices):
    return looks(installation, AUDITOR, **choices).looks


def look_at(installation, wanted=PROSPECTS, actor=DPO, **more):
    return find(installation, actor, wanted, TODAY, 90, **more)


def test_a_list_is_written_as_its_filter_with_the_number_of_answers(house):
    look_at(house, replace(PROSPECTS, status=Status.DUE_SOON, flags=Flag.INACTIVE, last_day_from=TODAY))
    (line,) = written(house)
    assert (line.at, line.actor, line.name, line.kind, line.purpose) == (
        NOW,
        DPO,
        "dpo",
        Kind.LIST,
        Purpose.PROSPECTING,
    )
    assert line.criteria == {
        "as_of": "2025-01-10",
        "horizon": "90",
        "status": "due_soon",
        "flag": "inactive",
        "last_day_from": "2025-01-10",
    }
    assert (line.found, line.person) == (0, None)


def test_the_number_of_answers_is_that_of_the_list_and_not_of_its_page(house):
    look_at(house, size=1)
    assert written(house)[0].found == 2


def test_a_record_that_was_opened_is_written_with_its_key(house):
    explain(house, DPO, ["contact:1"], TODAY)
    (line,) = written(house)
    assert (line.kind, line.person, line.found) == (Kind.RECORD, "contact:1", 1)


def test_a_key_that_nothing_was_found_for_is_not_written_since_it_may_be_a_name(house):
    explain(house, DPO, ["Hildegard Quuxbury"], TODAY)
    look_at(house, replace(PROSPECTS, person_prefix="Quuxbury"))
    with reading(house.store) as connection:
        rows = " ".join(map(str, connection.execute(select(table))))
    assert "Quuxbury" not in rows
    assert [line.person for line in written(house)] == [None, None]


def test_the_same_look_within_ten_minutes_is_one_line(house):
    for seconds in range(0, 600, 100):
        look_at(later(house, timedelta(seconds=seconds)), page=1)
        explain(later(house, timedelta(seconds=seconds)), DPO, ["contact:2"], TODAY)
    assert len(written(later(house, ONE_LOOK))) == 2
    look_at(later(house, ONE_LOOK))
    assert len(written(later(house, ONE_LOOK))) == 3


def test_turning_pages_is_one_look(house):
    look_at(house, size=1, page=1)
    look_at(house, size=1, page=2)
    assert len(written(house)) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"wanted": replace(PROSPECTS, status=Status.DUE_SOON)},
        {"wanted": replace(PROSPECTS, purpose=Purpose.CONTESTS)},
        {"actor": AUDITOR},
    ],
)
def test_another_filter_or_another_person_is_another_line(house, other):
    look_at(house)
    look_at(house, **other)
    assert len(written(house)) == 2


def test_every_search_is_a_line(house):
    note_search(house, DPO, 3)
    note_search(house, DPO, 3)
    assert [(line.kind, line.found) for line in written(house)] == [(Kind.SEARCH, 3)] * 2


def test_a_look_that_is_refused_is_no_look(house):
    with pytest.raises(Refused):
        look_at(house, actor=Identity("demonstration", "nobody"))
    assert not written(house)


def test_what_the_command_line_looks_at_is_written_too(house):
    explain(house, CLI, ["contact:1", "contact:2"], TODAY)
    assert {line.person for line in written(house, whose=CLI)} == {"contact:1", "contact:2"}


def test_lines_older_than_twelve_months_are_not_shown_and_then_forgotten(house):
    look_at(house)
    a_year_on = later(house, timedelta(days=365, seconds=1))
    assert not written(a_year_on)
    look_at(a_year_on)
    forget_old_looks(a_year_on)
    with reading(house.store) as connection:
        assert len(connection.execute(select(table)).all()) == 1


def test_a_scan_forgets_old_lines(house):
    look_at(house)
    a_year_on = later(house, timedelta(days=366))
    with pytest.raises(NotPossible):  # there is nothing to read here
        scan(a_year_on, CLI)
    with reading(house.store) as connection:
        assert not connection.execute(select(table)).all()


def test_lines_are_shown_newest_first_a_page_at_a_time_and_by_person_and_kind(house):
    for number, actor in enumerate((DPO, AUDITOR, DPO)):
        look_at(later(house, timedelta(minutes=20 * number)), actor=actor)
    note_search(house, DPO, 0)
    now = later(house, timedelta(hours=1))
    page = looks(now, AUDITOR, size=3)
    assert (page.total, page.pages, len(page.looks)) == (4, 2, 3)
    assert [line.at for line in page.looks] == sorted((line.at for line in page.looks), reverse=True)
    assert len(looks(now, AUDITOR, whose=DPO).looks) == 3
    assert len(looks(now, AUDITOR, whose=DPO, kind=Kind.SEARCH).looks) == 1
    assert page.names == {DPO: "dpo", AUDITOR: "auditor"}


@pytest.mark.parametrize("choices", [{"page": 0}, {"size": 0}, {"size": 100_000}])
def test_a_page_that_cannot_be_is_refused(house, choices):
    with pytest.raises(NotPossible) as refused:
        looks(house, AUDITOR, **choices)
    assert refused.value.code == "no_such_page"


def test_whoever_looks_does_not_wait_for_a_writer_and_the_line_comes_after_it(installation, monkeypatch):
    grant(installation.store, DPO, Role.DPO)
    grant(installation.store, AUDITOR, Role.AUDITOR)
    fill(installation.store, [Row("1")])
    threads = []

    class Remembered(access_log.Thread):
        def start(self):
            threads.append(self)
            super().start()

    monkeypatch.setattr(access_log, "Thread", Remembered)
    with closing(installation.store.raw_connection()) as other:
        other.execute("BEGIN IMMEDIATE")
        assert look_at(installation).total == 1
        assert not written(installation)
        other.execute("ROLLBACK")
    for thread in threads:
        thread.join()
    assert len(written(installation)) == 1


def test_writers_wait_as_long_as_ever_after_somebody_did_not(installation):
    test = installation.store
    with writing(test, 5) as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 30_000

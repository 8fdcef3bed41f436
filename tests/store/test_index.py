import numpy as np
import pytest
from sqlalchemy import Engine, select

from diager_dpo.domain.civil import NO_DAY
from diager_dpo.domain.facts import Keys
from diager_dpo.domain.verdicts import Decision
from diager_dpo.store import calendar, index
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.index import Difference
from diager_dpo.store.tables import calendar as calendar_table
from diager_dpo.store.tables import record

from .deciding import keys, random_decision, with_records

PERSONS = np.array([f"k{number * 7919 % 1000}é" for number in range(300)], np.object_)
OPERATIONS = keys("spring", "autumn", "été")


def write(store: Engine, persons: Keys, decision: Decision, *, rebuild: bool = False) -> Difference:
    with writing(store) as connection:
        new = index.new_index(connection, "crm", persons, OPERATIONS, decision)
        return index.rebuild(connection, new) if rebuild else index.apply(connection, new)


def tables(store: Engine) -> tuple[list, list]:
    with reading(store) as connection:
        return tuple(
            [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]
            for table in (record, calendar_table)
        )


def counted_anew(store: Engine) -> list:
    with reading(store) as connection:
        return sorted(calendar.recount(connection, "crm").rows("crm"))


COLUMNS = [
    ("category", 5),
    ("kind", 2),
    ("anchor", 9),
    ("anchor_on", 18_000),
    ("rule", 0),
    ("running_until", 18_001),
    ("last_day", 18_002),
    ("last_day", NO_DAY),
    ("inactive_from", 18_003),
    ("flags", 3),
    ("anomalies", 256),
]


def changed_a_little(rng: np.random.Generator, decision: Decision, columns: int) -> Decision:
    """Some records go, others get another value in one column."""
    for _ in range(columns):
        name, value = COLUMNS[rng.integers(len(COLUMNS))]
        getattr(decision.records, name)[rng.integers(0, len(decision.records), 4)] = value
    return with_records(decision, np.flatnonzero(rng.random(len(decision.records)) > 0.01))


@pytest.mark.parametrize("seed", range(4))
def test_a_rescan_after_random_changes_leaves_the_tables_of_a_rebuild(store: Engine, seed: int) -> None:
    rng = np.random.default_rng(seed)
    decision = random_decision(rng, 280, 3)
    write(store, PERSONS, decision)
    for _ in range(3):
        decision = changed_a_little(rng, decision, 3)
        write(store, PERSONS, decision)
        after_change = tables(store)
        write(store, PERSONS, decision, rebuild=True)
        assert tables(store) == after_change


def test_the_calendar_is_what_counting_the_whole_index_gives(store: Engine) -> None:
    rng = np.random.default_rng(7)
    decision = random_decision(rng, 280, 3)
    for _ in range(4):
        write(store, PERSONS, decision)
        assert tables(store)[1] == counted_anew(store)
        decision = changed_a_little(rng, decision, 5)


def test_what_was_added_changed_and_removed_is_said_exactly_whichever_way_it_was_written(store: Engine) -> None:
    decision = random_decision(np.random.default_rng(1), 280, 3)
    size = len(decision.records)
    first = with_records(decision, np.arange(5, size))
    assert write(store, PERSONS, first) == Difference(size - 5, 0, 0)
    second = with_records(decision, np.arange(size - 3))
    second.records.last_day[10:14] = 42
    assert write(store, PERSONS, second) == Difference(5, 4, 3)
    assert write(store, PERSONS, first, rebuild=True) == Difference(3, 4, 5)


def test_a_scan_that_finds_the_same_changes_nothing(store: Engine) -> None:
    decision = random_decision(np.random.default_rng(2), 50, 2)
    write(store, PERSONS, decision)
    before = tables(store)
    assert write(store, PERSONS, decision) == Difference(0, 0, 0)
    assert tables(store) == before


def test_the_order_in_which_a_source_gives_its_persons_changes_nothing(store: Engine) -> None:
    decision = random_decision(np.random.default_rng(3), 280, 3)
    write(store, PERSONS, decision)
    order = np.random.default_rng(4).permutation(len(PERSONS))
    place = np.argsort(order).astype(np.int32)
    decision.records.person[:] = place[decision.records.person]
    assert write(store, PERSONS[order], decision) == Difference(0, 0, 0)


def test_an_index_becomes_empty_and_fills_again(store: Engine) -> None:
    decision = random_decision(np.random.default_rng(5), 20, 0)
    nothing = with_records(decision, np.array([], np.int64))
    assert write(store, PERSONS, nothing) == Difference(0, 0, 0)
    write(store, PERSONS, decision)
    assert write(store, PERSONS, nothing) == Difference(0, 0, len(decision.records))
    assert tables(store) == ([], [])


def test_another_source_of_the_store_is_left_alone(store: Engine) -> None:
    decision = random_decision(np.random.default_rng(6), 20, 0)
    with writing(store) as connection:
        index.apply(connection, index.new_index(connection, "old_crm", PERSONS, OPERATIONS, decision))
    write(store, PERSONS, decision)
    write(store, PERSONS, with_records(decision, np.array([], np.int64)))
    with reading(store) as connection:
        assert set(connection.scalars(select(record.c.source))) == {"old_crm"}
        assert set(connection.scalars(select(calendar_table.c.source))) == {"old_crm"}


def test_rows_without_a_fingerprint_are_replaced(store: Engine) -> None:
    decision = random_decision(np.random.default_rng(8), 50, 2)
    write(store, PERSONS, decision)
    right = tables(store)
    with writing(store) as connection:
        connection.execute(record.update().values(fingerprint=0, last_day=1))
    write(store, PERSONS, decision)
    assert tables(store) == right


def test_two_records_with_one_fingerprint_are_both_written(store: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    decision = random_decision(np.random.default_rng(9), 50, 2)
    monkeypatch.setattr(index, "fingerprints", lambda *columns: np.zeros(len(decision.records), np.int64))
    write(store, PERSONS, decision)
    decision.records.last_day[0] = 42
    write(store, PERSONS, decision)
    assert len(tables(store)[0]) == len(decision.records)
    assert tables(store)[1] == counted_anew(store)


def test_a_decision_that_cannot_be_written_leaves_the_former_index(store: Engine) -> None:
    decision = random_decision(np.random.default_rng(10), 50, 2)
    write(store, PERSONS, decision)
    before = tables(store)
    twice = with_records(decision, np.append(np.arange(len(decision.records)), 0))
    with pytest.raises(Exception, match=r"(?i)unique"):
        write(store, PERSONS, twice)
    assert tables(store) == before


def test_the_secondary_index_is_there_after_a_rebuild(store: Engine) -> None:
    write(store, PERSONS, random_decision(np.random.default_rng(11), 50, 2), rebuild=True)
    listing = {
        "sqlite": "select name from sqlite_master where type = 'index' and tbl_name = 'record'",
        "postgresql": "select indexname from pg_indexes where tablename = 'record'",
    }
    with reading(store) as connection:
        names = set(connection.exec_driver_sql(listing[store.dialect.name]).scalars())
    assert {index.name for index in record.indexes} <= names

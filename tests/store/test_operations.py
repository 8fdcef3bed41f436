import numpy as np
from sqlalchemy import Engine, select

from diager_dpo.domain.civil import NO_DAY, UNREADABLE
from diager_dpo.domain.facts import Operations
from diager_dpo.store import operations
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.tables import operation


def scanned(store: Engine, today: int, **last_days: int) -> dict[str, int]:
    """One scan of operations with these announced last days; the days of prolongation it knows."""
    count = len(last_days)
    keys = np.array(list(last_days), np.object_)
    days = np.array(list(last_days.values()), np.int32)
    texts = np.array([None] * count, np.object_)
    unreadable = np.full(count, UNREADABLE, np.int32)
    months = np.full(count, -1, np.int32)
    with writing(store) as connection:
        facts = Operations(keys, texts, texts, unreadable, unreadable, days, months, months, unreadable)
        since = operations.prolonged_on(connection, "crm", facts, days, today)
        facts = Operations(keys, texts, texts, unreadable, unreadable, days, months, months, since)
        operations.replace(connection, "crm", facts, days)
    return {key: day for key, day in zip(last_days, since.tolist(), strict=True) if day != NO_DAY}


def test_an_operation_is_prolonged_on_the_day_a_scan_first_sees_a_later_last_day(store: Engine) -> None:
    assert scanned(store, 100, spring=200, autumn=300) == {}
    assert scanned(store, 110, spring=210, autumn=300) == {"spring": 110}
    assert scanned(store, 120, spring=220, autumn=310) == {"spring": 110, "autumn": 120}
    assert scanned(store, 130, spring=150, autumn=310) == {"spring": 110, "autumn": 120}


def test_a_shorter_or_a_first_announcement_is_no_prolongation(store: Engine) -> None:
    scanned(store, 100, spring=200, autumn=NO_DAY)
    assert scanned(store, 110, spring=150, autumn=400) == {}


def test_a_prolongation_is_remembered_while_the_source_does_not_give_the_operation(store: Engine) -> None:
    scanned(store, 100, spring=200, autumn=200)
    scanned(store, 110, spring=210, autumn=200)
    scanned(store, 120)
    assert scanned(store, 130, spring=210) == {"spring": 110}


def test_days_that_are_none_are_stored_as_none(store: Engine) -> None:
    scanned(store, 100, spring=NO_DAY)
    with reading(store) as connection:
        row = connection.execute(select(operation)).one()
    assert tuple(row) == ("crm", "spring", "", "", None, None, None, None)

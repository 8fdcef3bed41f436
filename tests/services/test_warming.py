"""A server that has just started has read what its first visitor would wait for."""

from dataclasses import replace

from diager_dpo.domain.words import Flag
from diager_dpo.services.warming import warm
from diager_dpo.store.calendar_counts import calendar_of
from diager_dpo.store.engine import reading
from diager_dpo.store.flag_counts import flag_groups
from tests.services.filled_store import SOURCE, TODAY, Row, fill


def test_calendar_and_flags_are_in_memory_before_anybody_asks(installation, monkeypatch):
    fill(installation.store, [Row("a", last_day=TODAY), Row("b", flags=Flag.INACTIVE.value)])
    warm(installation)
    with monkeypatch.context() as nothing_is_read:
        for module in ("calendar_counts", "flag_counts"):
            nothing_is_read.setattr(f"diager_dpo.store.{module}._read", None)
        with reading(installation.store) as connection:
            calendar = calendar_of(connection, SOURCE)
            assert calendar is not None
            flag_groups(connection, SOURCE, calendar.scan)


def test_there_is_nothing_to_read_before_the_first_scan_or_without_a_source(installation):
    warm(installation)
    warm(replace(installation, source=None))

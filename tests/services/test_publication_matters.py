"""Months without statistics are told in one line, once they are late and nobody is at it."""

from datetime import UTC, datetime

import pytest

from diager_dpo.domain.permissions import Identity
from diager_dpo.domain.statistics import publishing
from diager_dpo.domain.statistics.block import NotPublishable, Reason
from diager_dpo.services.errors import Refused
from diager_dpo.services.matters import Target
from diager_dpo.services.publication import publish
from diager_dpo.services.publication_matters import publication_matters
from tests.services.sales_house import CLI, SalesHouse


@pytest.fixture
def house(tmp_path, monkeypatch):
    return SalesHouse(tmp_path, monkeypatch)


def told(there):
    return [(it.code, it.count, it.target) for it in publication_matters(there, CLI)]


@pytest.mark.parametrize(("day", "late"), [(10, 0), (11, 0), (12, 1), (20, 1)])
def test_a_month_is_late_a_day_after_it_could_be_published(house, day, late):
    """October 2026 may be published from 11 November on; September should have been long ago, whatever the day."""
    with house.installed(datetime(2026, 11, day, 9, tzinfo=UTC)) as there:
        if day < 12:
            publish(there, CLI)
        assert told(there) == [("months_unpublished", 1, Target("statistics"))] * late


def test_once_published_nothing_is_told_and_a_month_without_sales_is_not_late(house):
    with house.installed() as there:
        publish(there, CLI)
        assert told(there) == []
    with house.installed(datetime(2026, 12, 12, 9, tzinfo=UTC)) as there:
        assert told(there) == [("months_unpublished", 1, Target("statistics"))]
        publish(there, CLI)
        assert told(there) == []


def test_months_that_could_not_be_published_are_one_line(house, monkeypatch):
    def refuse(_sales, _plan):
        raise NotPublishable(Reason.AUDIT)

    monkeypatch.setattr(publishing, "publish", refuse)
    with house.installed() as there:
        publish(there, CLI)
        assert told(there) == [("months_unpublished", 3, Target("statistics"))]


def test_sales_that_came_too_late_are_told(house):
    with house.installed() as there:
        publish(there, CLI)
        house.execute("INSERT INTO line VALUES (9001, '2026-10-06', 'Disques', 'Est', 'web', 101, 100)")
        publish(there, CLI)
        assert told(there) == [("late_sales", 1, Target("statistics"))]


def test_who_may_not_see_statistics_is_told_nothing(house):
    with house.installed() as there, pytest.raises(Refused):
        publication_matters(there, Identity("local", "nobody"))

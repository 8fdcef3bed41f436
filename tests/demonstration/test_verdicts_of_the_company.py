"""What the demonstration must show: every status, anchor, flag and anomaly of the rules, in credible proportions."""

from functools import reduce
from operator import or_

import numpy as np
import pytest

from diager_dpo.domain.verdicts import flags_on, statuses
from diager_dpo.domain.words import RECORD_PURPOSES, Anchor, Anomaly, Category, Flag, Purpose, Status
from diager_dpo.source.check import check
from tests.demonstration.conftest import SOURCE, engine_of

ALL = set(Status)
HORIZON = 90
# A contest has no relation that runs, a voucher neither.
EXPECTED = {
    Purpose.PROSPECTING: ALL,
    Purpose.CUSTOMER_MANAGEMENT: ALL,
    Purpose.CONTESTS: ALL - {Status.RUNNING},
    Purpose.ACCOUNTING: ALL - {Status.RUNNING},
}


@pytest.fixture(scope="module")
def status(today):
    records = today.decision.records
    return statuses(records.kind, records.running_until, records.last_day, today.day, HORIZON)


def seen(words, values):
    return {words(value) for value in np.unique(values).tolist()}


@pytest.mark.parametrize("purpose", RECORD_PURPOSES)
def test_every_status_occurs_where_it_can(purpose, today, status):
    assert seen(Status, status[today.decision.records.purpose == purpose]) == EXPECTED[purpose]


def test_every_category_occurs(today):
    assert seen(Category, today.decision.records.category) == set(Category)


def test_every_anchor_occurs_but_the_one_only_a_dpo_sets(today):
    assert seen(Anchor, today.decision.records.anchor) == set(Anchor) - {Anchor.QUALIFIED}


def test_every_flag_occurs_but_the_one_that_needs_an_earlier_scan(today):
    records = today.decision.records
    archived = records.purpose == Purpose.CUSTOMER_MANAGEMENT
    flags = flags_on(
        records.flags, archived, records.running_until, records.last_day, records.inactive_from, today=today.day
    )
    every = reduce(or_, (flag for flag in Flag if flag is not Flag.OPERATION_PROLONGED))
    assert Flag(int(np.bitwise_or.reduce(flags))) == every


def test_every_anomaly_is_found(today):
    assert {found.anomaly for found in today.findings} == set(Anomaly)


def test_a_contest_without_an_announced_duration_raises_an_alert(today):
    assert [(alert.code, alert.operation) for alert in today.decision.alerts] == [("no_announced_duration", "CJ04")]


def test_prospecting_has_the_backlog_of_half_a_year(today, status):
    records = today.decision.records
    prospecting = records.purpose == Purpose.PROSPECTING
    overdue = prospecting & (status == Status.DUE)
    assert 130 <= overdue.sum() <= 150
    assert (today.day - records.last_day[overdue] - 1).max() == 200
    assert 50 <= (prospecting & (status == Status.DUE_SOON)).sum() <= 70
    settled = np.isin(status, [Status.RUNNING, Status.KEPT])
    assert (prospecting & settled).sum() > 0.9 * prospecting.sum()


def test_who_is_known_by_a_contest_only_has_no_prospecting_record(today):
    records = today.decision.records
    players = np.setdiff1d(records.person[records.purpose == Purpose.CONTESTS], _others(records))
    assert len(players) > 300


def _others(records):
    return records.person[records.purpose != Purpose.CONTESTS]


def test_nothing_stands_between_its_source_file_and_a_purge(company):
    report = check(engine_of(company), SOURCE)
    assert report.problems == ()
    assert report.tables.undeclared == 0

"""Where a record stands on a day: the order of decision (rule 4), the horizon, and the flags that depend on the day."""

import itertools

import numpy as np
import pytest

from diager_dpo.domain.civil import NO_DAY, OPEN_END
from diager_dpo.domain.verdicts import flags_on, statuses
from diager_dpo.domain.words import Flag, Kind, Status

TODAY = 20_000
KINDS = list(Kind)
NEAR = [NO_DAY, TODAY - 1, TODAY, TODAY + 1, TODAY + 30, TODAY + 31, OPEN_END]


def status(kind, running_until, last_day, horizon=-1):
    columns = (np.array([kind], np.int8), np.array([running_until], np.int32), np.array([last_day], np.int32))
    return Status(statuses(*columns, TODAY, horizon)[0])


@pytest.mark.parametrize(
    ("kind", "running_until", "last_day", "expected"),
    [
        (Kind.HELD, OPEN_END, NO_DAY, Status.HELD),
        (Kind.HELD, NO_DAY, TODAY - 1, Status.HELD),
        (Kind.HELD, NO_DAY, NO_DAY, Status.HELD),
        (Kind.UNDETERMINED, NO_DAY, NO_DAY, Status.UNDETERMINED),
        (Kind.UNDETERMINED, TODAY - 1, NO_DAY, Status.UNDETERMINED),
        (Kind.DATED, OPEN_END, NO_DAY, Status.RUNNING),
        (Kind.DATED, TODAY, NO_DAY, Status.RUNNING),
        (Kind.DATED, TODAY - 1, NO_DAY, Status.UNDETERMINED),
        (Kind.DATED, TODAY, TODAY + 1000, Status.RUNNING),
        (Kind.DATED, TODAY - 1, TODAY + 1000, Status.KEPT),
        (Kind.DATED, NO_DAY, TODAY - 1, Status.DUE),
        (Kind.DATED, NO_DAY, TODAY, Status.KEPT),
    ],
)
def test_the_first_status_that_applies(kind, running_until, last_day, expected):
    assert status(kind, running_until, last_day) is expected


@pytest.mark.parametrize(
    ("last_day", "horizon", "expected"),
    [
        (TODAY - 1, 30, Status.DUE),
        (TODAY, 30, Status.DUE_SOON),
        (TODAY + 30, 30, Status.DUE_SOON),
        (TODAY + 31, 30, Status.KEPT),
        (TODAY, 0, Status.DUE_SOON),
        (TODAY + 1, 0, Status.KEPT),
        (TODAY, -1, Status.KEPT),
    ],
)
def test_due_soon_is_from_today_to_the_end_of_the_horizon_both_included(last_day, horizon, expected):
    assert status(Kind.DATED, NO_DAY, last_day, horizon) is expected


def test_every_record_has_exactly_one_status_whatever_its_columns():
    kinds, running, last = (np.array(column) for column in zip(*itertools.product(KINDS, NEAR, NEAR), strict=True))
    found = statuses(kinds.astype(np.int8), running.astype(np.int32), last.astype(np.int32), TODAY, 30)
    assert found.dtype == np.int8
    assert set(found.tolist()) <= set(Status)
    assert len(found) == len(kinds)
    alone = [status(*row, 30) for row in zip(kinds, running, last, strict=True)]
    assert found.tolist() == alone


def flags(running_until, inactive_from=NO_DAY, *, last_day=TODAY, archives=True, of_the_scan=Flag(0)):  # noqa: B008
    columns = (np.array([day], np.int32) for day in (running_until, last_day, inactive_from))
    return Flag(int(flags_on(np.array([of_the_scan], np.int16), np.array([archives]), *columns, today=TODAY)[0]))


@pytest.mark.parametrize(
    ("running_until", "archives", "expected"),
    [
        (TODAY + 1, True, Flag.PLANNED_END),
        (TODAY, True, Flag.PLANNED_END),
        (TODAY - 1, True, Flag.INTERMEDIATE_ARCHIVE),
        (TODAY - 1, False, Flag(0)),
        (OPEN_END, True, Flag(0)),
        (NO_DAY, True, Flag(0)),
    ],
)
def test_a_relation_with_an_end_is_planned_until_it_ends_and_archived_after(running_until, archives, expected):
    assert flags(running_until, archives=archives) == expected


@pytest.mark.parametrize(
    ("inactive_from", "running_until", "inactive"),
    [
        (TODAY + 1, OPEN_END, False),
        (TODAY, OPEN_END, True),
        (TODAY - 1000, TODAY, True),
        (TODAY - 1000, TODAY - 1, False),
        (NO_DAY, OPEN_END, False),
    ],
)
def test_only_a_relation_that_is_on_is_inactive(inactive_from, running_until, inactive):
    assert (Flag.INACTIVE in flags(running_until, inactive_from)) is inactive


def test_the_flags_of_the_scan_stay():
    of_the_scan = Flag.NO_CONSENT | Flag.GAP_LONGER_THAN_RETENTION
    assert flags(TODAY, of_the_scan=of_the_scan) == of_the_scan | Flag.PLANNED_END

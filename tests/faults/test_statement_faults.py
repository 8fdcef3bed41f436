"""The n-th statement fails, for every n until none is left: afterwards nothing is half done, and it can go on."""

from contextlib import suppress

import pytest

from diager_dpo.services.purge_execution import execute, recover
from tests.faults.failing import failing
from tests.faults.test_kills import approved, check_end, receipts  # noqa: F401 - a fixture
from tests.services.erasing_company import CLI, results, state

MOST = 330  # an undisturbed run takes 320 statements of the source, 219 of the store
SAMPLE = (
    [("source", at, "lost") for at in (1, 23, 57, 70)]
    + [("source", 41, "full"), ("source", 30, "read_only"), ("source", 50, "locked")]
    + [("store", at, "full") for at in (5, 52, 78, 131)]
    + [("store", 33, "locked"), ("store", 96, "locked"), ("store", 70, "read_only"), ("store", 110, "lost")]
)
EVERY = [(side, at, fault) for side in ("source", "store") for at in range(1, MOST) for fault in ("full", "lost")]


def look(given, folder, side, at, fault, *, once):
    company, number = given
    twin = company.copied(folder)
    with twin.installed() as installation:
        with failing(side, at, fault, once=once) as failed, suppress(Exception):
            execute(installation, CLI, number, chunk=4)
        recover(installation, CLI)
        settled = results(installation, number)
        assert recover(installation, CLI) == ()
        assert results(installation, number) == settled
        done = {item for item, (found, _why) in settled.items() if found == "erased"}
        assert len(done) == receipts(twin)
        assert "intent" not in {found for found, _why in settled.values()}
        if state(installation, number)[0] != "executed":
            execute(installation, CLI, number, chunk=4)
        check_end(twin, installation, number)
    return bool(failed)


@pytest.mark.parametrize(("side", "at", "fault"), SAMPLE)
def test_a_statement_that_fails_leaves_nothing_half_done(approved, tmp_path, side, at, fault):  # noqa: F811
    assert look(approved, tmp_path, side, at, fault, once=True)


@pytest.mark.long
@pytest.mark.parametrize("once", [True, False], ids=["once", "from_then_on"])
@pytest.mark.parametrize("statement", EVERY, ids=str)
def test_any_statement_that_fails_leaves_nothing_half_done(approved, tmp_path, statement, once):  # noqa: F811
    side, at, fault = statement
    look(approved, tmp_path, side, at, fault, once=once)

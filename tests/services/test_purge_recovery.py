"""What a worker that died left behind is settled from the receipts alone."""

import pytest

from diager_dpo.services import purge_execution
from diager_dpo.services.purge_execution import execute, recover, recover_by_itself, unsettled, watch
from diager_dpo.services.purge_run import Step
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.locks import exclusive
from diager_dpo.store.purge_settlements import PurgeLostError, purge_row, take_over
from diager_dpo.ui import start
from tests.faults.killing import executing, killed
from tests.services.erasing_company import CLI, ErasingCompany, places, results, state

#: Of the first chunk.
STEPS = [
    Step.TAKEN_OVER, Step.FENCE_RAISED, Step.SETTLED, Step.INTENT_WRITTEN, Step.LOCKED, Step.DECIDED,
    Step.ERASED_UNCOMMITTED, Step.RECEIPTS_WRITTEN, Step.COMMITTED,
]  # fmt: skip


class Died(BaseException):
    """Nothing in the program catches it: the worker is gone at once."""


@pytest.fixture
def company(tmp_path):
    return ErasingCompany(tmp_path)


@pytest.fixture
def ready(company):
    with company.installed() as installation:
        company.staff(installation)
        yield installation


def die(installation, number, at):
    def listener(step):
        if step is at:
            raise Died

    with pytest.raises(Died):
        execute(installation, CLI, number, listener, chunk=4)


def test_what_has_a_receipt_was_erased_with_its_counts(company, ready):
    number = company.approve(ready)
    die(ready, number, Step.COMMITTED)
    assert unsettled(ready)
    assert not watch(ready, CLI, number).alive
    assert recover(ready, CLI) == (number,)
    assert [found for found, _why in results(ready, number).values()] == ["erased"] * 4 + ["planned"] * 5
    assert sum(gone for _planned, gone, _left in places(ready, number).values()) > 0
    assert state(ready, number) == ("needs_attention", "worker_died")
    assert not unsettled(ready)


def test_what_has_none_was_not(company, ready):
    number = company.approve(ready)
    die(ready, number, Step.RECEIPTS_WRITTEN)
    recover(ready, CLI)
    assert {found for found, _why in results(ready, number).values()} == {"planned"}
    assert company.keys() == sorted((*company.approved, *company.kept))


def test_recovered_three_times_it_is_as_recovered_once_and_can_go_on(company, ready):
    number = company.approve(ready)
    die(ready, number, Step.RESULT_UNCOMMITTED)
    recover(ready, CLI)
    once = results(ready, number), places(ready, number), watch(ready, CLI, number).version
    assert (recover(ready, CLI), recover(ready, CLI)) == ((), ())
    assert (results(ready, number), places(ready, number), watch(ready, CLI, number).version) == once
    execute(ready, CLI, number)
    assert state(ready, number) == ("executed", None)
    assert all(planned == gone and left == 0 for planned, gone, left in places(ready, number).values())


def test_of_two_that_take_a_purge_over_from_the_same_state_one_does(company, ready):
    number = company.approve(ready)
    with reading(ready.store) as connection:
        seen = purge_row(connection, number)
    with writing(ready.store) as connection:
        assert take_over(connection, seen, "2025-01-10") == 1
    with pytest.raises(PurgeLostError), writing(ready.store) as connection:
        take_over(connection, seen, "2025-01-10")


def test_a_server_that_starts_settles_what_a_killed_worker_left(company, monkeypatch):
    with company.installed() as installation:
        company.staff(installation)
        number = company.approve(installation)
    committed = STEPS.index(Step.COMMITTED)
    assert killed(company, executing(number), committed)
    with company.installed() as installation:
        assert state(installation, number) == ("executing", None)
        monkeypatch.setattr(start, "installation", lambda: installation)
        start._settle_purges()
        assert state(installation, number) == ("needs_attention", "worker_died")
        assert [found for found, _why in results(installation, number).values()] == ["erased"] * 4 + ["planned"] * 5
        assert recover_by_itself(installation) == ()


def test_a_server_that_starts_leaves_a_purge_whose_worker_lives(company, ready):
    number = company.approve(ready)
    seen = []

    def listener(step):
        if step is Step.COMMITTED:
            seen.append((unsettled(ready), recover_by_itself(ready)))

    execute(ready, CLI, number, listener, chunk=4)
    assert set(seen) == {(False, ())}
    assert state(ready, number) == ("executed", None)


def test_of_two_servers_that_start_at_once_one_settles_and_the_other_goes_on(company, ready, monkeypatch):
    number = company.approve(ready)
    die(ready, number, Step.COMMITTED)
    monkeypatch.setattr(purge_execution, "_WAIT_S", 0.05)
    monkeypatch.setattr(purge_execution, "unsettled", lambda _installation: True)  # it looked before the other began
    with exclusive(ready.store, purge_execution.LOCK, 1) as taken:
        assert taken
        assert recover_by_itself(ready) == ()
    assert state(ready, number) == ("executing", None)
    assert recover_by_itself(ready) == (number,)

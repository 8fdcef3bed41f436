"""What a worker that died left behind is settled from the receipts alone."""

import pytest

from diager_dpo.services.purge_execution import execute, recover, unsettled, watch
from diager_dpo.services.purge_run import Step
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.purge_settlements import PurgeLostError, purge_row, take_over
from tests.services.erasing_company import CLI, ErasingCompany, places, results, state


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

"""Several processes at one purge: one erases, the others are told so; nobody's decision is lost. Barriers, not luck."""

import multiprocessing
import os
from datetime import timedelta

import pytest

from diager_dpo.domain.holds import HoldKind
from diager_dpo.services.errors import DpoError
from diager_dpo.services.holds import place
from diager_dpo.services.purge_execution import execute
from diager_dpo.services.purge_run import Step
from diager_dpo.services.scanning import scan
from diager_dpo.store import calendar, tables
from diager_dpo.store.engine import reading
from tests.faults.test_kills import check_end
from tests.services.erasing_company import CLI, PROPOSER, ErasingCompany, payloads, results, state

PROCESSES = multiprocessing.get_context("fork")
PATIENCE_S = 120
TURNS = [*range(2), *(pytest.param(turn, marks=pytest.mark.long) for turn in range(2, 20))]
STORES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(params=STORES)
def store_url(request):
    return request.getfixturevalue("postgresql_url") if request.param == "postgresql" else None


def a_company(folder, store_url, **numbers):
    company = ErasingCompany(folder, store_url=store_url, **numbers)
    with company.installed() as installation:
        company.staff(installation)
        return company, company.approve(installation)


def at_work(company, work):
    """A process of its own that does ``work`` with an installation of its own; how it ended comes through the pipe."""
    here, there = PROCESSES.Pipe(duplex=False)
    child = os.fork()
    if child == 0:
        try:
            with company.installed() as installation:
                try:
                    work(installation)
                    there.send("done")
                except DpoError as error:
                    there.send(error.code)
        except BaseException as error:  # noqa: BLE001 - a child must not become a second pytest
            there.send(repr(error))
        finally:
            os._exit(0)
    there.close()
    return child, here


def ended(child, pipe):
    assert pipe.poll(PATIENCE_S), "it never came to an end"
    told = pipe.recv()
    os.waitpid(child, 0)
    return told


@pytest.mark.parametrize("turn", TURNS)
def test_of_four_executors_at_once_one_erases_and_each_item_goes_once(tmp_path, store_url, turn):
    company, number = a_company(tmp_path, store_url)
    gate = PROCESSES.Barrier(4)

    def work(installation):
        gate.wait(PATIENCE_S)
        execute(installation, CLI, number, chunk=2)

    told = [ended(*each) for each in [at_work(company, work) for _ in range(4)]]
    assert told.count("done") == 1
    assert set(told) <= {"done", "purge_running", "purge_state_differs"}
    with company.installed() as installation:
        check_end(company, installation, number)
        erased = [entry["details"]["erased"] for entry in payloads(installation, "purge_chunk_erased")]
        assert sum(erased) == len(company.approved)


def execute_until(number, step, reached, go_on):
    """Execute, stand still the first time this step is reached, and go on when the other has done their part."""
    stood = []

    def listener(now):
        if now is step and not stood:
            stood.append(now)
            reached.wait(PATIENCE_S)
            go_on.wait(PATIENCE_S)

    return lambda installation: execute(installation, CLI, number, listener, chunk=500)


@pytest.mark.parametrize(
    "step",
    [
        Step.INTENT_WRITTEN,
        pytest.param(Step.LOCKED, marks=pytest.mark.long),
        Step.DECIDED,
        pytest.param(Step.ERASED_UNCOMMITTED, marks=pytest.mark.long),
        Step.COMMITTED,
    ],
)
@pytest.mark.parametrize("turn", [0, *(pytest.param(turn, marks=pytest.mark.long) for turn in range(1, 4))])
def test_a_suspension_placed_while_executing_counts_until_the_source_has_committed(tmp_path, store_url, step, turn):
    company, number = a_company(tmp_path, store_url, due=120)
    reached, go_on = PROCESSES.Barrier(2), PROCESSES.Barrier(2)
    worker = at_work(company, execute_until(number, step, reached, go_on))
    with company.installed() as installation:
        reached.wait(PATIENCE_S)
        review = installation.today() + timedelta(days=30)
        place(
            installation, PROPOSER, HoldKind.LITIGATION, "dispute", owner="proposer", review_on=review, person="d-007"
        )
        go_on.wait(PATIENCE_S)
        assert ended(*worker) == "done"
        assert state(installation, number) == ("executed", None)
        skipped = [why for found, why in results(installation, number).values() if found == "skipped"]
        kept = company.keys().count("d-007")
        assert (skipped, kept) == (([], 0) if step is Step.COMMITTED else (["held"], 1))


@pytest.mark.parametrize("step", [Step.INTENT_WRITTEN, Step.DECIDED, Step.COMMITTED, Step.VERIFIED])
@pytest.mark.parametrize("turn", [0, *(pytest.param(turn, marks=pytest.mark.long) for turn in range(1, 5))])
def test_a_scan_started_while_executing_is_refused_and_one_afterwards_brings_nobody_back(
    tmp_path, store_url, step, turn
):
    company, number = a_company(tmp_path, store_url)
    reached, go_on = PROCESSES.Barrier(2), PROCESSES.Barrier(2)
    worker = at_work(company, execute_until(number, step, reached, go_on))
    with company.installed() as installation:
        reached.wait(PATIENCE_S)
        with pytest.raises(DpoError) as refused:
            scan(installation, CLI)
        assert refused.value.code == "scan_running"
        go_on.wait(PATIENCE_S)
        assert ended(*worker) == "done"
        scan(installation, CLI)
        check_end(company, installation, number)
        with reading(installation.store) as connection:
            known = {row.person for row in connection.execute(tables.record.select())}
            assert calendar.load(connection, "crm").rows("crm") == calendar.recount(connection, "crm").rows("crm")
        assert known == {*company.customers, *company.kept}

"""Killed at any point and started again: nothing lost, nothing twice, the report exact (design, invariant 7)."""

import pytest

from diager_dpo.services.purge_execution import execute, expected_receipts, recover
from diager_dpo.source.receipts import count_receipts
from diager_dpo.store import calendar
from diager_dpo.store.engine import reading
from tests.faults.killing import executing, killed, recovering, steps_of
from tests.services.erasing_company import CLI, ErasingCompany, every_text, places, results, state

SITES = 30
RECOVERY_SITES = 4
SAMPLE = [(site, None) for site in (1, 4, 7, 9, 17, 27, 29)] + [(9, 1)]
EVERY = [(site, again) for site in range(SITES) for again in (None, *range(RECOVERY_SITES))]


@pytest.fixture(scope="module")
def approved(tmp_path_factory):
    """A company with a purge that was never begun, which each kill gets a copy of."""
    company = ErasingCompany(tmp_path_factory.mktemp("company"))
    with company.installed() as installation:
        company.staff(installation)
        number = company.approve(installation)
    return company, number


def test_the_list_of_sites_is_whole(approved, tmp_path):
    company, number = approved
    twin = company.copied(tmp_path)
    assert len(steps_of(twin, executing(number))) == SITES


def look(company, number, site, again):
    assert killed(company, executing(number), site)
    if again is not None:
        killed(company, recovering, again)
    with company.installed() as installation:
        recover(installation, CLI)
        once = settled(company, installation, number)
        assert recover(installation, CLI) == ()
        assert recover(installation, CLI) == ()
        assert settled(company, installation, number) == once
        assert "intent" not in {found for found, _why in once[1].values()}
        erased = {item for item, (found, _why) in once[1].items() if found == "erased"}
        assert len(erased) == receipts(company)
        if once[0][0] != "executed":
            execute(installation, CLI, number, chunk=4)
        check_end(company, installation, number)


def settled(company, installation, number):
    return state(installation, number), results(installation, number), places(installation, number), company.keys()


def receipts(company):
    engine = company.engine()
    with engine.connect() as connection:
        counted = count_receipts(connection, "receipt")
    engine.dispose()
    return sum(n for purge, n in counted.items() if not purge.startswith("fence:"))


def check_end(company, installation, number):
    """What an execution leaves that nobody disturbed."""
    assert state(installation, number) == ("executed", None)
    assert set(results(installation, number).values()) == {("erased", None)}
    assert company.keys() == sorted((*company.customers, *company.kept))
    assert company.keys("phone_call", "contact_id") == company.kept
    assert all(planned == gone and left == 0 for planned, gone, left in places(installation, number).values())
    assert receipts(company) == sum(expected_receipts(installation).values()) == len(company.approved)
    with reading(installation.store) as connection:
        assert calendar.load(connection, "crm").rows("crm") == calendar.recount(connection, "crm").rows("crm")
    assert not [place for *place, value in every_text(installation) if any(key in value for key in company.due)]


@pytest.mark.parametrize(("site", "again"), SAMPLE)
def test_a_worker_killed_at_a_step_leaves_nothing_half_done(approved, tmp_path, site, again):
    company, number = approved
    look(company.copied(tmp_path), number, site, again)


@pytest.mark.long
@pytest.mark.parametrize(("site", "again"), EVERY)
def test_a_worker_killed_at_any_step_leaves_nothing_half_done(approved, tmp_path, site, again):
    company, number = approved
    look(company.copied(tmp_path), number, site, again)

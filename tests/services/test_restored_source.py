"""An old copy of the company's database is put back, and nobody scans before the next purge is executed."""

import shutil

import pytest

from diager_dpo.domain.permissions import Role
from diager_dpo.domain.purges import ItemState, PurgeState, Skip
from diager_dpo.domain.words import Purpose
from diager_dpo.services.purge_execution import execute
from diager_dpo.services.purge_proposals import preview, propose
from diager_dpo.services.purge_reviews import approve, purge
from diager_dpo.services.scanning import scan
from tests.services.filled_store import CLI, grant
from tests.services.purge_house import APPROVER, DPO, House

WHOLE = [(1, "Person 1", "person-1@example.org")]


@pytest.fixture
def house(tmp_path, monkeypatch):
    """Person 1 is known for prospecting and by a contest, and both are due."""
    with House(tmp_path, monkeypatch).opened() as there:
        grant(there.installation.store, APPROVER, Role.APPROVER, Purpose.CONTESTS)
        yield there.staff()


def decided(house, purpose, operation=""):
    """The number of a purge that two people decided."""
    today = house.installation.today()
    items = preview(house.installation, DPO, purpose, operation, today).items
    number = propose(house.installation, DPO, purpose, operation, today, share_confirmed=items)
    seen = purge(house.installation, APPROVER, number)
    token = house.token(APPROVER)
    version = seen.line.version
    approve(house.installation, APPROVER, number, version, seen.digest, token=token, share_confirmed=items)
    return number


def put_back(house, copy):
    shutil.copy(copy, house.database)


def person_1(house):
    return house.rows("SELECT id, name, mail FROM contact WHERE id = 1")


@pytest.mark.parametrize("when", ["before it is proposed", "after it was approved"])
def test_what_came_back_with_the_source_keeps_its_data_without_a_scan(house, tmp_path, when):
    shutil.copy(house.database, tmp_path / "copy")
    execute(house.installation, CLI, decided(house, Purpose.PROSPECTING))
    if when == "before it is proposed":
        put_back(house, tmp_path / "copy")
    number = decided(house, Purpose.CONTESTS, "spring")
    if when == "after it was approved":
        put_back(house, tmp_path / "copy")
    done = execute(house.installation, CLI, number)
    assert person_1(house) == WHOLE
    assert done.why[ItemState.SKIPPED, Skip.OTHER_PURPOSES_CHANGED] == 1
    assert done.state is PurgeState.NEEDS_ATTENTION


def test_without_a_restore_the_last_purpose_takes_the_person(house):
    execute(house.installation, CLI, decided(house, Purpose.PROSPECTING))
    done = execute(house.installation, CLI, decided(house, Purpose.CONTESTS, "spring"))
    assert done.state is PurgeState.EXECUTED
    assert person_1(house) == []


def test_after_a_restore_and_a_scan_the_purges_can_be_decided_anew(house, tmp_path):
    shutil.copy(house.database, tmp_path / "copy")
    execute(house.installation, CLI, decided(house, Purpose.PROSPECTING))
    put_back(house, tmp_path / "copy")
    scan(house.installation, CLI)
    execute(house.installation, CLI, decided(house, Purpose.PROSPECTING))
    done = execute(house.installation, CLI, decided(house, Purpose.CONTESTS, "spring"))
    assert done.state is PurgeState.EXECUTED
    assert person_1(house) == []

"""What purges wait for, on the overview."""

from datetime import date

import pytest

from diager_dpo.domain.permissions import Identity, Role
from diager_dpo.domain.words import Purpose
from diager_dpo.services.attention import matters
from diager_dpo.services.purge_notices import announce, record_told
from diager_dpo.services.purge_proposals import propose
from diager_dpo.services.purge_reviews import approve, purge
from diager_dpo.store import tables
from diager_dpo.store.engine import writing
from tests.services.filled_store import grant
from tests.services.purge_house import APPROVER, DPO, House

TODAY = date(2025, 1, 12)
P = Purpose.PROSPECTING


@pytest.fixture
def house(tmp_path, monkeypatch):
    with House(tmp_path, monkeypatch).opened() as there:
        yield there.staff()


def waiting(house, who=DPO):
    found = matters(house.installation, who, TODAY, 90)
    return [(each.code, each.count, each.on) for each in found if each.code.startswith("purge_")]


def test_a_purge_waits_for_consent_then_for_its_start_then_for_nobody_once_it_expired(house):
    number = propose(house.installation, DPO, P, "", TODAY, share_confirmed=13)
    assert waiting(house) == [("purge_to_approve", 13, None)]
    (found,) = [each for each in matters(house.installation, DPO, TODAY, 90) if each.code == "purge_to_approve"]
    assert (found.role, found.target.page, dict(found.target.filters)) == (Role.APPROVER, "purge", {"number": "1"})
    view = purge(house.installation, APPROVER, number)
    approve(house.installation, APPROVER, number, 1, view.digest, token=house.token(APPROVER), share_confirmed=13)
    assert waiting(house) == [("purge_to_execute", 13, date(2025, 1, 19))]
    house.later(days=7)
    assert not waiting(house)


def test_a_purge_that_stopped_waits_and_whoever_is_to_be_told(house):
    number = propose(house.installation, DPO, P, "", TODAY, share_confirmed=13)
    by = {"approver_issuer": "local", "approver_subject": "approver"}
    house.store(tables.purge.update().values(state="needs_attention", **by))
    assert [code for code, _, _ in waiting(house)] == ["purge_needs_attention"]
    house.store(tables.purge.update().values(state="executed"))
    with writing(house.installation.store) as connection:
        count = announce(house.installation, connection, number)
    assert waiting(house) == [("purge_untold", count, None)]
    for line in purge(house.installation, DPO, number).notices:
        record_told(house.installation, DPO, number, line.recipient)
    assert not waiting(house)


def test_who_may_see_no_purge_of_that_purpose_is_told_of_none(house):
    propose(house.installation, DPO, P, "", TODAY, share_confirmed=13)
    for name, role, purpose in (("boss", Role.MANAGEMENT, None), ("other", Role.OPERATOR, Purpose.CONTESTS)):
        grant(house.installation.store, Identity("local", name), role, purpose)
        assert not waiting(house, Identity("local", name))

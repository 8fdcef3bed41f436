"""Who must be told of an executed purge, until the DPO records that they were."""

import json
from datetime import date

import pytest

from diager_dpo.domain.permissions import Identity, Role
from diager_dpo.domain.words import Purpose
from diager_dpo.services.accounts import recipients
from diager_dpo.services.errors import DpoError
from diager_dpo.services.purge_notices import announce, notices, record_told
from diager_dpo.services.purge_proposals import propose
from diager_dpo.services.purge_reviews import purge
from diager_dpo.store import tables
from diager_dpo.store.engine import writing
from tests.services.filled_store import grant
from tests.services.purge_house import AUDITOR, DPO, OPERATOR, House

TODAY = date(2025, 1, 12)
C = Purpose.CONTESTS


@pytest.fixture
def house(tmp_path, monkeypatch):
    with House(tmp_path, monkeypatch).opened() as there:
        yield there.staff()


@pytest.fixture
def number(house):
    number = propose(house.installation, DPO, C, "spring", TODAY, share_confirmed=2)
    with writing(house.installation.store) as connection:
        assert announce(house.installation, connection, number) == len(charter_of(house)) + 1
    return number


def charter_of(house):
    return recipients(house.installation)[C]


def test_the_recipients_of_the_charter_and_the_provider_of_the_contest_must_be_told(house, number):
    told = {line.recipient: line.text for line in notices(house.installation, DPO)}
    assert told == {text.fr: text for text in charter_of(house)} | {"Jeux et Cie": None}


def test_nobody_is_listed_twice(house, number):
    with writing(house.installation.store) as connection:
        assert announce(house.installation, connection, number) == 0


def test_what_was_done_is_recorded_once_with_who_and_when_and_in_the_journal(house, number):
    record_told(house.installation, DPO, number, "Jeux et Cie")
    assert "Jeux et Cie" not in {line.recipient for line in notices(house.installation, DPO)}
    (line,) = [each for each in purge(house.installation, DPO, number).notices if each.recipient == "Jeux et Cie"]
    assert (line.told_at, line.told_by) == (house.now, "dpo")
    (entry,) = house.stored(tables.journal.select().where(tables.journal.c.action == "purge_recipient_told"))
    assert json.loads(entry.payload)["details"]["recipient"] == "Jeux et Cie"
    for recipient in ("Jeux et Cie", "somebody else"):
        with pytest.raises(DpoError) as refused:
            record_told(house.installation, DPO, number, recipient)
        assert refused.value.code == "purge_notice_unknown"


def test_only_the_dpo_records_it(house, number):
    grant(house.installation.store, OPERATOR, Role.OPERATOR, C)
    for who in (OPERATOR, AUDITOR, Identity("local", "nobody")):
        with pytest.raises(DpoError) as refused:
            record_told(house.installation, who, number, "Jeux et Cie")
        assert refused.value.code == "not_permitted"


def test_an_approver_of_another_purpose_is_not_told_whom_to_tell(house, number):
    assert not notices(house.installation, OPERATOR)
    assert notices(house.installation, AUDITOR)

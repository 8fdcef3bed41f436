from datetime import date

import numpy as np
import pytest
from sqlalchemy import insert, select

from diager_dpo.domain.civil import day_number
from diager_dpo.domain.permissions import Identity
from diager_dpo.domain.words import Purpose
from diager_dpo.services.came_back import Return, seen_by
from diager_dpo.services.keys import PSEUDONYM, secret
from diager_dpo.services.pseudonyms import pseudonym
from diager_dpo.services.scanning import scan
from diager_dpo.store import tables
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.fingerprints import keyed_marks
from tests.services.decided_source import DecidedSource, records

CLI = Identity("cli", "operator")
ON = day_number(date(2024, 12, 31))


@pytest.fixture
def company(tmp_path, monkeypatch):
    """Three prospects who are customers too: prospecting was erased of two of them, by purge 1."""
    there = DecidedSource(tmp_path, monkeypatch, persons=1)
    there.execute(
        "DELETE FROM contact; DELETE FROM contract; DELETE FROM bill; DELETE FROM dispute; DELETE FROM entry;"
        "DELETE FROM consent;"
        "INSERT INTO contact VALUES (1, '2015-01-01', NULL, 'prospect', NULL), (2, '2015-01-01', NULL, 'prospect', NULL),"
        " (3, '2015-01-01', NULL, 'prospect', NULL);"
        "INSERT INTO bill VALUES (1, '2021-05-05'), (2, '2021-05-05'), (3, '2021-05-05')"
    )
    return there


@pytest.fixture
def house(company):
    with company.installed() as there:
        purged(there, 1, ["1", "2"])
        receipts(company, 1, 2)
        yield there


def purged(house, number, persons, day=ON):
    values = {
        "id": number, "uuid": f"u{number}", "source": "crm", "purpose": 1, "operation": "", "as_of": day,
        "ground": "due", "by_hand": 0, "state": "executed", "version": 1, "charters": "[]", "source_digest": "",
        "schema_fingerprint": "", "digest": "", "proposed": len(persons), "people": 3, "proposed_at": "x",
        "proposer_issuer": "local", "proposer_subject": "a", "approver_issuer": "local", "approver_subject": "b",
        "fence": 1,
    }  # fmt: skip
    with writing(house.store) as connection:
        connection.execute(insert(tables.purge).values(values))
        for item, person in enumerate(persons):
            row = {"purge": number, "item": item, "pseudonym": pseudonym(house, "crm", person), "state": "erased"}
            decided = {"category": 1, "anchor": 1, "rule": 1, "live": 0}
            connection.execute(insert(tables.purge_item).values(row | decided))
            key = {"source": "crm", "person": person, "purpose": 1, "operation": ""}
            connection.execute(insert(tables.purged_record).values(key | {"on": day, "purge": number}))


def receipts(company, number, count):
    rows = [(f"u{number}", item, 1, "{}", "x") for item in range(count)]
    company.execute("INSERT INTO erasure_receipt VALUES (?, ?, ?, ?, ?)", rows)


def prospects(house):
    return [row[1] for row in records(house) if row[2] == Purpose.PROSPECTING]


def seen(house):
    with reading(house.store) as connection:
        last = connection.scalar(select(tables.scan.c.id).order_by(tables.scan.c.id.desc()).limit(1))
        return seen_by(connection, last)


def test_with_its_receipts_what_was_erased_stays_out_of_scope(house):
    scan(house, CLI)
    assert prospects(house) == ["3"]
    assert seen(house) == ()


@pytest.mark.parametrize("left", [0, 1])
def test_a_source_that_lacks_receipts_is_as_it_was_before_the_purge(house, company, left):
    company.execute(f"DELETE FROM erasure_receipt WHERE item >= {left}")
    scan(house, CLI)
    assert prospects(house) == ["1", "2", "3"]
    assert seen(house) == (Return(1, "receipts", 2 - left),)
    scan(house, CLI)
    assert seen(house) == (Return(1, "receipts", 2 - left),)
    assert prospects(house) == ["1", "2", "3"]


def test_it_is_no_longer_said_once_all_of_it_was_erased_again(house, company):
    company.execute("DELETE FROM erasure_receipt")
    scan(house, CLI)
    purged(house, 2, ["1"])
    receipts(company, 2, 1)
    scan(house, CLI)
    assert seen(house) == (Return(1, "receipts", 1),)
    purged(house, 3, ["2"])
    receipts(company, 3, 1)
    scan(house, CLI)
    assert seen(house) == ()
    assert prospects(house) == ["3"]


def test_other_purges_keep_what_they_took(house, company):
    purged(house, 2, ["3"])
    receipts(company, 2, 1)
    company.execute("DELETE FROM erasure_receipt WHERE purge = 'u1'")
    scan(house, CLI)
    assert prospects(house) == ["1", "2"]


def test_a_purge_by_hand_leaves_no_receipts_and_misses_none(house, company):
    with writing(house.store) as connection:
        connection.execute(tables.purge.update().values(by_hand=1))
    company.execute("DELETE FROM erasure_receipt")
    scan(house, CLI)
    assert prospects(house) == ["3"]


def test_receipts_that_cannot_be_read_put_nothing_back(house, company):
    company.execute("DROP TABLE erasure_receipt")
    scan(house, CLI)
    assert (prospects(house), seen(house)) == (["3"], ())


def gone(house, person, purge=1, mark=None):
    if mark is None:
        mark = int(keyed_marks(np.array([person], np.object_), secret(house, PSEUDONYM))[0])
    row = {"source": "crm", "pseudonym": pseudonym(house, "crm", person), "operation": "", "mark": mark, "purge": purge}
    with writing(house.store) as connection:
        for purpose in (1, 4):
            connection.execute(insert(tables.gone_person).values(row | {"purpose": purpose}))


def test_the_key_of_a_person_of_whom_nothing_was_left_is_recognised(house):
    gone(house, "3")
    gone(house, "77")
    scan(house, CLI)
    assert seen(house) == (Return(1, "key", 1),)
    assert "3" in prospects(house), "it has its own verdict"


def test_a_mark_alone_proves_nothing(house):
    gone(house, "77", mark=int(keyed_marks(np.array(["3"], np.object_), secret(house, PSEUDONYM))[0]))
    scan(house, CLI)
    assert seen(house) == ()

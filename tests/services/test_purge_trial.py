"""A few persons whom the database does not let go are set aside; the others are proposed without them."""

import pytest
from sqlalchemy import select

from diager_dpo.domain.words import Purpose
from diager_dpo.services import purge_proposals, purge_trial, source_state
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.purge_digest import digest_now
from diager_dpo.services.purge_execution import execute
from diager_dpo.services.purge_reviews import items
from diager_dpo.store import tables
from diager_dpo.store.engine import reading, writing
from diager_dpo.ui.purge_items import item_answer
from tests.services.erasing_company import CLI, PROPOSER, ErasingCompany, state

REFUSED = ("d-007", "d-250", "d-499")
NOTE = "CREATE TABLE badge (id INTEGER PRIMARY KEY, contact_id VARCHAR(20) NOT NULL, FOREIGN KEY (contact_id) REFERENCES contact (id))"
DECLARED = '[not_personal]\nbadge = "badges of the building"\n'


@pytest.fixture(autouse=True)
def unseen(monkeypatch):
    """As with a rule that the check of the source cannot read: it sees foreign keys before any dry run does."""
    monkeypatch.setattr(purge_proposals, "_require_possible", lambda *_: None)


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgresql", marks=pytest.mark.postgresql),
        pytest.param("mariadb", marks=pytest.mark.mariadb),
    ]
)
def company(request, tmp_path):
    url = None if request.param == "sqlite" else request.getfixturevalue(f"{request.param}_url")
    made = ErasingCompany(tmp_path, url, request.param, due=500, customers=0)
    file = tmp_path / "crm.toml"
    file.write_text(file.read_text("utf-8") + DECLARED, "utf-8")
    made.run(NOTE)
    return made


def badges(company, persons):
    company.run("INSERT INTO badge VALUES " + ", ".join(f"({n}, '{key}')" for n, key in enumerate(persons)))


def propose(company, installation):
    company.staff(installation)
    source_state.check(installation, CLI)
    return purge_proposals.propose(
        installation, PROPOSER, Purpose.PROSPECTING, "", installation.today(), share_confirmed=500
    )


def test_three_of_five_hundred_are_set_aside_and_the_rest_can_be_erased(company, french):
    badges(company, REFUSED)
    with company.installed() as installation:
        number = propose(company, installation)
        with reading(installation.store) as connection:
            row = connection.execute(select(tables.purge)).one()
            assert row.digest == digest_now(installation, connection, row)
            table = tables.purge_item.c
            aside = connection.execute(select(table.person, table.why).where(table.state == "set_aside"))
            assert dict(tuple(row) for row in aside) == dict.fromkeys(REFUSED, "rows_still_refer")
            place = tables.purge_place.c
            planned = connection.execute(select(place.planned).where(place.table == "contact", place.column == ""))
            assert planned.scalar_one() == 497
        found = items(installation, PROPOSER, number, size=500).items
        said = {line.person: item_answer(line) for line in found}
        assert "essai à blanc" in said[REFUSED[0]]
        assert "essai à blanc" not in said["d-001"]
        approve(installation)
        assert execute(installation, CLI, number).settled == 497
        assert state(installation, number) == ("executed", None)
    assert set(REFUSED) <= set(company.keys())
    assert len(company.keys()) == 3 + len(company.kept)


def approve(installation):
    values = {"state": "approved", "approver_issuer": "local", "approver_subject": "approver"}
    values |= {"decided_at": installation.now().isoformat(), "expires_at": "2099-01-01T00:00:00+00:00"}
    with writing(installation.store) as connection:
        connection.execute(tables.purge.update().values(**values))


def test_more_than_a_few_refuse_the_list(company, monkeypatch):
    monkeypatch.setattr(purge_trial, "MOST_REFUSED", 2)
    badges(company, REFUSED)
    with company.installed() as installation, pytest.raises(NotPossible) as refusal:
        propose(company, installation)
    assert refusal.value.code == "rows_still_refer"


@pytest.mark.parametrize("company", ["sqlite"], indirect=True)
def test_a_list_of_which_nobody_can_be_erased_is_refused(company):
    badges(company, company.due)
    with company.installed() as installation, pytest.raises(NotPossible) as refusal:
        propose(company, installation)
    assert refusal.value.code == "rows_still_refer"

"""What two people approved is executed only while it rests on what it rested on, and while they are two."""

from dataclasses import replace
from datetime import date

import pytest

from diager_dpo.domain.purges import PurgeState
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.purge_checks import still_approved, two_people
from diager_dpo.services.purge_execution import execute
from diager_dpo.store import purges, tables
from diager_dpo.store.engine import reading, writing
from tests.services.erasing_company import CLI, ErasingCompany, results


@pytest.fixture
def company(tmp_path):
    return ErasingCompany(tmp_path)


@pytest.fixture
def ready(company):
    with company.installed() as installation:
        company.staff(installation)
        yield installation


def another_charter(_company, installation):
    charters = installation.charters
    newer = replace(charters.charters[0], version="2025-01", effective=date(2025, 1, 1))
    return replace(installation, charters=replace(charters, charters=(*charters.charters, newer)))


def another_source_file(_company, installation):
    return replace(installation, source=replace(installation.source, digest="0" * 64))


def another_column(company, installation):
    company.run("ALTER TABLE contact ADD COLUMN note VARCHAR(20)")
    return installation


@pytest.mark.parametrize(
    ("change", "what"),
    [(another_charter, "charter"), (another_source_file, "source_file"), (another_column, "schema")],
)
def test_what_changed_under_an_approval_refuses_the_execution_and_says_what(company, ready, change, what):
    number = company.approve(ready)
    changed = change(company, ready)
    with pytest.raises(NotPossible) as refused:
        execute(changed, CLI, number)
    assert (refused.value.code, refused.value.values["what"]) == ("purge_basis_changed", what)
    assert company.keys() == sorted((*company.approved, *company.kept))
    assert {found for found, _why in results(ready, number).values()} == {"planned"}


def test_one_person_is_not_two_even_if_the_store_said_so(company, ready):
    """The check of the store would refuse such a row: the service does not rely on it."""
    number = company.approve(ready)
    with reading(ready.store) as connection:
        row = connection.execute(tables.purge.select().where(tables.purge.c.id == number)).one()
        alone = Row(row, approver_issuer=row.proposer_issuer, approver_subject=row.proposer_subject)
        for check in (
            two_people,
            lambda connection, row: still_approved(ready, connection, row, row.schema_fingerprint),
        ):
            with pytest.raises(NotPossible) as refused:
                check(connection, alone)
            assert refused.value.code == "purge_same_person"
        two_people(connection, row)


def test_of_two_who_decide_from_the_same_version_one_does(company, ready):
    """The compare-and-set alone, without whoever looked before."""
    number = company.approve(ready)
    state, other = PurgeState.APPROVED, PurgeState.CANCELLED
    with writing(ready.store) as connection:
        assert not purges.change(connection, number, state, 1, other)
        assert not purges.change(connection, number, PurgeState.PROPOSED, 2, other)
        assert purges.change(connection, number, state, 2, other)
        assert not purges.change(connection, number, state, 2, other)


class Row:
    """A row of the store with some columns changed."""

    def __init__(self, row, **changes):
        self.__dict__.update(row._mapping, **changes)

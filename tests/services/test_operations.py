from datetime import date

import pytest
from sqlalchemy import insert

from diager_dpo.domain.civil import day_number
from diager_dpo.domain.permissions import Role
from diager_dpo.domain.words import Purpose
from diager_dpo.services.errors import Refused
from diager_dpo.services.operations import Operation, operations
from diager_dpo.store import tables
from diager_dpo.store.engine import writing
from tests.services.filled_store import DPO, SOURCE, grant


@pytest.fixture
def with_operations(installation):
    rows = [("B", "Salon", date(2026, 5, 1)), ("A", "Jeu", None), ("C", "Été", None)]
    with writing(installation.store) as connection:
        for source in (SOURCE, "another"):
            for key, name, last_day in rows:
                day = None if last_day is None else day_number(last_day)
                values = {
                    "source": source,
                    "operation": key + source[:1],
                    "name": name,
                    "provider": "",
                    "last_day": day,
                }
                connection.execute(insert(tables.operation).values(values))
    return installation


def test_operations_of_the_source_stand_by_name(with_operations):
    grant(with_operations.store, DPO, Role.DPO)
    known = operations(with_operations, DPO)
    assert known == (
        Operation("Cc", "Été", None),
        Operation("Ac", "Jeu", None),
        Operation("Bc", "Salon", date(2026, 5, 1)),
    )


def test_who_may_not_see_contests_sees_no_operation(with_operations):
    grant(with_operations.store, DPO, Role.OPERATOR, Purpose.PROSPECTING)
    assert operations(with_operations, DPO) == ()


def test_who_sees_no_record_is_refused(with_operations):
    grant(with_operations.store, DPO, Role.MANAGEMENT)
    with pytest.raises(Refused):
        operations(with_operations, DPO)

"""What lives on beside a record: every other record of the same person, whatever its status."""

import pytest
from sqlalchemy import insert, select

from diager_dpo.domain.erasure import bit, bits
from diager_dpo.domain.words import Kind, Purpose
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.live_purposes import live_beside, live_purposes
from diager_dpo.store.tables import record

P, M, C, A = Purpose.PROSPECTING, Purpose.CUSTOMER_MANAGEMENT, Purpose.CONTESTS, Purpose.ACCOUNTING

#: Person, purpose, operation, kind, last day.
RECORDS = [
    ("alone", P, "", Kind.DATED, 10),
    ("both", P, "", Kind.DATED, 10),
    ("both", M, "", Kind.DATED, 10),
    ("held", P, "", Kind.DATED, 10),
    ("held", A, "", Kind.HELD, 10),
    ("unsure", P, "", Kind.DATED, 10),
    ("unsure", M, "", Kind.UNDETERMINED, None),
    ("player", C, "spring", Kind.DATED, 10),
    ("player", C, "autumn", Kind.DATED, 99),
    ("once", C, "spring", Kind.DATED, 10),
    ("once", P, "", Kind.DATED, 99),
]


@pytest.fixture
def filled(store):
    columns = {"category": 1, "anchor": 1, "rule": 1, "flags": 0, "anomalies": 0}
    with writing(store) as connection:
        for source in ("crm", "other"):
            some = RECORDS if source == "crm" else [("alone", M, "", Kind.DATED, 10)]
            connection.execute(
                insert(record),
                [
                    {
                        "source": source,
                        "person": who,
                        "purpose": purpose,
                        "operation": key,
                        "kind": kind,
                        "last_day": day,
                    }
                    | columns
                    for who, purpose, key, kind, day in some
                ],
            )
    return store


def beside(store, purpose, operation=""):
    query = select(record.c.person, live_beside(record, purpose)).where(
        record.c.source == "crm", record.c.purpose == purpose, record.c.operation == operation
    )
    with reading(store) as connection:
        return dict(map(tuple, connection.execute(query)))


def test_every_other_purpose_lives_on_also_where_it_is_due_held_or_undetermined(filled):
    assert beside(filled, P) == {"alone": 0, "both": bit(M), "held": bit(A), "unsure": bit(M), "once": bit(C)}


def test_another_entry_of_the_same_person_keeps_the_contests_alive(filled):
    assert beside(filled, C, "spring") == {"player": bit(C), "once": bit(P)}


def test_the_bits_of_somebody_are_those_of_all_their_records_but_the_one_that_ends(filled):
    with reading(filled) as connection:
        everybody = live_purposes(connection, "crm", ["both", "player", "once", "nobody"])
        ending = live_purposes(connection, "crm", ["both", "player", "once", "alone"], without=(C, "spring"))
        alone = live_purposes(connection, "crm", ["alone"], without=(P, ""))
    assert everybody == {"both": bits([P, M]), "player": bit(C), "once": bits([P, C])}
    assert ending == {"both": bits([P, M]), "player": bit(C), "once": bit(P), "alone": bit(P)}
    assert alone == {"alone": 0}


def test_nobody_of_another_source_is_taken_for_them(filled):
    with reading(filled) as connection:
        assert live_purposes(connection, "other", ["alone", "both"]) == {"alone": bit(M)}

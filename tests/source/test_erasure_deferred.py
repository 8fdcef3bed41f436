"""A foreign key that SQLite looks at when the transaction ends is looked at before a dry run is over."""

import pytest

from diager_dpo.source.erasure_errors import SourceErasureError
from tests.source.erasing import FILE, A, C, M, P, build, shop

REMARK = "CREATE TABLE remark (id INTEGER PRIMARY KEY, people_id INTEGER REFERENCES people (id){})"
DECLARED = '[not_personal]\nremark = "remarks"\n'


@pytest.fixture
def place(sqlite, request):
    build(sqlite)
    sqlite.run("DELETE FROM ticket", "DELETE FROM message", "DELETE FROM thread")
    sqlite.run(REMARK.format(" DEFERRABLE INITIALLY DEFERRED"), *getattr(request, "param", ()))
    it = shop(sqlite, FILE + DECLARED)
    yield it
    it.connection.close()


@pytest.mark.parametrize("place", [("INSERT INTO remark VALUES (1, 1), (2, 1), (3, 2)",)], indirect=True)
def test_a_row_that_stays_and_refers_to_one_that_goes_is_found_before_the_commit(place):
    with pytest.raises(SourceErasureError) as refusal:
        place.erase(place.batch(P, "contact:1"))
    assert refusal.value.code == "rows_still_refer"
    assert refusal.value.values == {"table": "remark", "column": "", "target": "people", "rows": 2}


@pytest.mark.parametrize("place", [("INSERT INTO remark VALUES (3, 2), (4, 99)",)], indirect=True)
def test_a_row_that_referred_to_nothing_before_is_no_fault_of_the_erasure(place):
    place.erase(place.batch(P, "contact:1"))
    assert place.rows("SELECT id FROM people WHERE id = 1") == []
    place.connection.commit()


@pytest.mark.parametrize("place", [("INSERT INTO remark VALUES (1, 1)",)], indirect=True)
def test_a_row_whose_person_stays_is_no_hindrance(place):
    place.erase(place.batch(P, ("contact:1", (M, C, A))))
    place.connection.commit()

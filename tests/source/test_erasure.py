"""What an erasure takes, leaves and counts: the rules on real databases."""

import numpy as np
import pytest

from diager_dpo.domain.words import Purpose
from diager_dpo.source.erasure import Batch
from diager_dpo.source.erasure_errors import SourceErasureError
from diager_dpo.source.erasure_plan import erasure_plan
from tests.source.erasing import FILE, A, C, M, P, build, counts, shop, source, unlinked


@pytest.fixture
def place(database):
    build(database)
    it = shop(database)
    yield it
    it.connection.close()


def test_only_the_columns_that_no_live_purpose_serves_are_emptied(place):
    batch = place.batch(C, ("contact:1", (P, M)), operation="WINTER")
    erased = place.erase(batch)
    assert counts(batch, erased) == {"contact:1": {"ticket": 1, "people.born_on": 1}}
    assert place.rows("SELECT surname, mail, phone, born_on FROM people WHERE id = 1") == [
        ("Durand", "d@shop.test", "0612345678", None)
    ]


def test_a_column_that_the_ending_purpose_does_not_serve_stays(place):
    batch = place.batch(P, ("contact:1", (C,)))
    erased = place.erase(batch)
    assert "people.phone" in counts(batch, erased)["contact:1"]
    [(surname, born)] = place.rows("SELECT surname, born_on FROM people WHERE id = 1")
    assert (surname, str(born)) == ("Durand", "1980-01-01")


def test_a_row_goes_when_none_of_its_purposes_lives(place):
    batch = place.batch(P, ("contact:3", ()))
    erased = place.erase(batch)
    assert place.ids("people") == [1, 2]
    assert place.ids("phone_call") == [1, 2, 3]
    assert counts(batch, erased) == {"contact:3": {"people": 1, "phone_call": 1, "meeting.memo": 1}}


def test_a_row_stays_while_one_of_its_purposes_lives(place):
    place.erase(place.batch(P, ("contact:1", (M,))))
    assert place.ids("phone_call") == [1, 2, 3, 4]
    assert place.ids("people") == [1, 2, 3]


def test_rows_of_a_purpose_that_did_not_end_stay_and_are_told_when_nothing_else_is_left(place):
    batch = place.batch(A, ("contact:1", (P, M, C)))
    erased = place.erase(batch)
    assert counts(batch, erased) == {"contact:1": {"bill.attention": 1}}
    assert unlinked(batch, erased) == {"contact:1": {"bill": 2}}
    assert place.ids("bill") == [1, 2, 3]


def test_what_no_purpose_keeps_and_none_ended_is_told_as_unlinked(place):
    place.connection.exec_driver_sql("INSERT INTO note VALUES (6, 'contact', '3', 'x')")
    place.connection.exec_driver_sql("DELETE FROM phone_call WHERE people_id = 3")
    batch = place.batch(A, "contact:3")
    erased = place.erase(batch)
    assert unlinked(batch, erased)["contact:3"] == {"note": 1, "meeting": 1}
    assert 6 in place.ids("note")
    assert 3 not in place.ids("people")


def test_a_row_that_is_kept_loses_its_columns_only(place):
    place.erase(place.batch(A, ("contact:2", (P,))))
    assert place.rows("SELECT id, people_id, attention FROM bill ORDER BY id") == [
        (1, 1, "M. Durand"), (2, 1, None), (3, 2, None),
    ]  # fmt: skip


def test_a_refusal_stays_as_long_as_its_row(place):
    place.erase(place.batch(P, ("contact:1", (A,))))
    assert place.rows("SELECT refused_at, came_by FROM people WHERE id = 1") == [("2024-01-01", "web")]


def test_rows_of_one_operation_go_without_those_of_another(place):
    batch = place.batch(C, ("contact:1", (P, C)), ("contact:2", (P,)), operation="SUMMER")
    erased = place.erase(batch)
    assert place.ids("ticket") == [2, 4]
    assert counts(batch, erased) == {"contact:1": {"ticket": 1}, "contact:2": {"ticket": 1}}


def test_another_entry_keeps_the_columns_of_the_person(place):
    place.erase(place.batch(C, ("contact:1", (P, C)), operation="SUMMER"))
    assert place.rows("SELECT COUNT(*) FROM people WHERE born_on IS NOT NULL AND id = 1") == [(1,)]


def test_an_operation_is_not_another_that_reads_alike(place):
    place.connection.exec_driver_sql("INSERT INTO ticket VALUES (5, 2, 'summer', 'x'), (6, 2, 'SUMMER ', 'y')")
    place.erase(place.batch(C, ("contact:2", (P, C)), operation="SUMMER"))
    assert place.ids("ticket") == [1, 2, 4, 5, 6]


def test_another_purpose_takes_the_rows_of_every_operation(database):
    build(database)
    text = FILE.replace(
        'operation = "raffle"\npurposes = ["contests"]', 'operation = "raffle"\npurposes = ["prospecting"]'
    )
    it = shop(database, text)
    it.erase(it.batch(P, ("contact:1", (M,))))
    assert it.ids("ticket") == [3]
    it.connection.close()


def test_a_row_of_several_persons_lives_while_one_of_them_needs_it(place):
    batch = place.batch(M, ("contact:1", (A,)))
    assert place.companions(batch) == ("contact:2",)
    place.erase(batch, c2=(P,))
    assert place.rows("SELECT id, memo FROM meeting ORDER BY id") == [
        (1, "both"), (2, None), (3, "twice the same"), (4, "others"),
    ]  # fmt: skip


def test_a_row_of_several_persons_goes_with_the_last_who_needs_it(place):
    batch = place.batch(M, ("contact:1", (A,)))
    erased = place.erase(batch, c2=(C, A))
    assert counts(batch, erased)["contact:1"]["meeting.memo"] == 2


def test_a_companion_of_whom_nothing_is_told_keeps_everything(place):
    place.erase(place.batch(M, ("contact:1", (A,))))
    assert place.rows("SELECT memo FROM meeting WHERE id = 1") == [("both",)]


def test_a_row_of_two_persons_of_one_batch_counts_once(place):
    batch = place.batch(M, ("contact:1", (A,)), ("contact:2", (A,)), ("contact:3", (A,)))
    erased = place.erase(batch)
    assert {key: found.get("meeting.memo") for key, found in counts(batch, erased).items()} == {
        "contact:1": 2, "contact:2": 1, "contact:3": 1,
    }  # fmt: skip


def test_one_of_two_persons_of_a_batch_keeps_the_row_for_both(place):
    place.erase(place.batch(M, ("contact:1", (A,)), ("contact:2", (P,))))
    assert place.rows("SELECT memo FROM meeting WHERE id = 1") == [("both",)]


def test_a_row_leads_to_its_person_over_other_tables(place):
    batch = place.batch(M, ("contact:1", (A,)))
    erased = place.erase(batch)
    assert place.ids("message") == [3]
    assert place.ids("thread") == [2]
    assert counts(batch, erased)["contact:1"] | {"thread": 1, "message": 2} == counts(batch, erased)["contact:1"]


def test_the_same_key_of_two_kinds_is_never_confused(place):
    place.erase(place.batch(P, ("lead:1", ())))
    assert place.ids("prospect") == [2, 3]
    assert place.ids("note") == [1, 3, 4, 5]
    assert place.ids("people") == [1, 2, 3]


def test_a_link_counts_only_where_its_condition_holds(place):
    place.erase(place.batch(P, ("contact:1", (M,))))
    assert place.ids("note") == [2, 3, 4, 5]
    assert place.ids("prospect") == [1, 2, 3]


def test_keys_that_look_alike_are_different_persons(place):
    place.erase(place.batch(P, "lead:01"))
    assert place.ids("prospect") == [1, 3]
    assert place.ids("note") == [1, 2, 3, 5]
    place.erase(place.batch(P, "contact:01", "contact: 1", "contact:1.0", "contact:+1"))
    assert place.ids("people") == [1, 2, 3]
    assert place.ids("phone_call") == [1, 2, 3, 4]


def test_keys_that_differ_by_case_accent_or_space_are_different_persons(place):
    place.connection.exec_driver_sql(
        "INSERT INTO prospect VALUES (10, 'ab', 'x'), (11, 'AB', 'x'), (12, 'ab ', 'x'), (13, 'àb', 'x')"
    )
    batch = place.batch(P, "lead:ab")
    erased = place.erase(batch)
    assert counts(batch, erased) == {"lead:ab": {"prospect": 1}}
    assert place.ids("prospect") == [1, 2, 3, 11, 12, 13]


def test_rows_of_somebody_that_no_batch_names_are_never_touched(place):
    place.erase(place.batch(P, ("contact:1", (M, C, A)), ("contact:2", (M, C, A)), ("lead:1", ())))
    assert 5 in place.ids("note")
    assert 3 in place.ids("prospect")


def test_a_random_value_is_fresh_in_each_row_and_is_known_again(place):
    batch = place.batch(P, ("contact:1", (A,)), ("contact:2", (A,)), ("contact:3", (A,)))
    first = counts(batch, place.erase(batch))
    assert all(found["people.mail"] == 1 for found in first.values())
    mails = [row[0] for row in place.rows("SELECT mail FROM people")]
    assert len(set(mails)) == 3
    assert all(mail.startswith("erased-") and "shop" not in mail for mail in mails)
    assert not any("people.mail" in found for found in counts(batch, place.erase(batch)).values())
    assert sorted(mails) == sorted(row[0] for row in place.rows("SELECT mail FROM people"))


def test_a_value_that_is_empty_or_erased_already_is_not_counted_again(place):
    batch = place.batch(P, ("contact:2", (A,)))
    assert counts(batch, place.erase(batch))["contact:2"].get("people.phone") is None
    assert counts(batch, place.erase(batch)) == {"contact:2": {}}


def test_a_constant_replaces_only_what_differs_from_it_in_a_single_byte(place):
    place.connection.exec_driver_sql("UPDATE people SET surname = 'NONE' WHERE id = 1")
    text = FILE.replace('constant = "—"', 'constant = "none"')
    keep = text.replace("[tables.people.columns]", 'when_no_purpose_is_left = "keep"\n[tables.people.columns]')
    place.plan = erasure_plan(place.connection, source(keep))
    batch = place.batch(P, "contact:1")
    assert counts(batch, place.erase(batch))["contact:1"]["people.surname"] == 1
    assert place.rows("SELECT surname FROM people WHERE id = 1") == [("none",)]


def test_a_row_of_a_composite_key_goes(place):
    batch = place.batch(P, ("contact:1", (M,)))
    assert counts(batch, place.erase(batch))["contact:1"]["visit"] == 2
    assert place.rows("SELECT COUNT(*) FROM visit") == [(1,)]


def test_what_should_have_gone_and_is_still_there_is_counted_for_each_person(place):
    batch = place.batch(M, ("contact:1", (A,)), ("contact:2", (A,)))
    places = [str(it) for it in place.plan.places(Purpose.CUSTOMER_MANAGEMENT)]
    still = place.left(batch)
    assert dict(zip(places, still.sum(axis=0).tolist(), strict=True)) | {
        "message": 3, "thread": 2, "phone_call": 3, "meeting.memo": 3, "people.mail": 2, "people.phone": 1,
        "people.surname": 0,
    } == dict(zip(places, still.sum(axis=0).tolist(), strict=True))  # fmt: skip


def test_nothing_happens_to_nobody(place):
    erased = place.erase(Batch(P, "", (), np.array([], np.int16)))
    assert erased.gone.shape == (0, len(erased.places))


def test_rows_that_stay_and_refer_to_rows_that_go_stop_the_erasure_by_name(place):
    with pytest.raises(SourceErasureError) as refusal:
        place.erase(place.batch(P, "contact:1"))  # messages of a purpose that did not end are still there
    assert refusal.value.code == "rows_still_refer"
    assert refusal.value.values["table"] in {"thread", "ticket"}
    assert refusal.value.values["target"] == "people"
    assert "Durand" not in str(refusal.value)


def test_undoing_an_erasure_leaves_everything_as_it_was(place):
    before = place.rows("SELECT * FROM people ORDER BY id")
    transaction = place.connection.begin_nested()
    place.erase(place.batch(P, ("contact:1", (A,))))
    transaction.rollback()
    assert place.rows("SELECT * FROM people ORDER BY id") == before


def test_a_batch_is_refused_that_names_a_person_twice_or_a_contest_without_operation():
    live = np.zeros(2, np.int16)
    for purpose, operation, persons in (
        (P, "", ("a", "a")),
        (P, "", ("a",)),
        (C, "", ("a", "b")),
        (P, "X", ("a", "b")),
    ):
        with pytest.raises(ValueError):
            Batch(purpose, operation, persons, live)

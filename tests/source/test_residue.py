"""Where else values of a person stand: found by their words, and never told."""

import pytest

from diager_dpo.source.residue import Residue, find_residue
from tests.source.erasing import A, C, M, P, build, shop

TEXTS = """
INSERT INTO bill (id, people_id, remark) VALUES
  (10, 1, 'Livrer à M. DURAND'), (11, NULL, 'appeler le +33 6 12 34 56 78'), (12, NULL, 'écrire à D@Shop.Test svp'),
  (13, NULL, 'le magasin Durandal'), (14, NULL, 'Mme Elan, (elan)'), (15, NULL, 'rien');
INSERT INTO note VALUES (10, 'firm', '7', 'vu d@shop.test'), (11, 'contact', '1', 'Durand dit oui')
"""


@pytest.fixture
def place(database):
    build(database)
    database.run(*TEXTS.split(";\n"))
    it = shop(database)
    yield it
    it.connection.close()


def residue(place, batch):
    return find_residue(place.connection, place.plan, place.description, batch)


def where(place, batch):
    return {(it.item, it.table, it.key) for it in residue(place, batch)}


def test_names_addresses_and_numbers_are_found_word_by_word_whatever_their_case_and_accents(place):
    batch = place.batch(P, ("contact:1", (A,)), ("contact:2", (A,)))
    found = where(place, batch)
    assert {(0, "bill", "10"), (0, "bill", "11"), (0, "bill", "12"), (1, "bill", "14")} <= found
    assert not {key for _, table, key in found if table == "bill"} & {"13", "15"}


def test_what_the_erasure_takes_itself_is_left_out(place):
    found = where(place, place.batch(P, ("contact:1", (A,))))
    assert (0, "note", "10") in found
    assert (0, "note", "11") not in found


def test_a_row_that_a_live_purpose_keeps_is_told(place):
    place.connection.exec_driver_sql("UPDATE meeting SET memo = 'Durand pense que oui' WHERE id = 2")
    assert (0, "meeting", "2") not in where(place, place.batch(P, "contact:1"))
    assert (0, "meeting", "2") in where(place, place.batch(P, ("contact:1", (M,))))


def test_an_answer_holds_no_value(place):
    found = residue(place, place.batch(P, "contact:1"))
    assert found[0] == Residue(0, "bill", "remark", "10")
    assert not any("urand" in repr(it) or "0612" in repr(it) for it in found)


def test_a_word_that_many_of_the_batch_share_finds_nobody(place):
    rows = ", ".join(f"({n}, 'Martin', 'm{n}@shop.test')" for n in range(20, 24))
    place.connection.exec_driver_sql(f"INSERT INTO people (id, surname, mail) VALUES {rows}")
    place.connection.exec_driver_sql("INSERT INTO bill (id, remark) VALUES (20, 'pour Martin')")
    many = place.batch(P, *(f"contact:{n}" for n in range(20, 24)))
    assert (0, "bill", "20") not in where(place, many)
    assert (0, "bill", "20") in where(place, place.batch(P, "contact:20"))


def test_one_word_of_a_name_counts_in_a_row_of_the_person_or_where_no_other_row_holds_it(place):
    bills = "(30, 1, 'pour Durand'), (31, 2, 'pour Durand'), (32, NULL, 'Durand'), (33, NULL, 'M. Elan')"
    place.connection.exec_driver_sql(f"INSERT INTO bill (id, people_id, remark) VALUES {bills}")
    found = where(place, place.batch(P, ("contact:1", (A,)), ("contact:2", (A,))))
    assert (0, "bill", "30") in found
    assert not {(0, "bill", "31"), (0, "bill", "32"), (1, "bill", "33"), (1, "bill", "14")} & found


def test_a_whole_name_counts_wherever_it_stands(place):
    place.connection.exec_driver_sql("UPDATE people SET surname = 'Anne Durand' WHERE id = 1")
    bills = "(30, 2, 'pour Anne Durand'), (31, NULL, 'anne  DURAND'), (32, NULL, 'Anne Martin')"
    place.connection.exec_driver_sql(f"INSERT INTO bill (id, people_id, remark) VALUES {bills}")
    found = where(place, place.batch(P, ("contact:1", (A,))))
    assert {(0, "bill", "30"), (0, "bill", "31")} <= found
    assert (0, "bill", "32") not in found


def test_nothing_is_looked_for_where_no_column_is_named(place):
    from dataclasses import replace

    place.description = replace(place.description, residue=())
    assert residue(place, place.batch(C, "contact:1", operation="SUMMER")) == ()

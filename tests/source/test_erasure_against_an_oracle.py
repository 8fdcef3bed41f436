"""Random companies, erased by the product and, row by row, by a slow reading of the rules."""

import itertools

import numpy as np
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from diager_dpo.domain.erasure import bits
from diager_dpo.domain.words import RECORD_PURPOSES, Purpose
from diager_dpo.source.description import parse_source
from diager_dpo.source.erasure import Batch, companions, erase, left
from diager_dpo.source.erasure_plan import erasure_plan

HEAD = """
[source]
name = "any"
title = { fr = "x", en = "x" }
url_env = "ANY_URL"
erasure = "by_hand"
[facts]
persons = "SELECT id AS person FROM place"
"""
PEOPLE = ["1", "2", "3", "01"]
OPERATIONS = ["X", "Y"]
ERASES = {"n": '"null"', "c": '{ constant = "gone" }', "r": '"random"'}
VALUES = [None, "", "a", "gone", "erased-0123456789abcdef"]

purposes = st.lists(st.sampled_from(RECORD_PURPOSES), unique=True, max_size=3)


@st.composite
def tables(draw, name):
    """Links, an operation, what the row and its columns serve, and whether the row stays."""
    columns = draw(st.dictionaries(st.sampled_from("ncr"), purposes.filter(bool), max_size=3))
    row = draw(purposes if columns else purposes.filter(bool))
    rows = st.fixed_dictionaries(
        {
            "p": st.sampled_from([None, *PEOPLE]), "q": st.sampled_from([None, *PEOPLE]),
            "way": st.sampled_from([None, 1, 2, 3]), "op": st.sampled_from([None, *OPERATIONS]),
            **{column: st.sampled_from(VALUES) for column in "ncr"},
        }
    )  # fmt: skip
    return {
        "name": name,
        "links": draw(st.sampled_from([["p"], ["p", "q"], ["way"], ["p", "way"], ["p:X"], ["p:X", "q"]])),
        "operation": draw(st.booleans()),
        "row": row,
        "columns": columns,
        "keep": bool(columns) and draw(st.booleans()),
        "rows": draw(st.lists(rows, max_size=6)),
    }


@st.composite
def companies(draw):
    several = [draw(tables(name)) for name in ("a", "b")]
    ways = {n: draw(st.lists(st.sampled_from(PEOPLE), max_size=2)) for n in (1, 2, 3)}
    return several, ways


LINKS = {
    "p": '{ column = "p" }', "q": '{ column = "q" }', "p:X": '{ column = "p", where = { op = "X" } }',
    "way": '{ through = ["way -> road.no"], column = "road.person" }',
}  # fmt: skip


def codes(some):
    return "[" + ", ".join(f'"{purpose.code}"' for purpose in some) + "]"


def described(several):
    text = HEAD
    for table in several:
        text += f'[tables.{table["name"]}]\nkey = ["id"]\npurposes = {codes(table["row"])}\n'
        text += f"person = [{', '.join(LINKS[link] for link in table['links'])}]\n"
        text += 'operation = "op"\n' if table["operation"] else ""
        text += 'when_no_purpose_is_left = "keep"\n' if table["keep"] else ""
        if table["columns"]:
            text += f'[tables.{table["name"]}.columns]\nid = "key"\n'
            for column in ("p", "q", "way", "op", *"ncr"):
                if column in table["columns"]:
                    serves = codes(table["columns"][column])
                    text += f"{column} = {{ purposes = {serves}, erase = {ERASES[column]} }}\n"
                else:
                    text += f'{column} = "structure"\n'
    return parse_source((text + '[not_personal]\nroad = "x"\nplace = "x"\n').encode(), "any.toml")


def made(connection, several, ways):
    connection.exec_driver_sql("CREATE TABLE place (id TEXT PRIMARY KEY NOT NULL)")
    connection.exec_driver_sql("CREATE TABLE road (id INTEGER PRIMARY KEY, no INTEGER, person TEXT)")
    for no, persons in ways.items():
        for person in persons:
            connection.exec_driver_sql("INSERT INTO road (no, person) VALUES (?, ?)", (no, person))
    for table in several:
        columns = "p TEXT, q TEXT, way INTEGER, op TEXT, n TEXT, c TEXT, r TEXT"
        connection.exec_driver_sql(f"CREATE TABLE {table['name']} (id INTEGER PRIMARY KEY, {columns})")
        for row in table["rows"]:
            connection.exec_driver_sql(
                f"INSERT INTO {table['name']} (p, q, way, op, n, c, r) VALUES (?, ?, ?, ?, ?, ?, ?)",
                tuple(row[name] for name in ("p", "q", "way", "op", "n", "c", "r")),
            )


def persons_of(table, row, ways):
    found = set()
    for link in table["links"]:
        if link == "way":
            found |= set(ways.get(row["way"], ()))
        elif link != "p:X" or row["op"] == "X":
            found.add(row[link[0]])
    return found - {None}


def expected(table, row, ways, batch, live):
    """What becomes of one row: gone, or the columns that lose their value."""
    persons = persons_of(table, row, ways)
    ending = batch.purpose
    if not persons & set(batch.persons):
        return False, set()
    if table["operation"] and ending is Purpose.CONTESTS and row["op"] != batch.operation:
        return False, set()

    def needed(serves):
        for person in persons:
            alive = set(live[person])
            if person in batch.persons and table["operation"] and ending is Purpose.CONTESTS:
                alive -= {Purpose.CONTESTS}
            if alive & set(serves):
                return True
        return False

    serves = set(table["row"]).union(*table["columns"].values())
    if not table["keep"] and ending in serves and not needed(serves):
        return True, set()
    stands = {"n": row["n"] not in {None, ""}, "c": row["c"] not in {None, "", "gone"}, "r": row["r"] not in {None, ""}}
    going = {it for it, served in table["columns"].items() if ending in served and not needed(served) and stands[it]}
    return False, going


@settings(max_examples=100)
@given(data=st.data(), company=companies(), ending=st.sampled_from(RECORD_PURPOSES))
def test_an_erasure_does_what_a_slow_reading_of_the_rules_does(data, company, ending):
    several, ways = company
    chosen = data.draw(st.lists(st.sampled_from(PEOPLE), unique=True, min_size=1))
    others = [it for it in RECORD_PURPOSES if it is not ending or ending is Purpose.CONTESTS]
    live = {key: data.draw(st.lists(st.sampled_from(others), unique=True, max_size=2)) for key in PEOPLE}
    operation = "X" if ending is Purpose.CONTESTS else ""
    batch = Batch(ending, operation, tuple(chosen), np.array([bits(live[key]) for key in chosen], np.int16))
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    with engine.connect() as connection:
        made(connection, several, ways)
        plan = erasure_plan(connection, described(several))
        known = companions(connection, plan, batch)
        assert not set(known) & set(chosen)
        told = {key: bits(live[key]) for key in known}
        due = left(connection, plan, batch, told)
        erased = erase(connection, plan, batch, told)
        assert not left(connection, plan, batch, told).any()
        check(connection, company, batch, live, erased)
        assert ((due > 0) >= (erased.gone > 0)).all()
    engine.dispose()


def check(connection, company, batch, live, erased):
    several, ways = company
    total = {str(place): int(count) for place, count in zip(erased.places, erased.gone.sum(axis=0), strict=True)}
    wanted = dict.fromkeys(total, 0)
    for table in several:
        rows = connection.exec_driver_sql(f"SELECT id, p, q, way, op, n, c, r FROM {table['name']}").mappings()
        now = {row["id"]: dict(row) for row in rows}
        for number, row in zip(itertools.count(1), table["rows"], strict=False):
            gone, columns = expected(table, row, ways, batch, live)
            assert (number in now) is not gone
            if gone:
                wanted[table["name"]] += 1
                continue
            for column, before in row.items():
                after = now[number][column]
                if column not in columns:
                    assert after == before
                else:
                    wanted[f"{table['name']}.{column}"] += 1
                    assert after == {"n": None, "c": "gone"}.get(column, after)
                    assert column != "r" or (after != before and after.startswith("erased-"))
    assert total == wanted

"""No value of a person reaches a page of somebody who may not see names: every e-mail address of the source."""

import re
import sqlite3
from contextlib import closing

import pytest

from diager_dpo.ui.registry import SCREENS


@pytest.fixture(scope="module")
def values(made_home):
    """Every e-mail address of the company's database."""
    found = set()
    for file in made_home.rglob("*.sqlite3"):
        if file.name == "store.sqlite3":
            continue
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            tables = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
            for table in tables:
                for _at, column, kind, *_rest in connection.execute(f'pragma table_info("{table}")').fetchall():
                    if "CHAR" in kind.upper() or "TEXT" in kind.upper():
                        query = f'select distinct "{column}" from "{table}" where "{column}" like \'%_@_%._%\''
                        found.update(value for (value,) in connection.execute(query))
    assert len(found) > 100
    return found


@pytest.mark.parametrize("person", ["auditor", pytest.param("management", marks=pytest.mark.long)])
def test_no_address_of_a_person_is_in_what_a_page_is_made_of(look_at, values, person):
    seen = 0
    for each in SCREENS:
        try:
            app = look_at(each.address, person)
        except ValueError:  # not a page of theirs
            continue
        seen += 1
        nodes = [*app.main, *app.sidebar]
        source = "".join(str(getattr(node, "proto", None)) for node in nodes)
        source += "".join(frame.value.to_csv() for frame in app.dataframe)
        assert re.search(r"body: .*\?\"", source), "the title is in what is looked at"
        shown = {word.strip(".-") for word in re.findall(r"[\w.+-]+@[\w.-]+", source)}
        assert not shown & values, each.address
    assert seen >= 3

import sqlalchemy as sa

from diager_dpo.source.schema import TypeKind, read_schema
from tests.source.club import SCHEMA, build, memory


def schema_of(*statements):
    engine = memory()
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
        schema = read_schema(connection)
    engine.dispose()
    return schema


def club():
    return [statement for statement in SCHEMA.split(";\n") if statement.strip()]


def test_the_fingerprint_is_the_same_for_a_schema_made_in_another_order():
    one = schema_of(
        "CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT UNIQUE, y TEXT UNIQUE)", "CREATE TABLE b (id INTEGER)"
    )
    other = schema_of("CREATE TABLE b (id INTEGER)", "CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT, y TEXT)", "CREATE UNIQUE INDEX u2 ON a (y)", "CREATE UNIQUE INDEX u1 ON a (x)")  # fmt: skip
    assert one.fingerprint(["a", "b"]) == other.fingerprint(["b", "a"])


def test_the_fingerprint_changes_with_a_table_it_covers_and_with_no_other():
    before = schema_of(*club()).fingerprint(["people", "ticket"])
    beside = schema_of(*club(), "ALTER TABLE bill ADD note TEXT").fingerprint(["people", "ticket"])
    for change in (
        "ALTER TABLE people ADD phone TEXT",
        "CREATE UNIQUE INDEX u ON ticket (people_id)",
        "CREATE TRIGGER t AFTER DELETE ON ticket BEGIN DELETE FROM bill; END",
    ):
        assert schema_of(*club(), change).fingerprint(["people", "ticket"]) != before
    assert beside == before


def test_a_key_is_what_the_database_itself_keeps_unique():
    table = schema_of("CREATE TABLE t (a INTEGER NOT NULL UNIQUE, b INTEGER UNIQUE, c INTEGER NOT NULL, d INTEGER, PRIMARY KEY (c, d))", "CREATE UNIQUE INDEX p ON t (c) WHERE d = 1").tables["t"]  # fmt: skip
    assert table.is_key(["a"])
    assert table.is_key(["c", "d"])
    assert table.is_key(["a", "b"])
    assert not table.is_key(["b"])  # may be null, and null is not unique
    assert not table.is_key(["c"])  # unique in some rows only
    assert not table.is_key(["d"])


def test_conditions_are_read_with_their_parentheses_and_texts():
    table = schema_of("CREATE TABLE t (a TEXT check(length(a) > (1 + 1)), b TEXT DEFAULT 'CHECK (x)', CHECK (b <> ')')) -- CHECK (no)").tables["t"]  # fmt: skip
    assert set(table.checks) == {"length(a) > (1 + 1)", "b <> ')'"}


def test_a_foreign_key_finds_its_table_and_key_however_they_are_spelt():
    schema = schema_of(
        "CREATE TABLE Folk (id INTEGER PRIMARY KEY)", "CREATE TABLE t (f INTEGER REFERENCES FOLK ON DELETE SET NULL)"
    )
    ((child, key),) = schema.foreign_keys_to("Folk")
    assert (child.name, key.columns, key.target_columns, key.on_delete) == ("t", ("f",), ("id",), "SET NULL")


def test_types_are_told_apart_as_far_as_erasing_needs():
    definition = "i BIGINT, n NUMERIC, r REAL, t TEXT, v VARCHAR(9), b BOOLEAN, d DATE, s TIMESTAMP, x BLOB, j JSON, u"
    table = schema_of(f"CREATE TABLE t ({definition})").tables["t"]
    kinds = [column.kind for column in table.columns]
    kind = TypeKind
    assert kinds == [kind.INTEGER, kind.NUMBER, kind.NUMBER, kind.TEXT, kind.TEXT, kind.BOOLEAN, kind.DATE, kind.TIMESTAMP, kind.BINARY, kind.JSON, kind.OTHER]  # fmt: skip
    assert table.column("v").length == 9
    assert table.column("nothing") is None


def test_views_are_no_tables():
    engine = memory()
    build(engine, (), ["CREATE VIEW everybody AS SELECT * FROM people"])
    with engine.connect() as connection:
        assert "everybody" not in read_schema(connection).tables
    engine.dispose()
    assert isinstance(engine, sa.Engine)

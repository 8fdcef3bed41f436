import pytest
import sqlalchemy as sa

from diager_dpo.source.receipts import DIALECTS, UnknownDialectError, receipts_ddl
from diager_dpo.source.schema import read_schema


def columns_of(url):
    engine = sa.create_engine(url, poolclass=sa.StaticPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(receipts_ddl(engine.dialect.name, "Order").rstrip(";\n"))
        table = read_schema(connection).tables["Order"]
    engine.dispose()
    assert table.primary_key == ("purge", "item")
    assert table.transactional
    return [column.name for column in table.columns]


COLUMNS = ["purge", "item", "fence", "counts", "done_at"]


def test_the_definition_makes_a_table_keyed_by_purge_and_item():
    assert columns_of("sqlite://") == COLUMNS


@pytest.mark.postgresql
def test_the_definition_makes_it_on_postgresql(postgresql_url):
    assert columns_of(postgresql_url) == COLUMNS


@pytest.mark.mariadb
def test_the_definition_makes_it_on_mariadb(mariadb_url):
    # Names of tables may be case-insensitive there, not the reserved word.
    assert columns_of(mariadb_url) == COLUMNS


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_definition_is_one_statement_without_a_place_for_a_value(dialect):
    text = receipts_ddl(dialect, "dpo_erasure_receipt")
    assert text.startswith("CREATE TABLE dpo_erasure_receipt (")
    assert text.endswith(";\n")
    assert text.count(";") == 1
    assert "person" not in text


def test_a_database_it_cannot_spell_is_refused_with_those_it_can():
    with pytest.raises(UnknownDialectError) as refusal:
        receipts_ddl("oracle", "receipt")
    assert refusal.value.code == "unknown_dialect"
    assert refusal.value.values["known"] == "mariadb, mysql, postgresql, sqlite"

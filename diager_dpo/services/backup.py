"""Taking an installation to another place, and bringing it back: the store, its keys, its configuration.

The company's own database is never part of it.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import exists, select

from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.services.access import require
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.installation import Installation
from diager_dpo.services.journal_verification import verification
from diager_dpo.services.scan_run import LOCK
from diager_dpo.services.settings import Settings
from diager_dpo.store.engine import open_engine, reading, sqlite_file, sqlite_url
from diager_dpo.store.errors import StoreError
from diager_dpo.store.locks import exclusive
from diager_dpo.store.migration import copy_sqlite, is_known, migrate
from diager_dpo.store.tables import account, record, scan

_STORE = "store.sqlite3"
_CHARTERS = Path("configuration", "charters")
_SOURCE = Path("configuration", "source.toml")


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did. ``kept``: configuration that is there already and differs from the backup; not touched."""

    folder: Path
    kept: tuple[Path, ...]


def back_up(installation: Installation, actor: Identity, folder: Path) -> Path:
    """Copy store, keys, anchors and configuration into a new folder, while everything may go on; returns the folder.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``backup_needs_pg_dump`` for a store on a server; ``backup_folder_exists``.
    """
    require(installation, actor, Action.BACK_UP)
    store = sqlite_file(installation.store)
    if store is None:
        raise NotPossible("backup_needs_pg_dump")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotPossible("backup_folder_exists", folder=str(folder))
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=0o700, parents=True)
    copy_sqlite(store, partial / _STORE)
    for original, copy in _beside_the_store(installation.settings):
        target = partial / copy
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy2(original, target)
    if folder.exists():
        folder.rmdir()
    partial.rename(folder)  # a folder of this name is a whole backup
    return folder


def restore(installation: Installation, actor: Identity, folder: Path, *, overwrite: bool = False) -> Restored:
    """Bring an installation back to a backup.

    Keys and anchors are replaced; charters and the source file only where they are missing.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_backup``, ``backup_damaged``, ``store_newer``; ``backup_journal_wrong`` where its journal
            is not whole; ``home_not_empty`` where the store is in use
            and ``overwrite`` is not given; ``scan_running``; ``restore_needs_pg_restore``.
    """
    require(installation, actor, Action.BACK_UP)
    store = sqlite_file(installation.store)
    if store is None:
        raise NotPossible("restore_needs_pg_restore")
    _verify(folder / _STORE)
    _verify_journal(installation, folder)
    with exclusive(installation.store, LOCK, 0) as alone:
        if not alone:
            raise NotPossible("scan_running")
        if not overwrite and _is_in_use(installation):
            raise NotPossible("home_not_empty", home=str(installation.settings.home))
        installation.store.dispose()
        _copy_into(folder / _STORE, store)
        kept = _put_back(installation.settings, folder)
        try:
            migrate(installation.store)
        except StoreError as error:
            raise NotPossible(error.code, **error.values) from None
    return Restored(folder, kept)


def _beside_the_store(settings: Settings) -> Iterator[tuple[Path, Path]]:
    """Every file of an installation but its store, with its place in a backup."""
    for folder in (settings.keys, settings.anchors):
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            yield file, file.relative_to(settings.home)
    for file in sorted(settings.charters.glob("*.toml")):
        yield file, _CHARTERS / file.name
    if settings.source:
        yield settings.source, _SOURCE


def _verify(store: Path) -> None:
    """Refuse a backup that could not be worked with."""
    if not store.is_file():
        raise NotPossible("no_backup", folder=str(store.parent))
    try:
        with closing(sqlite3.connect(f"{store.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            sound = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError:
        sound, revision = False, None
    if not sound or revision is None:
        raise NotPossible("backup_damaged", folder=str(store.parent))
    if not is_known(revision[0]):
        raise NotPossible("store_newer", revision=revision[0])


def _verify_journal(installation: Installation, folder: Path) -> None:
    """Refuse a backup whose journal is not whole, by its own keys and heads; looked at in a copy of it.

    A backup of a former program is brought to the tables of this one there, as it will be in its place.
    """
    with TemporaryDirectory(dir=installation.settings.home) as workshop:
        home = Path(workshop)
        shutil.copy2(folder / _STORE, home / _STORE)
        for name in ("keys", "anchors"):
            if (folder / name).is_dir():
                shutil.copytree(folder / name, home / name)
        engine = open_engine(sqlite_url(home / _STORE))
        try:
            migrate(engine)
            settings = installation.settings.model_copy(update={"home": home})
            found = verification(replace(installation, settings=settings, store=engine))
        except StoreError as error:
            raise NotPossible(error.code, **error.values) from None
        finally:
            engine.dispose()
    if not found.whole:
        raise NotPossible("backup_journal_wrong", folder=str(folder), count=len(found.faults) + found.more)


def _is_in_use(installation: Installation) -> bool:
    with reading(installation.store) as connection:
        return any(connection.scalar(select(exists().select_from(table))) for table in (scan, account, record))


def _copy_into(backup: Path, store: Path) -> None:
    """Replace the content of a store that others may have open: they see the former or the new one, never a mixture."""
    source = sqlite3.connect(f"{backup.resolve().as_uri()}?mode=ro", uri=True)
    with closing(source), closing(sqlite3.connect(store, timeout=30)) as target:
        source.backup(target)


def _put_back(settings: Settings, folder: Path) -> tuple[Path, ...]:
    for name in ("keys", "anchors"):
        shutil.rmtree(settings.home / name, ignore_errors=True)
        (settings.home / name).mkdir(mode=0o700)
        if (folder / name).is_dir():
            shutil.copytree(folder / name, settings.home / name, dirs_exist_ok=True)
    (settings.home / "keys").chmod(0o700)
    pairs = [(file, settings.charters / file.name) for file in sorted((folder / _CHARTERS).glob("*.toml"))]
    if settings.source and (folder / _SOURCE).is_file():
        pairs.append((folder / _SOURCE, settings.source))
    kept = []
    for saved, place in pairs:
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(saved, place)
        elif place.read_bytes() != saved.read_bytes():
            kept.append(place)
    return tuple(kept)

"""One installation: its places, its store, its charters, its source and its clock."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from diager_dpo.domain.charter import CharterSet
from diager_dpo.domain.charter_file import CharterFileError, parse_charters
from diager_dpo.services.errors import FilesWrong, NotPossible
from diager_dpo.services.settings import DEMONSTRATION_SOURCE, Settings
from diager_dpo.services.sign_in_file import NOTHING_CONFIGURED, SignIn, load_sign_in
from diager_dpo.source.description import SourceFile, SourceFileError, load_source
from diager_dpo.store.engine import open_engine, sqlite_url
from diager_dpo.store.errors import StoreError
from diager_dpo.store.migration import migrate

PARIS = ZoneInfo("Europe/Paris")

Clock: TypeAlias = Callable[[], datetime]


def system_clock() -> datetime:
    """The instant, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Installation:
    """What every service is given. ``source`` is ``None`` where no source file is configured."""

    settings: Settings
    store: Engine
    charters: CharterSet
    source: SourceFile | None
    clock: Clock = system_clock
    sign_in: SignIn = NOTHING_CONFIGURED

    def now(self) -> datetime:
        """This instant, aware, in UTC."""
        return self.clock().astimezone(UTC)

    def today(self) -> date:
        """The civil day in Paris [K]."""
        return self.now().astimezone(PARIS).date()

    def close(self) -> None:
        """Let go of every connection to the store."""
        self.store.dispose()


def open_installation(settings: Settings | None = None, clock: Clock = system_clock) -> Installation:
    """Open an installation: make its home, bring its store to the tables of this program, read its files.

    The caller closes it.

    Raises:
        NotPossible: with the code of what is wrong with the home, the store, a charter or the source file.
    """
    settings = settings or Settings()
    _make_home(settings)
    charters, source, sign_in = load_charters(settings.charters), _source(settings), load_sign_in(settings)
    store = _store(settings)
    return Installation(settings, store, charters, source, clock, sign_in)


def load_charters(folder: Path) -> CharterSet:
    """Every charter and supplement of a folder.

    Raises:
        NotPossible: ``charter_file_wrong``, with everything that must be mended; ``charter_not_utf8``.
    """
    try:
        return parse_charters({file.name: file.read_text("utf-8") for file in sorted(folder.glob("*.toml"))})
    except CharterFileError as error:
        raise FilesWrong("charter_file_wrong", error.problems) from None
    except UnicodeDecodeError:
        raise NotPossible("charter_not_utf8", folder=str(folder)) from None


def _source(settings: Settings) -> SourceFile | None:
    """The configured source; without one, the demonstration company where it has been made."""
    path = settings.source or (DEMONSTRATION_SOURCE if settings.demonstration_file.exists() else None)
    try:
        return load_source(path) if path else None
    except SourceFileError as error:
        raise FilesWrong(error.code, error.problems, file=error.file) from None


def _make_home(settings: Settings) -> None:
    """The folders of the home and its store. Only its owner may look into it: it holds keys and what they protect."""
    try:
        for folder in (settings.home, settings.keys, settings.anchors, settings.logs):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        settings.keys.chmod(0o700)
        if not settings.store_url:
            settings.store_file.touch(mode=0o600)  # SQLite gives what it writes beside the file the same rights
    except OSError:
        raise NotPossible("home_not_writable", home=str(settings.home)) from None


def _store(settings: Settings) -> Engine:
    """The store, with the tables of this program; what a driver says of an address or of a row goes no further."""
    try:
        engine = open_engine(settings.store_url or sqlite_url(settings.store_file))
        try:
            migrate(engine)
        except BaseException:
            engine.dispose()
            raise
    except StoreError as error:
        raise NotPossible(error.code, **error.values) from None
    except (DBAPIError, sqlite3.Error) as error:
        origin = error.orig if isinstance(error, DBAPIError) else error
        damaged = getattr(origin, "sqlite_errorname", "") in ("SQLITE_NOTADB", "SQLITE_CORRUPT")
        raise NotPossible("store_damaged" if damaged else "store_unavailable") from None
    return engine

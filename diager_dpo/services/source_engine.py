"""The way from an installation to its source."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from diager_dpo.services.errors import NotPossible
from diager_dpo.services.installation import Installation
from diager_dpo.source.connection import STATEMENT_TIMEOUT, erasing_url, open_for_erasing, open_source, source_url
from diager_dpo.source.errors import SourceError
from diager_dpo.source.source_file import SourceFile
from diager_dpo.store.engine import sqlite_url


def configured_source(installation: Installation) -> SourceFile:
    """The source of an installation.

    Raises:
        NotPossible: ``no_source``.
    """
    if installation.source is None:
        raise NotPossible("no_source")
    return installation.source


@contextmanager
def source_engine(installation: Installation, statement_timeout: int = STATEMENT_TIMEOUT) -> Iterator[Engine]:
    """An engine that only reads the source; its address comes from the variable that the source file names.

    The demonstration company has no variable: an address meant for a real source must not be read as its own.
    ``statement_timeout``: seconds; SQLite has none.

    Raises:
        NotPossible: ``no_source``, or the code of what is wrong with its address or of what failed while it was read.
    """
    source, settings = configured_source(installation), installation.settings
    try:
        if settings.source is None:
            url = source_url(source, {}, settings.home, sqlite_url(settings.demonstration_file.resolve()))
        else:
            url = source_url(source, os.environ, settings.home)
        engine = open_source(source, url, statement_timeout=statement_timeout)
        try:
            yield engine
        finally:
            engine.dispose()
    except SourceError as error:
        raise NotPossible(error.code, **error.values) from None


@contextmanager
def erasing_engine(installation: Installation) -> Iterator[Engine]:
    """The one engine that writes to the source, for what two people decided.

    Raises:
        NotPossible: ``no_source``, or the code of what is wrong with its address or its account.
    """
    source, settings = configured_source(installation), installation.settings
    try:
        if settings.source is None:
            url = erasing_url(source, {}, settings.home, sqlite_url(settings.demonstration_file.resolve()))
        else:
            url = erasing_url(source, os.environ, settings.home)
        engine = open_for_erasing(source, url)
        try:
            yield engine
        finally:
            engine.dispose()
    except SourceError as error:
        raise NotPossible(error.code, **error.values) from None

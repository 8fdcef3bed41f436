"""Empty stores made by a real migration once a session, and copied after that.

Migrating an empty store takes longer than most tests of a service. Only a store without any table is copied; one that is
upgraded, and everything in ``test_migration``, goes through the migrations each time.
"""

import sqlite3
from contextlib import closing

from sqlalchemy import Engine, event

from diager_dpo.store import migration
from diager_dpo.store.engine import sqlite_file

really_upgrade = migration._upgrade
_sqlite = []
_statements = {}


def upgrade(engine: Engine) -> None:
    """Do what ``migration`` does, from what it did the first time."""
    if migration.revision_of(engine):
        really_upgrade(engine)
    elif path := sqlite_file(engine):
        _copy_sqlite(engine, path)
    else:
        _repeat(engine)


def _copy_sqlite(engine, path):
    if not _sqlite:
        really_upgrade(engine)
        kept = sqlite3.connect(":memory:", check_same_thread=False)
        with closing(sqlite3.connect(path)) as made:
            made.backup(kept)
        _sqlite.append(kept)
        return
    engine.dispose()
    with closing(sqlite3.connect(path)) as new:
        _sqlite[0].backup(new)


def _repeat(engine):
    """A server is told the same statements again; what alembic asked between them is left out."""
    name = engine.dialect.name
    if name not in _statements:
        _statements[name] = _recorded(engine)
        return
    with engine.execution_options(writes=True).begin() as connection:
        for statement, parameters in _statements[name]:
            connection.exec_driver_sql(statement, parameters or None)


def _recorded(engine):
    found = []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        if not statement.lstrip().upper().startswith(("SELECT", "SHOW")):
            found.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        really_upgrade(engine)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return found

"""What a purge rests on, and what stands in its way: charter, source file, schema, checks and open questions."""

import json
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.exc import SQLAlchemyError

from diager_dpo.domain.register import in_force, open_questions
from diager_dpo.domain.words import Category, Purpose
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.installation import Installation
from diager_dpo.services.purge_views import Obstacle
from diager_dpo.services.source_engine import configured_source, erasing_engine, source_engine
from diager_dpo.services.source_state import alerts_in, last_check_in
from diager_dpo.source.check import schema_fingerprint
from diager_dpo.source.connection import snapshot
from diager_dpo.source.errors import SourceConnectionError
from diager_dpo.source.schema import read_schema
from diager_dpo.source.source_file import ErasureMode
from diager_dpo.store.tables import source_check


def charters_in_force(installation: Installation) -> str:
    """The versions in force today, as ``purge.charters`` holds them: the charter first, then its supplements."""
    return json.dumps([charter.version for charter in in_force(installation.charters, installation.today())])


def live_fingerprint(installation: Installation) -> str:
    """The fingerprint of the schema as it is now; ``NotPossible`` where the source cannot be read."""
    source = configured_source(installation)
    with source_engine(installation) as engine, snapshot(engine) as connection:
        try:
            return schema_fingerprint(read_schema(connection), source)
        except SQLAlchemyError as error:
            failure = SourceConnectionError.of(error)
        raise failure  # not chained: the text of a driver may quote a row


def blocked_categories(installation: Installation, purpose: Purpose) -> frozenset[Category]:
    """The categories whose records no purge takes while the charter leaves a question open."""
    questions = open_questions(installation.charters, installation.today(), (purpose,))
    return frozenset(category for question in questions for category in question.blocks_purge)


def obstacles(
    installation: Installation, connection: Connection, purpose: Purpose, fingerprint: str | None
) -> tuple[Obstacle, ...]:
    """What makes a purge of this purpose impossible now. ``fingerprint``: ``None`` where the source is out of reach."""
    return (
        *_of_check(installation, connection, fingerprint),
        *_of_account(installation),
        *_of_alerts(installation, connection, purpose),
    )


def blocking_questions(
    installation: Installation, purpose: Purpose, categories: Collection[Category]
) -> Iterator[Obstacle]:
    """The open questions of the charter that block one of these categories."""
    for question in open_questions(installation.charters, installation.today(), (purpose,)):
        if not set(question.blocks_purge).isdisjoint(categories):
            yield Obstacle("purge_blocked_by_charter", {"question": question.code})


def changed_since(installation: Installation, row: Row[Any], fingerprint: str) -> str | None:
    """What is no longer as it was when a purge was proposed: ``charter``, ``source_file`` or ``schema``."""
    if row.charters != charters_in_force(installation):
        return "charter"
    if row.source_digest != configured_source(installation).digest:
        return "source_file"
    return "schema" if row.schema_fingerprint != fingerprint else None


def _of_check(installation: Installation, connection: Connection, fingerprint: str | None) -> Iterator[Obstacle]:
    """Not clean: counts work, purges do not. A check of another file or another schema says nothing of these."""
    source = configured_source(installation)
    checked = last_check_in(connection, source.name)
    if checked is None:
        yield Obstacle("source_unchecked", {})
        return
    if not checked.report.clean:
        yield Obstacle("source_not_clean", {"count": len(checked.blocking)})
    if _checked_file(connection, source.name) != source.digest:
        yield Obstacle("source_file_changed_since_check", {})
    if fingerprint is not None and fingerprint != checked.report.fingerprint:
        yield Obstacle("schema_changed_since_check", {})


def _checked_file(connection: Connection, source: str) -> str | None:
    """The digest of the file that the last check read."""
    kept = source_check.c
    query = select(kept.report).where(kept.source == source).order_by(kept.id.desc()).limit(1)
    digest = json.loads(connection.execute(query).scalar_one()).get("source_digest")
    return None if digest is None else str(digest)


def _of_account(installation: Installation) -> Iterator[Obstacle]:
    if configured_source(installation).erasure is ErasureMode.DIRECT:
        try:
            with erasing_engine(installation):
                pass  # nothing is connected: only its address is asked for
        except NotPossible as error:
            yield Obstacle(error.code, error.values)


def _of_alerts(installation: Installation, connection: Connection, purpose: Purpose) -> Iterator[Obstacle]:
    """A purpose whose facts the source file does not give.

    An operation without an announced duration makes its entries undetermined, which are never due; those whose consent
    was withdrawn have a day of their own and may go.
    """
    for alert in alerts_in(connection, configured_source(installation).name):
        if alert.purpose is purpose and alert.code == "facts_missing":
            yield Obstacle("purge_facts_missing", {"purpose": purpose.code})
